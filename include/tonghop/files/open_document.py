"""Reading an OpenDocument spreadsheet (.ods) in one pass over its XML: values, errors, formulas, hidden columns.

A cell or row may say that it is repeated a million times: nothing is repeated before it is known to fit the limits.
Standard library only: the reading children import this module (see `reader`).
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.parsers import expat

from tonghop.files.limits import Limits, check_cells, check_place, refuse
from tonghop.files.package import Archive
from tonghop.files.sheet_xml import DATE, ERROR, UNCACHED, Odd

_CONTENT, _MANIFEST = "content.xml", "meta-inf/manifest.xml"
_OFFICE, _TABLE, _TEXT, _STYLE = (
    f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0 " for name in ("office", "table", "text", "style")
)
_CELLS = frozenset({_TABLE + "table-cell", _TABLE + "covered-table-cell"})
_NUMBERS = frozenset({"float", "percentage", "currency"})
_SHOWN_ERROR = re.compile(r"#(REF|DIV/0|N/A|NAME|VALUE|NUM|NULL)[!?]?|Err:5\d\d")
_HIDDEN = frozenset({"collapse", "filter"})
_LENGTH = re.compile(r"(\d{1,4}(?:\.\d{1,6})?)(cm|mm|in|pt)")
_PER_UNIT = {"cm": 5.1, "mm": 0.51, "in": 12.95, "pt": 0.18}  # digits
_MOST_SPACES = 1000
_MOST_DIGITS = 9

Attributes = Mapping[str, str]


@dataclass
class OpenSheet:
    """A table as read: `rows` are plain values with "" for a blank, as long as each row reaches.

    `merged` are areas (first row, first column, last row, last column); `widths` are in digits, by column.
    """

    name: str
    visible: bool
    rows: list[list[Any]] = field(default_factory=list)
    odd: Odd = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)
    width: int = 0
    is_copy: bool = False  # of another file's table, kept for links
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)

    @property
    def full_rows(self) -> list[tuple[Any, ...]]:
        """Rows of equal length."""
        return [(*row, *[""] * (self.width - len(row))) for row in self.rows]


def check_encryption(archive: Archive, parts: Mapping[str, zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse a package whose manifest says that a part is encrypted."""
    manifest = parts.get(_MANIFEST)
    if manifest is None:
        return
    if b"encryption-data" in archive.read(manifest, limits.part_bytes):
        refuse("locked", "Tệp được đặt mật khẩu mở tệp nên không đọc được; cần tệp không có mật khẩu.")


def read_sheets(archive: Archive, parts: Mapping[str, zipfile.ZipInfo], limits: Limits) -> tuple[OpenSheet, ...]:
    """Every table of the document; RefusedError, or expat's own error when the XML is broken."""
    part = parts.get(_CONTENT)
    if part is None:
        refuse("damaged", "Tệp thiếu phần nội dung; cần tệp mở được bằng Excel hoặc LibreOffice.")
    reading = _Reading(limits)
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    for chunk in archive.chunks(part):
        parser.Parse(chunk, False)  # noqa: FBT003  expat takes it by position only
    parser.Parse(b"", True)  # noqa: FBT003
    return tuple(sheet for sheet in reading.sheets if not sheet.is_copy)


def _refuse_doctype(*_: object) -> None:
    refuse("unsafe", "Tệp có khai báo XML không dùng trong bảng tính (DOCTYPE); cần tệp do Excel hoặc LibreOffice lưu.")


