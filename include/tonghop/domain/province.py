"""A province as the system serves it: names, units, fields, approvers, contact and its choices within the regime."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tonghop.domain.period import Period
from tonghop.domain.regime import Regime
from tonghop.domain.text import key
from tonghop.domain.units import Level, Unit, UnitKey, UnitTree

Exempt = tuple[str, UnitKey, str]  # period, unit and form ("" all of them) that need not be filed


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A lĩnh vực that units of `level` (or only `unit_code`) report on, between dates."""

    level: Level
    unit_code: str
    position: int
    name: str
    first: date
    last: date | None = None

    @property
    def key(self) -> str:
        return key(self.name)

    def holds(self, unit: Unit, day: date) -> bool:
        mine = self.unit_code in {"", unit.code} and self.level is unit.level
        return mine and self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a clerk rings."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class ApprovalStep:
    """One signature a release needs: who may give it (logins), and how it is called."""

    name: str  # "phe_duyet"
    title: str  # "Phê duyệt"
    logins: tuple[str, ...]
    emails: tuple[str, ...] = ()  # where reminders go, beside the office


@dataclass(frozen=True, slots=True)
class Target:
    """A target of the province's plan. `measure` is "" when no form here holds the figure: listed, not compared."""

    title: str
    measure: str
    operator: str
    value: Decimal
    scope: str
    source: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands around the text of a report (NĐ 30/2020/NĐ-CP, Phụ lục I).

    `superior` and `issuer` (one entry per printed line) head it, `number` follows the number ("BC-UBND"); `signature`
    holds the lines above the name (TM. …, KT. …, the office), `copies` the lines of "Nơi nhận".
    """

    issuer: tuple[str, ...]
    number: str
    signature: tuple[str, ...]
    copies: tuple[str, ...]
    superior: str = ""
    signer: str = ""


@dataclass(frozen=True)
class Province:
    """A province with its regime; the one object every step needs."""

    slug: str
    name: str
    agency: str
    place: str
    regime: Regime
    units: tuple[Unit, ...] = field(repr=False)
    fields: tuple[FieldRow, ...] = field(repr=False)
    contact: Contact
    approvals: tuple[ApprovalStep, ...]
    targets: tuple[Target, ...]
    owes: dict[str, tuple[str, ...]]  # unit code → forms, where the unit differs from its level
    paper: Paper | None = None  # None: the figures are published without a narrative report
    exempt: frozenset[Exempt] = frozenset()
    # Asked for once per form and unit; what they say never changes.
    _trees: dict[Period, UnitTree] = field(default_factory=dict, init=False, repr=False, compare=False)
    _days: dict[date, UnitTree] = field(default_factory=dict, init=False, repr=False, compare=False)
    _rows: dict[tuple[UnitKey, Period], tuple[FieldRow, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def tree(self, period: Period) -> UnitTree:
        """Units valid on the last day of the period's data window: they owe it."""
        if period not in self._trees:
            self._trees[period] = UnitTree.on(self.units, self.regime.window(period).last)
        return self._trees[period]

    def owed_by(self, unit: Unit, period: Period) -> tuple[str, ...]:
        """Codes of the forms `unit` has to file, in official order: its duties without what it was exempted from."""
        duties = self.duties(unit, period)
        if not self.exempt:
            return duties
        if (period.code, unit.key, "") in self.exempt:
            return ()
        return tuple(code for code in duties if (period.code, unit.key, code) not in self.exempt)

    def duties(self, unit: Unit, period: Period) -> tuple[str, ...]:
        """What the rules ask of `unit`, whatever it was exempted from."""
        by_level = self.regime.owed_by(unit, period)
        mine = self.owes.get(unit.code)
        return by_level if mine is None else tuple(code for code in self.regime.forms if code in mine)

    def owing(self, form: str, period: Period) -> tuple[Unit, ...]:
        """Units that owe `form` for `period`, in official order."""
        return tuple(unit for unit in self.tree(period).filing if form in self.owed_by(unit, period))

    def fields_of(self, unit: Unit, period: Period) -> tuple[FieldRow, ...]:
        at = (unit.key, period)
        if at not in self._rows:
            day = self.regime.window(period).last
            rows = [row for row in self.fields if row.holds(unit, day)]
            self._rows[at] = tuple(sorted(rows, key=lambda row: row.position))
        return self._rows[at]

    def full_name(self, unit: Unit, day: date) -> str:
        """How people tell `unit` from others on `day`, or on its last day when it has been abolished by then."""
        known = min(day, unit.valid_to) if unit.valid_to else day
        at = max(known, unit.valid_from)
        if at not in self._days:
            self._days[at] = UnitTree.on(self.units, at)
        return self._days[at].full_name(unit)
