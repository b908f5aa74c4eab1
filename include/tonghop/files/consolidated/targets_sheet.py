"""Sheet "Chỉ tiêu": targets of the province's plans beside the period and the year so far."""

from __future__ import annotations

from collections.abc import Sequence

from tonghop.domain.rates import Comparison
from tonghop.domain.review import Review, TargetReview
from tonghop.domain.text import figure
from tonghop.domain.value import Value
from tonghop.files.consolidated.board import Board, Field
from tonghop.files.consolidated.book import PERCENT, Book
from tonghop.files.consolidated.cover import judgement, sign
from tonghop.files.consolidated.lines import DASH

NAME = "Chỉ tiêu"


def write_targets(book: Book, review: Review) -> None:
    """Every target with its source; one that no form holds is listed and not compared."""
    board = Board(book, NAME, (5, 40, 12, 18, 13, 24, 13, 24, 34))
    board.text("ĐỐI CHIẾU CHỈ TIÊU KẾ HOẠCH", size=14, align="center", bold=True)
    board.text(f"Kỳ báo cáo: {review.whole.period.label}", size=12, align="center", italic=True)
    board.gap(9)
    if not review.targets:
        board.text("Tỉnh chưa khai chỉ tiêu nào.", align="center", italic=True)
        return
    longer = review.longer_title or "Lũy kế"
    left, percents = {1, 8}, {4, 6}
    titles = (
        "TT", "Chỉ tiêu", "Yêu cầu", "Phạm vi", "Kỳ này (%)", "Đánh giá kỳ này", f"{longer} (%)",
        f"Đánh giá {longer[:1].lower()}{longer[1:]}", "Căn cứ",
    )  # fmt: skip
    fields = [
        Field(title, at, at, "left" if at in left else "center", PERCENT if at in percents else "0")
        for at, title in enumerate(titles)
    ]
    board.table(fields, [_row(number, found) for number, found in enumerate(review.targets, start=1)])
    board.text("Chỉ tiêu của năm được đối chiếu với số liệu lũy kế, khi có.", size=10, italic=True)


def _row(number: int, found: TargetReview) -> Sequence[Value | None]:
    target = found.now.target
    wanted = f"{sign(target)} {figure(target.value)}%"
    return [number, target.title, wanted, target.scope, *_reached(found.now), *_reached(found.longer), target.source]


def _reached(found: Comparison | None) -> tuple[Value, Value]:
    if found is None:
        return DASH, DASH
    value = DASH if found.rate is None or found.rate.value is None else found.rate.value
    return value, judgement(found)
