"""A workbook as it was read, before anybody knows what its cells mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import itemgetter

from tonghop.domain.finding import Finding, make
from tonghop.domain.text import key
from tonghop.domain.value import BLANK, CellState, RawCell, RawValue

DATE = "date"
_STATES = {"error": CellState.ERROR, "uncached": CellState.UNCACHED}
CellData = bool | int | float | str


@dataclass(frozen=True)
class Grid:
    """Cells of one sheet from A1 on.

    `rows` holds plain values with "" for a blank (rows are equally long); `odd` overrides single cells, keyed by
    1-based (row, column): (`error`, text), (`uncached`, "") or (`date`, ISO text). `hidden` are columns, 1-based.
    """

    name: str
    visible: bool
    rows: list[tuple[CellData, ...]]
    odd: dict[tuple[int, int], tuple[str, str]]
    hidden: Sequence[int] = ()

    @cached_property
    def nrows(self) -> int:
        return max(len(self.rows), max((row for row, _ in self.odd), default=0))

    @cached_property
    def ncols(self) -> int:
        return max(len(self.rows[0]) if self.rows else 0, max((column for _, column in self.odd), default=0))

    def cell(self, row: int, column: int) -> RawCell:
        """The cell at a 1-based place; blank beyond the sheet's content."""
        if self.odd and (found := self.odd.get((row, column))) is not None:
            return _odd(*found)
        if row > len(self.rows) or column > len(self.rows[row - 1]):
            return BLANK
        value = self.rows[row - 1][column - 1]
        return BLANK if value == "" else RawCell(CellState.VALUE, value)

    def value(self, row: int, column: int) -> RawValue:
        """The plain value at a 1-based place; None for a blank, an error and a formula without a result."""
        raw = self.cell(row, column)
        return raw.value if raw.state is CellState.VALUE else None

    def values(self, row: int) -> list[tuple[int, RawValue]]:
        """(column, plain value) of every cell of the row that has one, from left to right."""
        plain: list[tuple[int, RawValue]] = []
        if row <= len(self.rows):
            plain += [(column, value) for column, value in enumerate(self.rows[row - 1], 1) if value != ""]
        if row in self._dated_rows:
            plain += [
                (column, self.value(at, column))
                for (at, column), odd in self.odd.items()
                if at == row and odd[0] == DATE
            ]
            plain.sort(key=itemgetter(0))
        return plain

    @cached_property
    def _dated_rows(self) -> frozenset[int]:
        return frozenset(row for (row, _), odd in self.odd.items() if odd[0] == DATE)

    def is_odd(self, row: int) -> bool:
        """Whether the row has an error, a formula without a result, or a date."""
        return row in self._odd_rows

    @cached_property
    def _odd_rows(self) -> frozenset[int]:
        return frozenset(row for row, _ in self.odd)

    def text(self, row: int, column: int) -> str:
        """The text at a 1-based place; "" when there is none or a number stands there."""
        value = self.value(row, column)
        return value if isinstance(value, str) else ""

    def is_empty(self, row: int) -> bool:
        """Whether nothing at all stands in the row, not even a formula."""
        if row <= len(self.rows) and any(value != "" for value in self.rows[row - 1]):
            return False
        return row not in self._odd_rows


def _odd(kind: str, text: str) -> RawCell:
    if kind == DATE:
        moment = datetime.fromisoformat(text)
        return RawCell(CellState.VALUE, moment if "T" in text else moment.date())
    return RawCell(CellState.VALUE, text) if not kind else RawCell(_STATES[kind], text or None)


@dataclass(frozen=True)
class RawBook:
    """Sheets by their printed name, in workbook order, hidden ones included."""

    sheets: dict[str, Grid]

    def sheet(self, name: str) -> Grid | None:
        """The sheet called `name`, whatever its spelling in Unicode, spaces and case."""
        if name in self.sheets:
            return self.sheets[name]
        wanted = key(name)
        return next((grid for title, grid in self.sheets.items() if key(title) == wanted), None)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that gives no workbook: `code` of the finding catalogue and Vietnamese words for the unit."""

    code: str
    message: str

    @property
    def finding(self) -> Finding:
        return make(self.code, self.message)
