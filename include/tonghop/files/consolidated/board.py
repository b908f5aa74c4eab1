"""A sheet of headings, sentences and small tables one below the other: covers and the list of explanations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tonghop.domain.value import Value
from tonghop.files.consolidated.book import COUNT, LINE_HEIGHT, SIZE, Book, lines_needed, put, span


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table over the places `first`–`last` of the sheet's grid."""

    title: str
    first: int
    last: int
    align: str = "center"
    number: str = COUNT


class Board:
    """Writes downwards; `row` is the next free row."""

    def __init__(self, book: Book, name: str, widths: Sequence[float]) -> None:
        self.book = book
        self.widths = tuple(widths)
        self.sheet: Any = book.sheet(name)
        self.row = 0
        for place, width in enumerate(self.widths):
            self.sheet.set_column(place, place, width)

    @property
    def last(self) -> int:
        return len(self.widths) - 1

    def gap(self, points: float = LINE_HEIGHT) -> None:
        """Leave an empty row."""
        self.sheet.set_row(self.row, points)
        self.row += 1

    def text(self, text: str, *, size: int = SIZE, align: str = "left", **properties: object) -> None:
        """A paragraph over the whole width."""
        style = self.book.format(text_wrap=True, valign="vcenter", align=align, font_size=size, **properties)
        span(self.sheet, (self.row, self.row), (0, self.last), text, style)
        lines = lines_needed(text, sum(self.widths) * SIZE / size * 0.95)
        self.sheet.set_row(self.row, lines * LINE_HEIGHT * size / SIZE + 3)
        self.row += 1

    def heading(self, text: str) -> None:
        """A bold heading with a little room above."""
        self.gap(7)
        self.text(text, size=12, bold=True)

    def beside(self, left: str, right: str, split: int, **properties: object) -> None:
        """Two centred texts side by side; the right one begins at place `split`."""
        style = self.book.format(text_wrap=True, valign="top", align="center", **properties)
        span(self.sheet, (self.row, self.row), (0, split - 1), left, style)
        span(self.sheet, (self.row, self.row), (split, self.last), right, style)
        need = max(
            lines_needed(left, sum(self.widths[:split]) * 0.9), lines_needed(right, sum(self.widths[split:]) * 0.9)
        )
        self.sheet.set_row(self.row, need * LINE_HEIGHT + 2)
        self.row += 1

    def table(self, fields: Sequence[Field], rows: Sequence[Sequence[Value | None]], *, closed: bool = False) -> int:
        """A bordered table; `closed` sets its last row bold. Returns the row after the header."""
        head = self.book.format(
            bold=True, border=1, align="center", valign="vcenter", text_wrap=True, bg_color="#EDEDED"
        )
        self._record([(field, field.title, head) for field in fields], bold=True)
        first = self.row
        for number, values in enumerate(rows, start=1):
            bold = closed and number == len(rows)
            self._record([(f, v, self._style(f, bold=bold)) for f, v in zip(fields, values, strict=True)], bold=bold)
        return first

    def _style(self, field: Field, *, bold: bool) -> Any:
        return self.book.format(
            border=1,
            valign="vcenter",
            align=field.align,
            indent=int(field.align != "center"),
            num_format=field.number,
            text_wrap=field.align != "right",  # LibreOffice forgets the indent of a wrapped number
            bold=bold,
        )

    def _record(self, cells: Sequence[tuple[Field, Value | None, Any]], *, bold: bool) -> None:
        need = 1
        for field, value, style in cells:
            self._cell(field, value, style)
            if isinstance(value, str):
                width = sum(self.widths[field.first : field.last + 1]) * (0.93 if bold else 1)
                need = max(need, lines_needed(value, width))
        self.sheet.set_row(self.row, need * LINE_HEIGHT + 3)
        self.row += 1

    def _cell(self, field: Field, value: Value | None, style: Any) -> None:
        if field.first < field.last:
            self.sheet.merge_range(self.row, field.first, self.row, field.last, "", style)
        put(self.sheet, self.row, field.first, value, style)
