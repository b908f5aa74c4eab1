"""Sheet "Nguồn số liệu": for every typed column of every form, which unit's file gave which part of the total.

A figure not here is computed from these by the formula of its column; `tonghop trace` walks every figure to its cells.
"""

from __future__ import annotations

from collections.abc import Iterator

from tonghop.domain.errors import StoreError
from tonghop.domain.review import Review, Source
from tonghop.domain.value import Value
from tonghop.files.consolidated.book import COUNT, Book, put

NAME = "Nguồn số liệu"
_TITLES = (
    "Biểu", "Cột", "Nội dung cột", "Đơn vị", "Giá trị", "Trang", "Ô", "Số ô", "Lần gửi", "Tệp đã gửi",
    "Mã kiểm tra của tệp (SHA-256)",
)  # fmt: skip
_WIDTHS = (9, 6, 44, 40, 15, 10, 12, 7, 8, 46, 68)
_TOTAL = "TỔNG CỘNG (số công bố)"
_HEAD = 3


def write_sources(book: Book, review: Review) -> None:
    """One line per unit and column, each column closed by its published total.

    StoreError when the parts do not add up to what is published: then something was filed in between.
    """
    sheet = book.sheet(NAME)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    put(sheet, 0, 0, "NGUỒN SỐ LIỆU", book.format(bold=True, font_size=14))
    told = (
        "Số liệu cả tỉnh ở mỗi cột là tổng các ô dưới đây trong tệp của từng đơn vị; cột tính theo công thức được tính "
        "lại từ các cột này. Đơn vị không phát sinh không có dòng."
    )
    put(sheet, 1, 0, told, book.format(italic=True))
    head = book.format(bold=True, border=1, align="center", valign="vcenter", text_wrap=True, bg_color="#EDEDED")
    for at, title in enumerate(_TITLES):
        put(sheet, _HEAD - 1, at, title, head)
    row = _HEAD
    for cells, total in _lines(review):
        _write(book, sheet, row, cells, total=total)
        row += 1
    sheet.freeze_panes(_HEAD, 4)
    sheet.repeat_rows(_HEAD - 1)
    sheet.autofilter(_HEAD - 1, 0, max(row - 1, _HEAD), len(_TITLES) - 1)


def _write(book: Book, sheet: object, row: int, cells: list[Value | None], *, total: bool) -> None:
    weight = {"bold": True, "bg_color": "#DDDDDD"} if total else {}
    plain = book.format(border=1, **weight)
    number = book.format(border=1, num_format=COUNT, align="right", **weight)
    for at, value in enumerate(cells):
        put(sheet, row, at, value, number if at == 4 else plain)


def _lines(review: Review) -> Iterator[tuple[list[Value | None], bool]]:
    """(cells, whether a total) in the order of forms and columns."""
    parts: dict[tuple[str, int], list[Source]] = {}
    for source in review.sources:
        parts.setdefault((source.form, source.column), []).append(source)
    for (form, column), sources in parts.items():
        figure = review.forms[form].figures[column]
        added = sum(source.value for source in sources)
        if added != (figure.value or 0):
            raise StoreError(
                f"Biểu {form}, cột {column}: số công bố là {figure.value} nhưng các đơn vị cộng lại là {added}.",
                "Chạy lại bước lập báo cáo; nếu vẫn lệch thì không phát hành và báo người quản trị.",
            )
        for source in sources:
            yield _line(review, source, figure.column.title), False
        yield [form, column, figure.column.title, _TOTAL, figure.value, *[None] * 6], True


def _line(review: Review, source: Source, title: str) -> list[Value | None]:
    name = review.whole.tree.full_name(source.unit)
    place: list[Value | None] = [source.sheet, source.cells, source.count, source.revision, source.file, source.sha256]
    return [source.form, source.column, title, name, source.value, *place]
