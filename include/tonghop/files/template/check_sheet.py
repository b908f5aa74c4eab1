"""The sheet "Kiểm tra": one line per form and per data row, counting what must be mended as the clerk types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tonghop.domain.form import RowKind, Severity
from tonghop.files.template import checks, form_checks
from tonghop.files.template.book import Book, Sheet
from tonghop.files.template.checks import Line
from tonghop.files.template.form_checks import FormLine
from tonghop.files.template.formulas import address
from tonghop.files.template.frame import frame
from tonghop.files.template.grid import FormGrid, Row
from tonghop.files.template.pieces import Piece, count_of, joined
from tonghop.files.template.plan import TemplatePlan

NAME = "Kiểm tra"
CLEAR = "Không còn lỗi, có thể gửi báo cáo"
STATUS, SOFT_STATUS, HEADER = 2, 3, 5  # lines
FORM, ROW, COUNT, WRONG, EXPLAIN, FLAG, SOFT = range(1, 8)  # columns; FLAG and SOFT are hidden
_WIDTHS = {FORM: 9, ROW: 36, COUNT: 8, WRONG: 92, EXPLAIN: 46, FLAG: 9, SOFT: 9}
_TITLES = ("Biểu", "Dòng", "Số lỗi", "Nội dung phải sửa", "Nội dung cần giải trình")


@dataclass(frozen=True)
class Status:
    """What the check sheet says in its first lines, and where: shown on the first sheet too."""

    cell: str
    text: str
    soft_cell: str
    soft_text: str


class CheckSheet:
    """Plans the lines of the check sheet, then writes them; `errors` and `soft` are the counts Excel will show."""

    def __init__(self, plan: TemplatePlan, grids: Iterable[FormGrid]) -> None:
        self.plan = plan
        self.errors = self.soft = 0
        self._lines: dict[str, tuple[int, FormLine]] = {}
        line = HEADER + 1
        for grid in grids:
            flags = f"{address(line + 1, FLAG)}:{address(line + len(grid.rows), FLAG)}"
            choice = f"{grid.quoted}!{address(grid.choice_line, _choice_column(grid))}"
            self._lines[grid.form.code] = (line, FormLine(grid, choice, flags, address(line, FLAG)))
            line += len(grid.rows) + 1
        self.last = line - 1

    def write(self, book: Book) -> Status:
        """Add the sheet to `book`."""
        sheet = book.sheet(NAME)
        for column, width in _WIDTHS.items():
            sheet.width(column, width, hidden=column in {FLAG, SOFT})
        for column, title in enumerate(_TITLES, start=1):
            sheet.put(HEADER, column, title, "heading")
        for line, form in self._lines.values():
            self._form(sheet, line, form)
            for offset, row in enumerate(form.grid.rows, start=1):
                self._row(sheet, line + offset, form.grid, row)
        self._page(sheet)
        return self._head(sheet)

    def _form(self, sheet: Sheet, line: int, form: FormLine) -> None:
        others = {code: other for code, (_, other) in self._lines.items()}
        level = self.plan.unit.level
        hard = form_checks.blocking(form) + form_checks.between(form, others, level, Severity.BLOCKING)
        soft = form_checks.between(form, others, level, Severity.EXPLAIN)
        sheet.link(line, FORM, f"{form.grid.quoted}!A1", form.grid.form.code, "box_link")
        sheet.put(line, ROW, "Cả biểu", "box")
        sheet.compute(line, FLAG, form.answered_formula(), form.is_answered, "shown")
        self._findings(sheet, line, hard, soft)

    def _row(self, sheet: Sheet, line: int, grid: FormGrid, row: Row) -> None:
        filled = grid.is_filled(row)
        checked = Line(grid, row, address(line, FLAG), filled)
        sheet.link(line, FORM, f"{grid.quoted}!{address(row.line, grid.name_column)}", grid.form.code, "box_link")
        self._name(sheet, line, grid, row)
        sheet.compute(line, FLAG, checks.filled_flag(grid, row.line), filled, "shown")
        self._findings(sheet, line, checks.blocking(checked), checks.soft(checked))

    def _name(self, sheet: Sheet, line: int, grid: FormGrid, row: Row) -> None:
        if not row.planned.spare:
            sheet.put(line, ROW, row.planned.name, "box_shrunk")
            return
        number = row.position - sum(not other.planned.spare for other in grid.rows)
        blank = f"Dòng {number}" if grid.form.row_kind is RowKind.LIST else f"Dòng bổ sung {number}"
        cell = f"{grid.quoted}!{address(row.line, grid.name_column)}"
        value = row.value(grid.name_column)
        shown = blank if value is None or value == "" else value
        sheet.compute(line, ROW, f'IF({cell}="","{blank}",{cell})', shown, "box_shrunk")

    def _findings(self, sheet: Sheet, line: int, hard: list[Piece], soft: list[Piece]) -> None:
        """Texts shrink to their cell: Excel does not grow a row when a formula's result does."""
        wrong, explain = joined(hard), joined(soft)
        sheet.compute(line, WRONG, wrong.formula, wrong.text, "box_shrunk")
        count, errors = count_of(address(line, WRONG), wrong.text)
        sheet.compute(line, COUNT, count, errors, "count")
        self.errors += errors
        if not soft:
            sheet.put(line, EXPLAIN, None, "box")
            return
        sheet.compute(line, EXPLAIN, explain.formula, explain.text, "box_shrunk")
        count, findings = count_of(address(line, EXPLAIN), explain.text)
        sheet.compute(line, SOFT, count, findings, "shown")
        self.soft += findings

    def _head(self, sheet: Sheet) -> Status:
        columns = (FORM, EXPLAIN)
        sheet.merge((1, 1), columns, f"KIỂM TRA SỐ LIỆU – {self.plan.period.label}", "title")
        errors = f"SUM({address(HEADER + 1, COUNT)}:{address(self.last, COUNT)})"
        text = f"Còn {self.errors} lỗi" if self.errors else CLEAR
        sheet.merge_formula(
            (STATUS, STATUS), columns, f'IF({errors}=0,"{CLEAR}","Còn "&{errors}&" lỗi")', text, "status"
        )
        soft = f"SUM({address(HEADER + 1, SOFT)}:{address(self.last, SOFT)})"
        tail = " nội dung cần giải trình: sửa số liệu, hoặc ghi lý do vào trang “Giải trình”."
        soft_text = f"Có {self.soft}{tail}" if self.soft else ""
        formula = f'IF({soft}=0,"","Có "&{soft}&"{tail}")'
        sheet.merge_formula((SOFT_STATUS, SOFT_STATUS), columns, formula, soft_text, "text")
        note = "Các dòng dưới đây tự cập nhật khi nhập số liệu. Số trong ngoặc là số cột, ví dụ (5) là cột 5."
        sheet.merge((4, 4), columns, note, "italic_small")
        sheet.height(1, 22)
        sheet.height(STATUS, 26)
        return Status(f"'{NAME}'!{address(STATUS, FORM)}", text, f"'{NAME}'!{address(SOFT_STATUS, FORM)}", soft_text)

    def _page(self, sheet: Sheet) -> None:
        raw, first, last = sheet.raw, HEADER, self.last - 1
        wrong, fine, unused = (sheet.styles[name] for name in ("wrong", "fine", "unused"))
        count, flag = address(HEADER + 1, COUNT), address(HEADER + 1, FLAG)
        raw.conditional_format(first, 0, last, 3, {"type": "formula", "criteria": f"=${count}>0", "format": wrong})
        raw.conditional_format(first, 0, last, 3, {"type": "formula", "criteria": f"=NOT(${flag})", "format": unused})
        status = address(STATUS, FORM)
        for criteria, style in ((f'=LEFT(${status},3)="Còn"', wrong), (f'=LEFT(${status},3)<>"Còn"', fine)):
            raw.conditional_format(
                STATUS - 1, 0, STATUS - 1, 4, {"type": "formula", "criteria": criteria, "format": style}
            )
        raw.set_landscape()
        raw.fit_to_pages(1, 0)
        raw.repeat_rows(HEADER - 1)
        raw.print_area(0, 0, last, EXPLAIN - 1)
        raw.set_footer('&R&"Times New Roman,Regular"&9Trang &P/&N')
        raw.freeze_panes(HEADER, 0)


def _choice_column(grid: FormGrid) -> int:
    return frame(grid.form).value[0]
