"""A workbook built anew from the values of another: for .xls and .ods, and what our library cannot open.

Values stand at the same addresses, merged areas and widths as far as the file told them; the format is plain.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from tonghop.domain.value import CellState
from tonghop.files.limits import Limits
from tonghop.files.marked.shapes import Shape, shapes
from tonghop.files.raw_book import Grid

FONT = "Times New Roman"
_SIDE = Side("thin", "FF7F7F7F")
_BOX = Border(_SIDE, _SIDE, _SIDE, _SIDE)
_TABLE = 3  # so many cells with content make a line of a table
_NARROW, _WIDE, _FIGURE = 6.0, 40.0, 12.0  # widths in digits
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_LONGEST_NAME = 31


def rebuilt(path: Path, grids: Mapping[str, Grid], limits: Limits) -> Workbook:
    """A new workbook with the values of `grids`, as they were read from `path`."""
    book = Workbook()
    book.remove(book.worksheets[0])
    known = shapes(path, limits)
    for name, grid in grids.items():
        sheet = book.create_sheet(name.translate(_FORBIDDEN)[:_LONGEST_NAME])
        sheet.sheet_state = "visible" if grid.visible else "hidden"
        _fill(sheet, grid)
        _shape(sheet, known.get(name, Shape()), _widths(grid))
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    return book


def _fill(sheet: Any, grid: Grid) -> None:
    for row in range(1, grid.nrows + 1):
        is_table = _is_table(grid, row)
        for column in range(1, grid.ncols + 1):
            raw = grid.cell(row, column)
            if raw.state is CellState.BLANK:
                continue
            cell = sheet.cell(row, column)
            if raw.state is CellState.UNCACHED:
                continue
            _put(cell, raw.value, is_error=raw.state is CellState.ERROR)
            cell.font = Font(FONT, 11)
            cell.alignment = Alignment(vertical="center", wrap_text=is_table and isinstance(raw.value, str))
            if is_table:
                cell.border = _BOX


def _put(cell: Any, value: Any, *, is_error: bool) -> None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "e" if is_error else "s"
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    elif isinstance(value, int) and not isinstance(value, bool):
        cell.number_format = "#,##0"


def _is_table(grid: Grid, row: int) -> bool:
    return len(grid.values(row)) >= _TABLE


def _widths(grid: Grid) -> dict[int, float]:
    """Widths that show what stands in the lines of a table."""
    widths: dict[int, float] = {}
    for row in filter(lambda row: _is_table(grid, row), range(1, grid.nrows + 1)):
        for column, value in grid.values(row):
            need = len(value) * 1.1 if isinstance(value, str) else _FIGURE
            widths[column] = min(max(widths.get(column, _NARROW), need), _WIDE)
    return widths


def _shape(sheet: Any, shape: Shape, widths: Mapping[int, float]) -> None:
    for column, width in {**widths, **shape.widths}.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    for column in shape.hidden:
        sheet.column_dimensions[get_column_letter(column)].hidden = True
    for first_row, first_column, last_row, last_column in shape.merged:
        sheet.merge_cells(start_row=first_row, start_column=first_column, end_row=last_row, end_column=last_column)
        sheet.cell(first_row, first_column).alignment = Alignment("center", "center", wrap_text=True)
