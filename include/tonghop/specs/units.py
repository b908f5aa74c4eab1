"""The units of a province (units.csv): who exists from when to when, under whom, under which identifier."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tonghop.domain.units import Level, Unit, is_identifier
from tonghop.specs.source import Problems, Row, Source, overlapping

_COLUMNS = ("code", "identifier", "name", "level", "parent", "valid_from", "valid_to", "email")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{0,19}")
_PARENTS = {
    Level.DEPARTMENT: {Level.PROVINCE},
    Level.DISTRICT: {Level.PROVINCE},
    Level.COMMUNE: {Level.DISTRICT, Level.PROVINCE},
}


def read_units(source: Source, problems: Problems) -> tuple[Unit, ...]:
    """Units of `source` in file order, after adding every mistake to `problems`."""
    found = [(row, unit) for row in source.rows(_COLUMNS, problems) if (unit := _unit(row)) is not None]
    by_code: dict[str, list[Unit]] = {}
    for row, unit in found:
        if any(overlapping(_days(unit), _days(other)) for other in by_code.get(unit.code, ())):
            row.add("code", f"mã đơn vị {unit.code} lặp lại trong cùng thời gian")
        by_code.setdefault(unit.code, []).append(unit)
    for row, unit in found:
        _check_parent(row, unit, by_code.get(unit.parent_code, []))
    return tuple(unit for _, unit in found)


def _unit(row: Row) -> Unit | None:
    code, name, level, validity = row.text("code"), row.text("name"), row.level("level"), row.validity()
    if code and not _CODE.fullmatch(code):
        row.add("code", f"mã đơn vị “{code}” chỉ được gồm chữ không dấu và số, nhiều nhất 20 ký tự")
    if row["identifier"] and not is_identifier(row["identifier"]):
        row.add("identifier", f"mã định danh “{row['identifier']}” không đúng dạng H49.22 hoặc 000.00.22.H49")
    if row["email"] and not re.fullmatch(r"[^@\s]+@[^@\s]+", row["email"]):
        row.add("email", f"địa chỉ thư “{row['email']}” không đúng dạng")
    if code is None or name is None or level is None or validity is None:
        return None
    return Unit(code, name, level, row["parent"], *validity, row["identifier"], row["email"])


def _check_parent(row: Row, unit: Unit, parents: list[Unit]) -> None:
    """A unit belongs to a unit of the level above that exists as long as it does; the province to none."""
    if unit.level is Level.PROVINCE:
        if unit.parent_code:
            row.add("parent", "tỉnh không có đơn vị cấp trên")
        return
    if not unit.parent_code:
        row.add("parent", "chưa ghi đơn vị cấp trên")
        return
    if not parents:
        row.add("parent", f"không có đơn vị cấp trên {unit.parent_code}")
        return
    if any(parent.level not in _PARENTS[unit.level] for parent in parents):
        row.add("parent", f"đơn vị {unit.parent_code} không thể là cấp trên của cấp {unit.level}")
    if not _covered(unit, parents):
        row.add("parent", f"đơn vị cấp trên {unit.parent_code} không tồn tại trong cả thời gian của đơn vị này")


def _covered(unit: Unit, parents: list[Unit]) -> bool:
    """Whether the parents' days, one after another, span the unit's."""
    day: date = unit.valid_from
    for parent in sorted(parents, key=lambda parent: parent.valid_from):
        if parent.valid_on(day):
            if parent.valid_to is None or (unit.valid_to is not None and unit.valid_to <= parent.valid_to):
                return True
            day = parent.valid_to + timedelta(days=1)
    return False


def _days(unit: Unit) -> tuple[date, date | None]:
    return unit.valid_from, unit.valid_to
