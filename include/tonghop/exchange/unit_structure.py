"""The structure of a unit's JSON response: every departure from docs/exchange-schema.json is told, all at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

SCHEMA = "tonghop-unit/1"
_MOST_PROBLEMS = 20
_SIGNATURE = ("compiler", "head", "report_number", "report_date")
_KINDS = {dict: "một đối tượng", list: "một danh sách", str: "một chuỗi ký tự", bool: "true hoặc false"}
Scalar = None | bool | int | float | str


@dataclass(frozen=True)
class RowData:
    """A row as given: `place` is its JSON pointer, `values` column number → what was given."""

    place: str
    name: str
    values: dict[int, Scalar]


@dataclass(frozen=True)
class FormData:
    """A form as given; `total` None when the response leaves it to us."""

    nil: bool
    rows: tuple[RowData, ...]
    total: RowData | None


@dataclass(frozen=True)
class UnitData:
    """A response whose structure is right."""

    unit: str
    unit_name: str
    period: str
    regime: str
    signature: dict[str, str]
    forms: dict[str, FormData]
    explanations: tuple[dict[str, Any], ...]
    paragraphs: tuple[dict[str, str], ...]


@dataclass
class Structure:
    """Reads values of expected kinds and gathers, with JSON pointers, what is not as agreed."""

    problems: list[str] = field(default_factory=list)

    def take(self, holder: Mapping[str, Any], name: str, kind: type, place: str, *, needed: bool = False) -> Any:
        """`holder[name]` of exactly `kind`; the kind's empty value when it is left out or wrong."""
        value = holder.get(name)
        if value is None:
            if needed:
                self.add(f"{place}/{name}", "thiếu")
            return kind()
        return self.kept(value, kind, f"{place}/{name}")

    def kept(self, value: Any, kind: type, place: str) -> Any:
        """`value` when it is of exactly `kind`, else the kind's empty value."""
        if type(value) is not kind:
            self.add(place, f"phải là {_KINDS[kind]}")
            return kind()
        return value

    def only(self, holder: Mapping[str, Any], names: tuple[str, ...], place: str) -> None:
        """Names nobody agreed on are refused: a figure under a misspelt name must not vanish."""
        for name in holder:
            if name not in names:
                self.add(f"{place}/{name}", "không có trong tài liệu trao đổi dữ liệu")

    def add(self, place: str, words: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(f"{place or '/'}: {words}")


def read_structure(content: bytes) -> UnitData | list[str]:
    """The response, or what is wrong with its structure (Vietnamese, at most twenty lines)."""
    try:
        whole = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_number)
    except _RepeatedError as repeated:
        return [f"khóa “{repeated}” lặp lại trong một đối tượng"]
    except (ValueError, RecursionError):
        return ["nội dung không phải JSON (UTF-8) hợp lệ"]
    if not isinstance(whole, dict):
        return [f"toàn bộ nội dung phải là {_KINDS[dict]}"]
    reading = Structure()
    data = _whole(reading, whole)
    return reading.problems or data


class _RepeatedError(Exception):
    """A key stands twice in one object; JSON would silently keep the last."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedError(next(name for name in names if names.count(name) > 1)[:100])
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _whole(reading: Structure, whole: dict[str, Any]) -> UnitData:
    names = ("schema", "unit", "period", "regime", "signature", "forms", "explanations", "paragraphs")
    reading.only(whole, names, "")
    if reading.take(whole, "schema", str, "", needed=True) not in {"", SCHEMA}:
        reading.add("/schema", f"phải là “{SCHEMA}”")
    unit = reading.take(whole, "unit", dict, "", needed=True)
    reading.only(unit, ("code", "name"), "/unit")
    signature = reading.take(whole, "signature", dict, "")
    reading.only(signature, _SIGNATURE, "/signature")
    forms = reading.take(whole, "forms", dict, "", needed=True)
    return UnitData(
        unit=reading.take(unit, "code", str, "/unit", needed=True),
        unit_name=reading.take(unit, "name", str, "/unit"),
        period=reading.take(whole, "period", str, "", needed=True),
        regime=reading.take(whole, "regime", str, ""),
        signature={name: reading.take(signature, name, str, "/signature") for name in _SIGNATURE},
        forms={code: _form(reading, form, f"/forms/{code}") for code, form in forms.items()},
        explanations=tuple(_explanations(reading, whole)),
        paragraphs=tuple(_paragraphs(reading, whole)),
    )


def _form(reading: Structure, given: Any, place: str) -> FormData:
    form = reading.kept(given, dict, place)
    reading.only(form, ("nil", "rows", "total"), place)
    rows = reading.take(form, "rows", list, place)
    total = form.get("total")
    return FormData(
        nil=reading.take(form, "nil", bool, place),
        rows=tuple(_row(reading, row, f"{place}/rows/{number}") for number, row in enumerate(rows)),
        total=None if total is None else RowData(f"{place}/total", "", _values(reading, total, f"{place}/total")),
    )


def _row(reading: Structure, given: Any, place: str) -> RowData:
    row = reading.kept(given, dict, place)
    reading.only(row, ("name", "values"), place)
    name = reading.take(row, "name", str, place)
    values = reading.take(row, "values", dict, place, needed=True)
    return RowData(place, name, _values(reading, values, f"{place}/values"))


def _values(reading: Structure, given: Any, place: str) -> dict[int, Scalar]:
    found: dict[int, Scalar] = {}
    for name, value in reading.kept(given, dict, place).items():
        if not (name.isascii() and name.isdigit() and len(name) <= 3 and name == str(int(name))):
            reading.add(f"{place}/{name}", "tên phải là số thứ tự cột của biểu")
        elif isinstance(value, dict | list):
            reading.add(f"{place}/{name}", "phải là một số, một chuỗi ký tự hoặc null")
        else:
            found[int(name)] = value
    return found


def _explanations(reading: Structure, whole: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for number, given in enumerate(reading.take(whole, "explanations", list, "")):
        place = f"/explanations/{number}"
        one = reading.kept(given, dict, place)
        reading.only(one, ("form", "row", "column", "reason"), place)
        column = one.get("column", 0)
        if type(column) is not int:
            reading.add(f"{place}/column", "phải là số thứ tự cột của biểu")
            column = 0
        texts = {name: reading.take(one, name, str, place, needed=name != "row") for name in ("form", "row", "reason")}
        found.append({**texts, "column": column})
    return found


def _paragraphs(reading: Structure, whole: dict[str, Any]) -> list[dict[str, str]]:
    found = []
    for number, given in enumerate(reading.take(whole, "paragraphs", list, "")):
        place = f"/paragraphs/{number}"
        one = reading.kept(given, dict, place)
        reading.only(one, ("heading", "text"), place)
        found.append({name: reading.take(one, name, str, place, needed=True) for name in ("heading", "text")})
    return found
