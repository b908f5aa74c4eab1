"""One row of a form's sheet as cells with meaning, and what is wrong with each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from tonghop.domain.finding import Finding, make
from tonghop.domain.form import Column, ColumnKind, Form, FormulaKind
from tonghop.domain.submission import Cell, FiledRow
from tonghop.domain.text import clean, figure
from tonghop.domain.value import BLANK, NOTHING, CellState, compute, parse
from tonghop.files.limits import address
from tonghop.files.raw_book import Grid

_EXPECTED = {
    ColumnKind.COUNT: "số nguyên",
    ColumnKind.MONEY: "số nguyên (đồng)",
    ColumnKind.PERCENT: "số (tỷ lệ phần trăm)",
    ColumnKind.DATE: "ngày/tháng/năm",
}
_UNDERSTOOD = "đã hiểu là {value}"
_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a form stands in its sheet: the row of column numbers, and official number → sheet column (1-based)."""

    number_row: int
    columns: dict[int, int]


@dataclass(frozen=True)
class Table:
    """One form's sheet with its layout: what every reader of rows needs. The form's columns are sorted out once."""

    form: Form
    grid: Grid
    layout: Layout

    @cached_property
    def _data(self) -> tuple[Column, ...]:
        return self.form.data_columns

    @cached_property
    def _inputs(self) -> tuple[Column, ...]:
        return self.form.inputs

    @cached_property
    def _carried(self) -> frozenset[int]:
        """Opening columns: the workbook comes with the period before already in them, 0 where nothing was open."""
        return frozenset(rule.column for rule in self.form.carry_overs)

    @cached_property
    def _computed(self) -> tuple[Column, ...]:
        return self.form.computed

    @cached_property
    def _figures(self) -> tuple[Column, ...]:
        return self.form.figures

    @cached_property
    def _name_place(self) -> int:
        return self.layout.columns[self.form.name_column.number]

    @cached_property
    def _places(self) -> dict[int, tuple[int, str]]:
        """Official number → sheet column and its letters."""
        return {number: (place, address(0, place)[:-1]) for number, place in self.layout.columns.items()}

    @cached_property
    def _named(self) -> frozenset[int]:
        """Sheet columns in which a row's name or a reported value stands."""
        return frozenset({self._name_place, *(self.layout.columns[column.number] for column in self._data)})

    def address(self, row: int, column: int) -> str:
        return f"{self._places[column][1]}{row}"

    def holds(self, row: int) -> bool:
        """Whether the row has a name or a value; formulas without a result do not count."""
        if any(column in self._named for column, _ in self.grid.values(row)):
            return True
        return self.grid.is_odd(row) and any(
            self.grid.cell(row, place).state is CellState.ERROR for place in self._named
        )

    def name(self, row: int) -> str:
        """What names the row (column 2 of the form), cleaned; "" when nothing does."""
        value = self.grid.value(row, self._name_place)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else clean(str(value))

    def cells(self, row: int) -> dict[int, Cell]:
        """Every reported column of a data row; a row nobody typed in gives blanks, whatever its formulas show.

        A missing input of a filled row has the problem `blank-cell`; a computed cell without a stored result is
        computed here.
        """
        cells = {column.number: self._cell(row, column) for column in self._data}
        if not any(_is_given(cells[column.number], column, self._carried) for column in self._data):
            return {number: _blank(cell) for number, cell in cells.items()}
        for column in self._inputs:
            cell = cells[column.number]
            if cell.value is None and not cell.problem and not column.optional:
                cells[column.number] = replace(cell, problem="blank-cell")
        for column in self._computed:
            cells[column.number] = _computed(cells, column)
        return cells

    def total_cells(self, row: int) -> dict[int, Cell]:
        """Figures of the TỔNG CỘNG row; a total without a stored result is None: there is nothing to compare."""
        cells = {column.number: self._cell(row, column) for column in self._figures}
        return {number: _without(cell, "formula-uncached") for number, cell in cells.items()}

    def _cell(self, row: int, column: Column) -> Cell:
        place, letters = self._places[column.number]
        raw = self.grid.cell(row, place)
        parsed = NOTHING if raw is BLANK else parse(raw, column, self.form.max_value)
        return Cell(column.number, f"{letters}{row}", raw, parsed.value, parsed.problem, parsed.note)


