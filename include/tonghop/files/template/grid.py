"""One form as cells: where everything stands, what each cell holds and the value Excel would have stored for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tonghop.domain.errors import UsageError
from tonghop.domain.form import Column, Form, RowKind
from tonghop.domain.text import key
from tonghop.files.template import formulas
from tonghop.files.template.formulas import address, exact, number, plain
from tonghop.files.template.plan import CellValue, Filled, FormFill, PlannedForm, PlannedRow

HEAD_ROWS = 6  # rows of the header block above the column headings
TOTAL = ""  # row key of TỔNG CỘNG in overrides


@dataclass(frozen=True, slots=True)
class Content:
    """What a cell holds: a constant, or a formula with the result stored beside it ("" shows as blank)."""

    value: CellValue = None
    formula: str = ""


@dataclass(frozen=True)
class Row:
    """A data row as it stands: 1-based `line` in the sheet, contents by column number."""

    planned: PlannedRow
    line: int
    position: int
    cells: Mapping[int, Content]

    def value(self, column: int) -> CellValue:
        return self.cells[column].value if column in self.cells else None


class FormGrid:
    """Geometry and contents of one form's sheet. Rows and columns are 1-based."""

    def __init__(self, planned: PlannedForm, filled: Filled | None) -> None:
        self.planned = planned
        self.form: Form = planned.form
        fill = (filled.forms if filled else {}).get(self.form.code, FormFill())
        self.nil = fill.nil
        self.number_line = HEAD_ROWS + self.form.header_rows + 1
        self.first = self.number_line + 1
        self.last = self.number_line + len(planned.rows)
        self.total_line = self.last + 1
        self.choice_line = 5
        typed = _typed(planned, fill)
        overrides = _overrides(planned, typed, filled)
        self.rows = tuple(
            self._row(index, row, typed[index], overrides.get(index, {})) for index, row in enumerate(planned.rows)
        )
        self.total = self._total(overrides.get(-1, {}))

    @property
    def quoted(self) -> str:
        return f"'{self.form.code}'"

    @property
    def name_column(self) -> int:
        return self.form.name_column.number

    @property
    def inputs(self) -> tuple[int, ...]:
        """Columns whose content makes a row filled."""
        return tuple(column.number for column in self.form.inputs)

    @property
    def additive(self) -> tuple[Column, ...]:
        """Figure columns whose TỔNG CỘNG is the plain sum of the rows."""
        return tuple(c for c in self.form.figures if c.kind.is_whole and self.form.row_kind is not RowKind.LIST)

    def column_range(self, column: int, *, sheet: bool = False) -> str:
        text = f"{address(self.first, column)}:{address(self.last, column)}"
        return f"{self.quoted}!{text}" if sheet else text

    def values(self, column: int) -> list[CellValue]:
        return [row.value(column) for row in self.rows]

    def is_filled(self, row: Row) -> bool:
        """Whether anything is typed; an opening column counts unless it is blank or holds the 0 it was given."""
        carried = self.planned.carried
        typed = any(row.value(c) not in {None, ""} for c in self.inputs if c not in carried)
        return typed or any(row.value(c) not in {None, "", 0} for c in carried)

    def _row(
        self, index: int, planned: PlannedRow, typed: Mapping[int, CellValue], raw: Mapping[int, CellValue]
    ) -> Row:
        line = self.first + index
        cells = {self.name_column: Content(planned.name or None)}
        cells |= {column: Content(value) for column, value in typed.items()}
        self._open(cells, planned)
        cells |= {column: Content(value) for column, value in raw.items()}
        for column in self.form.computed:
            if column.number not in raw:
                parts = {part: cells[part].value if part in cells else None for part in _parts(column)}
                carried = self.planned.carried
                formula = formulas.computed(column, line, carried)
                cells[column.number] = Content(formulas.compute(column, parts, carried), formula)
        return Row(planned, line, index + 1, cells)

    def _open(self, cells: dict[int, Content], planned: PlannedRow) -> None:
        """Carry the closing figure of the period before into each opening column that nobody typed in.

        A plain number, also for 0: any spreadsheet program keeps it. A row that holds nothing but an opening of 0 is
        an unused row (see `is_filled`).
        """
        if self.planned.openings is None:
            return
        known = self.planned.openings.get(planned.key, {}) if planned.name else {}
        for column in self.planned.carried:
            cells.setdefault(column, Content(known.get(column, 0)))

    def _total(self, raw: Mapping[int, CellValue]) -> Row:
        cells: dict[int, Content] = {self.name_column: Content(self.form.total_label)}
        for column in self.additive:
            figures = [number(value) for value in self.values(column.number)]
            known = [exact(figure) for figure in figures if figure is not None]
            span = self.column_range(column.number)
            cells[column.number] = Content(
                plain(sum(known, exact(0))) if known else "", f'IF(COUNT({span})=0,"",SUM({span}))'
            )
        if self.form.row_kind is RowKind.LIST:
            span = self.column_range(self.name_column)
            items = sum(value not in {None, ""} for value in self.values(self.name_column))
            unit = self.form.measure
            text = f'IF(COUNTA({span})=0,"",COUNTA({span})&" {unit}")'
            cells[self.name_column + 1] = Content(f"{items} {unit}" if items else "", text)
        cells |= {column: Content(value) for column, value in raw.items()}
        for column in self.form.computed:
            if not column.kind.is_whole and column.number not in raw:
                parts = {part: cells[part].value for part in _parts(column)}
                formula = formulas.computed(column, self.total_line)
                cells[column.number] = Content(formulas.compute(column, parts), formula)
        return Row(PlannedRow(TOTAL, self.form.total_label), self.total_line, 0, cells)


