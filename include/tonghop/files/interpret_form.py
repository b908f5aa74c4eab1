"""One form's sheet as a filed form: where its table stands, its rows, its total, and findings of structure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tonghop.domain.finding import Finding, make
from tonghop.domain.form import Form, RowKind
from tonghop.domain.submission import FiledForm, FiledRow
from tonghop.domain.text import key
from tonghop.domain.units import Unit
from tonghop.files.interpret_cells import Layout, Table, cell_finding, cell_findings
from tonghop.files.interpret_signature import is_label
from tonghop.files.raw_book import Grid

NIL = key("Không phát sinh")
_TICKS = frozenset({"x", "có", "1", "✓", "✔", "☑"})
_NUMBER = re.compile(r"\(?\s*(\d{1,2})\s*\)?(?:\s*=.*)?")
_LAST_HEADER_ROW = 80
_GAP = 3  # so many empty rows end a table that has lost its TỔNG CỘNG


@dataclass(frozen=True, slots=True)
class FormReading:
    """A form as read from `grid`: `footer` is the first sheet row below the table."""

    grid: Grid
    filed: FiledForm
    findings: tuple[Finding, ...]
    footer: int


def find_layout(grid: Grid, form: Form) -> Layout | Finding:
    """The row of column numbers (1, 2, 3 …, in any order), or a `layout` finding that says what is missing."""
    wanted = {column.number for column in form.columns}
    best: set[int] = set()
    for row in range(1, min(grid.nrows, _LAST_HEADER_ROW) + 1):
        numbers = _numbers(grid, row)
        found = set(numbers)
        if found == wanted:
            return Layout(row, numbers)
        if len(found & wanted) > len(best & wanted):
            best = found
    return _no_layout(grid, form, wanted, best if len(best & wanted) > 2 else set())


def _numbers(grid: Grid, row: int) -> dict[int, int]:
    """Official number → sheet column of a row, text left aside; empty when a number stands there twice."""
    found: dict[int, int] = {}
    for column, value in grid.values(row):
        number = _column_number(value)
        if number in found:
            return {}
        if number is not None:
            found[number] = column
    return found


def _column_number(value: object) -> int | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if float(value).is_integer() else None
    match = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(match[1]) if match else None


def _no_layout(grid: Grid, form: Form, wanted: set[int], best: set[int]) -> Finding:
    expected = f"hàng ghi số thứ tự cột từ 1 đến {max(wanted)} ngay trên các dòng số liệu"
    if best:
        missing, extra = _listed(wanted - best), _listed(best - wanted)
        parts = (f"thiếu cột {missing}" if missing else "", f"thừa cột {extra}" if extra else "")
        found = f"hàng số thứ tự cột {' và '.join(part for part in parts if part)}"
    else:
        found = "không thấy hàng số thứ tự cột"
    message = f"Trang “{grid.name}”: {found}; cần {expected}."
    return make("layout", message, form=form.code, sheet=grid.name, found=found, expected=expected)


def _listed(numbers: set[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers))


def read_form(form: Form, grid: Grid, layout: Layout, unit: Unit, known: dict[str, str]) -> FormReading:
    """The form as `unit` filed it; `known` are row keys → names the unit is expected to report on."""
    table = Table(form, grid, layout)
    data, total_row, footer = _extent(table)
    rows, findings = _ROWS[form.row_kind](table, data, unit, known)
    nil = says_nil(grid, layout.number_row)
    total = _total(table, total_row)
    filed = FiledForm(form.code, grid.name, nil, tuple(rows), total)
    if nil:
        findings = [finding for finding in findings if finding.code != "blank-cell"]
    findings += _form_findings(table, filed)
    findings += _total_findings(table, filed)
    return FormReading(grid, filed, tuple(findings), footer)


def _extent(table: Table) -> tuple[range, int | None, int]:
    """Data rows, the TỔNG CỘNG row if there is one, and the first row of the footer."""
    first = table.layout.number_row + 1
    empty = 0
    for row in range(first, table.grid.nrows + 1):
        if _is_total(table, row):
            return range(first, row), row, row + 1
        if _is_footer(table, row):
            return range(first, row), None, row
        empty = empty + 1 if table.grid.is_empty(row) else 0
        if empty == _GAP:
            return range(first, row - _GAP + 1), None, row + 1
    return range(first, table.grid.nrows + 1), None, table.grid.nrows + 1


def _is_total(table: Table, row: int) -> bool:
    label = key(table.form.total_label)
    index = table.grid.text(row, table.layout.columns.get(1, 1))
    return table.name(row).casefold().rstrip(" :.") == label or (index != "" and key(index).rstrip(" :.") == label)


def _is_footer(table: Table, row: int) -> bool:
    """Whether the row introduces a signature: its first text is such a label."""
    first = next((value for _, value in table.grid.values(row) if isinstance(value, str)), "")
    return is_label(first)


def says_nil(grid: Grid, number_row: int) -> bool:
    """Whether “Không phát sinh” is chosen above the table: as the text of a cell, or ticked beside a longer label."""
    for row in range(1, number_row):
        texts = [key(str(value)) for _, value in grid.values(row)]
        if NIL in texts:
            return True
        labelled = any(text.startswith(NIL) for text in texts)
        if labelled and any(text.removesuffix(".0") in _TICKS for text in texts):
            return True
    return False


Rows = tuple[list[FiledRow], list[Finding]]


def _field_rows(table: Table, data: range, _unit: Unit, known: dict[str, str]) -> Rows:
    rows: dict[str, FiledRow] = {}
    findings: list[Finding] = []
    for sheet_row in filter(table.holds, data):
        row = _field_row(table, sheet_row, known)
        if row.is_blank:
            if row.key in known:
                rows.setdefault(row.key, row)
            continue
        if not row.key:
            findings.append(_row_finding("row-unnamed", table, row, "có số liệu nhưng chưa ghi tên; cần ghi tên"))
            continue
        earlier = rows.get(row.key)
        if earlier is not None and not earlier.is_blank:
            text = f"trùng tên với dòng {earlier.sheet_row}; cần gộp số liệu vào một dòng"
            findings.append(_row_finding("row-duplicate", table, row, text))
            continue
        rows[row.key] = row
        if row.added:
            findings.append(_row_finding("row-added", table, row, "không có trong danh mục; đã nhận là dòng bổ sung"))
        findings += cell_findings(table, row)
    return list(rows.values()), findings


def _field_row(table: Table, sheet_row: int, known: dict[str, str]) -> FiledRow:
    name = table.name(sheet_row)
    row_key = key(name)
    added = row_key not in known
    return FiledRow(row_key, known.get(row_key, name), sheet_row, table.cells(sheet_row), added)


def _unit_rows(table: Table, data: range, unit: Unit, _known: dict[str, str]) -> Rows:
    """The unit's one row, whatever name is printed in it."""
    held = [sheet_row for sheet_row in data if table.holds(sheet_row)]
    rows = [FiledRow(unit.code, unit.name, sheet_row, table.cells(sheet_row)) for sheet_row in held]
    filled = [row for row in rows if not row.is_blank]
    mine = (filled or rows)[:1]
    text = "là dòng số liệu thứ hai; biểu này mỗi đơn vị chỉ báo cáo một dòng"
    findings = [_row_finding("row-duplicate", table, row, text) for row in filled[1:]]
    return mine, [*(finding for row in mine for finding in cell_findings(table, row)), *findings]


