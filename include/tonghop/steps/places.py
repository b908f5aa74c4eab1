"""Which line of a published table is meant by the words a person types: a field, a unit, a group, the total."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tonghop.domain.errors import UsageError
from tonghop.domain.form import Form, RowKind
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.rollup import OWN
from tonghop.domain.text import key
from tonghop.domain.tracing import views
from tonghop.domain.units import Level, Unit

_TOTALS = {key("TỔNG CỘNG"), key("TỔNG SỐ"), key("CẢ TỈNH"), ""}


@dataclass(frozen=True, slots=True)
class Place:
    """A line: `units` are added; `row` is a row key ("" over all rows); `group` as in totals ("own", a level, "")."""

    units: tuple[Unit, ...]
    group: str
    row: str
    name: str
    row_name: str


def known_views(province: Province, period: Period) -> str:
    """Which derived tables a period has, as a remedy."""
    names = ", ".join(views(province.regime, period))
    return f"Các bảng suy ra: {names}." if names else "Kỳ này không có bảng suy ra."


def find_place(province: Province, period: Period, form: Form, words: tuple[str, str, str]) -> Place:
    """The line of `form` meant by (row, level, district); UsageError says what there is instead."""
    row, level, district = words
    scope, name = _scope(province, period, form, district)
    group, members = _group(province, scope, level)
    wanted = key(row)
    titles = [province.regime.level_names(unit.level) for unit in scope]
    for names in titles:
        if wanted in {key(names.unit_group), key(names.field_group)} and not level:
            group, members = _group(province, scope, names.level.value)
            return Place(members, group, "", names.unit_group, "")
    if wanted in _TOTALS | {key(form.total_label), key(province.tree(period).province.code)}:
        return Place(members, group, "", name, "")
    unit = _unit(province, period, members, row)
    if unit is not None:
        return Place((unit,), OWN, "", province.tree(period).full_name(unit), "")
    if form.row_kind is not RowKind.FIELDS:
        raise UsageError(f"Biểu {form.code} không có dòng “{row}”.", "Ghi mã hoặc tên đơn vị, hoặc “TỔNG CỘNG”.")
    return Place(members, group, wanted, name, row)


def _scope(province: Province, period: Period, form: Form, district: str) -> tuple[tuple[Unit, ...], str]:
    owing = province.owing(form.code, period)
    if not district:
        return owing, "Cả tỉnh"
    found = _unit(province, period, province.tree(period).at(Level.DISTRICT), district)
    if found is None:
        raise UsageError(f"Không có huyện, thị xã, thành phố “{district}”.", "Ghi mã hoặc tên, ví dụ 688.")
    members = tuple(u for u in owing if u == found or (u.level is Level.COMMUNE and u.parent_code == found.code))
    return members, f"{found.name} (cả các xã, phường, thị trấn)"


def _group(province: Province, units: Iterable[Unit], level: str) -> tuple[str, tuple[Unit, ...]]:
    known = {names.level.value for names in province.regime.levels}
    if level and level not in known:
        raise UsageError(f"Không có cấp “{level}”.", f"Các cấp: {', '.join(sorted(known))}.")
    return level, tuple(unit for unit in units if not level or unit.level.value == level)


def _unit(province: Province, period: Period, units: Iterable[Unit], words: str) -> Unit | None:
    """The unit with this code, or the only one with this name; UsageError when several share it."""
    tree, wanted = province.tree(period), key(words)
    found = [unit for unit in units if wanted in {key(unit.code), key(unit.name), key(tree.full_name(unit))}]
    if len(found) > 1:
        shown = "; ".join(f"{unit.code} {tree.full_name(unit)}" for unit in found)
        raise UsageError(f"Có nhiều đơn vị tên “{words}”.", f"Ghi mã đơn vị: {shown}.")
    return found[0] if found else None
