"""Where things stand on a form's sheet: widths of the columns, heights of header and rows, the blocks on top."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tonghop.domain.form import ColumnKind, Form, RowKind
from tonghop.domain.value import Value
from tonghop.files.consolidated.book import lines_needed
from tonghop.files.consolidated.lines import Line, LineKind

HEAD_ROWS = 4  # biểu số and title, legal source and period, window, unit of measure
COVERAGE_WIDTH = 20.0
_INDEX_WIDTH, _NAME_WIDTH, _LIST_NAME_WIDTH = 5.0, 37.0, 14.0
_MIN_WIDTH = {ColumnKind.COUNT: 9.0, ColumnKind.MONEY: 13.0, ColumnKind.PERCENT: 9.0, ColumnKind.DATE: 11.0}
_TEXT_WIDTH = 24.0
_SIDE_WIDTH = 40.0  # what the blocks left and right of the title need


@dataclass(frozen=True)
class Layout:
    """Widths in characters by place (0-based, the coverage column last) and heights in lines."""

    widths: tuple[float, ...]
    header_heights: tuple[int, ...]
    left: int  # last place of the block left of the title
    right: int  # first place of the block right of it

    def width(self, first: int, last: int) -> float:
        return sum(self.widths[first : last + 1])

    def row_lines(self, form: Form, line: Line) -> int:
        """Printed lines a data row needs."""
        beside = lines_needed(line.coverage, self.widths[-1] * 1.1)  # set smaller than the rest
        if line.kind is LineKind.UNIT:
            return beside
        texts = {1: line.name}
        texts |= {n - 1: v for n, v in line.cells.items() if isinstance(v, str) and n != form.name_column.number}
        return max(beside, *(lines_needed(text, self.widths[place]) for place, text in texts.items()))


def lay_out(form: Form, lines: Sequence[Line], texts: dict[tuple[int, int], str]) -> Layout:
    """Layout of `form` with these data rows; `texts` are the header's by (first row, first column)."""
    widths = (*_widths(form, lines), COVERAGE_WIDTH)
    left = 1 if sum(widths[:2]) >= _SIDE_WIDTH else 2
    right = len(widths) - 1
    while right > left + 2 and sum(widths[right:]) < _SIDE_WIDTH:
        right -= 1
    return Layout(widths, _header_heights(form, widths, texts), left, right)


def _widths(form: Form, lines: Sequence[Line]) -> Iterable[float]:
    for column in form.columns:
        if column.kind is ColumnKind.INDEX:
            yield _INDEX_WIDTH
        elif column.kind is ColumnKind.NAME:
            yield _LIST_NAME_WIDTH if form.row_kind is RowKind.LIST else _NAME_WIDTH
        elif column.kind is ColumnKind.TEXT:
            yield _TEXT_WIDTH
        else:
            word = max((len(word) for word in column.label[-1].split()), default=0)
            content = max((_digits(line.cells.get(column.number)) for line in lines), default=0)
            yield max(_MIN_WIDTH[column.kind], word + 1.0, content + 2.5)


def _digits(value: Value | None) -> int:
    """Characters of a printed figure."""
    if isinstance(value, Decimal):
        return len(f"{value:,.2f}")
    if isinstance(value, int):
        return len(f"{value:,}")
    return 10 if isinstance(value, date) else 0


def _header_heights(form: Form, widths: Sequence[float], texts: dict[tuple[int, int], str]) -> tuple[int, ...]:
    """Lines of each header row: what cells of one row need first, then what taller cells still lack."""
    heights = [1] * form.header_rows
    for cell in sorted(form.header, key=lambda cell: cell.rows[1] - cell.rows[0]):
        text = texts[cell.rows[0], cell.columns[0]]
        needed = lines_needed(text, sum(widths[cell.columns[0] - 1 : cell.columns[1]]) * 0.92)
        rows = range(cell.rows[0] - 1, cell.rows[1])
        lacking = needed - sum(heights[row] for row in rows)
        if lacking > 0:
            heights[rows[-1]] += lacking
    return tuple(heights)
