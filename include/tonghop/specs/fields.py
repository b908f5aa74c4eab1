"""The lĩnh vực units report on (fields.csv): rows of a level, or of one unit, between dates."""

from __future__ import annotations

from tonghop.domain.province import FieldRow
from tonghop.domain.units import Level, Unit
from tonghop.specs.source import Problems, Row, Source, overlapping

_COLUMNS = ("level", "unit_code", "position", "field", "valid_from", "valid_to")


def read_fields(source: Source, units: tuple[Unit, ...], problems: Problems) -> tuple[FieldRow, ...]:
    """Field rows of `source` in file order, after adding every mistake to `problems`."""
    levels: dict[str, set[Level]] = {}
    for unit in units:
        levels.setdefault(unit.code, set()).add(unit.level)
    built: list[FieldRow] = []
    same_name: dict[tuple[Level, str], list[FieldRow]] = {}
    for row in source.rows(_COLUMNS, problems):
        field = _field(row)
        if field is None:
            continue
        _check_holder(row, field, levels)
        namesakes = same_name.setdefault((field.level, field.key), [])
        if any(_meet(field, other) for other in namesakes):
            row.add("field", f"lĩnh vực “{field.name}” lặp lại cho cùng đơn vị trong cùng thời gian")
        namesakes.append(field)
        built.append(field)
    return tuple(built)


def _field(row: Row) -> FieldRow | None:
    level, position, name, validity = row.level("level"), row.whole("position"), row.text("field"), row.validity()
    if level is None or position is None or name is None or validity is None:
        return None
    return FieldRow(level, row["unit_code"], position, name, *validity)


def _check_holder(row: Row, field: FieldRow, levels: dict[str, set[Level]]) -> None:
    if field.level is Level.PROVINCE:
        row.add("level", "tỉnh không tự nộp biểu: dòng này không bao giờ áp dụng")
    elif field.unit_code and field.unit_code not in levels:
        row.add("unit_code", f"không có đơn vị {field.unit_code}")
    elif field.unit_code and field.level not in levels[field.unit_code]:
        row.add("level", f"đơn vị {field.unit_code} không thuộc cấp {field.level}: dòng này không bao giờ áp dụng")


def _meet(one: FieldRow, other: FieldRow) -> bool:
    """Whether some unit would get both rows on some day."""
    same_unit = one.unit_code == other.unit_code or not one.unit_code or not other.unit_code
    return same_unit and overlapping((one.first, one.last), (other.first, other.last))
