"""Rows and cells of a form: filled, blank, added, unnamed, twice; formulas, totals, notes."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from files.intake_books import FIRST, Books, Sheet, field_row, flat

from tonghop.domain.period import Period
from tonghop.domain.submission import FiledForm
from tonghop.files.interpret import Interpreted
from tonghop.specs import load_province

PROVINCE = load_province(Path(__file__).parents[2] / "include", "binh-phuoc")
PERIOD = Period(2024, 3)
ONES = (1, 1, 1, 1, 1, 1, 1, 2)
BLANK = (None,) * 8


@pytest.fixture
def commune(tmp_path: Path) -> Books:
    return Books(PROVINCE, PROVINCE.tree(PERIOD)["25217"], tmp_path)


@pytest.fixture
def department(tmp_path: Path) -> Books:
    return Books(PROVINCE, PROVINCE.tree(PERIOD)["STNMT"], tmp_path)


def read(books: Books, code: str = "II.06a", **sheet: Any) -> tuple[FiledForm, Interpreted]:
    """Form `code` of a workbook in which every other form is nil."""
    owed = PROVINCE.owed_by(books.unit, PERIOD)
    forms = {each: Sheet(choice="Không phát sinh") for each in owed}
    found = books.read(books.write({**forms, code: Sheet(**sheet)}))
    assert found.filing is not None
    return found.filing.forms[code], found


# Rows by field


def test_known_rows_are_found_whatever_the_spelling(commune: Books) -> None:
    name = unicodedata.normalize("NFD", " ĐẤT \u00a0 đai")
    form, found = read(commune, rows=[field_row(name, *ONES)])
    assert [(row.key, row.name, row.added) for row in form.rows] == [("đất đai", "Đất đai", False)]
    assert flat(found) == []


def test_a_blank_row_is_no_dossier_in_that_field(commune: Books) -> None:
    form, found = read(commune, rows=[field_row("Hộ tịch", *BLANK), field_row("Đất đai", *ONES)])
    assert [(row.key, row.is_blank) for row in form.rows] == [("hộ tịch", True), ("đất đai", False)]
    assert flat(found) == []


def test_one_finding_for_each_empty_cell_of_a_filled_row(commune: Books) -> None:
    row = field_row("Đất đai", 1, None, 0, None, 0, 0, 0, 0)
    _, found = read(commune, rows=[row])
    assert flat(found) == [("blank-cell", f"E{FIRST}", 5), ("blank-cell", f"H{FIRST}", 8)]
    assert found.findings[0].message == (
        f"Trang “II.06a”, ô E{FIRST} (dòng “Đất đai”, cột 5): để trống; cần nhập số nguyên, nếu không có thì nhập 0."
    )


def test_zeros_are_figures(commune: Books) -> None:
    form, found = read(commune, rows=[field_row("Đất đai", *(0,) * 8)])
    assert form.rows[0].numbers[3] == 0
    assert not form.rows[0].is_blank
    assert flat(found) == []


@pytest.mark.parametrize("shown", [0, "", "=A1"])
def test_what_formulas_show_by_themselves_fills_no_row(commune: Books, shown: Any) -> None:
    row = field_row("Đất đai", *BLANK)
    for column in (3, 7, 11):
        row[column - 1] = shown
    form, found = read(commune, rows=[row, field_row("Hộ tịch", *ONES)])
    assert form.rows[0].is_blank
    assert all(number is None for number in form.rows[0].numbers.values())
    assert flat(found) == []


def test_a_total_typed_over_its_formula_does_fill_the_row(commune: Books) -> None:
    row = field_row("Đất đai", *BLANK)
    row[2] = 15
    form, found = read(commune, rows=[row])
    assert [code for code, _, _ in flat(found)] == ["blank-cell"] * 8
    assert form.rows[0].numbers[3] == 15


def test_a_prefilled_opening_formula_without_a_result_fills_no_row(commune: Books) -> None:
    row = field_row("Đất đai", *BLANK)
    row[5] = '=IF(COUNTA(D1:E1)=0,"",0)'
    form, found = read(commune, rows=[row, field_row("Hộ tịch", *ONES)])
    assert form.rows[0].is_blank
    assert flat(found) == []


def test_an_added_row_is_noted(commune: Books) -> None:
    form, found = read(commune, rows=[field_row("Đất đai", *ONES), field_row("Nước sạch", *ONES)])
    assert [(row.key, row.added) for row in form.rows] == [("đất đai", False), ("nước sạch", True)]
    assert flat(found) == [("row-added", f"B{FIRST + 1}", 2)]


def test_a_named_spare_row_without_figures_is_nothing(commune: Books) -> None:
    form, found = read(commune, rows=[field_row("Đất đai", *ONES), field_row("Nước sạch", *BLANK)])
    assert len(form.rows) == 1
    assert flat(found) == []


def test_figures_without_a_name(commune: Books) -> None:
    form, found = read(commune, rows=[field_row("Đất đai", *ONES), field_row("", *ONES)])
    assert len(form.rows) == 1
    assert flat(found) == [("row-unnamed", f"B{FIRST + 1}", 2)]


def test_a_name_twice_with_figures(commune: Books) -> None:
    form, found = read(commune, rows=[field_row("Đất đai", *ONES), field_row("đất  ĐAI", *(5,) * 8)])
    assert [row.numbers[4] for row in form.rows] == [1]
    assert flat(found) == [("row-duplicate", f"B{FIRST + 1}", 2)]
    assert f"dòng {FIRST}" in found.findings[-2].message + found.findings[-1].message


def test_a_name_twice_with_figures_once_is_one_row(commune: Books) -> None:
    form, found = read(commune, rows=[field_row("Đất đai", *BLANK), field_row("Đất đai", *ONES)])
    assert [(row.sheet_row, row.numbers[4]) for row in form.rows] == [(FIRST + 1, 1)]
    assert flat(found) == []


# Where the table ends


def test_nothing_below_the_total_is_data(commune: Books) -> None:
    form, _ = read(commune, rows=[field_row("Đất đai", *ONES)], footer=[[None, "Ghi chú", 9, 9, 9]])
    assert [row.key for row in form.rows] == ["đất đai"]
    assert form.total is not None
    assert form.total.sheet_row == FIRST + 1


def test_a_lost_total_row_ends_the_table_at_three_empty_rows(commune: Books) -> None:
    rows = [
        field_row("Đất đai", *ONES),
        [],
        [],
        field_row("Hộ tịch", *ONES),
        [],
        [],
        [],
        field_row("Chứng thực", *ONES),
    ]
    form, found = read(commune, rows=rows, total=None)
    assert [row.key for row in form.rows] == ["đất đai", "hộ tịch"]
    assert form.total is None
    assert flat(found) == []


def test_spare_rows_with_formulas_are_no_gap(commune: Books) -> None:
    spare = [field_row("", *BLANK)] * 10
    form, _ = read(commune, rows=[field_row("Đất đai", *ONES), *spare, field_row("Hộ tịch", *ONES)], total=None)
    assert [row.key for row in form.rows] == ["đất đai", "hộ tịch"]


def test_a_signature_ends_a_table_that_lost_its_total(commune: Books) -> None:
    rows = [field_row("Đất đai", *ONES), [None, "Người lập biểu:", "Nguyễn A"]]
    form, found = read(commune, rows=rows, total=None)
    assert [row.key for row in form.rows] == ["đất đai"]
    assert found.filing is not None
    assert found.filing.signature.compiler == "Nguyễn A"


@pytest.mark.parametrize("label", ["Tổng cộng:", "  TỔNG   CỘNG ", unicodedata.normalize("NFD", "TỔNG CỘNG")])
def test_spellings_of_the_total(commune: Books, label: str) -> None:
    rows = [field_row("Đất đai", *ONES), field_row(label, *ONES)]
    form, _ = read(commune, rows=rows, total=None)
    assert len(form.rows) == 1
    assert form.total is not None


def test_total_label_in_the_first_column(commune: Books) -> None:
    rows = [field_row("Đất đai", *ONES), ["TỔNG CỘNG", None, *[7] * 11]]
    form, _ = read(commune, rows=rows, total=None)
    assert form.total is not None
    assert form.total.numbers == dict.fromkeys(range(3, 14), 7)


def test_totals_without_a_result_are_nothing_to_compare(commune: Books) -> None:
    form, found = read(commune, rows=[field_row("Đất đai", *ONES)], total=["=SUM(C11:C11)", 1, None])
    assert form.total is not None
    assert (form.total.key, form.total.numbers[3], form.total.numbers[4], form.total.numbers[5]) == (
        "tổng cộng",
        None,
        1,
        None,
    )
    assert flat(found) == []


def test_text_in_the_total_is_told(commune: Books) -> None:
    _, found = read(commune, rows=[field_row("Đất đai", *ONES)], total=["mười"])
    assert flat(found) == [("not-a-number", f"C{FIRST + 1}", 3)]


# Không phát sinh


@pytest.mark.parametrize(
    "head",
    [
        {"D5": "không  PHÁT sinh"},
        {"D5": None, "A4": "Không phát sinh (đánh dấu x):", "F4": "X"},
        {"D5": None, "A4": "Không phát sinh số liệu", "B4": "có"},
        {"D5": None, "A4": "Không phát sinh số liệu", "B4": 1},
    ],
)
def test_ways_of_choosing_nil(commune: Books, head: dict[str, Any]) -> None:
    form, found = read(commune, rows=[field_row("Đất đai", *BLANK)], head=head)
    assert form.nil
    assert flat(found) == []


@pytest.mark.parametrize("head", [{}, {"D5": None, "A4": "Không phát sinh (đánh dấu x):", "F4": "không"}])
def test_an_empty_form_without_the_choice(commune: Books, head: dict[str, Any]) -> None:
    form, found = read(commune, rows=[field_row("Đất đai", *BLANK)], head=head)
    assert not form.nil
    assert flat(found) == [("form-empty", "", 0)]


def test_the_words_below_the_table_choose_nothing(commune: Books) -> None:
    form, _ = read(commune, rows=[field_row("Đất đai", *ONES)], footer=[[None, "Không phát sinh"]])
    assert not form.nil


def test_nil_with_figures_is_one_finding_at_the_first(commune: Books) -> None:
    rows = [field_row("Đất đai", 0, 0, 0, 0, 0, 0, 0, 3), field_row("Hộ tịch", *ONES)]
    _, found = read(commune, rows=rows, choice="Không phát sinh")
    assert flat(found) == [("nil-with-figures", f"K{FIRST}", 11)]


def test_nil_with_zeros_and_blanks_is_fine(commune: Books) -> None:
    rows = [field_row("Đất đai", *(0,) * 8), field_row("Hộ tịch", 0, None, 0, None, 0, 0, 0, 0)]
    form, found = read(commune, rows=rows, choice="Không phát sinh")
    assert form.nil
    assert flat(found) == []
