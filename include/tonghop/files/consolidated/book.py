"""The workbook under the sheets: formats, exact cell values, and a file that appears whole or not at all."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from tonghop.domain.errors import StoreError
from tonghop.domain.refusals import why
from tonghop.domain.text import figure
from tonghop.domain.value import Value
from tonghop.files.storage import Place, RemotePath

FONT = "Times New Roman"
SIZE = 11
LINE_HEIGHT = 15.0  # points for one line at SIZE
_LETTERS = 1.12  # letters of the font in the room of one digit, by looking at printed sheets
EXACT = 10**15  # Excel keeps fifteen digits: a longer number is written as text
COUNT, PERCENT, DAY = "#,##0", "#,##0.00", "dd/mm/yyyy"


class Book:
    """A workbook being written; everything in it follows from its input, `created` included.

    Formats are asked for by their properties and made once.
    """

    def __init__(self, title: str, author: str, created: date) -> None:
        self._bytes = io.BytesIO()
        self.workbook: Any = xlsxwriter.Workbook(
            self._bytes,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "default_format_properties": {"font_name": FONT, "font_size": SIZE, "font_scheme": "none"},
            },
        )
        moment = datetime.combine(created, time(0))
        self.workbook.set_properties({"title": title, "author": author, "created": moment})
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def format(self, **properties: object) -> Any:
        """The cell format with these xlsxwriter properties."""
        wanted = tuple(sorted(properties.items()))
        if wanted not in self._formats:
            self._formats[wanted] = self.workbook.add_format(dict(properties))
        return self._formats[wanted]

    def sheet(self, name: str, *, landscape: bool = True) -> Any:
        """A new A4 sheet, one page wide, pages numbered at the foot."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
        sheet.center_horizontally()
        sheet.set_footer(f'&C&"{FONT},Regular"&10Trang &P/&N', {"margin": 0.3})
        sheet.hide_gridlines(2)
        return sheet

    def save(self, path: Place) -> None:
        """Write the finished workbook to `path` at once."""
        self.workbook.close()
        replace_file(path, self._bytes.getvalue())


def put(sheet: Any, row: int, column: int, value: Value | None, style: Any) -> None:
    """Write `value` as it is: text never becomes a formula or a link, None is an empty cell with its border."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime.combine(value, time(0)), style)
    elif isinstance(value, int) and abs(value) >= EXACT:
        sheet.write_string(row, column, figure(value), style)
    else:
        sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value, style)


def span(sheet: Any, rows: tuple[int, int], columns: tuple[int, int], text: str, style: Any) -> None:
    """Write `text` over a block of cells, merged where it is more than one."""
    if rows[0] == rows[1] and columns[0] == columns[1]:
        put(sheet, rows[0], columns[0], text, style)
        return
    sheet.merge_range(rows[0], columns[0], rows[1], columns[1], "", style)
    put(sheet, rows[0], columns[0], text, style)


def replace_file(path: Place, data: bytes) -> None:
    """Put `data` at `path` through a temporary file beside it; StoreError when the place cannot be written."""
    try:
        if isinstance(path, RemotePath):
            path.write_bytes(data)
        else:
            _write_beside(path, data)
    except OSError as error:
        raise StoreError(
            f"Không ghi được tệp “{path.name}”: {why(error)}.",
            "Kiểm tra dung lượng đĩa và quyền ghi của thư mục đích, rồi chạy lại.",
        ) from error


def _write_beside(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _write_through(beside, data)
        beside.replace(path)
    except OSError:
        with suppress(OSError):  # on a read-only disk nothing was begun
            beside.unlink()
        raise


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def lines_needed(text: str, width: float) -> int:
    """Printed lines of `text` in a column `width` wide, broken between words.

    A width counts digits; letters of the font are narrower on the whole, and the cell keeps a little room aside.
    """
    room = max(width * _LETTERS - 1.5, 1)
    return sum(_paragraph_lines(paragraph, room) for paragraph in text.split("\n"))


def _paragraph_lines(text: str, width: float) -> int:
    count, used = 1, 0.0
    for word in text.split(" "):
        size = float(len(word))
        if used and used + 1 + size > width:
            count, used = count + 1, 0.0
        used += size + (1 if used else 0)
        while used > width:
            count, used = count + 1, used - width
    return count
