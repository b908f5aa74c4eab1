"""A form's sheet: the table as the official form has it, with input cells open and everything else protected."""

from __future__ import annotations

from itertools import groupby

from tonghop.domain.form import Column, ColumnKind, InSetRule, RowKind
from tonghop.files import typography
from tonghop.files.template import validation
from tonghop.files.template.book import ROW_HEIGHT, Book, Sheet
from tonghop.files.template.footer import Footer, put_footer
from tonghop.files.template.form_head import put_head
from tonghop.files.template.frame import Frame, frame
from tonghop.files.template.grid import HEAD_ROWS, Content, FormGrid, Row
from tonghop.files.template.plan import TemplatePlan

_PRINTED = (777.0, 509.0)  # points of A4 landscape inside the margins
_INPUT = {
    ColumnKind.COUNT: "in_figure",
    ColumnKind.MONEY: "in_figure",
    ColumnKind.PERCENT: "in_percent",
    ColumnKind.DATE: "in_day",
    ColumnKind.TEXT: "in_text",
    ColumnKind.NAME: "in_text",
}


def put_form(book: Book, plan: TemplatePlan, grid: FormGrid, footer: Footer) -> None:
    """Add the sheet of one form, named by its code."""
    sheet = book.sheet(grid.form.code)
    room = frame(grid.form)
    for number, width in enumerate(room.widths, start=1):
        sheet.width(number, width)
    put_head(sheet, plan, grid, room)
    _headings(sheet, grid, room)
    for row in grid.rows:
        _row(sheet, grid, row, room)
    _total(sheet, grid)
    last = put_footer(sheet, footer, grid.total_line + 2, room)
    _validate(sheet, grid)
    _page(sheet, grid, last, room)


def _headings(sheet: Sheet, grid: FormGrid, room: Frame) -> None:
    form = grid.form
    for cell in form.header:
        lines = (HEAD_ROWS + cell.rows[0], HEAD_ROWS + cell.rows[1])
        sheet.merge(lines, cell.columns, cell.text, "heading")
    for line in range(1, form.header_rows + 1):
        own = [cell for cell in form.header if cell.rows == (line, line)]
        need = max((typography.height(c.text, room.width(c.columns), factor=0.95) for c in own), default=18)
        sheet.height(HEAD_ROWS + line, max(need, _spread(grid, room)))
    for column in form.columns:
        sheet.put(grid.number_line, column.number, column.number, "number_row")
    sheet.height(grid.number_line, 15)


def _spread(grid: FormGrid, room: Frame) -> float:
    """Height each heading row needs so that headings over several rows fit."""
    spread = [cell for cell in grid.form.header if cell.rows[0] != cell.rows[1]]
    return max(
        (typography.height(c.text, room.width(c.columns), factor=0.95) / (c.rows[1] - c.rows[0] + 1) for c in spread),
        default=0,
    )


def _row(sheet: Sheet, grid: FormGrid, row: Row, room: Frame) -> None:
    sheet.put(row.line, 1, row.position, "index")
    for column in grid.form.columns[1:]:
        content = row.cells.get(column.number, Content())
        style = _style(grid, row, column)
        if content.formula:
            sheet.compute(row.line, column.number, content.formula, content.value, style)
        else:
            sheet.put(row.line, column.number, content.value, style)
    points = _text_height(grid, row, room)
    if points > ROW_HEIGHT:
        sheet.height(row.line, points)


def _text_height(grid: FormGrid, row: Row, room: Frame) -> float:
    texts = [(c, row.value(c.number)) for c in grid.form.columns if not c.is_figure]
    return max(
        (typography.height(v, room.widths[c.number - 1]) for c, v in texts if isinstance(v, str)),
        default=0,
    )


def _style(grid: FormGrid, row: Row, column: Column) -> str:
    if column.kind is ColumnKind.NAME:
        return "in_text" if row.planned.spare else "box"
    if column.formula:
        return "percent" if column.kind is ColumnKind.PERCENT else "figure"
    carried = column.number in grid.planned.carried and grid.planned.openings is not None
    return "in_carried" if carried else _INPUT[column.kind]


def _total(sheet: Sheet, grid: FormGrid) -> None:
    line = grid.total_line
    sheet.put(line, 1, None, "total_label")
    for column in grid.form.columns[1:]:
        content = grid.total.cells.get(column.number, Content())
        style = "total_text" if column.kind in {ColumnKind.TEXT, ColumnKind.DATE} else "total_figure"
        style = "total_percent" if column.kind is ColumnKind.PERCENT else style
        style = "total_label" if column.kind is ColumnKind.NAME else style
        if content.formula:
            sheet.compute(line, column.number, content.formula, content.value, style)
        else:
            sheet.put(line, column.number, content.value, style)
    sheet.height(line, 20)


def _validate(sheet: Sheet, grid: FormGrid) -> None:
    form = grid.form
    listed = {rule.column: rule.values for rule in form.rules if isinstance(rule, InSetRule)}
    plain = [column for column in form.inputs if column.number not in listed and column.kind is not ColumnKind.NAME]
    for (kind, _), run in groupby(enumerate(plain), lambda pair: (pair[1].kind, pair[1].number - pair[0])):
        members = [column.number for _, column in run]
        area = (grid.first, members[0], grid.last, members[-1])
        sheet.validate(area, validation.of(kind, grid.first, members[0], form.max_value))
    for number, values in listed.items():
        sheet.validate((grid.first, number, grid.last, number), validation.one_of(values))
    spare = [row.line for row in grid.rows if row.planned.spare]
    if spare:
        name = grid.name_column
        sheet.validate((spare[0], name, spare[-1], name), validation.name(is_list=form.row_kind is RowKind.LIST))


def _page(sheet: Sheet, grid: FormGrid, last: int, room: Frame) -> None:
    raw = sheet.raw
    raw.set_landscape()
    raw.fit_to_pages(1, _pages(sheet.points_down_to(last), room))
    raw.repeat_rows(HEAD_ROWS, grid.number_line - 1)
    raw.print_area(0, 0, last - 1, grid.form.width - 1)
    raw.center_horizontally()
    raw.set_footer(f'&L&"Times New Roman,Italic"&9Biểu {grid.form.code}&R&"Times New Roman,Regular"&9Trang &P/&N')
    raw.freeze_panes(grid.number_line, 2)


def _pages(height: float, room: Frame) -> int:
    """1 when the sheet nearly fits one page of A4 landscape, else 0 (as many as it takes).

    A sheet a little too long would leave its signatures alone, or cut in two, on a second page.
    """
    scale = min(1.0, _PRINTED[0] / room.points)
    return 1 if height * scale <= _PRINTED[1] * 1.3 else 0
