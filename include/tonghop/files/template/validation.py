"""What Excel lets a clerk type, and the Vietnamese words it says before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tonghop.domain.form import ColumnKind
from tonghop.files.template.checks import date_formula
from tonghop.files.template.formulas import address


def of(kind: ColumnKind, line: int, column: int, limit: int) -> dict[str, Any]:
    """Rule for the input cells of a column; `line` and `column` are the first cell of the area."""
    if kind.is_whole:
        return _whole(kind, limit)
    if kind is ColumnKind.PERCENT:
        return _rule(
            {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100},
            ("Nhập tỷ lệ", "Nhập số từ 0 đến 100, không ghi dấu %."),
            ("Tỷ lệ chưa đúng", "Ô này chỉ nhận số từ 0 đến 100."),
        )
    if kind is ColumnKind.DATE:
        return day(line, column)
    return text()


def _whole(kind: ColumnKind, limit: int) -> dict[str, Any]:
    what = "số tiền (đồng), là số nguyên" if kind is ColumnKind.MONEY else "số nguyên"
    return _rule(
        {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": limit},
        ("Nhập số", f"Nhập {what} từ 0 trở lên. Trong dòng có số liệu, không có thì nhập 0."),
        ("Số chưa đúng", "Ô này chỉ nhận số nguyên từ 0 trở lên, không có chữ và phần thập phân."),
    )


def day(line: int, column: int) -> dict[str, Any]:
    """A day: typed as a date, or as text day/month/year where Excel is set to another country's order."""
    return _rule(
        {"validate": "custom", "value": f"={date_formula(address(line, column))}"},
        ("Nhập ngày", "Nhập theo dạng ngày/tháng/năm, ví dụ 30/09/2024."),
        ("Ngày chưa đúng", "Nhập ngày theo dạng ngày/tháng/năm, ví dụ 30/09/2024."),
    )


def text(limit: int = 2000) -> dict[str, Any]:
    """Words, at most `limit` characters."""
    return _rule(
        {"validate": "length", "criteria": "<=", "value": limit},
        ("Nhập nội dung", "Ghi ngắn gọn, rõ nội dung."),
        ("Nội dung quá dài", f"Ô này chỉ nhận tối đa {limit} ký tự."),
    )


def name(*, is_list: bool) -> dict[str, Any]:
    """The name of a spare row."""
    prompt = "Mỗi thủ tục ghi một dòng." if is_list else "Ghi tên lĩnh vực chưa có trong biểu (nếu có)."
    return _rule(
        {"validate": "length", "criteria": "<=", "value": 200},
        ("Tên dòng", prompt),
        ("Tên quá dài", "Tên chỉ được tối đa 200 ký tự."),
    )


def one_of(values: Sequence[str], *, prompt: str = "Chọn một giá trị trong danh sách.") -> dict[str, Any]:
    """A drop-down of `values`; Excel takes at most 255 characters of them."""
    return _rule(
        {"validate": "list", "source": list(values)},
        ("Chọn trong danh sách", prompt),
        ("Giá trị chưa đúng", "Chọn một giá trị trong danh sách thả xuống."),
    )


def suggested(source: str) -> dict[str, Any]:
    """A drop-down of the cells `source`; anything else may be typed."""
    words = {"input_title": "Lý do", "input_message": "Chọn trong danh sách thả xuống, hoặc tự ghi lý do."}
    return {"validate": "list", "source": source, "show_error": False, **words}


def column(widest: int) -> dict[str, Any]:
    """The number of a form's column, as printed above the data rows."""
    return _rule(
        {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": widest},
        ("Số cột", "Ghi số thứ tự cột, ví dụ 6."),
        ("Số cột chưa đúng", f"Ghi một số từ 1 đến {widest}."),
    )


def _rule(rule: dict[str, Any], before: tuple[str, str], after: tuple[str, str]) -> dict[str, Any]:
    titles = {"input_title": before[0], "input_message": before[1], "error_title": after[0], "error_message": after[1]}
    return {**rule, **titles, "error_type": "stop"}