def _parts(column: Column) -> tuple[int, ...]:
    return column.formula.parts if column.formula else ()


def _typed(planned: PlannedForm, fill: FormFill) -> list[dict[int, CellValue]]:
    """Values typed per planned row; a row under a new name takes the next spare line."""
    typed: list[dict[int, CellValue]] = [{} for _ in planned.rows]
    places = {row.key: index for index, row in enumerate(planned.rows) if not row.spare}
    spare = iter([index for index, row in enumerate(planned.rows) if row.spare])
    is_list = planned.form.row_kind is RowKind.LIST
    for name, values in fill.rows.items():
        place = places.get(name, places.get(key(name)))
        if place is None:
            place = next(spare, None)
            if place is None:
                raise UsageError(
                    f"Biểu {planned.form.code} không còn dòng trống cho “{name}”.", "Tăng spare_rows của biểu."
                )
            if not is_list:
                typed[place][planned.form.name_column.number] = name
        typed[place].update(values)
    return typed


def _overrides(
    planned: PlannedForm, typed: Iterable[Mapping[int, CellValue]], filled: Filled | None
) -> dict[int, dict[int, CellValue]]:
    """Raw values by row index (-1 is TỔNG CỘNG)."""
    column = planned.form.name_column.number
    places = {TOTAL: -1}
    for index, (row, values) in enumerate(zip(planned.rows, typed, strict=True)):
        name = values.get(column, row.name)
        places[row.key if planned.form.row_kind is not RowKind.FIELDS else key(str(name or ""))] = index
        places[TOTAL] = -1
    found: dict[int, dict[int, CellValue]] = {}
    for (code, row_key, number_), value in (filled.overrides if filled else {}).items():
        if code != planned.form.code:
            continue
        place = places.get(row_key, places.get(key(row_key)))
        if place is None:
            raise UsageError(f"Biểu {code} không có dòng “{row_key}”.", "Kiểm tra lại khóa dòng.")
        found.setdefault(place, {})[number_] = value
    return found


def serial(day: date) -> int:
    """The number Excel keeps for a day."""
    return (day - date(1899, 12, 30)).days
