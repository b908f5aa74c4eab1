"""What is refused before it is parsed, and which blanks are not blank."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from files.intake_books import OLE, raw, refusal, rewrite
from files.old_books import encrypted, word_document

from tonghop.domain.value import CellState, RawCell
from tonghop.files.limits import Limits
from tonghop.files.package import end_record, may_be_unfinished
from tonghop.files.raw_book import RawBook

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "bao-cao.xlsx"
    made = xlsxwriter.Workbook(str(path))
    page = made.add_worksheet("II.06a")
    page.write_row(0, 0, ["a", 1, 2.5])
    page.write_formula(1, 0, "=B1*2", None, 2)
    made.close()
    return path


def with_rows(book: Path, rows: str) -> Path:
    return rewrite(book, SHEET, lambda xml: xml.replace(b"</sheetData>", rows.encode() + b"</sheetData>"))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.xlsx", b"", "damaged"),
        ("x.xlsx", b"hello", "damaged"),
        ("x.xlsx", b"PK\x03\x04 cut off", "damaged"),
        ("x.xlsx", encrypted(), "locked"),
        ("x.xls", word_document(), "unsupported"),
        ("x.xls", OLE + b"\0" * 600, "damaged"),
        ("x.pdf", b"%PDF-1.7", "unsupported"),
        ("x", b"", "damaged"),
    ],
)
def test_signatures(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found, message = refusal(path)
    assert found == code
    assert "cần tệp" in message


def test_a_file_above_the_limit_is_not_even_opened(book: Path) -> None:
    code, message = refusal(book, Limits(file_bytes=100))
    assert code == "too-big"
    assert "giới hạn là 0,0 MB" in message


def test_half_a_workbook_is_damaged(book: Path) -> None:
    book.write_bytes(book.read_bytes()[:-30])
    assert may_be_unfinished(book)
    assert refusal(book)[0] == "damaged"


def test_bytes_lost_in_the_middle_are_damage(book: Path) -> None:
    content = bytearray(book.read_bytes())
    at = content.find(b"xl/worksheets/sheet1.xml") + 40
    content[at : at + 60] = bytes(60)
    book.write_bytes(content)
    assert refusal(book)[0] == "damaged"


@pytest.mark.parametrize("entry", ["/etc/passwd", "../up.xml", "xl\\..\\..\\up.xml", "C:/x.xml"])
def test_paths_out_of_the_package(book: Path, entry: str) -> None:
    with zipfile.ZipFile(book, "a") as package:
        package.writestr(zipfile.ZipInfo(entry), "x")
    assert refusal(book)[0] == "unsafe"


def test_too_many_entries_are_seen_before_the_directory_is_read(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(book, "a") as package:
        for number in range(600):
            package.writestr(f"x/{number}", "")
    end = end_record(book)
    assert end is not None
    assert end.entries > 600
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert refusal(book)[0] == "unsafe"


def test_twin_names_are_unsafe(book: Path) -> None:
    with zipfile.ZipFile(book, "a") as package:
        package.writestr("XL/worksheets/SHEET1.xml", "<x/>")
    assert refusal(book)[0] == "unsafe"


def test_a_bomb_is_refused_unopened(book: Path) -> None:
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as package, package.open("xl/media/x.xml", "w") as part:
        for _ in range(30):
            part.write(bytes(1 << 20))
    assert book.stat().st_size < 200_000
    assert refusal(book)[0] == "unsafe"


@pytest.mark.parametrize(
    "limits", [Limits(part_bytes=500), Limits(total_bytes=2000), Limits(entries=3), Limits(cells=5), Limits(last_row=1)]
)
def test_every_limit_holds(book: Path, limits: Limits) -> None:
    assert refusal(book, limits)[0] == "unsafe"


def test_more_sheets_than_a_report_has(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    made = xlsxwriter.Workbook(str(path))
    for number in range(5):
        made.add_worksheet(str(number))
    made.close()
    assert refusal(path, Limits(sheets=4))[0] == "too-big"
    assert len(raw(path, Limits(sheets=5)).sheets) == 5


@pytest.mark.parametrize("content", [{"content.xml": "<x/>"}, {"word/document.xml": "<x/>", "[Content_Types].xml": ""}])
def test_other_zips_are_not_supported(tmp_path: Path, content: dict[str, str]) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for name, text in content.items():
            package.writestr(name, text)
    assert refusal(path)[0] == "unsupported"


def test_zip_password_is_locked(book: Path) -> None:
    content = bytearray(book.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    book.write_bytes(content)
    assert refusal(book)[0] == "locked"


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"])
def test_a_doctype_in_any_part_that_is_read(book: Path, part: str) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    rewrite(book, part, lambda xml: xml.replace(b"?>", b"?>" + bomb, 1))
    assert refusal(book)[0] == "unsafe"


def test_utf16_xml_cannot_hide_a_doctype(book: Path) -> None:
    rewrite(book, SHEET, lambda xml: xml.decode().replace("UTF-8", "UTF-16").encode("utf-16-le"))
    assert refusal(book)[0] == "unsafe"


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="9"><c r="GS9"><v>1</v></c></row>',
        '<row r="20001"><c r="A20001"><v>1</v></c></row>',
        '<row r="9"><c s="1" r=\'xfd9\'><v>1</v></c></row>',
        '<row r="9"><c r = "XFD9"><v>1</v></c></row>',
        '<row r="9"><c r="A99999999999999999999"><v>1</v></c></row>',
        '<row r="9"><c r="AAAAAAA9"><v>1</v></c></row>',
        '<row r="9"><c><v>1</v></c></row>',
    ],
)
def test_content_out_of_bounds(book: Path, row: str) -> None:
    code, message = refusal(with_rows(book, row))
    assert code == "unsafe"
    assert "II.06a" in message


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1048576" ht="12.8" customHeight="1"/>',
        '<row r="9"><c r="XFD9" s="0"/></row>',
        '<row r="9"><c r="GR9"><v>1</v></c></row>',
        '<row r="20000"><c r="A20000"><v>1</v></c></row>',
    ],
)
def test_empty_formatted_cells_far_out_are_harmless(book: Path, row: str) -> None:
    grid = raw(with_rows(book, row)).sheets["II.06a"]
    assert grid.value(1, 2) == 1.0
    assert grid.nrows <= 20_000
    assert grid.ncols <= 200


def states(book: RawBook, *places: tuple[int, int]) -> list[RawCell]:
    grid = book.sheets["II.06a"]
    return [grid.cell(*place) for place in places]


def test_blank_zero_error_and_uncached_are_told_apart(book: Path) -> None:
    rows = (
        '<row r="5"><c r="A5" t="e"><v>#REF!</v></c><c r="B5" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="C5"><f>A1+1</f></c><c r="D5"><f>A1</f><v></v></c><c r="E5"><f>A1</f><v/></c>'
        '<c r="F5" t="str"><f>IF(A1="","",1)</f><v></v></c><c r="G5"><v>0</v></c><c r="H5"/>'
        '<c r="I5"><f t="shared" ref="I5:I6" si="0">A1</f><v>7</v></c></row>'
        '<row r="6"><c r="I6"><f t="shared" si="0"/></c><c r="J6" t="inlineStr"><is><t>chữ</t></is></c></row>'
    )
    found = states(raw(with_rows(book, rows)), *((5, column) for column in range(1, 10)), (6, 9), (6, 10))
    value, uncached = CellState.VALUE, RawCell(CellState.UNCACHED)
    blank = RawCell(CellState.BLANK)
    assert found == [
        RawCell(CellState.ERROR, "#REF!"),
        RawCell(CellState.ERROR, "#DIV/0!"),
        uncached,
        uncached,
        uncached,
        blank,
        RawCell(value, 0.0),
        blank,
        RawCell(value, 7.0),
        uncached,
        RawCell(value, "chữ"),
    ]


def test_a_prefixed_namespace_is_read_the_same(book: Path) -> None:
    rows = '<row r="5"><c r="A5" t="e"><v>#REF!</v></c><c r="B5"><f>A1</f></c><c r="C5"><v>3</v></c></row>'
    with_rows(book, rows)

    def prefixed(xml: bytes) -> bytes:
        text = xml.decode()
        for tag in ("worksheet", "sheetData", "row", "c", "v", "f", "dimension", "sheetViews", "sheetView"):
            for start in (f"<{tag} ", f"<{tag}>", f"<{tag}/", f"</{tag}>"):
                text = text.replace(start, start.replace("</", "</x:") if "</" in start else start.replace("<", "<x:"))
        return text.replace("xmlns=", "xmlns:x=").encode()

    rewrite(book, SHEET, prefixed)
    found = states(raw(book), (5, 1), (5, 2), (5, 3))
    assert [cell.state for cell in found] == [CellState.ERROR, CellState.UNCACHED, CellState.VALUE]


def test_dates_times_and_visibility_survive(tmp_path: Path) -> None:
    import datetime as dt

    path = tmp_path / "x.xlsx"
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.title = "II.06a"
    page.append([dt.date(2024, 9, 14), dt.datetime(2024, 9, 14, 5, 6), dt.time(7, 8), "=A1"])  # noqa: DTZ001
    made.create_sheet("an").sheet_state = "veryHidden"
    made.save(path)
    found = raw(path)
    assert [cell.value for cell in states(found, (1, 1), (1, 2), (1, 3))] == [
        dt.date(2024, 9, 14),
        dt.datetime(2024, 9, 14, 5, 6),  # noqa: DTZ001
        "07:08:00",
    ]
    assert {name: grid.visible for name, grid in found.sheets.items()} == {"II.06a": True, "an": False}
    assert found.sheets["II.06a"].values(1)[0] == (1, dt.date(2024, 9, 14))


def test_our_big_sheets_are_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    made = xlsxwriter.Workbook(str(path))
    for name in ("Hướng dẫn", "II.06a", "kiểm  TRA"):
        made.add_worksheet(name).write(0, 0, 1)
    made.close()
    rewrite(path, "xl/worksheets/sheet3.xml", lambda _xml: b"not xml at all")
    assert list(raw(path).sheets) == ["II.06a"]
    assert "Hướng dẫn" in raw(path, replace(Limits(), unread_sheets=("Kiểm tra",))).sheets


def test_a_sheet_is_found_whatever_the_spelling(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    made = xlsxwriter.Workbook(str(path))
    made.add_worksheet("Giải  TRÌNH")
    made.close()
    book = raw(path)
    assert book.sheet("Giải trình") is book.sheets["Giải  TRÌNH"]
    assert book.sheet("Thuyết minh") is None


def test_a_lying_size_does_not_get_through(book: Path) -> None:
    """The directory says 10 bytes, the stream holds megabytes: the checksum of what is read does not fit."""
    huge = bytes(5 << 20)
    packed = zlib.compress(huge)[2:-4]
    buffer = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != SHEET:
                new.writestr(info.filename, old.read(info))
        new.writestr(SHEET, huge)
    content = bytearray(buffer.getvalue())
    size, lie = len(huge).to_bytes(4, "little"), (10).to_bytes(4, "little")
    assert packed in content
    book.write_bytes(bytes(content).replace(size, lie))
    assert refusal(book)[0] == "damaged"
