"""Rows of a unit's JSON response as rows of a form, with what is wrong with each cell; addresses are JSON pointers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tonghop.domain.finding import Finding, make
from tonghop.domain.form import Column, ColumnKind, Form, RowKind
from tonghop.domain.submission import Cell, FiledForm, FiledRow
from tonghop.domain.text import clean, key
from tonghop.domain.units import Unit
from tonghop.domain.value import BLANK, CellState, RawCell, compute, parse
from tonghop.exchange.unit_structure import FormData, RowData, Scalar

_EXPECTED = {
    ColumnKind.COUNT: "cần số nguyên, nếu không có thì ghi 0",
    ColumnKind.MONEY: "cần số nguyên (đồng), nếu không có thì ghi 0",
    ColumnKind.PERCENT: "cần số (tỷ lệ phần trăm)",
    ColumnKind.DATE: "cần ngày dạng 2024-09-15",
}
_LONGEST_QUOTE = 60


@dataclass(frozen=True)
class FormReader:
    """Reads one form as `unit` gave it; `known` are row keys → names the unit is expected to report on."""

    form: Form
    unit: Unit
    known: dict[str, str]

    def read(self, data: FormData) -> tuple[FiledForm, list[Finding]]:
        """The filed form with the findings of its structure; the rules of the form are not checked here."""
        rows, findings = self._rows(data)
        total = self._total(data.total)
        filed = FiledForm(self.form.code, self.form.code, data.nil, tuple(rows), total)
        if data.nil:
            findings = [finding for finding in findings if finding.code != "blank-cell"]
            findings += self._figures_despite_nil(filed)
        elif not filed.filled:
            message = f"Biểu {self.form.code}: chưa có số liệu; cần số liệu, hoặc “nil”: true nếu không phát sinh."
            findings.append(make("form-empty", message, form=self.form.code, sheet=self.form.code))
        return filed, findings + (self._cell_findings(total) if total else [])

    def unknown_columns(self, data: FormData) -> Iterator[str]:
        """Columns in the response that the form does not have."""
        named = {column.number for column in self.form.data_columns} | {self.form.name_column.number}
        for row in (*data.rows, *([data.total] if data.total else [])):
            for number in row.values:
                if number not in named:
                    yield f"{row.place}: biểu {self.form.code} không có cột số liệu {number}"

    def _rows(self, data: FormData) -> tuple[list[FiledRow], list[Finding]]:
        rows: dict[str, FiledRow] = {}
        findings: list[Finding] = []
        for number, given in enumerate(data.rows, 1):
            row = self._row(number, given)
            doubled = rows.get(row.key)
            if row.is_blank:
                if row.key in self.known:
                    rows.setdefault(row.key, row)
            elif not row.key:
                findings.append(self._row_finding("row-unnamed", row, given, "có số liệu nhưng chưa ghi tên"))
            elif doubled is not None and not doubled.is_blank:
                text = f"trùng tên với dòng thứ {doubled.sheet_row}; cần gộp số liệu vào một dòng"
                findings.append(self._row_finding("row-duplicate", row, given, text))
            else:
                rows[row.key] = row
                findings += self._added(row, given) + self._cell_findings(row)
        return list(rows.values()), findings

    def _row(self, number: int, given: RowData) -> FiledRow:
        name, cells = clean(given.name), self._cells(given)
        if self.form.row_kind is RowKind.UNITS:
            return FiledRow(self.unit.code, self.unit.name, number, cells)
        if self.form.row_kind is RowKind.LIST:
            named = cells.get(self.form.name_column.number)
            return FiledRow(str(number), str(named.value or "") if named else name, number, cells)
        row_key = key(name)
        return FiledRow(row_key, self.known.get(row_key, name), number, cells, row_key not in self.known)

    def _added(self, row: FiledRow, given: RowData) -> list[Finding]:
        if not row.added:
            return []
        return [self._row_finding("row-added", row, given, "không có trong danh mục; đã nhận là dòng bổ sung")]

    def _cells(self, given: RowData) -> dict[int, Cell]:
        """Every reported column; a row without any figure gives blanks, a computed column left out is computed."""
        values: dict[int, Any] = dict(given.values)
        if self.form.row_kind is RowKind.LIST and given.name:
            values.setdefault(self.form.name_column.number, given.name)
        cells = {column.number: self._cell(column, values, given.place) for column in self.form.data_columns}
        if not any(
            cells[column.number].value is not None or cells[column.number].problem for column in self.form.inputs
        ):
            return cells if any(cell.value for cell in cells.values()) else {n: _blank(c) for n, c in cells.items()}
        for column in self.form.inputs:
            cell = cells[column.number]
            if cell.value is None and not cell.problem and not column.optional:
                cells[column.number] = replace(cell, problem="blank-cell")
        self._compute(cells)
        return cells

    def _compute(self, cells: dict[int, Cell]) -> None:
        for column in self.form.computed:
            cell = cells[column.number]
            if column.formula is not None and cell.value is None and not cell.problem:
                numbers = {number: part.number for number, part in cells.items()}
                cells[column.number] = replace(cell, value=compute(column.formula, numbers))

    def _cell(self, column: Column, values: dict[int, Any], place: str) -> Cell:
        given = values.get(column.number)
        raw = (
            BLANK
            if given is None
            else RawCell(CellState.VALUE, _day(given) if column.kind is ColumnKind.DATE else given)
        )
        parsed = parse(raw, column, self.form.max_value)
        address = f"{place}/{column.number}" if place.endswith("/total") else f"{place}/values/{column.number}"
        return Cell(column.number, address, raw, parsed.value, parsed.problem, parsed.note)

    def _total(self, given: RowData | None) -> FiledRow | None:
        if given is None or self.form.row_kind is RowKind.LIST:
            return None
        cells = {c.number: self._cell(c, dict(given.values), given.place) for c in self.form.figures}
        return FiledRow(key(self.form.total_label), self.form.total_label, 0, cells)

    def _figures_despite_nil(self, filed: FiledForm) -> list[Finding]:
        wanted = "cần để trống hoặc 0 vì đã ghi “nil”: true (không phát sinh)"
        for row in filed.filled:
            for cell in row.cells.values():
                if cell.value or (cell.problem and cell.problem != "blank-cell"):
                    return [self._cell_finding("nil-with-figures", row, cell, wanted)]
        return []

    def _cell_findings(self, row: FiledRow) -> list[Finding]:
        found = []
        for cell in row.cells.values():
            if cell.problem or cell.note:
                expected = _EXPECTED.get(self.form[cell.column].kind, "cần ghi nội dung")
                wanted = expected if cell.problem else f"đã hiểu là {cell.value}"
                found.append(self._cell_finding(cell.problem or cell.note, row, cell, wanted))
        return found

    def _cell_finding(self, code: str, row: FiledRow, cell: Cell, expected: str) -> Finding:
        found = _quote(cell.raw.value)
        place = f"dòng “{row.name}”, cột {cell.column}" if row.name else f"cột {cell.column}"
        message = f"Biểu {self.form.code}, {place} ({cell.address}): {found}; {expected}."
        return make(
            code,
            message,
            form=self.form.code,
            sheet=self.form.code,
            row_key=row.key,
            row_name=row.name,
            column=cell.column,
            address=cell.address,
            found=found,
            expected=expected,
        )

    def _row_finding(self, code: str, row: FiledRow, given: RowData, text: str) -> Finding:
        name = f" (“{row.name}”)" if row.name else ""
        message = f"Biểu {self.form.code}, dòng thứ {row.sheet_row}{name}: {text}."
        return make(
            code,
            message,
            form=self.form.code,
            sheet=self.form.code,
            row_key=row.key,
            row_name=row.name,
            column=self.form.name_column.number,
            address=f"{given.place}/name",
            found=row.name,
        )


def _is_given(cell: Cell, column: Column) -> bool:
    """Whether the unit gave something there; a computed 0 alone is no figure, as in a workbook."""
    given = bool(cell.value) if column.formula else cell.value is not None
    return given or bool(cell.problem)


def _blank(cell: Cell) -> Cell:
    return replace(cell, value=None, problem="", note="")


def _day(given: Scalar) -> Scalar | date:
    """An ISO day as a date; anything else as given, for `parse` to judge."""
    try:
        return date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        return given


def _quote(value: object) -> str:
    if value is None or (isinstance(value, str) and not clean(value)):
        return "để trống"
    text = clean(f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value))
    return f"ghi “{text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + '…'}”"
