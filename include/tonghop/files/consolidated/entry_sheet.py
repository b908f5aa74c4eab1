"""Sheet "Nhập liệu": the figures in the order they are typed into the Government's system, to tick off line by line.

What the system computes itself is shown in italics to compare with, not to type.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tonghop.domain.consolidated import FormTotals
from tonghop.domain.form import Column, ColumnKind, RowKind
from tonghop.domain.review import Review
from tonghop.files.consolidated.book import COUNT, LINE_HEIGHT, PERCENT, Book, lines_needed, put, span
from tonghop.files.consolidated.lines import DASH, Line, LineKind, lines
from tonghop.files.consolidated.scope import Scope

NAME = "Nhập liệu"
OPEN, DONE = "☐", "☑"
_TICK, _INDEX, _NAME, _FIRST = 0, 1, 2, 3
_NAME_WIDTH, _WIDTH = 40.0, 11.5
_LEFT_ROW = 2  # where the count of lines left stands
_GREY = "#808080"


def write_entry(book: Book, scope: Scope, review: Review) -> None:
    """Every form in official order; one line to tick per row of figures."""
    _Entry(book, scope, tuple(form.totals for form in review.forms.values())).write()


class _Entry:
    def __init__(self, book: Book, scope: Scope, forms: Sequence[FormTotals]) -> None:
        self.book = book
        self.scope = scope
        self.forms = forms
        self.sheet: Any = book.sheet(NAME)
        self.last = max(_FIRST + len(_typed(totals)) - 1 for totals in forms)
        self.row = _LEFT_ROW + 2

    def write(self) -> None:
        sheet, book = self.sheet, self.book
        sheet.set_column(_TICK, _TICK, 9)
        sheet.set_column(_INDEX, _INDEX, 6)
        sheet.set_column(_NAME, _NAME, _NAME_WIDTH)
        sheet.set_column(_FIRST, self.last, _WIDTH)
        put(sheet, 0, 0, "SỐ LIỆU NHẬP VÀO HỆ THỐNG THÔNG TIN BÁO CÁO", book.format(bold=True, font_size=14))
        told = f"Nhập từng dòng theo thứ tự; nhập xong chọn {DONE} ở cột “Đã nhập”. Số in nghiêng do hệ thống tự tính."
        put(sheet, 1, 0, f"{told} Kỳ báo cáo: {self.scope.consolidated.period.label}.", book.format(italic=True))
        for totals in self.forms:
            self._form(totals)
        left = f'="Còn "&COUNTIF(A{_LEFT_ROW + 3}:A{self.row},"{OPEN}")&" dòng chưa nhập"'
        sheet.write_formula(_LEFT_ROW, 0, left, book.format(bold=True), f"Còn {self._ticks} dòng chưa nhập")
        sheet.freeze_panes(_LEFT_ROW + 1, _FIRST)

    _ticks = 0

    def _form(self, totals: FormTotals) -> None:
        form = totals.form
        title = self.book.format(bold=True, font_size=12, bg_color="#DDDDDD", border=1, valign="vcenter")
        span(self.sheet, (self.row, self.row), (0, self.last), f"Biểu {form.number}. {form.title}", title)
        self.sheet.set_row(self.row, LINE_HEIGHT * 1.5)
        self.row += 1
        if form.row_kind is RowKind.LIST:
            self._list(totals)
            return
        self._head(totals)
        for line in lines(self.scope, totals):
            self._line(totals, line)
        self.row += 1

    def _head(self, totals: FormTotals) -> None:
        style = self.book.format(bold=True, border=1, align="center", valign="vcenter", text_wrap=True, font_size=9)
        columns = _typed(totals)
        texts = [f"({column.number}) {_label(column)}" for column in columns]
        for at, text in enumerate(("Đã nhập", "TT", totals.form.name_column.label[-1], *texts)):
            put(self.sheet, self.row, at, text, style)
        need = max(lines_needed(text, _WIDTH * 1.05) for text in texts)
        self.sheet.set_row(self.row, need * 12.5 + 4)
        self.row += 1

    def _line(self, totals: FormTotals, line: Line) -> None:
        """Groups and the total are there to find one's way and to compare; only rows are typed."""
        typed = line.kind is LineKind.ROW and bool(line.cells)
        weight = {} if line.kind is LineKind.ROW else {"bold": True, "bg_color": "#EDEDED"}
        self._tick(weight, typed=typed)
        put(self.sheet, self.row, _INDEX, line.index, self.book.format(border=1, align="center", **weight))
        name = self.book.format(border=1, text_wrap=True, valign="vcenter", **weight)
        put(self.sheet, self.row, _NAME, line.name, name)
        for at, column in enumerate(_typed(totals), start=_FIRST):
            put(self.sheet, self.row, at, line.cells.get(column.number), self._figure(column, line, weight))
        self.sheet.set_row(self.row, lines_needed(line.name, _NAME_WIDTH) * LINE_HEIGHT + 3)
        self.row += 1

    def _figure(self, column: Column, line: Line, weight: dict[str, object]) -> Any:
        number = PERCENT if column.kind is ColumnKind.PERCENT else COUNT
        computed = {"italic": True, "font_color": _GREY} if column.formula and line.kind is LineKind.ROW else {}
        align = "center" if line.cells.get(column.number) == DASH else "right"
        return self.book.format(border=1, num_format=number, align=align, valign="vcenter", **computed, **weight)

    def _tick(self, weight: dict[str, object], *, typed: bool) -> None:
        style = self.book.format(border=1, align="center", valign="vcenter", **weight)
        put(self.sheet, self.row, _TICK, OPEN if typed else None, style)
        if typed:
            self._ticks += 1
            self.sheet.data_validation(self.row, _TICK, self.row, _TICK, {"validate": "list", "source": [OPEN, DONE]})

    def _list(self, totals: FormTotals) -> None:
        """One line per item; its texts are copied from the form's own sheet."""
        items = totals.items
        style = self.book.format(border=1, text_wrap=True, valign="vcenter")
        title = next((column.number for column in totals.form.columns if column.kind is ColumnKind.TEXT), 0)
        for number, item in enumerate(items, start=1):
            self._tick({}, typed=True)
            put(self.sheet, self.row, _INDEX, number, self.book.format(border=1, align="center"))
            put(self.sheet, self.row, _NAME, str(item.values.get(totals.form.name_column.number, "")), style)
            text = f"{item.values.get(title, '')} – {item.unit.name} (chép từ trang {totals.form.code})"
            span(self.sheet, (self.row, self.row), (_FIRST, self.last), text, style)
            self.row += 1
        if not items:
            span(self.sheet, (self.row, self.row), (0, self.last), "Không phát sinh.", style)
            self.row += 1
        self.row += 1


def _typed(totals: FormTotals) -> tuple[Column, ...]:
    """Columns with figures, in order."""
    return totals.form.figures


def _label(column: Column) -> str:
    """The outermost and the innermost heading: enough to find the field."""
    return column.label[0] if len(column.label) == 1 else f"{column.label[0]}: {column.label[-1]}"
