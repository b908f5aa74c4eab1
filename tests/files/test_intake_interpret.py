"""Whose workbook it is, and which forms it has."""

from __future__ import annotations

import datetime as dt
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from files.intake_books import NUMBER_ROW, SIGNED, Books, Sheet, codes, field_row

from tonghop.domain.finding import CATALOGUE
from tonghop.domain.period import Period
from tonghop.domain.submission import Signature
from tonghop.files.interpret import Interpreted
from tonghop.specs import load_province

INCLUDE = Path(__file__).parents[2] / "include"
PROVINCE = load_province(INCLUDE, "binh-phuoc")
COMMUNE, DEPARTMENT = "25217", "SNV"
ROW = [field_row("Đất đai", 1, 2, 0, 1, 0, 0, 2, 0)]


def books(tmp_path: Path, code: str = COMMUNE, period: str = "20243") -> Books:
    of = Period.parse(period)
    return Books(PROVINCE, PROVINCE.tree(of)[code], tmp_path, of)


@pytest.fixture
def commune(tmp_path: Path) -> Books:
    return books(tmp_path)


def full(**changes: Sheet) -> dict[str, Sheet]:
    """The three forms of a commune, nil but II.06a."""
    nil = {code: Sheet(choice="Không phát sinh") for code in ("II.05a", "II.08")}
    forms = {**nil, "II.06a": Sheet(ROW)}
    return {**forms, **{code.replace("_", "."): sheet for code, sheet in changes.items()}}


def without_head() -> dict[str, Sheet]:
    blank = {"H1": None, "C3": None}
    return {code: Sheet(sheet.rows, choice=sheet.choice, head=blank) for code, sheet in full().items()}


def is_returned(read: Interpreted, code: str, *words: str) -> bool:
    assert read.filing is None
    assert codes(read) == [code]
    assert CATALOGUE[code].returns
    assert [word for word in words if word not in read.findings[0].message] == []
    return True


def test_a_whole_workbook(commune: Books) -> None:
    path = commune.write(full(II_05a=Sheet(choice="Không phát sinh", footer=SIGNED)))
    read = commune.read(path)
    assert read.filing is not None
    assert codes(read) == []
    assert (read.unit, read.period) == (commune.unit, Period(2024, 3))
    assert read.filing.identity.unit_code == COMMUNE
    assert read.filing.identity.fingerprint == "f" * 64
    assert {code: form.nil for code, form in read.filing.forms.items()} == {
        "II.05a": True,
        "II.06a": False,
        "II.08": True,
    }
    row = read.filing.forms["II.06a"].rows[0]
    assert (row.key, row.name, row.added, row.sheet_row) == ("đất đai", "Đất đai", False, 11)
    assert row.numbers == {3: 3, 4: 1, 5: 2, 6: 0, 7: 1, 8: 1, 9: 0, 10: 0, 11: 2, 12: 2, 13: 0}
    assert read.filing.signature == Signature("Nguyễn Văn An", "Trần Thị Bình", "12/BC-UBND", dt.date(2024, 9, 15))


# Whose and when


def test_folder_and_printed_header_decide_without_the_hidden_sheet(commune: Books) -> None:
    read = commune.read(commune.write(full(), identity={}))
    assert read.filing is not None
    assert (read.unit, read.period) == (commune.unit, Period(2024, 3))
    assert read.filing.identity.unit_name == f"UBND {commune.unit.name[:1].lower()}{commune.unit.name[1:]}"


@pytest.mark.parametrize(
    "text", ["Kỳ báo cáo: Quý 3 năm 2024", "KỲ BÁO CÁO: QUÝ III-2024", "Kỳ báo cáo quý iii/2024\n(từ …)"]
)
def test_ways_of_printing_a_quarter(commune: Books, text: str) -> None:
    head = {code: Sheet(sheet.rows, choice=sheet.choice, head={"C3": text}) for code, sheet in full().items()}
    assert commune.read(commune.write(head, identity={})).period == Period(2024, 3)


def test_a_label_with_its_value_in_the_next_cell(commune: Books) -> None:
    place = {"C3": "Kỳ báo cáo:", "F3": "Quý III/2024", "H1": "Đơn vị báo cáo", "I1": f"UBND {commune.unit.name}"}
    head = {code: Sheet(sheet.rows, choice=sheet.choice, head=place) for code, sheet in full().items()}
    assert commune.read(commune.write(head, identity={})).period == Period(2024, 3)


