"""Cells of a form: what a clerk types, formulas, errors; forms by unit and lists."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from files.intake_books import FIRST, NUMBER_ROW, Books, Sheet, field_row, flat, refusal, rewrite

from tonghop.domain.period import Period
from tonghop.domain.submission import FiledForm
from tonghop.domain.value import CellState
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


@pytest.mark.parametrize(
    ("typed", "value", "code"),
    [
        ("12", 12, "number-as-text"),
        ("1.234", 1234, "grouped-number"),
        ("-", 0, "none-word"),
        ("mười", None, "not-a-number"),
        ("1,234", None, "ambiguous-number"),
        (2.5, None, "decimal-in-count"),
        (10**14, None, "too-large"),
        (True, None, "not-a-number"),
        (dt.date(2024, 9, 1), None, "not-a-number"),
        ("=D1", None, "formula-uncached"),
    ],
)
def test_what_a_clerk_types(commune: Books, typed: Any, value: int | None, code: str) -> None:
    form, found = read(commune, rows=[field_row("Đất đai", typed, *ONES[1:])])
    cell = form.rows[0].cells[4]
    assert (cell.value, cell.problem or cell.note, cell.address) == (value, code, f"D{FIRST}")
    assert flat(found) == [(code, f"D{FIRST}", 4)]


def test_a_long_text_is_quoted_short(commune: Books) -> None:
    _, found = read(commune, rows=[field_row("Đất đai", "chữ " * 100, *ONES[1:])])
    assert len(found.findings[0].message) < 200


def test_an_error_in_an_input_is_the_only_finding_of_what_follows_from_it(commune: Books) -> None:
    def spoil(book: openpyxl.Workbook) -> None:
        page = book["II.06a"]
        for place in (f"D{FIRST}", f"C{FIRST}", f"C{FIRST + 1}"):
            page[place] = "#REF!"
            page[place].data_type = "e"

    forms = {code: Sheet(choice="Không phát sinh") for code in ("II.05a", "II.08")}
    path = commune.write({**forms, "II.06a": Sheet([field_row("Đất đai", *ONES)])}, change=spoil)
    found = commune.read(path)
    assert flat(found) == [("cell-error", f"D{FIRST}", 4)]
    assert "có lỗi #REF!" in found.findings[0].message


def test_an_error_in_a_formula_over_good_figures_is_told(commune: Books) -> None:
    def spoil(book: openpyxl.Workbook) -> None:
        book["II.06a"][f"C{FIRST}"] = "#NAME?"
        book["II.06a"][f"C{FIRST}"].data_type = "e"

    forms = {code: Sheet(choice="Không phát sinh") for code in ("II.05a", "II.08")}
    path = commune.write({**forms, "II.06a": Sheet([field_row("Đất đai", *ONES)])}, change=spoil)
    assert flat(commune.read(path)) == [("cell-error", f"C{FIRST}", 3)]


def test_results_stored_by_excel_are_kept_as_filed(commune: Books, tmp_path: Path) -> None:
    """xlsxwriter stores the result of a formula; a wrong one is for the checks to find, not for the reader."""
    path = tmp_path / "excel.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for code in ("II.05a", "II.06a", "II.08"):
        page = book.add_worksheet(code)
        page.write("C3", "Kỳ báo cáo: Quý III/2024")
        page.write("D5", "Có phát sinh" if code == "II.06a" else "Không phát sinh")
        for index, column in enumerate(commune.form(code).columns):
            page.write_number(NUMBER_ROW - 1, index, column.number)
        if code == "II.06a":
            page.write_row(NUMBER_ROW, 0, [1, "Đất đai", None, *ONES[:3], None, *ONES[3:6], None, *ONES[6:]])
            page.write_formula(NUMBER_ROW, 2, "=D11+E11+F11", None, 99)
            page.write_formula(NUMBER_ROW, 6, "=H11+I11+J11", None, "")
    book.close()
    found = commune.read(path)
    assert found.filing is not None
    cells = found.filing.forms["II.06a"].rows[0].cells
    assert (cells[3].value, cells[3].raw.state) == (99, CellState.VALUE)
    assert cells[7].value == 3
    assert flat(found) == []


# Forms by unit and lists


def test_a_units_form_has_one_row_whatever_name_is_printed(department: Books) -> None:
    form, found = read(department, "II.01", rows=[[1, "tên khác", None, 1, 2, 3, None, 0, 4]])
    assert [(row.key, row.name) for row in form.rows] == [("STNMT", department.unit.name)]
    assert form.rows[0].numbers == {3: 6, 4: 1, 5: 2, 6: 3, 7: 4, 8: 0, 9: 4}
    assert flat(found) == []


def test_a_second_row_in_a_units_form(department: Books) -> None:
    row = [1, "x", None, 1, 2, 3, None, 0, 4]
    form, found = read(department, "II.01", rows=[row, row])
    assert len(form.rows) == 1
    assert flat(found) == [("row-duplicate", f"B{FIRST + 1}", 2)]


@pytest.mark.parametrize("rate", [None, '=IF(J11=0,"",L11/J11*100)', "#DIV/0!"])
def test_a_rate_of_nothing_is_no_finding(department: Books, rate: str | None) -> None:
    row = [1, "x", 5, 3, None, 1, 0, 0, 0, 0, 0, None, rate]
    form, found = read(department, "II.03", rows=[row])
    assert form.rows[0].numbers[12] == 0
    assert form.rows[0].numbers[13] is None
    assert flat(found) == []


def test_rates_are_exact(department: Books) -> None:
    form, _ = read(department, "II.03", rows=[[1, "x", 5, 3, None, 1, 0, 0, 0, 300, 200, None, None]])
    assert form.rows[0].numbers[13] == Decimal("33.33")


def test_a_list_is_numbered_by_its_filled_rows(department: Books) -> None:
    item = ["1.004", "Tên", "Đất đai", "Bỏ giấy tờ", "NĐ 1", "Sở", dt.date(2024, 12, 31)]
    rows = [[1, *item, 20], [2], [3, *item, None], [4, *item[:-1], "31/12/2024", None]]
    form, found = read(department, "II.04", rows=rows)
    assert [(row.key, row.name, row.sheet_row) for row in form.rows] == [
        ("1", "1.004", FIRST),
        ("2", "1.004", FIRST + 2),
        ("3", "1.004", FIRST + 3),
    ]
    assert [row.cells[8].value for row in form.rows] == [dt.date(2024, 12, 31)] * 3
    assert form.rows[0].cells[9].value == Decimal("20.00")
    assert form.total is None
    assert flat(found) == []


def test_a_list_item_lacks_its_code_and_has_a_bad_day(department: Books) -> None:
    """A responsible “Thủ trưởng đơn vị” inside a row is data, not the footer."""
    row = [1, None, "Tên", "Đất đai", "Bỏ giấy tờ", "NĐ 1", "Thủ trưởng đơn vị", "mai"]
    form, found = read(department, "II.04", rows=[row])
    assert flat(found) == [("blank-cell", f"B{FIRST}", 2), ("not-a-date", f"H{FIRST}", 8)]
    assert len(form.rows) == 1


def test_a_sheet_broken_inside_is_damage_not_a_finding(commune: Books) -> None:
    path = commune.write({"II.06a": Sheet([field_row("Đất đai", *ONES)])})
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])
    assert refusal(path)[0] == "damaged"
