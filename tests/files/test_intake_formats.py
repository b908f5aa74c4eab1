"""Old workbooks and open documents: read like .xlsx, whoever wrote them, and never a fault of ours when spoilt."""

from __future__ import annotations

import io
import random
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from files.intake_books import FIRST, SIGNED, Books, Sheet, field_row, raw, refusal
from files.made_books import Formula, Made, Page, ods_package, open_cell
from files.office import convert
from files.old_books import OldSheet, compound, xls

from tonghop.domain.period import Period
from tonghop.domain.value import BLANK, CellState, RawCell
from tonghop.files.compound import BrokenError, Compound
from tonghop.files.limits import Limits, address
from tonghop.files.reader import RawBook, ReaderPool, Unreadable
from tonghop.specs import load_province

PROVINCE = load_province(Path(__file__).parents[2] / "include", "binh-phuoc")
PERIOD = Period(2024, 3)
CELLS = {(1, 1): "chữ", (1, 2): 2, (2, 1): "#REF!", (2, 2): Formula("=1/0", "#DIV/0!"), (3, 3): 1.5}
ODD = Page("II.06a", CELLS, hidden=[2])


def save(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_one_workbook_is_the_same_in_every_format(tmp_path: Path, kind: str) -> None:
    made = Made([ODD, Page("an", {(1, 1): 7}, visible=False)])
    book = raw(save(tmp_path / f"x.{kind}", getattr(made, kind)()))
    grid = book.sheets["II.06a"]
    assert {name: grid.visible for name, grid in book.sheets.items()} == {"II.06a": True, "an": False}
    assert (grid.value(1, 1), grid.value(1, 2), grid.value(3, 3)) == ("chữ", 2, 1.5)
    assert isinstance(grid.value(1, 2), float)
    assert grid.cell(2, 1) == RawCell(CellState.ERROR, "#REF!")
    assert grid.cell(2, 2) == RawCell(CellState.ERROR, "#DIV/0!")
    assert grid.cell(1, 3) == BLANK
    assert list(grid.hidden) == [2]


def summed(row: int, name: str, *inputs: int) -> list[object]:
    """A row of II.06a whose formulas add up its own cells."""
    values = field_row(name, *inputs)
    return [value.replace("1", str(row)) if str(value).startswith("=") else value for value in values]


@pytest.mark.office
def test_what_libreoffice_saves_is_the_same_filing_in_every_format(tmp_path: Path) -> None:
    books = Books(PROVINCE, PROVINCE.tree(PERIOD)["25217"], tmp_path)
    forms = {code: Sheet(choice="Không phát sinh") for code in PROVINCE.owed_by(books.unit, PERIOD)}
    rows = [summed(FIRST, "Đất đai", 1, 2, 0, 1, 0, 0, 2, 0), summed(FIRST + 1, "Nước sạch", 3, 0, 1, 2, 1, 0, 1, 0)]
    path = books.write({**forms, "II.06a": Sheet(rows, footer=SIGNED, total=None)})
    (xlsx,) = convert([path], "xlsx", tmp_path / "out")
    (old,) = convert([path], "xls", tmp_path / "out")
    (opened,) = convert([path], "ods", tmp_path / "out")
    first, *others = (books.read(each) for each in (xlsx, old, opened))
    assert first.filing is not None
    figures = {row.key: row.numbers for row in first.filing.forms["II.06a"].rows}
    assert figures["đất đai"] == {3: 3, 4: 1, 5: 2, 6: 0, 7: 1, 8: 1, 9: 0, 10: 0, 11: 2, 12: 2, 13: 0}
    for other in others:
        assert other.filing is not None
        assert {row.key: row.numbers for row in other.filing.forms["II.06a"].rows} == figures
        assert other.findings == first.findings
        assert other.filing.signature == first.filing.signature


def _cell(attributes: str, *lines: str) -> str:
    """A cell with paragraphs and a comment, which is no part of its text."""
    text = "".join(f"<text:p>{line}</text:p>" for line in lines)
    comment = "<office:annotation><text:p>ghi chú</text:p></office:annotation>"
    return f"<table:table-cell {attributes}>{comment}{text}</table:table-cell>"


def test_what_open_cells_say(tmp_path: Path) -> None:
    value = 'office:value-type="{}" office:{}="{}"'
    cells = "".join(
        (
            _cell(value.format("date", "date-value", "2024-09-14"), "14/9"),
            _cell(value.format("boolean", "boolean-value", "true"), "TRUE"),
            _cell(value.format("float", "value", "1e999"), "nhiều"),
            _cell(value.format("float", "value", "x"), "x"),
            _cell('table:formula="of:=A1&amp;A2"', ""),
            '<table:table-cell table:formula="of:=A1"/>',
            _cell('office:value-type="string"', 'hai<text:s text:c="2"/><text:span>chữ</text:span>', "dòng"),
            '<table:covered-table-cell table:number-columns-repeated="2"/>',
            _cell(value.format("percentage", "value", "0.5"), "50%"),
        )
    )
    row = f'<table:table-row table:number-rows-repeated="2">{cells}</table:table-row>'
    linked = '<table:table table:name="lien-ket"><table:table-source/><table:table-row>' + open_cell(1)
    tables = f'<table:table table:name="T">{row}</table:table>{linked}</table:table-row></table:table>'
    book = raw(save(tmp_path / "x.ods", ods_package(tables)))
    assert list(book.sheets) == ["T"]
    grid = book.sheets["T"]
    for line in (1, 2):
        found = [grid.cell(line, column) for column in range(1, 11)]
        assert [str(cell.value) for cell in found[:4]] == ["2024-09-14", "True", "nhiều", "x"]
        assert found[4] == BLANK
        assert found[5].state is CellState.UNCACHED
        assert found[6].value == "hai  chữ\ndòng"
        assert found[7] == found[8] == BLANK
        assert found[9].value == 0.5
    assert grid.nrows == 2


@pytest.mark.parametrize("media_type", ["application/vnd.oasis.opendocument.text", "x" * 10_000])
def test_another_open_document_is_no_workbook(tmp_path: Path, media_type: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", media_type)
        package.writestr("content.xml", "<x/>")
    assert refusal(save(tmp_path / "x.odt", stream.getvalue()))[0] == "unsupported"


def test_a_compound_file_gives_back_its_streams_and_takes_changes() -> None:
    long, short = bytes(range(256)) * 40, b"short".ljust(4096, b"\0")
    container = Compound(compound({"Dài": long, "Ngắn": short}))
    assert container.read("dài") == long
    assert container.read("ngắn") == short
    container.write("dài", 510, b"ABCD")
    assert Compound(bytes(container.content)).read("dài") == long[:510] + b"ABCD" + long[514:]
    container.check_whole()


@pytest.mark.parametrize("place", [30, 48, 76])
def test_a_compound_file_with_a_wrong_header_is_broken(place: int) -> None:
    content = bytearray(compound({"Workbook": bytes(5000)}))
    content[place : place + 4] = b"\x77\x77\x77\x77"
    with pytest.raises(BrokenError):
        Compound(bytes(content)).read("workbook")


def test_an_xls_far_within_the_bounds_is_too_much_when_it_adds_up(tmp_path: Path) -> None:
    sheets = [OldSheet(str(number), {(100, 100): 1}) for number in range(5)]
    path = save(tmp_path / "x.xls", xls(sheets))
    assert refusal(path, Limits(cells=45_000))[0] == "unsafe"
    assert len(raw(path, Limits(cells=50_000)).sheets) == 5


@pytest.mark.parametrize(("row", "column", "text"), [(12, 4, "D12"), (1, 26, "Z1"), (3, 27, "AA3"), (9, 703, "AAA9")])
def test_addresses(row: int, column: int, text: str) -> None:
    assert address(row, column) == text


def test_two_sheets_of_one_name_are_damage(tmp_path: Path) -> None:
    twins = Made([Page("a", {(1, 1): 1}), Page("a", {(1, 1): 2})])
    assert refusal(save(tmp_path / "x.ods", twins.ods()))[0] == "damaged"


def test_spoilt_files_are_read_or_refused_and_never_our_fault(tmp_path: Path) -> None:
    """Bytes changed, lost and doubled anywhere, in the file and inside its parts."""
    rng = random.Random(20243)
    made = Made([ODD])
    whole = {kind: getattr(made, kind)() for kind in ("xlsx", "ods", "xls")}
    paths = []
    for number in range(450):
        kind = ("xlsx", "ods", "xls")[number % 3]
        inside = kind != "xls" and rng.random() < 0.7
        content = spoilt_part(whole[kind], rng) if inside else spoilt(whole[kind], rng)
        paths.append(save(tmp_path / f"{number}.{kind}", content))
    with ReaderPool() as pool:
        answers = list(pool.read_many(paths))
    kinds = Counter(type(answer) for answer in answers)
    assert set(kinds) == {RawBook, Unreadable}, [answer for answer in answers if isinstance(answer, Exception)]
    assert min(kinds.values()) > 50


def spoilt(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 2, 5))):
        at, kind = rng.randrange(len(changed)), rng.random()
        if kind < 0.5:
            changed[at] = rng.randrange(256)
        elif kind < 0.7:
            changed[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", bytes(4), b"\xff\xff\xff\x7f"))
        elif kind < 0.85:
            del changed[at : at + rng.randrange(1, 50)]
        else:
            changed[at:at] = changed[at : at + rng.randrange(1, 200)]
    return bytes(changed)


def spoilt_part(content: bytes, rng: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = rng.choice(sorted(parts))
    parts[name] = spoilt(parts[name], rng)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for each, part in parts.items():
            package.writestr(each, part)
    return stream.getvalue()
