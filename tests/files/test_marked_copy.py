"""What of a unit's file a marked copy keeps, what it leaves out, and what other kinds of file become."""

from __future__ import annotations

import io
import re
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from files.intake_books import raw
from files.made_books import Made, Page, ods_package
from files.office import convert
from files.template_cases import DEPARTMENT, OPENINGS, planned, right
from marked_books import RED, RESULT, saved, texts, tint

from tonghop.domain.explaining import UsualReason
from tonghop.domain.finding import Finding, FollowOn, make
from tonghop.files.limits import Limits, RefusedError
from tonghop.files.marked.copy import marked_copy
from tonghop.files.marked.order import KEPT, FormPlace, Group, Heading, Order
from tonghop.files.marked.original import open_original
from tonghop.files.marked.pool import MarkingPool
from tonghop.files.raw_book import RawBook
from tonghop.files.template import write_template

HEADING = Heading("Văn phòng", "Báo cáo – Quý III/2024", "Sở A", "lần thứ 1", "Còn lỗi", "Đề nghị sửa", "Phòng B")
FORMS = {"II.06a": FormPlace("II.06a", "II.06a", "Tình hình", tuple(range(1, 14)))}
WRONG = make("negative", "(4) = -1 nhỏ hơn 0.", form="II.06a", sheet="II.06a", address="D11", found="-1", expected="0")


def ordered(path: Path, *findings: Finding, **more: Any) -> Order:
    return Order(path, HEADING, (Group("Nội dung phải sửa", findings, "blocking"),), FORMS, **more)


def marked(path: Path, *findings: Finding, **more: Any) -> bytes:
    return marked_copy(ordered(path, *(findings or (WRONG,)), **more), Limits())


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("goc") / "goc.xlsx"
    write_template(path, planned(DEPARTMENT, right(DEPARTMENT), OPENINGS))
    return path


@pytest.fixture(scope="module")
def copy(template: Path) -> bytes:
    return marked(template)


def like(template: Path, kind: str, folder: Path) -> Path:
    path = folder / f"bao-cao.{kind}"
    path.write_bytes(getattr(Made.like(raw(template, replace(Limits(), unread_sheets=()))), kind)())
    return path


def test_values_formulas_and_their_results_are_kept(template: Path, copy: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ban-sao.xlsx"
    path.write_bytes(copy)
    every = replace(Limits(), unread_sheets=())
    before, after = raw(template, every), raw(path, every)
    for name, grid in before.sheets.items():
        assert (after.sheets[name].rows, after.sheets[name].odd) == (grid.rows, grid.odd), name
    assert opened(copy)["II.06a"]["C11"].value == openpyxl.load_workbook(template)["II.06a"]["C11"].value
    assert str(opened(copy)["II.06a"]["C11"].value).startswith("=")


def test_formats_merges_widths_rules_and_print_are_kept(template: Path, copy: bytes) -> None:
    before, after = openpyxl.load_workbook(template), opened(copy)
    for sheet in before:
        same = after[sheet.title]
        assert _look(same) == _look(sheet), sheet.title
    cells = {cell.coordinate: cell for row in before["II.06a"].iter_rows() for cell in row}
    for place, cell in cells.items():
        beside = after["II.06a"][place]
        assert (beside.font.name, beside.font.b, beside.number_format) == (
            cell.font.name,
            cell.font.b,
            cell.number_format,
        )
        assert tint(beside) == (RED if place == "D11" else tint(cell)), place


def _look(sheet: Any) -> tuple[Any, ...]:
    return (
        sorted(map(str, sheet.merged_cells.ranges)),
        {letter: (look.width, look.hidden) for letter, look in sheet.column_dimensions.items()},
        {row: look.height for row, look in sheet.row_dimensions.items()},
        sorted(str(rule.sqref) for rule in sheet.data_validations.dataValidation),
        len(sheet.conditional_formatting),
        (sheet.protection.sheet, sheet.freeze_panes, sheet.print_area, sheet.print_title_rows, sheet.sheet_state),
    )


def test_equal_orders_give_equal_bytes(template: Path, copy: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.time() + 4000
    monkeypatch.setattr(time, "time", lambda: later)
    assert marked(template) == copy


def test_two_findings_in_a_cell_share_one_comment(template: Path) -> None:
    note = make("number-as-text", form="II.06a", sheet="II.06a", address="D11")
    content = marked(template, WRONG, note)
    cell = opened(content)["II.06a"]["D11"]
    assert cell.comment.text.startswith("1. Số âm")
    assert "\n\n2. Số được nhập dạng chữ" in cell.comment.text
    (height,) = re.findall(rb"height:(\d+)", parts(content)["xl/drawings/commentsDrawing1.vml"])
    assert int(height) > 120, "nothing of it is cut off"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"column": 4}, "D10"),
        ({"column": 0}, "C1"),
        ({"address": "D1"}, "C1"),
        ({"form": "II.99", "sheet": ""}, None),
        ({"form": "", "sheet": ""}, None),
    ],
    ids=["column number", "title", "merged area", "no such form", "the file"],
)
def test_what_has_no_cell_is_marked_at_its_column_or_title(
    template: Path, place: dict[str, Any], expected: str | None
) -> None:
    finding = make("carry-over", **({"form": "II.06a", "sheet": "II.06a"} | place))
    forms = {"II.06a": planned(DEPARTMENT)["II.06a"].form}
    known = FormPlace("II.06a", "II.06a", forms["II.06a"].title, tuple(range(1, 14)))
    order = replace(ordered(template, finding), forms={"II.06a": known})
    book = opened(marked_copy(order, Limits()))
    commented = [cell.coordinate for row in book["II.06a"].iter_rows() for cell in row if cell.comment]
    assert commented == ([expected] if expected else [])