def _blank(cell: Cell) -> Cell:
    if cell.value is None and not cell.problem:
        return cell
    return replace(cell, value=None, problem="", note="")


def _is_given(cell: Cell, column: Column, carried: frozenset[int]) -> bool:
    """Whether the unit put something there.

    That is not a formula without a stored result, nor the 0 an opening column was given, nor what a computed column
    shows by itself: 0, a blank, an error.
    """
    if cell.raw.state is CellState.UNCACHED:
        return False
    if column.number in carried and cell.value == 0:
        return False
    if column.formula is None:
        return cell.value is not None or bool(cell.problem)
    return cell.raw.state is CellState.VALUE and bool(cell.problem or cell.value)


def _computed(cells: dict[int, Cell], column: Column) -> Cell:
    """The computed cell as filed, or computed from its parts when no result is stored in it."""
    cell = cells[column.number]
    if column.formula is None or cell.raw.state is CellState.VALUE:
        return cell if cell.problem or cell.value is not None else _filled(cell, cells, column)
    if cell.raw.state is not CellState.ERROR:
        return _filled(cell, cells, column)
    parts = [cells[number] for number in column.formula.parts]
    whole = parts[-1].number
    follows = any(part.problem or part.value is None for part in parts)
    if follows or (column.formula.kind is FormulaKind.PERCENT and whole == 0):
        return _without(cell, "cell-error")
    return cell


def _filled(cell: Cell, cells: dict[int, Cell], column: Column) -> Cell:
    numbers = {number: part.number for number, part in cells.items()}
    value = compute(column.formula, numbers) if column.formula else None
    return replace(cell, value=value, problem="", note="")


def _without(cell: Cell, problem: str) -> Cell:
    return replace(cell, problem="") if cell.problem == problem else cell


def cell_findings(table: Table, row: FiledRow) -> Iterator[Finding]:
    """A finding for every problem and note of the row's cells, in the order of the columns."""
    for number, cell in row.cells.items():
        code = cell.problem or cell.note
        if code:
            column = table.form[number]
            yield cell_finding(code, table, row, cell, _expected(cell, column))


def cell_finding(code: str, table: Table, row: FiledRow, cell: Cell, expected: str) -> Finding:
    """A finding of catalogue entry `code` on one cell; `expected` says what should stand there."""
    found = quote(cell)
    place = f"dòng “{row.name}”, cột {cell.column}" if row.name else f"cột {cell.column}"
    return make(
        code,
        f"Trang “{table.grid.name}”, ô {cell.address} ({place}): {found}; {expected}.",
        form=table.form.code,
        sheet=table.grid.name,
        row_key=row.key,
        row_name=row.name,
        column=cell.column,
        address=cell.address,
        found=found,
        expected=expected,
    )


def quote(cell: Cell) -> str:
    """What stands in a cell, in words for the unit: `ghi “abc”`, `để trống`, `có lỗi #REF!`."""
    raw = cell.raw
    if raw.state is CellState.ERROR:
        return f"có lỗi {raw.value}" if raw.value else "có lỗi công thức"
    if raw.state is CellState.UNCACHED:
        return "có công thức chưa được tính"
    if raw.state is CellState.BLANK or raw.value is None or not clean(str(raw.value)):
        return "để trống"
    return f"ghi “{_shown(raw.value)}”"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else str(value).replace(".", ",")
    text = clean(str(value))
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…"


def _expected(cell: Cell, column: Column) -> str:
    if not cell.problem and isinstance(cell.value, int | Decimal):
        return _UNDERSTOOD.format(value=figure(cell.value))
    wanted = _EXPECTED.get(column.kind, "nội dung")
    if cell.problem == "blank-cell" and column.is_figure:
        return f"cần nhập {wanted}, nếu không có thì nhập 0"
    if cell.problem == "too-large":
        return "cần kiểm tra lại, số quá lớn"
    return f"cần nhập {wanted}"
