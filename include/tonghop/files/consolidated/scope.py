"""Whose totals a workbook shows: the province with all its units, or a district with its office and communes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from tonghop.domain.consolidated import Consolidated, FormTotals, UnitStatus
from tonghop.domain.period import Window
from tonghop.domain.regime import LevelNames
from tonghop.domain.units import Level, Unit

ACCEPTED = "accepted"
STATE_NAMES = {
    ACCEPTED: "Đã tổng hợp",
    "nil": "Không phát sinh",
    "missing": "Chưa báo cáo",
    "returned": "Trả lại",
    "invalid": "Chưa hợp lệ",
    "awaiting_explanation": "Chờ giải trình",
}
PARTS_MISSING = "Chưa đủ số liệu các kỳ"


@dataclass(frozen=True)
class Scope:
    """`unit` is the district or province; `members` the filing units added up under it, in official order.

    `reporter` and `recipient` stand in the header block of every form.
    """

    consolidated: Consolidated
    unit: Unit
    members: tuple[Unit, ...]
    reporter: str
    recipient: str

    @classmethod
    def of_province(cls, consolidated: Consolidated) -> Scope:
        tree, province = consolidated.tree, consolidated.province
        recipient = province.regime.recipient(province.regime.window(consolidated.period).last)
        return cls(consolidated, tree.province, tree.filing, province.agency, recipient)

    @classmethod
    def of_district(cls, consolidated: Consolidated, district: Unit) -> Scope:
        members = (district, *consolidated.tree.communes_of(district.code))
        reporter = f"Ủy ban nhân dân {lowered(district.name)}"
        return cls(consolidated, district, members, reporter, consolidated.province.agency)

    @property
    def code(self) -> str:
        return self.unit.code

    @property
    def levels(self) -> tuple[LevelNames, ...]:
        """Levels with a unit in the period's tree, in official order: lettered A, B, C."""
        present = {unit.level for unit in self.consolidated.tree.filing}
        return tuple(names for names in self.consolidated.province.regime.levels if names.level in present)

    @property
    def statuses(self) -> tuple[UnitStatus, ...]:
        mine = {unit.code for unit in self.members}
        return tuple(status for status in self.consolidated.statuses if status.unit.code in mine)

    def owing(self, totals: FormTotals) -> tuple[Unit, ...]:
        """Members that owe the form."""
        return tuple(unit for unit in self.members if unit.code in totals.states)

    def groups(self, totals: FormTotals) -> tuple[tuple[LevelNames, tuple[Unit, ...]], ...]:
        """Owing members by level, without levels that owe nothing."""
        owing = self.owing(totals)
        by_level = ((names, at_level(owing, names.level)) for names in self.levels)
        return tuple((names, units) for names, units in by_level if units)

    def owed(self, forms: Iterable[FormTotals]) -> tuple[FormTotals, ...]:
        """Those of `forms` that a member owes."""
        return tuple(totals for totals in forms if self.owing(totals))

    def period_line(self, totals: FormTotals) -> str:
        """`Quý III/2024`, or what a derived view is called (`Lũy kế 9 tháng năm 2024`)."""
        period = self.consolidated.period
        return f"{totals.title} năm {period.year}" if totals.view else period.label

    def window(self, totals: FormTotals) -> Window:
        """Days the figures of the form's view cover."""
        regime, period = self.consolidated.province.regime, self.consolidated.period
        own = regime.window(period)
        parts = {c.name: c.parts for c in regime.cumulatives}
        if totals.view in parts:
            return Window(regime.window(regime.part(period, parts[totals.view][0])).first, own.last)
        implied = {i.name: i.parts for i in regime.implied}
        if totals.view in implied:
            last = regime.window(regime.part(period, implied[totals.view][-1])).last
            return Window(last + timedelta(days=1), own.last)
        return own


def at_level(units: Iterable[Unit], level: Level) -> tuple[Unit, ...]:
    """Those of `units` at `level`, order kept."""
    return tuple(unit for unit in units if unit.level is level)


def lowered(name: str) -> str:
    """`Thị xã Phước Long` → `thị xã Phước Long`: the kind of unit inside a sentence."""
    return name[:1].lower() + name[1:]


def state_name(totals: FormTotals, unit: Unit) -> str:
    """What the coverage column says of one unit's form.

    In a derived view an unfiled form may be one of any of the periods, so it only says that figures lack.
    """
    state = totals.states[unit.code]
    if totals.view and state not in {ACCEPTED, "nil"}:
        return PARTS_MISSING
    return STATE_NAMES[state]


def filed(totals: FormTotals, unit: Unit) -> bool:
    """Whether the unit's own figures stand in the totals (also with "không phát sinh")."""
    return totals.states[unit.code] in {ACCEPTED, "nil"}
