"""One form's sheet as a filed form: its rows, its total, and findings of structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from tonghop.domain.finding import Finding, make
from tonghop.domain.form import Form, RowKind
from tonghop.domain.submission import FiledForm, FiledRow
from tonghop.domain.text import figure, key, slug
from tonghop.domain.units import Unit
from tonghop.files.interpret_cells import Layout, Table, cell_finding, cell_findings
from tonghop.files.interpret_layout import layout_notes
from tonghop.files.interpret_signature import is_label
from tonghop.files.raw_book import Grid

NIL = key("Không phát sinh")
_TICKS = frozenset({"x", "có", "1", "✓", "✔", "☑"})
MOST_ROWS = 2000  # of one form
_MOST_ASKED = 50  # misspelt names looked up in one form
_ALIKE = 0.8  # how much of two names must agree to ask whether one is meant by the other
_LONGEST_NAME = 200  # comparing longer texts takes time that grows with their square
_GAP = 3  # so many empty rows end a table that has lost its TỔNG CỘNG


@dataclass(frozen=True, slots=True)
class FormReading:
    """A form as read from `grid`: `footer` is the first sheet row below the table."""

    grid: Grid
    filed: FiledForm
    findings: tuple[Finding, ...]
    footer: int


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
    findings += layout_notes(grid, form, layout)
    findings += _form_findings(table, filed)
    findings += _total_findings(table, filed)
    return FormReading(grid, filed, tuple(findings), footer)


def too_long(form: Form, grid: Grid, layout: Layout) -> Finding | None:
    """The finding on a table of more rows than any unit has, which is a file made to fill our disks; else None."""
    if grid.nrows - layout.number_row <= MOST_ROWS:
        return None
    table = Table(form, grid, layout)
    rows = sum(1 for row in _extent(table)[0] if table.holds(row))
    if rows <= MOST_ROWS:
        return None
    message = f"Trang “{grid.name}” có {figure(rows)} dòng số liệu; giới hạn là {figure(MOST_ROWS)} dòng."
    return make("too-big", message, form=form.code, sheet=grid.name, found=str(rows), expected=str(MOST_ROWS))


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
    asked = 0
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
            asked += 1
            findings.append(_row_added(table, row, known if asked <= _MOST_ASKED else {}))
        findings += cell_findings(table, row)
    return list(rows.values()), findings


def _field_row(table: Table, sheet_row: int, known: dict[str, str]) -> FiledRow:
    name = table.name(sheet_row)
    row_key = key(name)
    added = row_key not in known
    return FiledRow(row_key, known.get(row_key, name), sheet_row, table.cells(sheet_row), added)


def _row_added(table: Table, row: FiledRow, known: dict[str, str]) -> Finding:
    """A note that asks for the nearest official name, in case this one is only misspelt."""
    text = "không có trong danh mục; đã nhận là dòng bổ sung"
    nearest = _nearest(row.name, known)
    if nearest:
        text += f". Có phải “{nearest}”? Nếu phải, đề nghị ghi đúng tên rồi gửi lại"
    return replace(_row_finding("row-added", table, row, text), expected=nearest)


def _nearest(name: str, known: dict[str, str]) -> str:
    """The official name most like `name`, compared with and without tone marks; "" when none is like it."""
    for spelt in (key, slug):
        official = {spelt(each): each for each in reversed(known.values())}
        alike = get_close_matches(spelt(name)[:_LONGEST_NAME], official, 1, _ALIKE)
        if alike:
            return official[alike[0]]
    return ""


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
