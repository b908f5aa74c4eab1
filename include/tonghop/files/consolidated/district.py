"""A district's workbook: its own office and its communes added up, for the district to check, sign and keep."""

from __future__ import annotations

from tonghop.domain.consolidated import Consolidated
from tonghop.domain.units import Unit
from tonghop.files.consolidated import cover
from tonghop.files.consolidated.agreement import check_agreement
from tonghop.files.consolidated.board import Board
from tonghop.files.consolidated.book import Book
from tonghop.files.consolidated.provincial import COVER, TITLE, write_form
from tonghop.files.consolidated.scope import Scope, lowered
from tonghop.files.storage import Place


def write_district(path: Place, consolidated: Consolidated, district: Unit) -> None:
    """Write the computed consolidated workbook of `district` to `path`; equal input gives equal bytes.

    Raises StoreError when totals reached on different ways differ, or when `path` cannot be written.
    """
    scope = Scope.of_district(consolidated, district)
    forms = scope.owed(consolidated.forms)
    for totals in forms:
        check_agreement(scope, totals)
    window = consolidated.province.regime.window(consolidated.period)
    book = Book(f"{TITLE} – {district.name} – {consolidated.period.label}", scope.reporter, window.last)
    _cover(book, scope)
    for totals in forms:
        write_form(book, scope, totals)
    book.save(path)


def _cover(book: Book, scope: Scope) -> None:
    period = scope.consolidated.period
    window = scope.consolidated.province.regime.window(period)
    board = Board(book, COVER, cover.WIDTHS)
    board.beside(scope.recipient.upper(), cover.NATION, cover.SPLIT, bold=True, font_size=12)
    board.beside(scope.reporter.upper(), cover.MOTTO, cover.SPLIT, bold=True, font_size=12)
    board.beside("Số:           /BC-UBND", "", cover.SPLIT, font_size=12)
    board.gap(9)
    board.text(TITLE, size=16, align="center", bold=True)
    board.text(f"CỦA {scope.unit.name.upper()}", size=14, align="center", bold=True)
    board.text(f"Kỳ báo cáo: {period.label}", size=13, align="center", bold=True)
    board.text(f"(Số liệu {window})", size=12, align="center", italic=True)
    board.text(f"Nơi nhận báo cáo: {scope.recipient}", size=12, align="center")
    board.heading("I. Tình hình gửi báo cáo")
    cover.coverage(board, scope)
    board.heading("II. Chỉ số chính")
    cover.headline(board, scope)
    board.heading("III. Đơn vị chưa có báo cáo được chấp nhận")
    cover.not_counted(board, scope)
    board.heading("IV. Biểu còn dùng bố cục tạm")
    cover.working_layouts(board, scope)
    _signatures(board, scope)


def _signatures(board: Board, scope: Scope) -> None:
    """Who answers for the figures; the name and the stamp go into the empty rows."""
    board.gap(9)
    board.text(
        f"Số liệu được cộng từ báo cáo đã được chấp nhận của {lowered(scope.unit.name)} và các xã, phường, thị trấn "
        "trực thuộc. Kính đề nghị đơn vị kiểm tra, ký xác nhận và lưu hồ sơ.",
        italic=True,
    )
    board.gap(9)
    year = scope.consolidated.period.year
    board.beside("", f"………………, ngày …… tháng …… năm {year}", cover.SPLIT, italic=True, font_size=12)
    board.beside("NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ", cover.SPLIT, bold=True, font_size=12)
    board.beside("(Ký, ghi rõ họ tên)", "(Ký, ghi rõ họ tên, đóng dấu)", cover.SPLIT, italic=True)
    board.gap(60)
    board.beside("………………………………", "………………………………", cover.SPLIT)
