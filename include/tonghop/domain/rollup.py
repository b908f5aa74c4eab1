"""Adding up: totals of units, groups, districts and the province, each with how many units stand behind it.

A total is always (value, units counted, units owed). A missing part makes it incomplete and is never taken as zero;
a unit that stated "không phát sinh" is counted and adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from tonghop.domain.form import Column, Form, OverTime, OverUnits
from tonghop.domain.value import recompute

Figures = dict[int, int | Decimal | None]  # column number → figure of one row
Rows = dict[str, Figures]  # row key → figures


class TotalKey(NamedTuple):
    """Where a total stands.

    `scope` is the code of the unit the total is about: a filing unit, a district with its communes, the province.
    `group` is the level whose figures are added (`so`, `huyen`, `xa`), "" for all of them, "own" for one unit's own.
    `row` is a row key, "" for the (sub)total over the rows.
    """

    scope: str
    group: str
    row: str
    column: int


@dataclass(frozen=True, slots=True)
class Total:
    """A figure with its coverage. `value` is None when no counted unit gave one ("–")."""

    value: int | Decimal | None
    counted: int
    owed: int

    @property
    def complete(self) -> bool:
        return self.counted == self.owed


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What one owing unit has standing for a form: `rows` None = nothing accepted; {} = "không phát sinh"."""

    code: str
    level: str
    district: str  # code of the district whose consolidated report includes it ("" for departments)
    rows: Rows | None
    expected_rows: frozenset[str] = frozenset()  # row keys the unit is known to report on


def addable(column: Column) -> bool:
    return column.is_figure and column.formula is None


def add(form: Form, parts: Iterable[Figures]) -> Figures:
    """Sum of `parts` column by column, computed columns derived anew from the sums (rates are never added).

    A column no part gives stays None: nothing reported is not zero.
    """
    sums: Figures = {column.number: None for column in form.figures}
    for part in parts:
        for column in form.figures:
            value = part.get(column.number)
            if value is not None and addable(column):
                sums[column.number] = value + (sums[column.number] or 0)
    return recompute(form, sums)