def test_an_annual_report(tmp_path: Path) -> None:
    year = books(tmp_path, period="2024")
    assert year.read(year.write(full(), identity={})).period == Period(2024)


def test_no_period_anywhere_is_not_guessed(commune: Books) -> None:
    read = commune.read(commune.write(without_head(), identity={}))
    assert is_returned(read, "unknown-identity", "Kỳ báo cáo")


def test_a_spoilt_period_code(commune: Books) -> None:
    path = commune.write(full(), identity={**commune.identity, "period": "quý ba"})
    assert is_returned(commune.read(path), "unknown-identity", "quý ba")


def test_the_hidden_sheet_alone_is_enough(commune: Books) -> None:
    assert commune.read(commune.write(without_head())).filing is not None


def test_numbers_in_the_hidden_sheet_are_read_as_text(commune: Books) -> None:
    identity = {**commune.identity, "unit_code": 25217, "period": 20243, "unit_valid_from": commune.unit.valid_from}
    assert commune.read(commune.write(full(), identity=identity)).filing is not None


def test_a_period_that_is_not_open(commune: Books) -> None:
    path = commune.write(full())
    assert is_returned(commune.read(path, Period(2024, 2)), "wrong-period", "Quý III/2024", "Quý II/2024")


def test_header_and_hidden_sheet_must_name_one_period(commune: Books) -> None:
    """An old workbook with a new period typed over the printed one would replace the old report."""
    path = commune.write(full(), identity={**commune.identity, "period": "20242"})
    read = commune.read(path, Period(2024, 2), Period(2024, 3))
    assert is_returned(read, "wrong-period", "Quý II/2024", "Quý III/2024")


def test_forms_of_two_periods(commune: Books) -> None:
    forms = full(II_08=Sheet(choice="Không phát sinh", head={"C3": "Kỳ báo cáo: Quý I/2024"}))
    read = commune.read(commune.write(forms, identity={}), Period(2024, 1), Period(2024, 3))
    assert is_returned(read, "wrong-period", "Quý I/2024", "Quý III/2024", "II.08")


def test_a_workbook_of_another_unit(commune: Books) -> None:
    other = PROVINCE.tree(commune.period)["25220"]
    path = commune.write(full(), identity={**commune.identity, "unit_code": other.code})
    assert is_returned(commune.read(path), "wrong-unit", other.name, commune.unit.name)


def test_a_code_used_again_by_a_merger_is_another_unit(commune: Books) -> None:
    path = commune.write(full(), identity={**commune.identity, "unit_valid_from": "2025-07-01"})
    assert is_returned(commune.read(path), "wrong-unit", commune.unit.name)


def test_a_printed_unit_that_is_not_the_folders(commune: Books) -> None:
    head = {"H1": "Đơn vị báo cáo: UBND xã Không Có"}
    forms = {code: Sheet(sheet.rows, choice=sheet.choice, head=head) for code, sheet in full().items()}
    assert is_returned(commune.read(commune.write(forms, identity={})), "wrong-unit", "xã Không Có", commune.unit.name)


def test_a_longer_name_that_begins_alike_is_another_unit(commune: Books) -> None:
    head = {"H1": f"Đơn vị báo cáo: UBND {commune.unit.name}h"}
    forms = {code: Sheet(sheet.rows, choice=sheet.choice, head=head) for code, sheet in full().items()}
    assert is_returned(commune.read(commune.write(forms, identity={})), "wrong-unit")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_spelling_of_a_printed_unit_does_not_matter(commune: Books, form: str) -> None:
    """Phường Long Thủy, Long Thuỷ: where the tone mark stands is a habit, not another name."""
    assert commune.unit.name == "Phường Long Thủy"
    printed = unicodedata.normalize(form, "Đơn vị báo cáo:  UBND  PHƯỜNG LONG THUỶ, thị xã Phước Long")  # type: ignore[arg-type]
    forms = {code: Sheet(sheet.rows, choice=sheet.choice, head={"H1": printed}) for code, sheet in full().items()}
    assert commune.read(commune.write(forms, identity={})).filing is not None


