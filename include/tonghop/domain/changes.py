"""Figures of a period beside earlier ones, like with like: only units counted in both periods are compared.

A total of 136 units set against one of 142 would show who filed, not what changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from tonghop.domain.consolidated import FormTotals
from tonghop.domain.form import Column, ColumnKind, Form, OverTime, OverUnits
from tonghop.domain.regime import Measure
from tonghop.domain.rollup import OWN, Number, Total, TotalKey, add, addable
from tonghop.domain.units import Level, UnitTree
from tonghop.domain.value import percent


class Past(StrEnum):
    """Which earlier period is meant."""

    PREVIOUS = "previous"
    YEAR_AGO = "year_ago"


@dataclass(frozen=True)
class Reference:
    """An earlier period to compare with: `label` as people read it, its units, its totals by form code."""

    past: Past
    label: str
    tree: UnitTree
    forms: Mapping[str, FormTotals] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """`now` beside `before`, both over the same `units`; `like` when these are all units counted in either period.

    For a rate both are percents and `delta` is in percentage points.
    """

    reference: Reference
    before: Number
    now: Number
    units: int
    like: bool

    @property
    def than(self) -> str:
        return self.reference.label

    @property
    def delta(self) -> Number:
        return self.now - self.before

    @property
    def percent(self) -> Decimal | None:
        """Growth in percent of what was before; None when there was nothing."""
        return percent(self.delta, self.before)


@dataclass(frozen=True, slots=True)
class Figure:
    """A published total of the province with its changes, the last period first; past periods unknown are not there."""

    column: Column
    total: Total
    changes: tuple[Change, ...]

    @property
    def value(self) -> Number | None:
        return self.total.value

    def change(self, past: Past) -> Change | None:
        return next((change for change in self.changes if change.reference.past is past), None)


@dataclass(frozen=True)
class Pairing:
    """One form now and then: the units counted in both, each column's sums over them.

    `like` says per column whether no unit counted in either period was left out.
    """

    reference: Reference
    units: dict[int, int]
    like: dict[int, bool]
    now: dict[int, Number | None]
    before: dict[int, Number | None]

    def change(self, column: Column) -> Change | None:
        """How the column's figure changed; None where it is unknown on either side."""
        now, before = self.now.get(column.number), self.before.get(column.number)
        if now is None or before is None or not self.units[column.number]:
            return None
        return Change(self.reference, before, now, self.units[column.number], self.like[column.number])

    def rate_change(self, measure: Measure) -> Change | None:
        """How a rate changed, in percentage points; None where it is unknown on either side."""
        now, before = _rate(measure, self.now), _rate(measure, self.before)
        numbers = (*measure.part, *measure.whole)
        if now is None or before is None:
            return None
        units, like = min(self.units[number] for number in numbers), all(self.like[number] for number in numbers)
        return Change(self.reference, before, now, units, like)


def pair(totals: FormTotals, tree: UnitTree, reference: Reference) -> Pairing | None:
    """`totals` beside the same form of `reference`; None when it is not there, or had other columns then.

    Units are matched by their key (code, valid_from): a commune made by a merger is not the one whose code it took.
    """
    then = reference.forms.get(totals.form.code)
    if then is None or then.form.columns != totals.form.columns:
        return None
    now_counted, then_counted = _counted(totals, tree), _counted(then, reference.tree)
    units, like = {}, {}
    for column in totals.form.figures:
        mine, theirs = _of(column, tree, now_counted), _of(column, reference.tree, then_counted)
        units[column.number], like[column.number] = len(mine & theirs), mine == theirs
    both = {code for code, _ in now_counted & then_counted}
    return Pairing(reference, units, like, _sums(totals, tree, both), _sums(then, reference.tree, both))


def _counted(totals: FormTotals, tree: UnitTree) -> set[tuple[str, object]]:
    """Keys of the units whose form stands in the totals."""
    number = totals.form.figures[0].number if totals.form.figures else 0
    owns = ((code, totals.own(code, number)) for code in totals.states if code in tree)
    return {tree[code].key for code, own in owns if own is not None and own.counted}


def _of(column: Column, tree: UnitTree, keys: set[tuple[str, object]]) -> set[tuple[str, object]]:
    """Those of `keys` whose figures the column adds."""
    if column.over_units is not OverUnits.DEPARTMENTS_ONLY:
        return keys
    return {key for key in keys if tree[str(key[0])].level is Level.DEPARTMENT}


def _sums(totals: FormTotals, tree: UnitTree, codes: Collection[str]) -> dict[int, Number | None]:
    """Column sums over units with these codes, computed columns derived anew; {} when there is no unit."""
    if not codes:
        return {}
    departments = [code for code in codes if tree[code].level is Level.DEPARTMENT]
    everyone, only = _added(totals, codes), _added(totals, departments)
    sums = {}
    for column in totals.form.figures:
        hidden = bool(totals.view) and column.over_time is OverTime.NOT_DERIVABLE
        restricted = column.over_units is OverUnits.DEPARTMENTS_ONLY
        sums[column.number] = None if hidden else (only if restricted else everyone)[column.number]
    return sums


def _added(totals: FormTotals, codes: Collection[str]) -> dict[int, Number | None]:
    numbers = [column.number for column in totals.form.figures]
    parts = []
    for code in codes:
        found = ((number, totals.totals.get(TotalKey(code, OWN, "", number))) for number in numbers)
        parts.append({number: total.value for number, total in found if total is not None})
    return add(totals.form, [_zeros(totals.form), *parts])


def _zeros(form: Form) -> dict[int, Number | None]:
    """A unit that stated nothing is counted and adds nothing: the sum starts at zero, but for figures never added."""
    return {column.number: 0 for column in form.figures if addable(column)}


def _rate(measure: Measure, sums: Mapping[int, Number | None]) -> Decimal | None:
    part, whole = (_sum(sums, numbers) for numbers in (measure.part, measure.whole))
    return None if part is None or whole is None else percent(part, whole)


def _sum(sums: Mapping[int, Number | None], numbers: Collection[int]) -> Number | None:
    known = [value for number in numbers if (value := sums.get(number)) is not None]
    return sum(known) if known and len(known) == len(numbers) else None


def comparable(column: Column) -> bool:
    """Whether a change of the column's figure means anything: counts and money (a percent changes in points)."""
    return column.kind in {ColumnKind.COUNT, ColumnKind.MONEY} and column.over_units is not OverUnits.CONCATENATE
