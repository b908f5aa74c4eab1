"""One line per unit: its state, its forms, its place among the others; counts of such lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tonghop.domain.consolidated import MISSING, NIL, UnitStatus
from tonghop.domain.submission import State
from tonghop.domain.text import key
from tonghop.domain.units import Unit, UnitKey

LATE, EXTENDED = "late", "extended"
ACCEPTED, INVALID, AWAITING, RETURNED = (
    State.ACCEPTED.value,
    State.INVALID.value,
    State.AWAITING.value,
    State.RETURNED.value,
)
STATES = (ACCEPTED, LATE, NIL, INVALID, AWAITING, RETURNED, MISSING)


@dataclass(frozen=True, slots=True)
class Line:
    """A unit in the grid. `cells` has one state per form of the regime, "" for a form the unit does not owe."""

    unit: Unit
    state: str
    late: bool
    cells: tuple[str, ...]
    findings: int
    extended: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many units stand where; `late` are among the `accepted`."""

    owed: int = 0
    accepted: int = 0
    late: int = 0
    awaiting: int = 0
    invalid: int = 0
    returned: int = 0
    missing: int = 0

    @property
    def on_time(self) -> int:
        return self.accepted - self.late


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; "" asks for nothing. `state` is one of STATES or `extended`."""

    text: str = ""
    state: str = ""
    level: str = ""
    form: str = ""

    @property
    def active(self) -> bool:
        return any((self.text, self.state, self.level, self.form))


def line(status: UnitStatus, forms: Iterable[str], extended: Iterable[UnitKey]) -> Line:
    """The line of one unit over `forms`, all codes of the regime in official order."""
    late = status.accepted and status.on_time is False
    cells = tuple(_cell(status.forms.get(form, ""), late=late) for form in forms)
    return Line(status.unit, status.state, late, cells, status.findings, status.unit.key in extended)


def count(lines: Iterable[Line]) -> Counts:
    """Where the units of `lines` stand."""
    found = dict.fromkeys((ACCEPTED, INVALID, AWAITING, RETURNED, MISSING), 0)
    late = 0
    for one in lines:
        found[one.state] += 1
        late += one.late
    return Counts(
        owed=sum(found.values()),
        accepted=found[ACCEPTED],
        late=late,
        awaiting=found[AWAITING],
        invalid=found[INVALID],
        returned=found[RETURNED],
        missing=found[MISSING],
    )


def matching(lines: Iterable[Line], filters: Filters, forms: tuple[str, ...]) -> list[Line]:
    """Those of `lines` the filters let through; text is sought in name and code, whatever its case."""
    wanted = key(filters.text)
    at = forms.index(filters.form) if filters.form in forms else None
    return [
        one
        for one in lines
        if (not wanted or wanted in key(one.unit.name) or wanted in key(one.unit.code))
        and filters.level in {"", one.unit.level.value}
        and (at is None or one.cells[at])
        and _stands(one, filters.state, at)
    ]


def _stands(one: Line, state: str, at: int | None) -> bool:
    """Whether the unit (or its chosen form) is in the wanted state; accepted includes accepted late."""
    if not state:
        return True
    if state == EXTENDED:
        return one.extended
    if state == LATE:
        return one.late
    if state == NIL:
        return NIL in one.cells if at is None else one.cells[at] == NIL
    return one.state == state


def _cell(state: str, *, late: bool) -> str:
    return LATE if late and state == ACCEPTED else state
