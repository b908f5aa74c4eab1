"""Totals of one form reached on different ways must be one figure; otherwise nothing is published."""

from __future__ import annotations

from collections.abc import Iterable

from tonghop.domain.consolidated import FormTotals
from tonghop.domain.errors import StoreError
from tonghop.domain.form import Column, OverUnits, RowKind
from tonghop.domain.rollup import OWN, Number, Total, addable
from tonghop.domain.units import Level
from tonghop.files.consolidated.scope import Scope


def check_agreement(scope: Scope, totals: FormTotals) -> None:
    """The total of every added column equals Σ groups = Σ fields = Σ units.

    Raises StoreError naming form, column and the figures that differ: a fault of ours, never of a unit.
    """
    for column in totals.form.figures:
        if addable(column):
            _check(scope, totals, column)


def _check(scope: Scope, totals: FormTotals, column: Column) -> None:
    wanted = _value(totals.total(scope.code, "", "", column.number))
    ways = {"các cấp": _by_group(scope, totals, column), "các đơn vị": _by_unit(scope, totals, column)}
    if totals.form.row_kind is RowKind.FIELDS:
        ways["các lĩnh vực"] = _by_field(scope, totals, column)
    for way, found in ways.items():
        if found != wanted:
            raise StoreError(
                f"Biểu {totals.form.code} ({scope.period_line(totals)}), cột {column.number}: dòng "
                f"{totals.form.total_label} là {wanted} nhưng cộng theo {way} là {found}.",
                "Chạy lại bước tổng hợp của kỳ này; nếu vẫn lệch thì không phát hành và báo người quản trị.",
            )


def _by_group(scope: Scope, totals: FormTotals, column: Column) -> Number:
    groups = (names.level.value for names, _ in scope.groups(totals))
    return _sum(totals.total(scope.code, group, "", column.number) for group in groups)


def _by_field(scope: Scope, totals: FormTotals, column: Column) -> Number:
    places = ((names.level, row) for names, _ in scope.groups(totals) for row in totals.rows.get(names.level, ()))
    return _sum(totals.total(scope.code, level.value, row, column.number) for level, row in places)


def _by_unit(scope: Scope, totals: FormTotals, column: Column) -> Number:
    only = column.over_units is OverUnits.DEPARTMENTS_ONLY
    units = (unit for unit in scope.owing(totals) if not only or unit.level is Level.DEPARTMENT)
    return _sum(totals.total(unit.code, OWN, "", column.number) for unit in units)


def _sum(parts: Iterable[Total | None]) -> Number:
    return sum((_value(part) for part in parts), 0)


def _value(total: Total | None) -> Number:
    return 0 if total is None or total.value is None else total.value
