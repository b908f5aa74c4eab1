"""The words in a workbook: explanations, paragraphs, who answers, and our own messages."""

from __future__ import annotations

import datetime as dt
import unicodedata
from pathlib import Path

import pytest
from files.intake_books import SIGNED, Books, Sheet, codes, field_row, raw

from tonghop.domain.period import Period
from tonghop.domain.submission import Explanation, Paragraph, Signature
from tonghop.files.interpret import interpret
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


def test_explanations(commune: Books) -> None:
    page = [
        ["GIẢI TRÌNH"],
        ["Biểu", "Dòng (lĩnh vực)", "Cột", "Lý do"],
        ["II.06a", unicodedata.normalize("NFD", "  ĐẤT  đai "), 6, "Nhập thêm 2 hồ sơ"],
        ["Biểu số II.06a/VPCP/KSTT", None, "Cột (6)", "Cả biểu"],
        ["II.08", "UBND phường", 8, "Của đơn vị"],
        ["II.99", "x", None, "Biểu lạ"],
        ["II.06a", "Đất đai", 6, None],
        [None, None, None, "Đính chính số liệu"],
        [None, None, None, None],
    ]
    read = commune.read(commune.write(full(), pages={"Giải trình": page}))
    assert read.filing is not None
    assert read.filing.explanations == (
        Explanation("II.06a", "đất đai", 6, "Nhập thêm 2 hồ sơ"),
        Explanation("II.06a", "", 6, "Cả biểu"),
        Explanation("II.08", COMMUNE, 8, "Của đơn vị"),
        Explanation("II.99", "x", 0, "Biểu lạ"),
        Explanation("", "", 0, "Đính chính số liệu"),
    )


def test_explanations_need_their_header(commune: Books) -> None:
    read = commune.read(commune.write(full(), pages={"Giải trình": [["II.06a", "Đất đai", 6, "x"]]}))
    assert read.filing is not None
    assert read.filing.explanations == ()


def test_paragraphs_are_only_what_was_typed(commune: Books) -> None:
    page = [
        ["Mục", "Nội dung", "Đơn vị ghi"],
        ["I", "Tình hình, kết quả", "không nhận ở đây"],
        ["I.4", "Tiếp nhận, xử lý phản ánh", None],
        ["I.5.", "Giải quyết thủ tục hành chính", "Dòng một \r\n\n dòng  hai", None],
        ["II", "Đánh giá chung", "   "],
        ["IV", "Kiến nghị", None, "Đề nghị bổ sung"],
        ["X.9", "Khác", "lạ"],
    ]
    read = commune.read(commune.write(full(), pages={"Thuyết minh": page}))
    assert read.filing is not None
    assert read.filing.paragraphs == (Paragraph("I.5", "Dòng một\ndòng hai"), Paragraph("IV", "Đề nghị bổ sung"))


@pytest.mark.parametrize(
    ("footer", "expected"),
    [
        ([["Người lập biểu: Lê Văn C"]], Signature(compiler="Lê Văn C")),
        ([[None, "NGƯỜI LẬP BIỂU (ký tên)", None, "Lê Văn C"]], Signature(compiler="Lê Văn C")),
        ([[None, "Người lập biểu", "Thủ trưởng đơn vị", "Trần D"]], Signature(head="Trần D")),
        ([[None, "Người lập biểu", "………"]], Signature()),
        ([[None, "Số, ký hiệu báo cáo:", 12]], Signature(report_number="12")),
        ([[None, "Ngày báo cáo:", "ngày 15 tháng 9 năm 2024"]], Signature(report_date=dt.date(2024, 9, 15))),
        ([[None, "Ngày báo cáo:", "15/9/2024"]], Signature(report_date=dt.date(2024, 9, 15))),
        ([[None, "Ngày báo cáo:", 45550]], Signature(report_date=dt.date(2024, 9, 15))),
        ([[None, "Ngày báo cáo:", "31/9/2024"]], Signature()),
        ([[None, "Người lập biểu gì đó", "Lê Văn C"]], Signature()),
    ],
)
def test_who_answers(commune: Books, footer: list[list[object]], expected: Signature) -> None:
    read = commune.read(commune.write(full(II_05a=Sheet(choice="Không phát sinh", footer=footer))))
    assert read.filing is not None
    assert read.filing.signature == expected
    missing = [finding for finding in read.findings if finding.code == "signature-missing"]
    assert len(missing) == 1
    assert ("Người lập biểu" in missing[0].expected) == (not expected.compiler)


def test_every_message_names_its_place_in_vietnamese(commune: Books) -> None:
    rows = [field_row("Đất đai", 1, None, 0, "abc", 0, 0, 2, 0), field_row("", 1, 1, 1, 1, 1, 1, 1, 1)]
    read = commune.read(commune.write(full(II_06a=Sheet(rows))))
    placed = [finding for finding in read.findings if finding.address]
    assert {finding.code for finding in placed} == {"blank-cell", "not-a-number", "row-unnamed"}
    for finding in placed:
        assert "Trang “II.06a”" in finding.message
        assert finding.address in finding.message
        assert "cần" in finding.message


def test_interpretation_reads_nothing_but_the_book(commune: Books) -> None:
    path = commune.write(full())
    book = raw(path)
    path.unlink()
    assert interpret(book, commune.context()) == interpret(book, commune.context())


def test_a_department_with_every_kind_of_form(tmp_path: Path) -> None:
    department = books(tmp_path, DEPARTMENT)
    nil = {code: Sheet(choice="Không phát sinh") for code in PROVINCE.owed_by(department.unit, department.period)}
    read = department.read(department.write({**nil, "II.01": Sheet(choice="Không phát sinh", footer=SIGNED)}))
    assert read.filing is not None
    assert len(read.filing.forms) == 8
    assert all(form.nil for form in read.filing.forms.values())
    assert codes(read) == []
