"""Cases of `test_any_file`: other kinds of file, damaged and hostile ones, and names no clerk should think of."""

from __future__ import annotations

import io
import random
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping

from files.book_changes import Case, changed, hidden, row, typed
from files.made_books import MANIFEST, Made, Page, ods_package, open_cell
from files.old_books import OldSheet, compound, encrypted, word_document, xls
from files.wide_province import FIRST, FORM

SHEET = "xl/worksheets/sheet1.xml"
_END_OF_DATA = b"</sheetData>"
Parts = dict[str, bytes]


def parts(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def package(found: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in found.items():
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def repacked(change: Callable[[Parts], object]) -> Callable[[Made], bytes]:
    """The right workbook as .xlsx with its parts changed."""

    def make(made: Made) -> bytes:
        found = parts(made.xlsx())
        change(found)
        return package(found)

    return make


def with_row(xml: str) -> Callable[[Made], bytes]:
    """One more row at the end of the first sheet."""
    return repacked(
        lambda found: found.update({SHEET: found[SHEET].replace(_END_OF_DATA, xml.encode() + _END_OF_DATA)})
    )


def with_doctype(part: str) -> Callable[[Made], bytes]:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    return repacked(lambda found: found.update({part: found[part].replace(b"?>", b"?>" + entities, 1)}))


def macros(found: Parts) -> None:
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    types = found["[Content_Types].xml"]
    assert main in types
    found["[Content_Types].xml"] = types.replace(main, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    found["xl/vbaProject.bin"] = compound({"VBA": b"Attribute"})


def no_sheets(found: Parts) -> None:
    before, _, rest = found["xl/workbook.xml"].partition(b"<sheets>")
    found["xl/workbook.xml"] = before + b"<sheets>" + rest[rest.index(b"</sheets>") :]


def repeated_string(found: Parts) -> None:
    """A text of 1 MB that 600 cells refer to: small to unpack, 600 MB to hand out."""
    found["xl/sharedStrings.xml"] = found["xl/sharedStrings.xml"].replace(
        b"<si>", b"<si><t>" + b"x" * 10**6 + b"</t></si><si>", 1
    )
    cells = "".join(f'<c r="A{row}" t="s"><v>0</v></c>' for row in range(1, 2))
    rows = "".join(f'<row r="{row}">{cells.replace("A1", f"A{row}")}</row>' for row in range(100, 700))
    found[SHEET] = found[SHEET].replace(_END_OF_DATA, rows.encode() + _END_OF_DATA)


def ods_rows(rows: str) -> bytes:
    return ods_package(f'<table:table table:name="T.01">{rows}</table:table>')


def repeated(rows: int, columns: int) -> bytes:
    cell = open_cell(7).replace("<table:table-cell", f'<table:table-cell table:number-columns-repeated="{columns}"')
    return ods_rows(f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>')


def flipped(content: bytes, first: float, last: float) -> bytes:
    """Zeros over a part of the file, as a bad disk leaves them."""
    start, end = int(len(content) * first), int(len(content) * last)
    return content[:start] + bytes(end - start) + content[end:]


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def looping(content: bytes) -> bytes:
    """The table of sectors sends a reader round in circles."""
    at = content.index((1).to_bytes(4, "little") + (2).to_bytes(4, "little") + (3).to_bytes(4, "little"), 512)
    return content[:at] + bytes(4) + content[at + 4 :]


def password_flag(content: bytes) -> bytes:
    changed_bytes = bytearray(content)
    changed_bytes[changed_bytes.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed_bytes)


def whole(kind: str) -> Callable[[Made], bytes]:
    return changed(lambda _made: None, kind)


def fixed(content: bytes) -> Callable[[Made], bytes]:
    return lambda _made: content


def other_kinds() -> Iterator[Case]:
    """The right workbook in every format and under every name."""
    for kind in ("xlsx", "ods", "xls"):
        yield Case(f".{kind}", "accepted", "", whole(kind), f"bao-cao.{kind}")
        yield Case(f"hidden column in .{kind}", "accepted", "column-hidden", changed(hidden(6), kind), f"an.{kind}")
        yield Case(f"numbers as text in .{kind}", "accepted", "number-as-text", typed("10", kind=kind), f"chu.{kind}")
    yield Case(".xlsm with macros", "accepted", "", repacked(macros), "bao-cao.xlsm")
    yield Case("an .xlsx named .xls", "accepted", "", whole("xlsx"), "bao-cao.xls")
    yield Case("an .xls named .xlsx", "accepted", "", whole("xls"), "bao-cao.xlsx")
    yield Case("an .ods named .xlsx", "accepted", "", whole("ods"), "bao-cao.xlsx")
    yield Case("no extension at all", "accepted", "", whole("xlsx"), "bao cao")
    yield Case("dimensions that lie", "accepted", "", lambda made: made.xls(dimensions=(65536, 256)), "bao-cao.xls")
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    control = changed(row(FIRST, "Đơn\x00 khiếu\x07 nại"), "xls")
    yield Case("control characters", "accepted", "", control, "bao-cao.xls")
    yield Case("an empty cell in the last corner", "accepted", "", with_row(far))
    for name, file in (
        ("capitals", "BAO CAO.XLSX"),
        ("a newline", "bao\ncao.xlsx"),
        ("a picture", "báo cáo 🙂.xlsx"),
        ("255 bytes", "ệ" * 83 + "a.xlsx"),
        ("a way up", "a\\..\\..\\bao-cao.xlsx"),
        ("a formula", "=HYPERLINK(1).xlsx"),
        ("markup", "<img src=x onerror=alert(1)>.xlsx"),
        ("decomposed letters", unicodedata.normalize("NFD", "Báo cáo quý.xlsx")),
    ):
        yield Case(f"a name with {name}", "accepted", "", whole("xlsx"), file)
    yield Case("a name that is no UTF-8", "accepted", "", whole("xlsx"), b"b\xe1o c\xe1o.xlsx")


def no_workbooks() -> Iterator[Case]:
    """Files that cannot be read, or are nothing to read."""

    def back(name: str, codes: str, make: Callable[[Made], bytes], file: str = "bao-cao.xlsx", *words: str) -> Case:
        return Case(name, "returned", codes, make, file, words)

    yield back("an empty file", "damaged", fixed(b""), "bao-cao.xlsx", "không có dữ liệu")
    yield back("an empty .xls", "damaged", fixed(b""), "bao-cao.xls")
    yield back("only zeros", "damaged", fixed(bytes(5000)))
    yield back("half an .xlsx", "damaged", lambda made: half(made.xlsx()), "bao-cao.xlsx", "phần cuối")
    yield back("half an .xls", "damaged", lambda made: half(made.xls()), "bao-cao.xls")
    yield back("half an .ods", "damaged", lambda made: half(made.ods()), "bao-cao.ods")
    yield back("a bad disk under an .xlsx", "damaged", lambda made: flipped(made.xlsx(), 0.1, 0.6))
    yield back("a bad disk under an .xls", "damaged", lambda made: flipped(made.xls(), 0.6, 0.98), "bao-cao.xls")
    yield back("a bad disk under an .ods", "damaged", lambda made: flipped(made.ods(), 0.1, 0.6), "bao-cao.ods")
    yield back("sectors in a circle", "damaged", lambda made: looping(made.xls()), "bao-cao.xls")
    yield back("a part missing", "damaged", repacked(lambda found: found.pop(SHEET)))
    yield back("broken XML", "damaged", repacked(lambda found: found.update({SHEET: found[SHEET][:900]})))
    yield back("broken open document", "damaged", fixed(ods_rows("<table:table-row>")), "bao-cao.ods")
    yield back("no sheet", "no-form", repacked(no_sheets))
    yield back("a password to open", "locked", fixed(encrypted()), "bao-cao.xlsx", "mật khẩu")
    yield back("a password to open an .xls", "locked", lambda made: made.xls(locked=True), "bao-cao.xls")
    locked = MANIFEST.replace("/></manifest", "><manifest:encryption-data/></manifest:file-entry></manifest")
    yield back("a password to open an .ods", "locked", fixed(ods_package("", manifest=locked)), "bao-cao.ods")
    yield back("a password on the zip", "locked", lambda made: password_flag(made.xlsx()))
    yield back("a PDF", "unsupported", fixed(b"%PDF-1.7\n%%EOF"), "bao-cao.xlsx", "PDF")
    yield back("a picture", "unsupported", fixed(b"\x89PNG\r\n\x1a\n" + bytes(200)), "anh.png", "ảnh")
    yield back("a web page named .xls", "unsupported", fixed(b"\xef\xbb\xbf <HTML><table>"), "bao-cao.xls", "trang web")
    yield back("text with commas", "unsupported", fixed(b"1,2,3\n"), "bao-cao.csv")
    yield back("text named .xlsx", "damaged", fixed(b"4,5,6\n"))
    yield back("an archive", "unsupported", fixed(b"Rar!\x1a\x07"), "bao-cao.rar", "RAR")
    yield back("a program", "unsupported", fixed(b"MZ" + bytes(100)), "bao-cao.exe")
    yield back("an old Word document", "unsupported", fixed(word_document()), "bao-cao.doc", "Word")
    yield back("a Word document", "unsupported", fixed(package({"word/document.xml": b"<x/>"})), "bao-cao.docx", "Word")
    yield back("a binary workbook", "unsupported", fixed(package({"xl/workbook.bin": b"x"})), "bao-cao.xlsb", ".xlsb")
    yield back(
        "a zip with the workbook", "unsupported", lambda made: package({"bc.xlsx": made.xlsx()}), "bc.zip", "giải nén"
    )


def hostile() -> Iterator[Case]:
    """Files made to stop, fill or fool whoever reads them."""

    def back(name: str, make: Callable[[Made], bytes], *words: str, codes: str = "unsafe", kind: str = "xlsx") -> Case:
        return Case(name, "returned", codes, make, f"bao-cao.{kind}", words)

    yield back("a zip bomb", repacked(lambda found: found.update({"xl/media/a.xml": bytes(30 << 20)})), "200 lần")
    yield back(
        "ten parts of 12 MB",
        repacked(lambda found: found.update(dict.fromkeys((f"xl/{at}.bin" for at in range(10)), packable(12 << 20)))),
        "giới hạn là 100,0 MB",
    )
    yield back(
        "600 parts", repacked(lambda found: found.update({f"x/{at}": b"" for at in range(600)})), "giới hạn là 500"
    )
    yield back("a way out of the package", repacked(lambda found: found.update({"../../etc/x": b""})))
    yield back("one part twice", repacked(lambda found: found.update({"XL/Workbook.xml": b"<x/>"})))
    yield back(
        "61 sheets",
        lambda made: Made([*made.pages, *[Page(f"Trang {at}", {(1, 1): 1}) for at in range(61)]]).xlsx(),
        "60 trang",
        codes="too-big",
    )
    yield back(
        "a cell in the last corner",
        with_row('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "XFD1048576",
        "200 cột",
    )
    yield back(
        "a cell in the last corner of an .xls",
        lambda made: xls([OldSheet(FORM, {(1, 1): 1, (65536, 256): 1})]),
        "IV65536",
        kind="xls",
    )
    yield back("a million rows", repacked(million_rows), "giới hạn")
    yield back(
        "30,000 rows",
        with_row("".join(f'<row r="{at}"><c r="A{at}"><v>1</v></c></row>' for at in range(100, 30_000))),
        "20.000 dòng",
    )
    yield back("a million cells", repacked(million_cells), "400.000 ô")
    yield back("a text in 600 cells", repacked(repeated_string), "bộ nhớ")
    yield back("an open row a million times", fixed(repeated(1_000_000, 1)), "A1000000", kind="ods")
    yield back("an open cell 16,384 times", fixed(repeated(1, 16_384)), "XFD1", kind="ods")
    yield back("an open block within the bounds", fixed(repeated(20_000, 200)), "ô", kind="ods")
    yield back("an open cell repeated beyond all numbers", fixed(repeated(1, int("9" * 300))), kind="ods")
    yield back("entities in the sheet", with_doctype(SHEET), "DOCTYPE")
    yield back("entities in the workbook", with_doctype("xl/workbook.xml"), "DOCTYPE")
    laughs = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    yield back("entities in an open document", fixed(ods_package("", head=laughs)), "DOCTYPE", kind="ods")
    yield back(
        "a document within a document within …",
        repacked(lambda found: found.update({"xl/workbook.xml": b"<a>" * 10**5 + b"</a>" * 10**5})),
        codes="damaged",
    )
    yield back("3,000 rows of a form", lambda made: long_form(made, 3_000, "x"), "3.000 dòng", codes="too-big")
    yield back("a cell without an address", with_row('<row r="99"><c><v>1</v></c></row>'), "địa chỉ")


def long_form(made: Made, rows: int, value: object) -> bytes:
    page = made[FORM]
    page.cells = {at: each for at, each in page.cells.items() if at[0] < FIRST}
    for at in range(FIRST, FIRST + rows):
        page.cells |= {(at, column): value for column in range(3, 8)} | {(at, 2): f"Loại {at}"}
    return made.xlsx()


def packable(size: int) -> bytes:
    """Bytes that pack some twenty times: nothing about one part looks like a bomb."""
    rng = random.Random(1)
    return b"".join(rng.randbytes(64) * 32 for _ in range(size >> 11))


def million_rows(found: Parts) -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (at, at, at) for at in range(100, 1_000_000))
    found[SHEET] = found[SHEET].replace(_END_OF_DATA, rows + _END_OF_DATA)


def million_cells(found: Parts) -> None:
    """Within every bound but that of the area: 19,000 rows of one cell, far to the right."""
    rows = b"".join(b'<row r="%d"><c r="CZ%d"><v>1</v></c></row>' % (at, at) for at in range(100, 19_000))
    found[SHEET] = found[SHEET].replace(_END_OF_DATA, rows + _END_OF_DATA)
