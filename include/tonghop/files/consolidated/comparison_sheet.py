"""Sheet "So sánh": this period beside the last and the same period a year ago, over units that filed in both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tonghop.domain.changes import Change, Reference
from tonghop.domain.form import ColumnKind
from tonghop.domain.review import FormReview, RateReview, Review
from tonghop.domain.value import Value
from tonghop.files.consolidated.board import Board, Field
from tonghop.files.consolidated.book import COUNT, PERCENT, Book
from tonghop.files.consolidated.lines import DASH

NAME = "So sánh"
_CHANGED, _CHANGED_PERCENT = "+#,##0;-#,##0;0", "+#,##0.00;-#,##0.00;0.00"
_WIDTHS = (5.0, 52.0, 16.0)
_REFERENCE_WIDTHS = (15.0, 15.0, 15.0, 9.0, 9.0)


def write_comparison(book: Book, review: Review) -> None:
    """Rates first, then every figure of every form that can be compared."""
    board = Board(book, NAME, (*_WIDTHS, *_REFERENCE_WIDTHS * max(len(review.references), 1)))
    board.text("SO SÁNH SỐ LIỆU VỚI CÁC KỲ TRƯỚC", size=14, align="center", bold=True)
    board.text(f"Kỳ báo cáo: {review.whole.period.label}", size=12, align="center", italic=True)
    if not review.references:
        board.gap()
        board.text("Chưa có số liệu của kỳ trước và cùng kỳ năm trước trong hệ thống.", align="center", italic=True)
        return
    board.text(
        "Tăng, giảm chỉ tính trên những đơn vị có số liệu ở cả hai kỳ; cột “Cả tỉnh” là số liệu công bố của kỳ này.",
        italic=True,
    )
    board.heading("Các tỷ lệ (tăng, giảm tính bằng điểm phần trăm)")
    fields = _fields(review, PERCENT, _CHANGED_PERCENT)
    board.table(fields, [_rate(review, number, found) for number, found in enumerate(review.rates, start=1)])
    for form in review.forms.values():
        rows = list(_figures(review, form))
        if rows:
            board.heading(f"Biểu {form.totals.form.code}. {form.totals.form.title}")
            board.table(_fields(review, COUNT, _CHANGED), rows)
    board.sheet.freeze_panes(0, 3)


def _fields(review: Review, number: str, changed: str) -> list[Field]:
    label = review.whole.period.label
    fields = [Field("TT", 0, 0), Field("Chỉ tiêu", 1, 1, "left"), Field(f"{label}, cả tỉnh", 2, 2, "right", number)]
    for at, reference in enumerate(review.references):
        first = 3 + at * len(_REFERENCE_WIDTHS)
        titles = (
            f"{label}, đơn vị so sánh",
            f"{reference.label}, đơn vị so sánh",
            f"Tăng, giảm so với {reference.label}",
        )
        formats = (number, number, changed)
        fields += [Field(t, first + n, first + n, "right", formats[n]) for n, t in enumerate(titles)]
        fields.append(Field("Tỷ lệ tăng, giảm (%)", first + 3, first + 3, "right", PERCENT))
        fields.append(Field("Số đơn vị so sánh", first + 4, first + 4))
    return fields


def _rate(review: Review, number: int, found: RateReview) -> list[Value | None]:
    value = DASH if found.rate.value is None else found.rate.value
    changes = (_change(found.changes, reference, share=False) for reference in review.references)
    return [number, f"{found.rate.measure.title} (%)", value, *(cell for cells in changes for cell in cells)]


def _figures(review: Review, form: FormReview) -> Iterable[list[Value | None]]:
    number = 0
    for figure in form.figures.values():
        if figure.column.kind is ColumnKind.PERCENT:
            continue
        number += 1
        value = DASH if figure.value is None else figure.value
        changes = (_change(figure.changes, reference, share=True) for reference in review.references)
        title = f"({figure.column.number}) {figure.column.title}"
        yield [number, title, value, *(cell for cells in changes for cell in cells)]


def _change(changes: Sequence[Change], reference: Reference, *, share: bool) -> list[Value | None]:
    found = next((change for change in changes if change.reference is reference), None)
    if found is None:
        return [DASH] * len(_REFERENCE_WIDTHS)
    percent = found.percent if share else None
    return [found.now, found.before, found.delta, DASH if percent is None else percent, found.units]