def test_pictures_macros_and_links_are_left_out(template: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(template)
    sheet = book["II.06a"]
    for place, value in {
        "P1": "=[1]Sheet1!A1",
        "P2": "=cmd|'/C calc'!A0",
        "P3": '=HYPERLINK("http://example.test","bấm vào đây")',
        "P4": '=WEBSERVICE("http://example.test")',
        "P5": "=SUM(D11:E11)",
    }.items():
        sheet[place] = value
    sheet["P6"], sheet["P6"].hyperlink = "liên kết", "http://example.test/"
    book.defined_names["ngoai"] = openpyxl.workbook.defined_name.DefinedName("ngoai", attr_text="[1]Sheet1!$A$1")
    path = tmp_path / "nguy-hiem.xlsm"
    path.write_bytes(_with_macros_and_picture(saved(book)))

    content = marked(path)

    made = opened(content)["II.06a"]
    assert [made[f"P{row}"].value for row in range(1, 7)] == [None, None, None, None, "=SUM(D11:E11)", "liên kết"]
    unwanted = re.compile(r"vba|media|drawings/drawing|external|custom|activeX", re.IGNORECASE)
    assert not [name for name in parts(content) if unwanted.search(name)]
    assert b"example.test" not in b"".join(parts(content).values())
    assert b"macroEnabled" not in parts(content)["[Content_Types].xml"]


def _with_macros_and_picture(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts(content).items():
            plain, macro = b"sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
            if name == "[Content_Types].xml":
                part = part.replace(b"openxmlformats-officedocument.spreadsheetml." + plain, macro)  # noqa: PLW2901
            package.writestr(name, part)
        package.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macro")
        package.writestr("xl/media/image1.png", b"\x89PNG")
    return made.getvalue()


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_old_and_open_documents_become_xlsx_with_values_in_their_places(
    template: Path, tmp_path: Path, kind: str
) -> None:
    path = like(template, kind, tmp_path)
    made = tmp_path / "ban-sao.xlsx"
    made.write_bytes(marked(path))
    before, after = raw(template), raw(made)
    assert {at: str(value) for at, value in _filled(after)["II.06a"].items()} == {
        at: str(value) for at, value in _filled(before)["II.06a"].items()
    }
    assert _filled(after)["_tonghop"] == _filled(before)["_tonghop"]
    book = opened(made.read_bytes())
    assert book["_tonghop"].sheet_state == "hidden"
    assert tint(book["II.06a"]["D11"]) == RED


def _filled(book: RawBook) -> dict[str, dict[tuple[int, int], Any]]:
    return {
        name: {(row, column): value for row in range(1, grid.nrows + 1) for column, value in grid.values(row)}
        for name, grid in book.sheets.items()
    }


def test_merged_areas_and_widths_of_an_open_document_are_kept(tmp_path: Path) -> None:
    column = '<table:table-column table:style-name="co1"/><table:table-column table:number-columns-repeated="3"/>'
    spanned = 'table:number-columns-spanned="3" table:number-rows-spanned="2" office:value-type="string"'
    row = f"<table:table-row><table:table-cell {spanned}><text:p>Tiêu đề</text:p></table:table-cell></table:table-row>"
    wide = '<style:style style:name="co1" style:family="table-column">'
    wide += '<style:table-column-properties style:column-width="6cm"/></style:style>'
    package = ods_package(f'<table:table table:name="II.06a">{column}{row}</table:table>')
    path = tmp_path / "a.ods"
    path.write_bytes(_styled(package, wide))
    sheet = open_original(path, Limits()).book["II.06a"]
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:C2"]
    assert sheet.column_dimensions["A"].width == pytest.approx(30.6)


def _styled(package: bytes, style: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for name, part in parts(package).items():
            target.writestr(
                name, part.replace(b"<office:automatic-styles>", b"<office:automatic-styles>" + style.encode())
            )
    return made.getvalue()


def test_widths_of_an_old_workbook_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(Made([Page("II.06a", {(1, 1): "a", (1, 2): 5}, hidden=[2])]).xls())
    sheet = open_original(path, Limits()).book["II.06a"]
    assert sheet.column_dimensions["B"].width == pytest.approx(2000 / 256)
    assert sheet.column_dimensions["B"].hidden


def test_an_xlsx_our_library_cannot_open_is_built_anew(template: Path, tmp_path: Path) -> None:
    content = parts(template.read_bytes())
    content["xl/styles.xml"] = re.sub(rb"<cellXfs.*</cellXfs>", b"", content["xl/styles.xml"], flags=re.DOTALL)
    path = tmp_path / "la.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for name, part in content.items():
            package.writestr(name, part)
    book = opened(marked(path))
    assert book["II.06a"]["B11"].value == openpyxl.load_workbook(template)["II.06a"]["B11"].value


def test_a_file_that_must_not_be_parsed_has_no_copy(template: Path, tmp_path: Path) -> None:
    content = parts(template.read_bytes())
    name = "xl/worksheets/sheet1.xml"  # “Hướng dẫn”, which the reader of figures does not read
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content[name] = content[name].replace(b"</sheetData>", far)
    path = tmp_path / "xa.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for part, body in content.items():
            package.writestr(part, body)
    with pytest.raises(RefusedError):
        marked(path)
    with MarkingPool(1) as pool:
        assert list(pool.mark_many([ordered(path, WRONG)])) == [None]


@pytest.mark.parametrize("part", ["docProps/core.xml", "xl/theme/theme1.xml", "xl/worksheets/_rels/sheet1.xml.rels"])
def test_entities_are_refused_in_every_part(template: Path, tmp_path: Path, part: str) -> None:
    content = parts(template.read_bytes())
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    content[part] = laughs + content.get(part, b"<x>&b;</x>")
    path = tmp_path / "cuoi.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for name, body in content.items():
            package.writestr(name, body)
    with pytest.raises(RefusedError, match="DOCTYPE"):
        marked(path)


def test_one_child_that_dies_costs_one_copy_only(template: Path, tmp_path: Path) -> None:
    """A merged area over the whole sheet takes more memory than a child may have."""
    content = parts(template.read_bytes())
    sheet = "xl/worksheets/sheet2.xml"
    content[sheet] = re.sub(rb'<mergeCell ref="[^"]*"/>', b'<mergeCell ref="A1:XFD1048576"/>', content[sheet], count=1)
    path = tmp_path / "rong.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for part, body in content.items():
            package.writestr(part, body)
    with MarkingPool(1, replace(Limits(), seconds=8)) as pool:
        found = list(pool.mark_many([ordered(template, WRONG), ordered(path, WRONG), ordered(template, WRONG)]))
    assert [one is not None for one in found] == [True, False, True]
    assert found[0] == found[2]


def test_what_a_tampered_hidden_sheet_says_is_not_believed(copy: bytes, tmp_path: Path) -> None:
    book = opened(copy)
    book[KEPT].append(["II.06a", "ZZZ99999999", None, "x"])
    book[KEPT].append(["không có", "A1", None, "x"])
    book[KEPT].append([5, True, None, "x"])
    path = tmp_path / "lai.xlsx"
    path.write_bytes(saved(book))
    again = opened(marked(path))
    assert [row[:2] for row in again[KEPT].iter_rows(values_only=True)] == [("II.06a", "D11")]


def test_every_follow_on_is_a_folded_row_with_its_link(template: Path) -> None:
    root = replace(WRONG, follow_ons=(FollowOn("Tổng không khớp.", "II.06a", "II.06a", "Đất đai", 3, "C11"),))
    sheet = opened(marked(template, root))[RESULT]
    folded = [row for row, look in sheet.row_dimensions.items() if look.outlineLevel]
    assert [sheet.cell(row, 2).hyperlink.location for row in folded] == ["'II.06a'!C11"]
    assert sheet.print_title_rows
    assert sheet.page_setup.fitToHeight == 0


def test_reasons_to_pick_are_listed_in_the_workbook(template: Path) -> None:
    asked = make("carry-over", form="II.06a", sheet="II.06a", address="F11", column=6, found="1", expected="2")
    reasons = (UsualReason("Riêng", ("carry-over",)), UsualReason("Khác kiểu", ("jump",)), UsualReason("Lý do khác"))
    book = opened(marked(template, asked, reasons=reasons, explanations=()))
    rules = {str(rule.sqref): rule for rule in book["Giải trình"].data_validations.dataValidation}
    source = rules["E5"].formula1.partition("!")[2].replace("$", "")
    assert [cell[0].value for cell in book[KEPT][source]] == ["Riêng", "Lý do khác"]
    assert not rules["E5"].showErrorMessage, "other words may be typed"


@pytest.mark.office
def test_an_office_program_opens_the_copy_as_it_is(copy: bytes, tmp_path: Path) -> None:
    path = tmp_path / "Da-kiem-tra.xlsx"
    path.write_bytes(copy)
    (again,) = convert([path], "xlsx", tmp_path / "out")
    book = openpyxl.load_workbook(again)
    assert book.sheetnames == opened(copy).sheetnames
    assert texts(book[RESULT]) == texts(opened(copy)[RESULT])
    assert book["II.06a"]["D11"].comment.text == opened(copy)["II.06a"]["D11"].comment.text
    assert tint(book["II.06a"]["D11"]) == RED
