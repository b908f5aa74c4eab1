"""The hidden sheet that remembers how marked cells looked: a copy that comes back and is marked again looks new.

Column A names the sheet, B the cell, C looks as the cell did, D and E hold its own comment and author. Further columns
hold the lists of reasons. What a unit sends back is not trusted: a line that makes no sense is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tonghop.domain.text import key
from tonghop.files.limits import address
from tonghop.files.marked.order import KEPT, RESULT
from tonghop.files.marked.tints import TINTS

_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d{0,4}")
_FIRST_LIST = 7  # column G


@dataclass
class Kept:
    """Looks of cells before they were marked, and lists of reasons, on their way into the hidden sheet."""

    looks: list[tuple[Any, Any, Comment | None]] = field(default_factory=list)
    lists: list[tuple[str, ...]] = field(default_factory=list)

    @classmethod
    def taken_from(cls, book: Any, office: str) -> Kept:
        """Take our earlier marks out of `book`: tints, comments by `office`, the sheets of results and of looks."""
        before = _sheet(book, KEPT)
        if before is not None:
            for line in before.iter_rows(min_row=1, max_col=5):
                _restore(book, line)
        _sweep(book, office)
        for name in (KEPT, RESULT):
            while (sheet := _sheet(book, name)) is not None:
                book.remove(sheet)
        return cls()

    def keep(self, cell: Any) -> str:
        """Remember how `cell` looks; its own comment, "" for none."""
        self.looks.append((cell, copy(cell.fill), cell.comment))
        return cell.comment.text if cell.comment else ""

    def listed(self, reasons: tuple[str, ...]) -> str:
        """Where a drop-down finds `reasons`."""
        if reasons not in self.lists:
            self.lists.append(reasons)
        column = address(0, _FIRST_LIST + self.lists.index(reasons))[:-1]
        return f"'{KEPT}'!${column}$1:${column}${len(reasons)}"

    def put(self, book: Workbook) -> None:
        """Write the hidden sheet."""
        sheet = book.create_sheet(KEPT)
        sheet.sheet_state = "hidden"
        for line, (cell, fill, comment) in enumerate(self.looks, start=1):
            own = (comment.text, comment.author) if comment else ("", "")
            _put(sheet, line, (cell.parent.title, cell.coordinate, "", *own))
            sheet.cell(line, 3).fill = fill
        for column, reasons in enumerate(self.lists, start=_FIRST_LIST):
            for line, reason in enumerate(reasons, start=1):
                sheet.cell(line, column, reason).data_type = "s"


def _put(sheet: Worksheet, line: int, texts: Iterable[str]) -> None:
    for column, text in enumerate(texts, start=1):
        if text:
            sheet.cell(line, column, text).data_type = "s"


def _sheet(book: Workbook, name: str) -> Worksheet | None:
    return next((sheet for sheet in book.worksheets if key(sheet.title) == key(name)), None)


def _restore(book: Workbook, line: Sequence[Any]) -> None:
    name, place, look, text, author = line
    sheet = book[name.value] if isinstance(name.value, str) and name.value in book.sheetnames else None
    if sheet is None or not isinstance(place.value, str) or not _ADDRESS.fullmatch(place.value):
        return
    cell = sheet[place.value]
    if isinstance(cell, Cell) and cell.fill.fgColor.rgb in TINTS.values():
        cell.fill = copy(look.fill)
        cell.comment = Comment(text.value, str(author.value or "")) if isinstance(text.value, str) else None


def _sweep(book: Any, office: str) -> None:
    """Marks whose cell was moved since: no tint, no comment of ours stays."""
    ours = {at for at, fill in enumerate(book._fills) if _is_tint(fill)}  # noqa: SLF001  no public way
    for sheet in book.worksheets:
        for cell in list(sheet._cells.values()):  # noqa: SLF001  no blanks made
            if isinstance(cell, MergedCell):
                continue
            if cell.has_style and cell._style.fillId in ours:  # noqa: SLF001
                cell.fill = PatternFill()
            if cell.comment is not None and cell.comment.author == office:
                cell.comment = None


def _is_tint(fill: object) -> bool:
    return isinstance(fill, PatternFill) and fill.fgColor.rgb in TINTS.values()
