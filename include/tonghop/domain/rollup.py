"""Adding up: totals of units, groups, districts and the province, each with how many units stand behind it.

A total is always (value, units counted, units owed). A missing part makes it incomplete and is never taken as zero;
a unit that stated "không phát sinh" is counted and adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from tonghop.domain.form import Column, Form, OverUnits, RowKind
from tonghop.domain.units import Level
from tonghop.domain.value import recompute

Number = int | Decimal
Figures = Mapping[int, Number | None]  # column number → figure of one row
Rows = Mapping[str, Figures]  # row key → figures

OWN = "own"
ITEMS = 0  # stands in for a column where the number of rows of a list is meant


class TotalKey(NamedTuple):
    """Where a total stands.

    `scope` is the code of the unit the total is about: a filing unit, a district with its communes, the province.
    `group` is the level whose figures are added (`so`, `huyen`, `xa`), "" for all of them, "own" for one unit's own.
    `row` is a row key, "" for the (sub)total over the rows; `column` 0 counts the rows of a list.
    """

    scope: str
    group: str
    row: str
    column: int


@dataclass(frozen=True, slots=True)
class Total:
    """A figure with its coverage. `value` is None when no counted unit gave one ("–")."""

    value: Number | None
    counted: int
    owed: int

    @property
    def complete(self) -> bool:
        return self.counted == self.owed


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What one owing unit has standing for a form.

    `rows` None: nothing accepted. `rows` {} : "không phát sinh", or a list without rows. `district` is the code of
    the district whose consolidated report includes the unit ("" for departments, its own code for a district).
    `expected` holds the row keys the unit is known to report on.
    """

    code: str
    level: Level
    district: str
    rows: Rows | None
    expected: frozenset[str] = field(default=frozenset())

    @property
    def counted(self) -> bool:
        return self.rows is not None


def addable(column: Column) -> bool:
    """Whether the column's figures may be added; a computed one is derived anew from the sums instead."""
    return column.is_figure and column.formula is None and column.over_units is not OverUnits.CONCATENATE


def add(form: Form, parts: Iterable[Figures]) -> dict[int, Number | None]:
    """Sum of `parts` column by column, computed columns derived anew from the sums (rates are never added).

    A column that no part gives stays None: nothing reported is not zero.
    """
    numbers = [column.number for column in form.figures if addable(column)]
    sums: dict[int, Number | None] = dict.fromkeys((column.number for column in form.figures), None)
    for part in parts:
        for number in numbers:
            value = part.get(number)
            if value is not None:
                sums[number] = value + (sums[number] or 0)
    return recompute(form, sums)


def roll_up(form: Form, units: Sequence[UnitFigures], province: str) -> dict[TotalKey, Total]:
    """All totals of `form` over the units that owe it.

    Scopes: every unit's own (group "own", row "" only), every district with its communes, and the province.
    The order of `units` does not matter to any figure.
    """
    totals: dict[TotalKey, Total] = {}
    for unit in units:
        totals.update(_lines(form, [unit], unit.code, OWN, by_row=False))
    scopes = {unit.district: [u for u in units if u.district == unit.district] for unit in units if unit.district}
    scopes[province] = list(units)
    for scope, members in scopes.items():
        for level in dict.fromkeys(unit.level for unit in members):
            group = [unit for unit in members if unit.level is level]
            totals.update(_lines(form, group, scope, level.value, by_row=form.row_kind is RowKind.FIELDS))
        totals.update(_lines(form, members, scope, "", by_row=False))
    return totals


def _lines(
    form: Form, units: Sequence[UnitFigures], scope: str, group: str, *, by_row: bool
) -> Iterator[tuple[TotalKey, Total]]:
    """Totals of one group of one scope: its (sub)total and, where rows are fields, one line per row key."""
    yield from _line(form, units, TotalKey(scope, group, "", 0))
    if form.row_kind is RowKind.LIST:
        items = sum(len(unit.rows or {}) for unit in units)
        counted = sum(unit.counted for unit in units)
        yield TotalKey(scope, group, "", ITEMS), Total(items if counted else None, counted, len(units))
    if not by_row:
        return
    filed: dict[str, list[UnitFigures]] = {}
    for unit in units:
        for row in unit.expected.union(unit.rows or ()):
            filed.setdefault(row, []).append(unit)
    for row, owing in filed.items():
        yield from _line(form, owing, TotalKey(scope, group, row, 0))


def _line(form: Form, units: Sequence[UnitFigures], at: TotalKey) -> Iterator[tuple[TotalKey, Total]]:
    everyone = _sum(form, units, at)
    departments = [unit for unit in units if unit.level is Level.DEPARTMENT]
    procedures = units if at.group == OWN else departments
    only = everyone if len(procedures) == len(units) else _sum(form, procedures, at)
    for column in form.figures:
        if column.over_units is OverUnits.CONCATENATE:
            continue
        restricted = column.over_units is OverUnits.DEPARTMENTS_ONLY
        counted, owed, figures = only if restricted else everyone
        key = TotalKey(at.scope, at.group, at.row, column.number)
        yield key, Total(figures[column.number], counted, owed)


def _sum(form: Form, units: Sequence[UnitFigures], at: TotalKey) -> tuple[int, int, dict[int, Number | None]]:
    """(counted, owed, figures). A (sub)total of units that all stated nothing is 0; a row nobody filled stays None."""
    row = at.row
    parts: list[Figures] = []
    for unit in units:
        if unit.rows is not None:
            parts += list(unit.rows.values()) if not row else [unit.rows[row]] if row in unit.rows else []
    counted = sum(unit.counted for unit in units)
    if counted and not parts and not row and at.group != OWN:
        parts = [{column.number: 0 for column in form.figures if addable(column)}]
    return counted, len(units), add(form, parts)
