"""What a period amounts to: the state of every unit, and each form's totals with the names of their rows.

This is what the consolidated workbook, the district workbooks, the CSV, the status and the desk are made from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tonghop.domain.finding import Finding
from tonghop.domain.form import Form
from tonghop.domain.office import Exemption, Extension
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.rollup import OWN, Total, TotalKey
from tonghop.domain.units import Level, Unit, UnitTree
from tonghop.domain.value import Value

MISSING = "missing"
NIL = "nil"


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """Where one unit stands in a period. `state`: accepted | invalid | awaiting_explanation | returned | missing.

    A unit with a standing filing is `accepted` whatever came later. `forms` maps each owed form to accepted | nil |
    invalid | awaiting_explanation | returned | missing. `submission`, `sha256` and `received_at` are those of the
    filing that stands, else of the latest. `findings` counts the open findings of the latest filing.
    """

    unit: Unit
    state: str
    on_time: bool | None
    forms: dict[str, str]
    submission: int | None = None
    sha256: str = ""
    received_at: datetime | None = None
    findings: int = 0

    @property
    def accepted(self) -> bool:
        return self.state == "accepted"


@dataclass(frozen=True, slots=True)
class ListItem:
    """One row of a list form (II.04) as filed by `unit`; values by column number."""

    unit: Unit
    position: int
    values: dict[int, Value]


@dataclass(frozen=True)
class FormTotals:
    """One form of one view: "" for the period itself, else a derived name (`6T`, `9T`, `Q4`) with its `title`.

    `totals` holds every scope (see `TotalKey`). `rows` gives, per level, the row keys in printing order and `names`
    what they are called. `states` says per owing unit code what stands: accepted | nil | anything else = not counted.
    """

    form: Form
    view: str
    title: str
    totals: dict[TotalKey, Total] = field(repr=False)
    rows: dict[Level, tuple[str, ...]]
    names: dict[str, str]
    states: dict[str, str]
    items: tuple[ListItem, ...] = ()

    def rows_of(self, scope: str, level: Level) -> Iterator[str]:
        """Row keys that have a line in `scope` and `level`, in printing order."""
        first = self.form.figures[0].number if self.form.figures else 0
        return (row for row in self.rows.get(level, ()) if TotalKey(scope, level.value, row, first) in self.totals)

    def total(self, scope: str, group: str, row: str, column: int) -> Total | None:
        return self.totals.get(TotalKey(scope, group, row, column))

    def own(self, unit: str, column: int) -> Total | None:
        """Total of one unit's own form."""
        return self.totals.get(TotalKey(unit, OWN, "", column))

    def coverage(self, scope: str, group: str = "") -> tuple[int, int]:
        """(counted, owed): units of `scope` and `group` whose form is in the totals, and units that owe it."""
        totals = [t for k, t in self.totals.items() if k.scope == scope and k.group == group and not k.row]
        return max(((t.counted, t.owed) for t in totals), key=lambda pair: pair[1], default=(0, 0))


@dataclass(frozen=True, slots=True)
class ExplainedFinding:
    """A soft finding of an accepted filing with the unit's giải trình (or "" for a note worth showing)."""

    unit: Unit
    finding: Finding
    reason: str


@dataclass(frozen=True)
class Consolidated:
    """Everything of a period that is published. `forms` in official order, `derived` after them."""

    province: Province
    period: Period
    tree: UnitTree
    statuses: tuple[UnitStatus, ...]
    forms: tuple[FormTotals, ...]
    derived: tuple[FormTotals, ...]
    explained: tuple[ExplainedFinding, ...]
    digest: str  # SHA-256 over every input: two consolidations with one digest are the same
    extended: tuple[Extension, ...] = ()  # units that were given a later deadline
    exempt: tuple[Exemption, ...] = ()  # what units need not file

    @property
    def accepted(self) -> int:
        return sum(status.accepted for status in self.statuses)

    @property
    def owed(self) -> int:
        return len(self.statuses)

    @property
    def missing(self) -> tuple[UnitStatus, ...]:
        """Units without a standing filing, whatever they sent."""
        return tuple(status for status in self.statuses if not status.accepted)

    @property
    def working(self) -> tuple[Form, ...]:
        """Forms whose layout is not confirmed from the official annex."""
        return tuple(totals.form for totals in self.forms if totals.form.standing == "working")

    def form(self, code: str) -> FormTotals:
        return next(totals for totals in self.forms if totals.form.code == code)
