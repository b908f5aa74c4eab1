"""Vietnamese words for what pydantic finds wrong with a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

_GROUP = "phải là các dòng khóa: giá trị"
_LIST = "phải là danh sách [ … ]"
_DAY = "phải là ngày dạng 2024-12-31"
_NUMBER = "phải là số"
_WHOLE = "phải là số nguyên"
_FLAG = "phải là true hoặc false"
_ONE_OF = "phải là một trong: {expected}"

_MESSAGES = {
    "extra_forbidden": "khóa này không được khai ở đây",
    "missing": "thiếu khóa bắt buộc này",
    "string_type": "phải là chữ (đặt trong ngoặc kép nếu trông như số hoặc ngày)",
    "string_too_short": "không được để trống",
    "string_pattern_mismatch": "không đúng dạng cho phép {pattern}",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "enum": _ONE_OF,
    "literal_error": _ONE_OF,
    "union_tag_not_found": "thiếu khóa kind (loại quy tắc)",
    "union_tag_invalid": "kind phải là một trong: {expected_tags}",
    "greater_than_equal": "không được nhỏ hơn {ge}",
    "less_than_equal": "không được lớn hơn {le}",
    "greater_than": "phải lớn hơn {gt}",
    "less_than": "phải nhỏ hơn {lt}",
    "too_short": "cần ít nhất {min_length} mục",
    "too_long": "chỉ được có {max_length} mục",
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _GROUP,
    "model_type": _GROUP,
    "model_attributes_type": _GROUP,
    "value_error": "{error}",
}


def in_vietnamese(item: Mapping[str, Any]) -> str:
    """One entry of `ValidationError.errors()` as a Vietnamese sentence that quotes the value."""
    kind, context = item["type"], item.get("ctx", {})
    message = _MESSAGES.get(kind, "giá trị không dùng được").format(**context).replace(" or ", " hoặc ")
    given = item.get("input")
    quotable = isinstance(given, str | int | float | date) and kind not in {"extra_forbidden", "missing"}
    return f"{message}, đang là “{given}”" if quotable else message