class _Reading:
    """Where the parser is: which table, row, cell and paragraph are open."""

    def __init__(self, limits: Limits) -> None:
        self.sheets: list[OpenSheet] = []
        self._limits = limits
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._widths: dict[str, float] = {}  # by column style
        self._area = 0  # of the tables before this one
        self._columns = self._row = 0  # columns declared and rows ended in this table
        self._values: list[Any] = []
        self._odd: dict[int, tuple[str, str]] = {}
        self._column = 0  # cells ended in this row
        self._row_repeat = 1
        self._cell: Attributes | None = None
        self._depth = 0  # elements open inside the cell
        self._lines: list[list[str]] = []
        self._in_line = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if self._cell is not None:
            self._start_inside(tag, attributes)
        elif tag in _CELLS:
            self._cell, self._lines = attributes, []
        elif tag == _TABLE + "table-row":
            self._values, self._odd, self._column = [], {}, 0
            self._row_repeat = _count(attributes, _TABLE + "number-rows-repeated")
        elif tag == _TABLE + "table":
            self._start_table(attributes)
        elif tag == _TABLE + "table-column":
            self._declare_columns(attributes)
        elif tag == _TABLE + "table-source" and self.sheets:
            self.sheets[-1].is_copy = True
        elif tag == _STYLE + "style":
            self._style = attributes.get(_STYLE + "name", "")
        elif tag == _STYLE + "table-column-properties":
            self._widths[self._style] = _digits(attributes.get(_STYLE + "column-width", ""))
        elif tag == _STYLE + "table-properties" and attributes.get(_TABLE + "display") == "false":
            self._hidden_styles.add(self._style)

    def _start_inside(self, tag: str, attributes: Attributes) -> None:
        """Only paragraphs right in the cell are its text: not those of a comment, a picture or a table in it."""
        self._depth += 1
        if self._depth == 1:
            self._in_line = tag == _TEXT + "p"
            if self._in_line:
                self._lines.append([])
        elif tag == _TEXT + "s":
            self.text(" " * min(_count(attributes, _TEXT + "c"), _MOST_SPACES))
        elif tag in {_TEXT + "tab", _TEXT + "line-break"}:
            self.text("\n")

    def text(self, data: str) -> None:
        if self._in_line:
            self._lines[-1].append(data)

    def end(self, tag: str) -> None:
        if self._depth:
            self._depth -= 1
            self._in_line = self._in_line and self._depth > 0
        elif self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif tag == _TABLE + "table-row" and self.sheets:
            self._end_row(self.sheets[-1])

    def _start_table(self, attributes: Attributes) -> None:
        if self.sheets:
            self._area += len(self.sheets[-1].rows) * self.sheets[-1].width
        visible = attributes.get(_TABLE + "style-name", "") not in self._hidden_styles
        self.sheets.append(OpenSheet(attributes.get(_TABLE + "name", ""), visible))
        self._columns = self._row = 0
        if len(self.sheets) > self._limits.sheets:
            refuse("too-big", f"Tệp có quá nhiều trang; giới hạn là {self._limits.sheets} trang.")

    def _declare_columns(self, attributes: Attributes) -> None:
        count = _count(attributes, _TABLE + "number-columns-repeated")
        columns = range(self._columns + 1, min(self._columns + count, self._limits.last_column) + 1)
        self._columns += count
        if not self.sheets:
            return
        if attributes.get(_TABLE + "visibility") in _HIDDEN:
            self.sheets[-1].hidden += columns
        width = self._widths.get(attributes.get(_TABLE + "style-name", ""), 0)
        if width:
            self.sheets[-1].widths.update(dict.fromkeys(columns, width))

    def _end_cell(self, attributes: Attributes) -> None:
        """Put the cell, as often as it is repeated, into the open row; blanks take place only when content follows."""
        count = _count(attributes, _TABLE + "number-columns-repeated")
        value, odd = _content(attributes, ["".join(line) for line in self._lines])
        first, self._column = self._column, self._column + count
        self._note_merged(attributes, first + 1)
        if value == "" and odd is None:
            return
        sheet = f"Trang “{self.sheets[-1].name}”" if self.sheets else "Bảng"
        check_place(self._row + self._row_repeat, self._column, sheet, self._limits)
        if odd is not None:
            self._odd.update(dict.fromkeys(range(first + 1, self._column + 1), odd))
        self._values += [""] * (first - len(self._values)) + [value] * count

    def _note_merged(self, attributes: Attributes, column: int) -> None:
        rows, columns = (_count(attributes, f"{_TABLE}number-{what}-spanned") for what in ("rows", "columns"))
        first = self._row + 1
        last_row, last_column = first + rows - 1, column + columns - 1
        inside = last_row <= self._limits.last_row and last_column <= self._limits.last_column
        if rows * columns > 1 and inside and self.sheets:
            self.sheets[-1].merged.append((first, column, last_row, last_column))

    def _end_row(self, sheet: OpenSheet) -> None:
        before, self._row = self._row, self._row + self._row_repeat
        if not self._values:
            return
        sheet.width = max(sheet.width, len(self._values))
        check_cells(self._area + self._row * sheet.width, self._limits)
        sheet.rows += [[]] * (before - len(sheet.rows)) + [self._values] * self._row_repeat
        for column, odd in self._odd.items():
            sheet.odd.update(((row, column), odd) for row in range(before + 1, self._row + 1))


def _digits(length: str) -> float:
    """A width such as `2.258cm` or `0.889in` in digits of the usual font; 0 when nothing sensible is said."""
    found = _LENGTH.fullmatch(length)
    return round(float(found[1]) * _PER_UNIT[found[2]], 2) if found else 0


def _count(attributes: Attributes, name: str) -> int:
    """How often something is repeated: 1 when nothing sensible is said."""
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdigit()):
        return 1
    return max(1, int(text)) if len(text) <= _MOST_DIGITS else 10**_MOST_DIGITS


def _content(attributes: Attributes, lines: list[str]) -> tuple[Any, tuple[str, str] | None]:
    """(plain value, what overrides it): as `raw_book.Grid` holds a cell."""
    kind = attributes.get(_OFFICE + "value-type", "")
    is_formula = _TABLE + "formula" in attributes
    shown = "\n".join(lines)
    if is_formula and _SHOWN_ERROR.fullmatch(shown.strip()):
        return "", (ERROR, shown.strip())
    if kind in _NUMBERS:
        return _number(attributes.get(_OFFICE + "value", ""), shown), None
    if kind == "date":
        return _day(attributes.get(_OFFICE + "date-value", ""), shown)
    if kind == "boolean":
        return attributes.get(_OFFICE + "boolean-value") == "true", None
    if is_formula and not kind and not lines:
        return "", (UNCACHED, "")
    return attributes.get(_OFFICE + "string-value", shown) if kind == "string" else shown, None


def _number(text: str, shown: str) -> float | str:
    try:
        number = float(text)
    except ValueError:
        return shown
    return number if math.isfinite(number) else shown


def _day(text: str, shown: str) -> tuple[str, tuple[str, str] | None]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return shown, None
    return "", (DATE, moment.isoformat() if "T" in text else moment.date().isoformat())
