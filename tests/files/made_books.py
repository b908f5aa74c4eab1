"""One workbook, kept as plain cells, written as .xlsx, .ods or .xls: what a clerk's program would save."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from files.old_books import ERRORS, OldSheet, xls

from tonghop.files.raw_book import RawBook

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MEDIA_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_NAMES = ("office", "table", "text", "style", "calcext")


@dataclass(frozen=True)
class Formula:
    """A formula with the result its program stored; None: nothing was stored."""

    text: str
    result: object = None


@dataclass
class Page:
    """A sheet: (row, column) → value, 1-based. Texts `#REF!` and `#DIV/0!` are errors."""

    name: str
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    visible: bool = True
    hidden: list[int] = field(default_factory=list)
    wide: list[int] = field(default_factory=list)

    def rows(self) -> list[tuple[int, list[tuple[int, Any]]]]:
        places = sorted(self.cells)
        return [
            (row, [(at[1], self.cells[at]) for at in group]) for row, group in groupby(places, key=lambda at: at[0])
        ]

    def map_columns(self, places: Mapping[int, int]) -> None:
        """Move whole columns: old → new."""
        self.cells = {(row, places.get(column, column)): value for (row, column), value in self.cells.items()}

    def map_texts(self, change: Callable[[str], str]) -> None:
        self.cells = {at: change(value) if isinstance(value, str) else value for at, value in self.cells.items()}


@dataclass
class Made:
    """A workbook of pages in order."""

    pages: list[Page]

    def __getitem__(self, name: str) -> Page:
        return next(page for page in self.pages if page.name == name)

    @classmethod
    def like(cls, book: RawBook) -> Made:
        """Every value of a workbook that was read."""
        pages = []
        for grid in book.sheets.values():
            cells = {(row, column): value for row in range(1, grid.nrows + 1) for column, value in grid.values(row)}
            pages.append(Page(grid.name, cells, grid.visible))
        return cls(pages)

    def xlsx(self) -> bytes:
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        book.set_properties({"created": dt.datetime(2024, 9, 15)})  # noqa: DTZ001
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        shown = None
        for page in self.pages:
            sheet = book.add_worksheet(page.name)
            for at in page.wide:
                sheet.set_column(at - 1, at - 1, 60)
            for at in page.hidden:
                sheet.set_column(at - 1, at - 1, None, None, {"hidden": True})
            for (row, column), value in page.cells.items():
                _put(sheet, row - 1, column - 1, value, day)
            if page.visible:
                shown = shown or sheet
            else:
                sheet.hide()
        if shown is not None:
            shown.activate()
        book.close()
        return stream.getvalue()

    def ods(self) -> bytes:
        tables = "".join(_table(page) for page in self.pages)
        return ods_package(tables)

    def xls(self, **odd: Any) -> bytes:
        """`odd`: `dimensions` that every sheet declares, or `locked`."""
        locked = odd.pop("locked", False)
        return xls([self._old(page, odd) for page in self.pages], locked=locked)

    @staticmethod
    def _old(page: Page, odd: dict[str, Any]) -> OldSheet:
        formulas = frozenset(at for at, value in page.cells.items() if isinstance(value, Formula))
        plain = {at: value.result if isinstance(value, Formula) else value for at, value in page.cells.items()}
        return OldSheet(page.name, plain, page.visible, tuple(page.hidden), formulas=formulas, **odd)


def _put(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, Formula):
        sheet.write_formula(row, column, value.text, None, value.result if value.result is not None else "")
    elif isinstance(value, str) and value in ERRORS:
        sheet.write_formula(row, column, "=A1", None, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    else:
        sheet.write_number(row, column, value)


def ods_package(tables: str, *, manifest: str = "", head: str = "", parts: Mapping[str, str] | None = None) -> bytes:
    """An OpenDocument package around the XML of its tables; `head` goes before the root element."""
    namespaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in _NAMES)
    hidden = '<style:style style:name="an" style:family="table"><style:table-properties table:display="false"/>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content {namespaces}>'
        f"<office:automatic-styles>{hidden}</style:style></office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", MEDIA_TYPE, zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", manifest or MANIFEST)
        for name, text in (parts or {}).items():
            package.writestr(name, text)
    return stream.getvalue()


def _table(page: Page) -> str:
    """As LibreOffice writes it: gaps and the rest of the sheet as repeated blanks."""
    last = max((column for _, column in page.cells), default=1)
    columns = "".join(
        f"<table:table-column{' table:visibility=' + quoteattr('collapse') if at in page.hidden else ''}/>"
        for at in range(1, last + 1)
    )
    rows, done = "", 0
    for row, cells in page.rows():
        rows += _blank_rows(row - done - 1) + f"<table:table-row>{_row(cells)}</table:table-row>"
        done = row
    style = "" if page.visible else ' table:style-name="an"'
    rest = f'<table:table-column table:number-columns-repeated="{16384 - last}"/>'
    rows += _blank_rows(1048576 - done)
    return f"<table:table table:name={quoteattr(page.name)}{style}>{columns}{rest}{rows}</table:table>"


def _blank_rows(count: int) -> str:
    cell = '<table:table-cell table:number-columns-repeated="16384"/>'
    return f'<table:table-row table:number-rows-repeated="{count}">{cell}</table:table-row>' if count > 0 else ""


def _row(cells: list[tuple[int, Any]]) -> str:
    xml, done = "", 0
    for column, value in cells:
        gap = column - done - 1
        xml += f'<table:table-cell table:number-columns-repeated="{gap}"/>' if gap else ""
        xml += open_cell(value)
        done = column
    return f'{xml}<table:table-cell table:number-columns-repeated="{16384 - done}"/>'


def open_cell(value: Any) -> str:
    """One cell of an OpenDocument table."""
    formula = ""
    if isinstance(value, Formula):
        formula = f" table:formula={quoteattr('of:' + value.text)}"
        if value.result is None:
            return f"<table:table-cell{formula}/>"
        value = value.result
    if isinstance(value, str) and value in ERRORS:
        kind = 'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"
    if isinstance(value, bool):
        kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, dt.date):
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    note = "<office:annotation><text:p>ghi chú</text:p></office:annotation>"
    text = "</text:p><text:p>".join(escape(str(value)).replace("  ", " <text:s/>").split("\n"))
    return f"<table:table-cell{formula} {kind}>{note}<text:p>{text}</text:p></table:table-cell>"
