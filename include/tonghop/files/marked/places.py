"""Where in the workbook a finding belongs: its cell, else the number of its column, else the title of its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tonghop.domain.finding import Finding, FollowOn
from tonghop.domain.text import key
from tonghop.files.interpret_layout import number_row
from tonghop.files.limits import address
from tonghop.files.marked.order import FormPlace
from tonghop.files.raw_book import Grid

_HEAD_ROWS = 20


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of a sheet; of a merged area its first one."""

    sheet: str
    address: str

    @property
    def link(self) -> str:
        """`'II.06a'!D12`"""
        quoted = self.sheet.replace("'", "''")
        return f"'{quoted}'!{self.address}"


@dataclass(frozen=True)
class Places:
    """Finds spots in one workbook."""

    book: Workbook
    grids: Mapping[str, Grid]
    forms: Mapping[str, FormPlace]

    def of(self, one: Finding | FollowOn) -> Spot | None:
        """None for the file as a whole, and for a form that has no sheet."""
        form = self.forms.get(one.form)
        name = one.sheet or (form.sheet if form else "")
        sheet = next((sheet for sheet in self.book.worksheets if key(sheet.title) == key(name)), None) if name else None
        if sheet is None:
            return None
        return Spot(sheet.title, _first(sheet, one.address or self._head(sheet, form, one.column)))

    def _head(self, sheet: Worksheet, form: FormPlace | None, column: int) -> str:
        grid = self.grids.get(sheet.title)
        if grid is None or form is None:
            return "A1"
        found = number_row(grid, frozenset(form.columns)) if column else None
        if found is not None and column in found[1]:
            return address(found[0], found[1][column])
        return _titled(grid, form.title) or "A1"


def _titled(grid: Grid, title: str) -> str:
    """The cell with the form's title; "" when it is not there."""
    wanted = key(title)
    for row in range(1, min(grid.nrows, _HEAD_ROWS) + 1):
        for column, value in grid.values(row):
            if isinstance(value, str) and key(value) == wanted:
                return address(row, column)
    return ""


def _first(sheet: Worksheet, place: str) -> str:
    """`place`, or the first cell of the merged area it lies in."""
    area = next((area for area in sheet.merged_cells.ranges if place in area), None)
    return address(area.min_row, area.min_col) if area else place
