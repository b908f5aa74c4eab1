"""A workbook under construction: sheets, formats, and the few ways in which this package writes a cell."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from tonghop.files.template.plan import CellValue
from tonghop.files.template.styles import FONT, Styles

CREATED = datetime(2020, 12, 15, tzinfo=UTC).replace(tzinfo=None)  # fixed: equal plans give equal bytes
ROW_HEIGHT = 18.0  # points; a row without a height of its own grows with what the clerk types
_PROTECTION = {"format_columns": True, "format_rows": True}


class _Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet that stores an empty formula result the way Excel does, and writes formulas as they stand.

    xlsxwriter leaves out the type of an empty text result; readers then cannot tell it from one never computed. It
    also searches each formula for functions newer than Excel 2007, three quarters of the time of a workbook here;
    ours has none.
    """

    def _xml_formula_element(self, formula: str, result: Any, attributes: list[tuple[str, Any]]) -> None:
        kind = [("t", "str")] if result == "" else []
        super()._xml_formula_element(formula, result, attributes + kind)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002
        return formula.removeprefix("=")


class Book:
    """One workbook in memory; `close` returns its bytes."""

    def __init__(self, title: str, author: str) -> None:
        self._bytes = BytesIO()
        options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
        self.workbook = xlsxwriter.Workbook(self._bytes, {**options, "default_format_properties": dict(FONT)})
        self.workbook.set_properties({"title": title, "author": author, "created": CREATED})
        self.styles = Styles(self.workbook, {})

    def sheet(self, name: str) -> Sheet:
        raw = self.workbook.add_worksheet(name, worksheet_class=_Sheet)
        raw.protect("", _PROTECTION)
        raw.set_paper(9)
        raw.set_margins(left=0.5, right=0.4, top=0.6, bottom=0.6)
        raw.hide_gridlines(2)
        raw.set_default_row(ROW_HEIGHT)
        return Sheet(raw, self.styles)

    def close(self) -> bytes:
        self.workbook.close()
        return self._bytes.getvalue()


class Sheet:
    """A worksheet addressed by 1-based line and column, with formats by name."""

    def __init__(self, raw: Any, styles: Styles) -> None:
        self.raw = raw
        self.styles = styles
        self._heights: dict[int, float] = {}

    def put(self, line: int, column: int, value: CellValue, style: str) -> None:
        """A constant; None and "" leave a formatted blank."""
        place, form = (line - 1, column - 1), self.styles[style]
        if value is None or value == "":
            self.raw.write_blank(*place, None, form)
        elif isinstance(value, bool):
            self.raw.write_boolean(*place, value, form)
        elif isinstance(value, str):
            self.raw.write_string(*place, value, form)
        elif isinstance(value, date):
            self.raw.write_datetime(*place, datetime.combine(value, time()), form)
        else:
            self.raw.write_number(*place, value, form)

    def compute(self, line: int, column: int, formula: str, result: CellValue, style: str) -> None:
        """A formula with the result Excel would have stored."""
        stored = float(result) if isinstance(result, Decimal) else result
        self.raw.write_formula(line - 1, column - 1, f"={formula}", self.styles[style], stored)

    def merge(self, lines: tuple[int, int], columns: tuple[int, int], value: CellValue, style: str) -> None:
        """A merged area holding a constant; a single cell is left unmerged."""
        self._area(lines, columns, style)
        self.put(lines[0], columns[0], value, style)

    def merge_formula(
        self, lines: tuple[int, int], columns: tuple[int, int], formula: str, result: CellValue, style: str
    ) -> None:
        """A merged area holding a formula."""
        self._area(lines, columns, style)
        self.compute(lines[0], columns[0], formula, result, style)

    def _area(self, lines: tuple[int, int], columns: tuple[int, int], style: str) -> None:
        if lines[0] != lines[1] or columns[0] != columns[1]:
            self.raw.merge_range(lines[0] - 1, columns[0] - 1, lines[1] - 1, columns[1] - 1, None, self.styles[style])

    def height(self, line: int, points: float) -> None:
        self._heights[line] = points
        self.raw.set_row(line - 1, points)

    def points_down_to(self, line: int) -> float:
        """Height of the sheet from the top to `line`, both included."""
        return sum(self._heights.get(number, ROW_HEIGHT) for number in range(1, line + 1))

    def width(self, column: int, characters: float, *, hidden: bool = False) -> None:
        self.raw.set_column(column - 1, column - 1, characters, None, {"hidden": hidden})

    def link(self, line: int, column: int, target: str, text: str, style: str) -> None:
        """A link to `target`, a place in this workbook such as `'II.06a'!A1`."""
        self.raw.write_url(line - 1, column - 1, f"internal:{target}", self.styles[style], text)

    def validate(self, area: tuple[int, int, int, int], rule: dict[str, Any]) -> None:
        """Data validation on (first line, first column, last line, last column)."""
        first_line, first_column, last_line, last_column = (edge - 1 for edge in area)
        self.raw.data_validation(first_line, first_column, last_line, last_column, rule)
