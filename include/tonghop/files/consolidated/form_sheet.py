"""One form in its official layout: header block, merged header, column numbers, grouped rows, total, notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tonghop.domain.consolidated import FormTotals
from tonghop.domain.form import Column, ColumnKind, Form, RowKind
from tonghop.domain.value import Value
from tonghop.files.consolidated.book import COUNT, DAY, LINE_HEIGHT, PERCENT, Book, lines_needed, put, span
from tonghop.files.consolidated.layout import HEAD_ROWS, Layout, lay_out
from tonghop.files.consolidated.lines import DASH, Line, LineKind
from tonghop.files.consolidated.notes import notes
from tonghop.files.consolidated.scope import Scope

COVERAGE_TITLE = "Số đơn vị đã tổng hợp/phải báo cáo"
BY_UNIT_NAME = "Đơn vị"
_SHADE = {LineKind.GROUP: "#EDEDED", LineKind.UNIT: "#F5F5F5", LineKind.TOTAL: "#DDDDDD"}


class FormSheet:
    """Writes one sheet. `by_unit` is the view by unit of a form whose own rows are something else."""

    def __init__(self, book: Book, scope: Scope, totals: FormTotals, lines: Sequence[Line], *, by_unit: bool) -> None:
        self.book = book
        self.scope = scope
        self.totals = totals
        self.form: Form = totals.form
        self.lines = lines
        self.by_unit = by_unit
        self.texts = {
            (cell.rows[0], cell.columns[0]): self._header_text(cell.text, cell.columns) for cell in self.form.header
        }
        self.layout: Layout = lay_out(self.form, lines, self.texts)

    def write(self, name: str) -> None:
        """Add the sheet under `name`."""
        sheet = self.book.sheet(name)
        for place, width in enumerate(self.layout.widths):
            sheet.set_column(place, place, width)
        self._block(sheet)
        first = self._header(sheet)
        last = self._rows(sheet, first)
        end = self._notes(sheet, last + 1)
        sheet.repeat_rows(HEAD_ROWS, first - 1)
        sheet.freeze_panes(first, 2)
        sheet.print_area(0, 0, end, len(self.layout.widths) - 1)

    def _header_text(self, text: str, columns: tuple[int, int]) -> str:
        return BY_UNIT_NAME if self.by_unit and columns[0] == self.form.name_column.number else text

    def _block(self, sheet: Any) -> None:
        """Biểu số and legal source, title with period and window, reporting unit and recipient."""
        form, at, last = self.form, self.layout, len(self.layout.widths) - 1
        wrap = {"text_wrap": True, "valign": "top"}
        left, middle, right = (0, at.left), (at.left + 1, at.right - 1), (at.right, last)
        title = form.title.upper() + ("\n(TỔNG HỢP THEO ĐƠN VỊ)" if self.by_unit else "")
        reporter = f"Đơn vị báo cáo:\n{self.scope.reporter}"
        recipient = f"Đơn vị nhận báo cáo:\n{self.scope.recipient}"
        span(sheet, (0, 0), left, f"Biểu số: {form.number}", self.book.format(bold=True, **wrap))
        span(sheet, (1, 2), left, form.legal, self.book.format(**wrap))
        bold = self.book.format(bold=True, font_size=12, align="center", **wrap)
        span(sheet, (0, 0), middle, title, bold)
        centred = self.book.format(align="center", **wrap)
        span(sheet, (1, 1), middle, f"Kỳ báo cáo: {self.scope.period_line(self.totals)}", centred)
        window = str(self.scope.window(self.totals))
        span(
            sheet,
            (2, 2),
            middle,
            f"({window[:1].upper()}{window[1:]})",
            self.book.format(italic=True, align="center", **wrap),
        )
        span(sheet, (0, 0), right, reporter, self.book.format(**wrap))
        span(sheet, (1, 2), right, recipient, self.book.format(**wrap))
        unit = self.book.format(italic=True, align="right", valign="vcenter")
        span(sheet, (3, 3), (0, last), f"Đơn vị tính: {form.measure}", unit)
        self._block_heights(sheet, title, (reporter, recipient))

    def _block_heights(self, sheet: Any, title: str, right: tuple[str, str]) -> None:
        at, last = self.layout, len(self.layout.widths) - 1
        beside, under = at.width(at.right, last), at.width(0, at.left)
        top = max(lines_needed(title, at.width(at.left + 1, at.right - 1) * 0.72) * 1.1, lines_needed(right[0], beside))
        rest = max(lines_needed(self.form.legal, under), lines_needed(right[1], beside), 2)
        sheet.set_row(0, top * LINE_HEIGHT + 3)
        sheet.set_row(1, (rest - rest // 2) * LINE_HEIGHT)
        sheet.set_row(2, max(rest // 2, 1) * LINE_HEIGHT)
        sheet.set_row(3, LINE_HEIGHT + 3)

    def _header(self, sheet: Any) -> int:
        """Merged header rows and the row of column numbers; returns the row of the first data line."""
        style = self.book.format(bold=True, border=1, align="center", valign="vcenter", text_wrap=True)
        last = len(self.layout.widths) - 1
        for cell in self.form.header:
            rows = (HEAD_ROWS + cell.rows[0] - 1, HEAD_ROWS + cell.rows[1] - 1)
            text = self.texts[cell.rows[0], cell.columns[0]]
            span(sheet, rows, (cell.columns[0] - 1, cell.columns[1] - 1), text, style)
        numbers = HEAD_ROWS + self.form.header_rows
        span(sheet, (HEAD_ROWS, numbers - 1), (last, last), COVERAGE_TITLE, style)
        for row, height in enumerate(self.layout.header_heights, start=HEAD_ROWS):
            sheet.set_row(row, height * LINE_HEIGHT + 4)
        small = self.book.format(italic=True, border=1, align="center", font_size=9)
        for column in self.form.columns:
            sheet.write_number(numbers, column.number - 1, column.number, small)
        put(sheet, numbers, last, None, small)
        return numbers + 1

    def _rows(self, sheet: Any, first: int) -> int:
        """The data lines from row `first`; returns the last row."""
        for row, line in enumerate(self.lines, start=first):
            sheet.set_row(row, self.layout.row_lines(self.form, line) * LINE_HEIGHT + 3)
            if line.kind is LineKind.UNIT:
                self._unit_row(sheet, row, line)
                continue
            for column in self.form.columns:
                put(sheet, row, column.number - 1, self._value(column, line), self._style(column, line))
            self._coverage(sheet, row, line)
        return first + len(self.lines) - 1

    def _unit_row(self, sheet: Any, row: int, line: Line) -> None:
        """A unit's name over the items it reported."""
        style = self.book.format(
            bold=True, border=1, valign="vcenter", align="left", indent=1, bg_color=_SHADE[line.kind]
        )
        put(sheet, row, 0, None, style)
        span(sheet, (row, row), (1, len(self.layout.widths) - 2), line.name, style)
        self._coverage(sheet, row, line)

    def _coverage(self, sheet: Any, row: int, line: Line) -> None:
        colour = "#000000" if line.complete else "#9C0006"
        style = self.book.format(
            border=1, align="center", valign="vcenter", font_size=10, font_color=colour, text_wrap=True, **_weight(line)
        )
        put(sheet, row, len(self.layout.widths) - 1, line.coverage, style)

    def _value(self, column: Column, line: Line) -> Value | None:
        if column.kind is ColumnKind.INDEX:
            return line.index
        return line.name if column.kind is ColumnKind.NAME else line.cells.get(column.number)

    def _style(self, column: Column, line: Line) -> Any:
        properties = _cell_format(column, line)
        if line.kind is LineKind.TOTAL and self.form.row_kind is RowKind.LIST and column.kind is ColumnKind.TEXT:
            measure = self.form.measure.replace('"', "")
            properties |= {"num_format": f'{COUNT}" {measure}"', "align": "left"}
        return self.book.format(border=1, valign="vcenter", **properties, **_weight(line))

    def _notes(self, sheet: Any, row: int) -> int:
        """Notes under the table; returns the last row used."""
        style = self.book.format(italic=True, font_size=10, text_wrap=True, valign="top")
        width = len(self.layout.widths) - 1
        for text in notes(self.scope, self.totals, self.lines):
            row += 1
            span(sheet, (row, row), (0, width), text, style)
            sheet.set_row(row, lines_needed(text, self.layout.width(0, width) * 1.2) * 13.5 + 2)
        return row


def _cell_format(column: Column, line: Line) -> dict[str, object]:
    if column.kind is ColumnKind.INDEX:
        return {"align": "center"}
    if column.kind in {ColumnKind.NAME, ColumnKind.TEXT}:
        return {"text_wrap": True, "align": "left", "indent": 1}
    if line.cells.get(column.number) == DASH:
        return {"align": "center"}
    if column.kind is ColumnKind.DATE:
        return {"num_format": DAY, "align": "center"}
    number = PERCENT if column.kind is ColumnKind.PERCENT else COUNT
    return {"num_format": number, "align": "right", "indent": 1}


def _weight(line: Line) -> dict[str, object]:
    shade = _SHADE.get(line.kind)
    return {} if shade is None else {"bold": True, "bg_color": shade}
