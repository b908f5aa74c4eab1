"""The provincial workbook: cover, one sheet per form and its view by unit, derived figures, explanations."""

from __future__ import annotations

from pathlib import Path

from tonghop.domain.consolidated import Consolidated, ExplainedFinding, FormTotals
from tonghop.domain.correction import Correction
from tonghop.domain.form import RowKind
from tonghop.domain.review import Review
from tonghop.domain.value import Value
from tonghop.files.consolidated import cover
from tonghop.files.consolidated.agreement import check_agreement
from tonghop.files.consolidated.board import Board, Field
from tonghop.files.consolidated.book import Book
from tonghop.files.consolidated.correction_sheet import NAME as CORRECTION
from tonghop.files.consolidated.correction_sheet import statement, write_correction
from tonghop.files.consolidated.form_sheet import FormSheet
from tonghop.files.consolidated.further import write_further
from tonghop.files.consolidated.lines import lines, unit_lines
from tonghop.files.consolidated.scope import Scope

COVER = "Trang bìa"
EXPLAINED = "Giải trình được chấp nhận"
TITLE = "TỔNG HỢP BÁO CÁO CÔNG TÁC KIỂM SOÁT THỦ TỤC HÀNH CHÍNH"


def write_provincial(path: Path, consolidated: Consolidated, review: Review | None = None) -> None:
    """Write the province's consolidated workbook of one period to `path`; equal input gives equal bytes.

    With its `review` also the sheets that compare, rank, chart, and tell where every figure stands.
    Raises StoreError when totals reached on different ways differ, or when `path` cannot be written.
    """
    scope = Scope.of_province(consolidated)
    forms, derived = scope.owed(consolidated.forms), scope.owed(consolidated.derived)
    for totals in (*forms, *derived):
        check_agreement(scope, totals)
    window = consolidated.province.regime.window(consolidated.period)
    book = Book(f"{TITLE} – {consolidated.period.label}", consolidated.province.agency, window.last)
    correction = review.correction if review else None
    _cover(book, scope, correction)
    if correction is not None:
        write_correction(book, consolidated, correction)
    for totals in forms:
        write_form(book, scope, totals)
    for totals in derived:
        FormSheet(book, scope, totals, lines(scope, totals), by_unit=False).write(_derived_name(scope, totals))
    _explained(book, consolidated.explained)
    if review is not None:
        write_further(book, scope, review)
    book.save(path)


def write_form(book: Book, scope: Scope, totals: FormTotals) -> None:
    """The form's sheet and, where its rows are fields, its view by unit."""
    FormSheet(book, scope, totals, lines(scope, totals), by_unit=False).write(totals.form.code)
    if totals.form.row_kind is RowKind.FIELDS:
        FormSheet(book, scope, totals, unit_lines(scope, totals), by_unit=True).write(totals.form.unit_view)


def _derived_name(scope: Scope, totals: FormTotals) -> str:
    """`Lũy kế 9 tháng` for the headline form, `Lũy kế 9 tháng (II.08)` for the others."""
    headline = totals.form.code == scope.consolidated.province.regime.headline_form
    return totals.title if headline else f"{totals.title} ({totals.form.code})"


def _cover(book: Book, scope: Scope, correction: Correction | None) -> None:
    consolidated = scope.consolidated
    board = Board(book, COVER, cover.WIDTHS)
    board.beside(consolidated.province.agency.upper(), cover.NATION, cover.SPLIT, bold=True, font_size=12)
    board.beside("", cover.MOTTO, cover.SPLIT, bold=True, font_size=13)
    board.gap(9)
    board.text(TITLE, size=16, align="center", bold=True)
    board.text(f"Kỳ báo cáo: {consolidated.period.label}", size=13, align="center", bold=True)
    if correction is not None:
        board.text(f"{statement(correction)} Chi tiết: trang “{CORRECTION}”.", size=12, align="center", bold=True)
    window = consolidated.province.regime.window(consolidated.period)
    board.text(f"(Số liệu {window})", size=12, align="center", italic=True)
    board.text(f"Nơi nhận báo cáo: {scope.recipient}", size=12, align="center")
    board.heading("I. Tình hình gửi báo cáo")
    cover.coverage(board, scope)
    board.heading("II. Chỉ số chính")
    cover.headline(board, scope)
    if consolidated.province.targets:
        board.heading("III. Đối chiếu chỉ tiêu kế hoạch")
        cover.targets(board, scope)
    board.heading(f"{'IV' if consolidated.province.targets else 'III'}. Đơn vị chưa có báo cáo được chấp nhận")
    cover.not_counted(board, scope)
    board.heading(f"{'V' if consolidated.province.targets else 'IV'}. Biểu còn dùng bố cục tạm")
    cover.working_layouts(board, scope)
    further = iter(("VI", "VII") if consolidated.province.targets else ("V", "VI"))
    if consolidated.extended:
        board.heading(f"{next(further)}. Đơn vị được gia hạn gửi báo cáo")
        cover.extended(board, scope)
    if consolidated.exempt:
        board.heading(f"{next(further)}. Đơn vị được miễn báo cáo")
        cover.exempt(board, scope)


def _explained(book: Book, explained: tuple[ExplainedFinding, ...]) -> None:
    """Findings that passed with a written giải trình, and notes worth showing."""
    board = Board(book, EXPLAINED, (5, 30, 9, 34, 7, 50, 50))
    board.text("CÁC NỘI DUNG ĐÃ ĐƯỢC GIẢI TRÌNH VÀ CHẤP NHẬN", size=14, align="center", bold=True)
    board.gap(9)
    titles = ("TT", "Đơn vị", "Biểu", "Dòng", "Cột", "Nội dung kiểm tra", "Giải trình")
    left = {1, 3, 5, 6}
    fields = [Field(title, at, at, "left" if at in left else "center") for at, title in enumerate(titles)]
    first = board.table(fields, [_explained_row(number, item) for number, item in enumerate(explained, start=1)])
    if not explained:
        board.text("Không có nội dung nào.", italic=True, align="center")
    board.sheet.freeze_panes(first, 2)
    board.sheet.repeat_rows(first - 1)


def _explained_row(number: int, item: ExplainedFinding) -> list[Value | None]:
    finding = item.finding
    reason = item.reason or "(Ghi nhận, không yêu cầu giải trình)"
    column = finding.column or None
    return [number, item.unit.name, finding.form, finding.row_name, column, finding.message, reason]
