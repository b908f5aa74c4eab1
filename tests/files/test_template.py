"""The workbook a clerk gets, as a file: what is in it, that it reads back, and that it is the same every time."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from files.template_cases import (
    COMMUNE,
    DEPARTMENT,
    DISTRICT,
    LEVELS,
    OPENINGS,
    PERIOD,
    RIGHT,
    SIGNATURE,
    planned,
    province,
    right,
)

from tonghop.domain.errors import UsageError
from tonghop.domain.submission import Explanation, Filing, Paragraph
from tonghop.files.interpret import Context, interpret
from tonghop.files.raw_book import RawBook
from tonghop.files.reader import ReaderPool
from tonghop.files.template import Filled, FormFill, TemplatePlan, fingerprint, write_template
from tonghop.files.template.words import in_words, recipient, reporter

ALLOWED = {"ISTEXT",   # all in Excel 2007
    "ABS", "AND", "CHAR", "COUNT", "COUNTA", "COUNTIF", "DAY", "IF", "IFERROR", "INT", "ISERROR", "ISNUMBER",
    "LEFT", "LEN", "MID", "MONTH", "N", "NOT", "OR", "RIGHT", "ROUND", "SUM", "SUBSTITUTE", "SUMPRODUCT",
    "TRIM", "YEAR",
}  # fmt: skip
FORMS = {
    COMMUNE: ["II.05a", "II.06a", "II.08"],
    DISTRICT: ["II.05a", "II.06a", "II.08"],
    DEPARTMENT: ["II.01", "II.02", "II.03", "II.04", "II.05a", "II.06a", "II.07b", "II.08"],
}


def written(path: Path, plan: TemplatePlan) -> Path:
    write_template(path / "b.xlsx", plan)
    return path / "b.xlsx"


def opened(path: Path, plan: TemplatePlan, *, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(written(path, plan), data_only=values)


def read(path: Path, plan: TemplatePlan) -> tuple[Filing, list[str]]:
    with ReaderPool(workers=1) as pool:
        book = pool.read(written(path, plan))
    assert isinstance(book, RawBook), book
    answer = interpret(book, Context(province(), plan.unit, frozenset({PERIOD})))
    assert answer.filing is not None, answer.findings
    return answer.filing, sorted(finding.code for finding in answer.findings)


@pytest.mark.parametrize("code", LEVELS)
def test_sheets_stand_in_order_and_only_the_identity_is_hidden(tmp_path: Path, code: str) -> None:
    book = opened(tmp_path, planned(code))
    assert book.sheetnames == ["Hướng dẫn", *FORMS[code], "Thuyết minh", "Giải trình", "Kiểm tra", "_tonghop"]
    assert [sheet.title for sheet in book if sheet.sheet_state != "visible"] == ["_tonghop"]


def test_identity_names_unit_period_regime_and_layout(tmp_path: Path) -> None:
    sheet = opened(tmp_path, planned(COMMUNE))["_tonghop"]
    assert {row[0].value: row[1].value for row in sheet.iter_rows() if row[0].value} == {
        "unit_code": "25217",
        "unit_valid_from": "2020-12-15",
        "period": "20243",
        "regime": "kstthc/2020-12-15",
        "fingerprint": fingerprint(planned(COMMUNE)),
    }


def test_same_plan_gives_same_bytes_and_leaves_the_file_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    for path in (first, second):
        write_template(path, planned(DEPARTMENT, right(DEPARTMENT), OPENINGS))
    assert first.read_bytes() == second.read_bytes()
    inode = first.stat().st_ino
    write_template(first, planned(DEPARTMENT, right(DEPARTMENT), OPENINGS))
    assert first.stat().st_ino == inode
    write_template(first, planned(DEPARTMENT))
    assert first.stat().st_ino != inode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.xlsx", "2.xlsx"]


def test_a_failed_write_leaves_the_old_file_and_no_remains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, planned(COMMUNE))
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError("đĩa đầy")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="đĩa đầy"):
        write_template(path, planned(COMMUNE, right(COMMUNE)))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_fingerprint_is_of_the_layout_not_of_the_figures() -> None:
    blank = fingerprint(planned(COMMUNE))
    assert blank == fingerprint(planned(COMMUNE, right(COMMUNE)))
    assert blank == fingerprint(planned(COMMUNE, openings={"II.06a": {"hộ tịch": {6: 9}}}))
    assert blank != fingerprint(planned(COMMUNE, openings=OPENINGS))  # one more named row
    assert blank != fingerprint(planned(DISTRICT))


@pytest.mark.parametrize("code", LEVELS)
def test_every_function_is_one_of_excel_2007(tmp_path: Path, code: str) -> None:
    with zipfile.ZipFile(written(tmp_path, planned(code, right(code), OPENINGS))) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if "/worksheets/" in name]
    texts = [text for part in parts for text in re.findall(r"<(?:f|formula1?|formula2)>(.*?)</", part)]
    bare = (re.sub(r'"(?:[^"]|"")*"', "", text.replace("&quot;", '"')) for text in texts)
    used = {name for text in bare for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", text)}
    assert used
    assert used <= ALLOWED, f"functions that Excel 2007 or LibreOffice may not have: {sorted(used - ALLOWED)}"


@pytest.mark.parametrize("code", LEVELS)
def test_every_formula_carries_its_result(tmp_path: Path, code: str) -> None:
    with zipfile.ZipFile(written(tmp_path, planned(code))) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if "/worksheets/" in name]
    cells = [cell for part in parts for cell in re.findall(r"<c [^>]*><f>.*?</c>", part)]
    assert cells
    assert [cell for cell in cells if not re.search(r't="str"|<v>[^<]+</v>', cell)] == []


@pytest.mark.parametrize("code", LEVELS)
def test_a_workbook_is_light(tmp_path: Path, code: str) -> None:
    assert written(tmp_path, planned(code, openings=OPENINGS)).stat().st_size < 70_000


def test_only_input_cells_are_open_and_nothing_needs_a_password(tmp_path: Path) -> None:
    book = opened(tmp_path, planned(COMMUNE, openings=OPENINGS))
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book)
    sheet = book["II.06a"]
    assert [cell.column for cell in sheet[11] if not cell.protection.locked] == [4, 5, 6, 8, 9, 10, 12, 13]
    spare = next(row for row in sheet.iter_rows(min_row=11) if row[1].value is None)
    assert [cell.column for cell in spare if not cell.protection.locked] == [2, 4, 5, 6, 8, 9, 10, 12, 13]


def test_ten_spare_rows_close_with_the_total(tmp_path: Path) -> None:
    sheet = opened(tmp_path, planned(COMMUNE))["II.06a"]
    total = next(row for row in sheet.iter_rows() if row[1].value == "TỔNG CỘNG")
    names = [sheet.cell(line, 2).value for line in range(total[0].row - 11, total[0].row)]
    assert names == ["Tiếp công dân", *[None] * 10]
    assert total[3].value == f'=IF(COUNT(D11:D{total[0].row - 1})=0,"",SUM(D11:D{total[0].row - 1}))'


def test_openings_are_filled_in_and_stay_open_for_correction(tmp_path: Path) -> None:
    sheet = opened(tmp_path, planned(COMMUNE, openings=OPENINGS), values=True)["II.06a"]
    figures = {row[1].value: row[5].value for row in sheet.iter_rows(min_row=11, max_row=42) if row[1].value}
    assert {name: figure for name, figure in figures.items() if figure} == {
        "Hộ tịch": 10,
        "Đất đai": 1200,
        "Nước sạch nông thôn": 3,
    }
    assert not sheet["F11"].protection.locked


def test_without_an_earlier_period_the_opening_is_typed_and_a_note_says_so(tmp_path: Path) -> None:
    sheet = opened(tmp_path, planned(COMMUNE))["II.06a"]
    assert sheet["A6"].value == "Chưa có số liệu kỳ trước (Quý II/2024): đơn vị tự nhập cột (6)."
    assert sheet["F11"].value is None


def test_an_unused_row_stays_blank_and_a_used_one_gets_opening_zero(tmp_path: Path) -> None:
    rows = {"chứng thực": {column: value for column, value in RIGHT["II.06a"].items() if column != 6}}
    plan = planned(COMMUNE, Filled(forms={"II.06a": FormFill(rows=rows)}), {"II.06a": {}})
    filing, _ = read(tmp_path, plan)
    filled = filing.forms["II.06a"].filled
    assert [row.key for row in filled] == ["chứng thực"]
    assert filled[0].numbers[6] == 0


@pytest.mark.parametrize("code", LEVELS)
def test_a_filled_workbook_reads_back_as_typed(tmp_path: Path, code: str) -> None:
    filing, codes = read(tmp_path, planned(code, right(code)))
    assert [found for found in codes if found != "row-added"] == []
    for form, values in RIGHT.items():
        if form in FORMS[code]:
            row = filing.forms[form].filled[0]
            assert {number: row.cells[number].value for number in values if number in row.cells} == {
                number: value for number, value in values.items() if number in row.cells
            }
    assert filing.signature == SIGNATURE
    key = planned(code)["II.06a"].rows[0].key
    assert filing.explanations == (Explanation("II.06a", key, 6, "Do bàn giao hồ sơ."),)
    assert filing.paragraphs == (Paragraph("I.5", "Đã giải quyết đúng hạn."),)
    assert filing.identity.fingerprint == fingerprint(planned(code))


def test_a_blank_workbook_reads_as_empty_forms_without_signature(tmp_path: Path) -> None:
    filing, codes = read(tmp_path, planned(COMMUNE))
    assert codes == ["form-empty", "form-empty", "form-empty", "signature-missing"]
    assert filing.signature.compiler == filing.signature.head == ""


def test_nil_reads_back_as_nil(tmp_path: Path) -> None:
    filing, codes = read(tmp_path, planned(COMMUNE, Filled({code: FormFill(nil=True) for code in FORMS[COMMUNE]})))
    assert all(form.nil for form in filing.forms.values())
    assert codes == ["signature-missing"]


def test_without_the_hidden_sheet_the_printed_header_still_tells(tmp_path: Path) -> None:
    path = written(tmp_path, planned(DISTRICT, right(DISTRICT)))
    book = openpyxl.load_workbook(path, data_only=True)
    del book["_tonghop"]
    book.save(path)
    with ReaderPool(workers=1) as pool:
        raw = pool.read(path)
    assert isinstance(raw, RawBook)
    unit = province().tree(PERIOD)[DISTRICT]
    answer = interpret(raw, Context(province(), unit, frozenset({PERIOD})))
    assert (answer.unit, answer.period) == (unit, PERIOD)


def test_more_new_rows_than_spare_ones_is_our_fault() -> None:
    rows: Mapping[str, Mapping[int, int]] = {f"Lĩnh vực {number}": {4: 1} for number in range(11)}
    with pytest.raises(UsageError, match="không còn dòng trống"):
        write_template(Path("/nonexistent/b.xlsx"), planned(COMMUNE, Filled({"II.06a": FormFill(rows=rows)})))


def test_names_of_units_recipients_and_days() -> None:
    tree = province().tree(PERIOD)
    assert reporter(tree["25217"]) == "UBND phường Long Thủy"
    assert recipient(province(), tree["25217"], PERIOD) == "UBND thị xã Phước Long"
    assert recipient(province(), tree["688"], PERIOD) == "Văn phòng UBND tỉnh Bình Phước"
    assert recipient(province(), tree["VPUB"], PERIOD) == "Ủy ban nhân dân tỉnh Bình Phước"
    assert in_words(date(2024, 9, 16)) == "thứ Hai, ngày 16/9/2024"
    assert in_words(date(2025, 2, 1)) == "thứ Bảy, ngày 01/02/2025"


def test_the_guide_is_one_page_and_names_deadline_forms_and_contact(tmp_path: Path) -> None:
    sheet = opened(tmp_path, planned(DISTRICT))["Hướng dẫn"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "Gửi chậm nhất hết thứ Năm, ngày 19/9/2024." in texts
    assert province().contact.name in texts
    assert [text for text in texts if text in FORMS[DISTRICT]] == FORMS[DISTRICT]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight in {None, 1}  # 1 is what a missing attribute means
