"""Writing the copy: results of formulas stored beside them, as Excel does, and the same bytes every time."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from xml.sax.saxutils import escape

from openpyxl.packaging.core import DocumentProperties

from tonghop.domain.value import CellState
from tonghop.files.marked.original import Original
from tonghop.files.raw_book import Grid

# openpyxl writes formulas without results; a reader of values would take them for never computed.
_FORMULA = re.compile(rb'<c r="([A-Z]+)(\d+)"([^>]*)>(<f\b[^>]*(?:/>|>[^<]*</f>))<v\s*(?:/>|></v>)</c>')
_TYPE = re.compile(rb'\s+t="\w+"')
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_WHEN = datetime(2020, 12, 15)  # noqa: DTZ001  fixed: equal orders give equal bytes
_ZIP_TIME = (2020, 12, 15, 0, 0, 0)
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001


def packed(original: Original) -> bytes:
    """The workbook as a file."""
    book = original.book
    book.properties = DocumentProperties(created=_WHEN, modified=_WHEN, title=book.worksheets[0].title)
    draft, made = io.BytesIO(), io.BytesIO()
    book.save(draft)
    results = {
        f"xl/worksheets/sheet{number}.xml": original.grids[sheet.title]
        for number, sheet in enumerate(book.worksheets, start=1)
        if sheet.title in original.grids
    }
    with zipfile.ZipFile(draft) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for info in parts.infolist():
            content = parts.read(info)
            if info.filename in results:
                content = _with_results(content, results[info.filename])
            elif info.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + _WHEN.isoformat().encode() + b"Z", content)
            target.writestr(zipfile.ZipInfo(info.filename, _ZIP_TIME), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _with_results(xml: bytes, grid: Grid) -> bytes:
    return _FORMULA.sub(lambda found: _with_result(found, grid), xml)


def _with_result(found: re.Match[bytes], grid: Grid) -> bytes:
    raw = grid.cell(int(found[2]), _column(found[1]))
    if raw.state is CellState.UNCACHED:
        return found[0]
    kind, text = _stored(raw.state, raw.value)
    attributes = _TYPE.sub(b"", found[3]) + (b' t="%b"' % kind if kind else b"")
    return b'<c r="%b%b"%b>%b<v>%b</v></c>' % (found[1], found[2], attributes, found[4], text)


def _stored(state: CellState, value: object) -> tuple[bytes, bytes]:
    """(cell type, text) of a result as Excel stores it."""
    if state is CellState.ERROR:
        return b"e", escape(str(value or "#N/A")).encode()
    if isinstance(value, bool):
        return b"b", b"1" if value else b"0"
    if isinstance(value, datetime | date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
        return b"", repr((moment.replace(tzinfo=None) - _DAY_ZERO).total_seconds() / 86400).encode()
    if isinstance(value, int | float):
        return b"", repr(int(value) if float(value).is_integer() else value).encode()
    return b"str", escape("" if value is None else str(value)).encode()


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
