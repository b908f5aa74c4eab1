"""YAML that does not fit: every message is Vietnamese and names the place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from tonghop.domain.errors import SpecError
from tonghop.specs import load_province, models
from tonghop.specs.wording import in_vietnamese

from .conftest import FORM, PROVINCE, REGIME, Data


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "message"),
    [
        (FORM, "title: Kết quả tiếp", "titel: Kết quả tiếp", "titel", "khóa này không được khai ở đây"),
        (FORM, "title: Kết quả tiếp", "titel: Kết quả tiếp", "title", "thiếu khóa bắt buộc này"),
        (FORM, "spare_rows: 3", "spare_rows: ba", "spare_rows", "phải là số nguyên, đang là “ba”"),
        (FORM, "spare_rows: 3", "spare_rows: 3.5", "spare_rows", "phải là số nguyên, đang là “3.5”"),
        (FORM, "spare_rows: 3", "spare_rows: -1", "spare_rows", "không được nhỏ hơn 0, đang là “-1”"),
        (FORM, "spare_rows: 3", "spare_rows: 201", "spare_rows", "không được lớn hơn 200, đang là “201”"),
        (
            FORM,
            "standing: working",
            "standing: draft",
            "standing",
            "phải là một trong: 'confirmed' hoặc 'working', đang là “draft”",
        ),
        (
            FORM,
            "row_kind: fields",
            "row_kind: rows",
            "row_kind",
            "phải là một trong: 'fields', 'units' hoặc 'list', đang là “rows”",
        ),
        (FORM, "key: moi,", "key: Mới,", "columns.4.key", None),
        (FORM, "sources:\n  - Biểu thử, chỉ dùng trong kiểm thử", "sources: []", "sources", "cần ít nhất 1 mục"),
        (FORM, "{kind: year, columns: [5, 6]", "{kind: years, columns: [5, 6]", "rules.2", None),
        (FORM, "{kind: year, columns: [5, 6]", "{columns: [5, 6]", "rules.2", "thiếu khóa kind (loại quy tắc)"),
        (FORM, "left: [3]", "left: 3", "rules.0.balance.left", "phải là danh sách [ … ], đang là “3”"),
        (FORM, "text: STT", 'text: ""', "header.0.text", "không được để trống, đang là “”"),
        (FORM, "text: STT, rows: [1, 2]", "text: STT, rows: [1]", "header.0.rows.1", "thiếu khóa bắt buộc này"),
        (REGIME, 'version: "2024-01-01"', "version: 2024-01-01", "version", None),
        (REGIME, "shift_deadlines: true", "shift_deadlines: có", "shift_deadlines", None),
        (REGIME, "valid: {from: 2024-01-01", "valid: {from: hôm nay", "valid.from", None),
        (
            REGIME,
            "days_off: {country: VN",
            "days_off: VN #",
            "days_off",
            "phải là các dòng khóa: giá trị, đang là “VN”",
        ),
        (REGIME, "so: 21, tinh", "so: 31, tinh", "deadlines.so", "không được lớn hơn 28, đang là “31”"),
        (PROVINCE, "value: 90", "value: cao", "targets.0.value", "phải là số, đang là “cao”"),
    ],
)
def test_a_value_that_does_not_fit_its_key(
    data: Data, *, file: str, old: str, new: str, key: str, message: str | None
) -> None:
    data.replace(file, old, new)
    found = data.mistakes()
    assert (file, key) in {item[:2] for item in found}, found
    assert message is None or (file, key, message) in found


def test_a_key_written_twice_is_not_silently_overwritten(data: Data) -> None:
    data.replace(FORM, "spare_rows: 3", "spare_rows: 3\nspare_rows: 5")
    data.replace(FORM, "{number: 5, key: moi,", "{number: 5, key: moi, number: 6,")
    line = (data.include / FORM).read_text(encoding="utf-8").split("\n").index("spare_rows: 5") + 1
    repeated = [item for item in data.mistakes() if "lặp lại ở dòng" in item[2]]
    assert repeated == [
        (FORM, "spare_rows", f"khóa này lặp lại ở dòng {line}"),
        (FORM, "columns.4.number", f"khóa này lặp lại ở dòng {line + 19}"),
    ]


@pytest.mark.parametrize(
    "spoil", ["rules: [", "  lệch: thụt lề", "\tkhóa: có dấu tab", "ngày: 2024-13-45", "[1]: khóa là danh sách"]
)
def test_yaml_that_cannot_be_read_says_where_in_vietnamese(data: Data, spoil: str) -> None:
    data.append(FORM, f"{spoil}\n")
    file, key, message = data.mistakes()[0]
    assert (file, key) == (FORM, "")
    assert message.startswith("sai cú pháp YAML")


def test_an_empty_file_is_named(data: Data) -> None:
    (data.include / FORM).write_text("", encoding="utf-8")
    assert (FORM, "", "tệp không có nội dung") in data.mistakes()


def test_the_message_of_the_error_lists_every_mistake_and_the_remedy(data: Data) -> None:
    data.replace(FORM, "spare_rows: 3", "spare_rows: ba")
    data.replace(PROVINCE, "place: Thử", "noi: Thử")
    with pytest.raises(SpecError) as caught:
        load_province(data.include, "tinh-thu")
    text = str(caught.value)
    assert text.startswith("Dữ liệu quy định có 3 lỗi:")
    assert f"  - {FORM}: spare_rows: phải là số nguyên" in text
    assert text.endswith("Sửa các tệp nêu trên rồi chạy lại.")


def _errors() -> Iterator[ErrorDetails]:
    """What pydantic reports when every key of every model holds each of these."""
    wrong: list[object] = [None, "", "chữ", -1, 10**6, 1.5, True, [], ["chữ"], [1, 2, 3], {}, {"chữ": 1}, object()]
    every = [value for value in vars(models).values() if isinstance(value, type) and issubclass(value, BaseModel)]
    for model in every:
        for name, value in product(model.model_fields, wrong):
            try:
                model.model_validate({name: value})
            except ValidationError as error:
                yield from error.errors()


def test_every_message_pydantic_can_give_here_is_translated() -> None:
    errors = {error["type"]: in_vietnamese(error) for error in _errors()}
    assert len(errors) > 15
    assert {kind for kind, message in errors.items() if message.startswith("giá trị không dùng được")} == set()


def test_messages_hold_no_english(data: Data) -> None:
    data.replace(FORM, "spare_rows: 3", "spare_rows: ba\nextra: 1")
    data.replace(FORM, "left: [3]", "left: {}")
    for _, _, message in data.mistakes():
        assert not re.search(r"\b(input|should|valid|field|required|extra)\b", message, re.IGNORECASE)


def test_the_adapter_of_a_day_allows_only_days_every_month_has() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(models.Day).validate_python(29)