def _list_rows(table: Table, data: range, _unit: Unit, _known: dict[str, str]) -> Rows:
    rows: list[FiledRow] = []
    for sheet_row in filter(table.holds, data):
        cells = table.cells(sheet_row)
        row = FiledRow(str(len(rows) + 1), table.name(sheet_row), sheet_row, cells)
        if not row.is_blank:
            rows.append(row)
    return rows, [finding for row in rows for finding in cell_findings(table, row)]


_ROWS = {RowKind.FIELDS: _field_rows, RowKind.UNITS: _unit_rows, RowKind.LIST: _list_rows}


def _row_finding(code: str, table: Table, row: FiledRow, text: str) -> Finding:
    place = table.address(row.sheet_row, table.form.name_column.number)
    name = f" (“{row.name}”)" if row.name else ""
    return make(
        code,
        f"Trang “{table.grid.name}”, dòng {row.sheet_row}, ô {place}{name}: {text}.",
        form=table.form.code,
        sheet=table.grid.name,
        row_key=row.key,
        row_name=row.name,
        column=table.form.name_column.number,
        address=place,
        found=row.name,
    )


def _total(table: Table, total_row: int | None) -> FiledRow | None:
    if total_row is None or table.form.row_kind is RowKind.LIST:
        return None
    label = table.form.total_label
    return FiledRow(key(label), label, total_row, table.total_cells(total_row))


def _total_findings(table: Table, filed: FiledForm) -> Iterator[Finding]:
    """Problems of the TỔNG CỘNG row, unless a faulty cell above explains an error there."""
    if filed.total is None:
        return
    faulty = {number for row in filed.rows for number, cell in row.cells.items() if cell.problem}
    for finding in cell_findings(table, filed.total):
        if finding.code != "cell-error" or not faulty:
            yield finding


def _form_findings(table: Table, filed: FiledForm) -> Iterator[Finding]:
    if filed.nil:
        yield from _figures_despite_nil(table, filed)
    elif not filed.filled:
        found = "chưa có số liệu"
        expected = "nhập số liệu, hoặc chọn “Không phát sinh” ở đầu biểu"
        message = f"Trang “{filed.sheet}”: {found}; cần {expected}."
        yield make("form-empty", message, form=filed.form, sheet=filed.sheet, found=found, expected=expected)


def _figures_despite_nil(table: Table, filed: FiledForm) -> Iterator[Finding]:
    for row in filed.filled:
        for cell in row.cells.values():
            if cell.value or (cell.problem and cell.problem != "blank-cell"):
                expected = "cần để trống hoặc 0 vì đã chọn “Không phát sinh”"
                yield cell_finding("nil-with-figures", table, row, cell, expected)
                return