def test_another_regime(commune: Books) -> None:
    path = commune.write(full(), identity={**commune.identity, "regime": "cchc/2024-01-01"})
    assert is_returned(commune.read(path), "other-regime", "cchc/2024-01-01")


def test_a_unit_that_does_not_exist_in_the_period(tmp_path: Path) -> None:
    mine = books(tmp_path)
    gone = Period(2026, 1)
    if COMMUNE in PROVINCE.tree(gone):
        pytest.fail("the unit was meant to be abolished by then")
    path = mine.write(full(), identity={**mine.identity, "period": gone.code}, change=lambda book: _print(book, gone))
    assert is_returned(mine.read(path, gone), "wrong-unit", "Quý I/2026")


def _print(book: openpyxl.Workbook, period: Period) -> None:
    for page in book.worksheets:
        if page.title.startswith("II."):
            page["C3"] = f"Kỳ báo cáo: {period.label}"


# Which forms


def test_no_form_at_all(commune: Books) -> None:
    path = commune.write({}, pages={"Trang 1": [["x"]]})
    assert is_returned(commune.read(path), "no-form", "“Trang 1”", "II.06a")


def test_sheet_names_in_any_spelling(commune: Books) -> None:
    forms = {code: Sheet(sheet.rows, name=f" {code.lower()} ", choice=sheet.choice) for code, sheet in full().items()}
    read = commune.read(commune.write(forms))
    assert read.filing is not None
    assert set(read.filing.forms) == {"II.05a", "II.06a", "II.08"}


def test_an_owed_form_that_is_absent(commune: Books) -> None:
    read = commune.read(commune.write({"II.06a": Sheet(ROW, footer=SIGNED)}))
    assert [(f.code, f.form) for f in read.findings] == [("form-missing", "II.05a"), ("form-missing", "II.08")]
    assert read.filing is not None
    assert set(read.filing.forms) == {"II.06a"}


def test_a_form_nobody_asked_for_is_noted_and_left_out(commune: Books) -> None:
    read = commune.read(commune.write({**full(), "II.07b": Sheet(numbers=[1, 2])}))
    assert [(f.code, f.form) for f in read.findings if f.code != "signature-missing"] == [("form-not-owed", "II.07b")]
    assert read.filing is not None
    assert "II.07b" not in read.filing.forms


def test_the_view_by_unit_is_not_the_form(commune: Books) -> None:
    path = commune.write({"II.06a": Sheet(ROW, name="II.06a (đơn vị)")})
    assert is_returned(commune.read(path), "no-form")


def test_a_table_without_column_numbers(commune: Books) -> None:
    read = commune.read(commune.write(full(II_06a=Sheet(ROW, numbers=["a"]))))
    assert is_returned(read, "layout", "II.06a", "không thấy hàng số thứ tự cột", "từ 1 đến 13")


def test_a_column_taken_away_and_one_put_in(commune: Books) -> None:
    numbers = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14]
    read = commune.read(commune.write(full(II_06a=Sheet(ROW, numbers=numbers))))
    assert is_returned(read, "layout", "thiếu cột 6", "thừa cột 14")


@pytest.mark.parametrize(
    "numbers",
    [
        [str(number) for number in range(1, 14)],
        [f"({number})" for number in range(1, 14)],
        ["1", "2", "(3)=(4)+(5)+(6)", 4, 5, 6, "7 = 8+9+10", 8, 9, 10, "(11)", 12, 13],
    ],
)
def test_ways_of_writing_column_numbers(commune: Books, numbers: list[object]) -> None:
    read = commune.read(commune.write(full(II_06a=Sheet(ROW, numbers=numbers))))
    assert read.filing is not None
    assert read.filing.forms["II.06a"].rows[0].numbers[13] == 0


def test_columns_in_any_order(commune: Books) -> None:
    order = [2, 1, *range(13, 2, -1)]
    values = {number: value for number, value in enumerate(ROW[0], 1) if not str(value).startswith("=")}
    row = [values.get(number) for number in order]
    read = commune.read(commune.write(full(II_06a=Sheet([row], numbers=order, total=None))))
    assert read.filing is not None
    first = read.filing.forms["II.06a"].rows[0]
    assert (first.name, first.numbers[4], first.numbers[12]) == ("Đất đai", 1, 2)
    assert first.cells[4].address == f"L{NUMBER_ROW + 1}"
