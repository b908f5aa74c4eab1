"""How wide the columns of a form's sheet are, and which of them the blocks above and below the table take."""

from __future__ import annotations

from dataclasses import dataclass

from tonghop.domain.form import Column, ColumnKind, Form, RowKind

Span = tuple[int, int]

_WIDTHS = {
    ColumnKind.INDEX: 5.0,
    ColumnKind.NAME: 34.0,
    ColumnKind.COUNT: 12.5,
    ColumnKind.MONEY: 16.0,
    ColumnKind.PERCENT: 11.0,
    ColumnKind.TEXT: 25.0,
    ColumnKind.DATE: 12.5,
}


_WIDEST = 60.0


@dataclass(frozen=True)
class Frame:
    """Column widths in digits, by column number."""

    widths: tuple[float, ...]

    def width(self, columns: Span) -> float:
        return sum(self.widths[columns[0] - 1 : columns[1]])

    def taking(self, start: int, wanted: float) -> Span:
        """The first columns from `start` that are together `wanted` wide."""
        end = start
        while self.width((start, end)) < wanted and end < len(self.widths):
            end += 1
        return start, end

    @property
    def points(self) -> float:
        """Width of the table in print: 5.25 points a digit and 3.75 of padding a column."""
        return sum(width * 5.25 + 3.75 for width in self.widths)

    @property
    def left(self) -> Span:
        return self.taking(1, 36)

    @property
    def right(self) -> Span:
        end = start = len(self.widths)
        while self.width((start, end)) < 44 and start > 1:
            start -= 1
        return start, end

    @property
    def centre(self) -> Span:
        return self.left[1] + 1, self.right[0] - 1

    @property
    def value(self) -> Span:
        """Where an answer stands, right of a label in the left block."""
        return self.taking(self.left[1] + 1, 24)

    @property
    def crowded(self) -> bool:
        """Whether the block on the right would stand over an answer in the middle."""
        return self.value[1] >= self.right[0]

    @property
    def all(self) -> Span:
        return 1, len(self.widths)


def frame(form: Form) -> Frame:
    """Widths that show 999.999.999 in every figure column and headings without cut words.

    A form of few columns gets wider ones, so that the blocks above its table find room beside each other.
    """
    widths = [_width(form, column) for column in form.columns]
    growing = [column.number - 1 for column in form.columns if column.kind is not ColumnKind.INDEX]
    while (room := Frame(tuple(widths))).crowded:
        narrowest = min(growing, key=widths.__getitem__)
        if widths[narrowest] >= _WIDEST:
            break
        widths[narrowest] += 1
    return room


def _width(form: Form, column: Column) -> float:
    if column.kind is ColumnKind.NAME and form.row_kind is RowKind.LIST:
        return 24.0
    return _WIDTHS[column.kind]
