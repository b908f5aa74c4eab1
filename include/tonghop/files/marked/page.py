"""How our own sheets in a marked copy are written: text only ever as text, heights that show it all, A4 in print."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from tonghop.files.marked.tints import TINTS
from tonghop.files.typography import height

FONT = "Times New Roman"
LINK, HEADING, PLAIN = "FF1F4E9E", "FFEEF2F7", "FFF4F4F4"
_SIDE = Side("thin", "FF7F7F7F")
BOX = Border(_SIDE, _SIDE, _SIDE, _SIDE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_LIKE_FORMULA = ("=", "+", "-", "@")
_LONGEST = 4000
_TALLEST = 400.0  # points; Excel takes 409


def put_text(cell: Any, text: str) -> None:
    """Write `text` so that no program takes it for a formula, now or when the cell is edited."""
    if not text:
        return
    cell.value = _CONTROL.sub(" ", text)[:_LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(_LIKE_FORMULA)


class Page:
    """A sheet written from top to bottom, with the given columns and their widths in digits."""

    def __init__(self, sheet: Any, columns: Mapping[str, float]) -> None:
        self.sheet = sheet
        self.columns = columns
        self.row = 0
        self._titles = 0
        self._widths = tuple(columns.values())
        for number, width in enumerate(self._widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.sheet_view.showGridLines = False
        sheet.sheet_properties.outlinePr.summaryBelow = False

    def wide(
        self, text: str, *, bold: bool = False, italic: bool = False, centre: bool = False, size: int = 11
    ) -> None:
        """A line of text over all columns."""
        cell = self._merged()
        put_text(cell, text)
        cell.font = Font(FONT, size, bold=bold, italic=italic)
        cell.alignment = Alignment("center" if centre else "left", "center", wrap_text=True)
        self._height(max(height(text, sum(self._widths), factor=1.15) * size / 11, 8 if not text else 18))

    def section(self, text: str, tint: str = "") -> None:
        """A heading of a group of lines."""
        cell = self._merged()
        put_text(cell, text)
        cell.font = Font(FONT, 11, bold=True)
        cell.alignment = Alignment("left", "center", wrap_text=True)
        for column in range(1, len(self._widths) + 1):
            beside = self.sheet.cell(self.row, column)
            beside.fill, beside.border = PatternFill("solid", fgColor=TINTS.get(tint, PLAIN)), BOX
        self._height(21)

    def titles(self) -> None:
        """The column titles, repeated on every page of print."""
        self.row += 1
        self._titles = self.row
        for column, title in enumerate(self.columns, start=1):
            cell = self._boxed(column, title, horizontal="center", vertical="center")
            cell.font = Font(FONT, 11, bold=True)
            cell.fill = PatternFill("solid", fgColor=HEADING)
        self._height(20)

    def line(self, first: str, texts: Sequence[str], link: str = "", *, folded: bool = False) -> None:
        """A line of the table; the second column leads to `link`. A folded line belongs to the one above it."""
        self.row += 1
        self._boxed(1, first, horizontal="center", vertical="top")
        for column, text in enumerate(texts, start=2):
            cell = self._boxed(column, text, vertical="top", indent=1 if folded else 0)
            cell.font = Font(FONT, 11, italic=folded)
        if link:
            cell = self.sheet.cell(self.row, 2)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=link)
            cell.font = Font(FONT, 11, underline="single", color=LINK, italic=folded)
        widths = self._widths[1:]
        need = (height(text, width - (2 if folded else 0)) for text, width in zip(texts, widths, strict=False) if text)
        self._height(max(need, default=18))
        if folded:
            self.sheet.row_dimensions[self.row].outlineLevel = 1
            self.sheet.row_dimensions[self.row].hidden = True

    def append(self, text: str) -> None:
        """Further words in the third column of the line written last."""
        cell = self.sheet.cell(self.row, 3)
        put_text(cell, f"{cell.value or ''}\n{text.strip()}")
        self._height(max(height(str(cell.value), self._widths[2]), self.sheet.row_dimensions[self.row].height or 0))

    def finish(self) -> None:
        """Set up print: A4 across, as wide as the paper, titles repeated."""
        finish(self.sheet, self._titles, self.row, len(self._widths))

    def _merged(self) -> Any:
        self.row += 1
        self.sheet.merge_cells(start_row=self.row, start_column=1, end_row=self.row, end_column=len(self._widths))
        return self.sheet.cell(self.row, 1)

    def _boxed(self, column: int, text: str, **alignment: Any) -> Any:
        cell = self.sheet.cell(self.row, column)
        put_text(cell, text)
        cell.font = Font(FONT, 11)
        cell.alignment = Alignment(wrap_text=True, **alignment)
        cell.border = BOX
        return cell

    def _height(self, points: float) -> None:
        self.sheet.row_dimensions[self.row].height = min(points, _TALLEST)


def finish(sheet: Any, titles: int, last: int, columns: int) -> None:
    """Print on A4 across, fitting its width; `titles` is the row repeated on every page and held on the screen."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows = f"{titles}:{titles}"
    sheet.print_area = f"A1:{get_column_letter(columns)}{last}"
    sheet.page_margins.left, sheet.page_margins.right = 0.5, 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.right.text, sheet.oddFooter.right.font = "Trang &P/&N", "Times New Roman,Regular"
    sheet.oddFooter.right.size = 9
