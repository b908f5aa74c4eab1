"""Sheet "Xếp hạng": departments, districts with their communes, and communes, ordered by the first declared rate."""

from __future__ import annotations

from dataclasses import dataclass

from tonghop.domain.ranking import Place, Ranking, rank, unit_rate
from tonghop.domain.review import Review
from tonghop.domain.units import Level, Unit
from tonghop.domain.value import Value
from tonghop.files.consolidated.board import Board, Field
from tonghop.files.consolidated.book import COUNT, PERCENT, Book
from tonghop.files.consolidated.lines import DASH

NAME = "Xếp hạng"
NAME_PLACE, RATE_PLACE = 1, 4
_WIDTHS = (7.0, 46.0, 13.0, 13.0)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Where a level's table stands on the sheet: rows `first` to `last`, 0-based."""

    level: Level
    title: str
    first: int
    last: int


def write_ranking(book: Book, review: Review) -> tuple[Ranked, ...]:
    """Write the sheet; returns where each level's table stands, for the charts."""
    measures = review.whole.province.regime.measures
    board = Board(book, NAME, (*_WIDTHS, *(13.0,) * len(measures), 17.0))
    board.text("XẾP HẠNG CÁC ĐƠN VỊ", size=14, align="center", bold=True)
    board.text(f"Kỳ báo cáo: {review.whole.period.label}", size=12, align="center", italic=True)
    if not measures:
        return ()
    board.text(
        f"Xếp theo “{measures[0].title}”; đơn vị bằng nhau thì đồng hạng. Đơn vị có dưới {measures[0].least} hồ sơ để "
        "tính tỷ lệ này thì không xếp hạng.",
        italic=True,
    )
    return tuple(
        found for names in review.whole.province.regime.levels if (found := _table(board, review, names.level))
    )


def _table(board: Board, review: Review, level: Level) -> Ranked | None:
    measures = review.whole.province.regime.measures
    ranking = rank(review.whole, measures[0], level)
    if not ranking.places:
        return None
    title = review.whole.province.regime.level_names(level).unit_group
    board.heading(f"{title}{' (gồm các đơn vị cấp xã trực thuộc)' if level is Level.DISTRICT else ''}")
    fields = [Field("Hạng", 0, 0), Field("Đơn vị", 1, 1, "left")]
    fields += [Field(name, at, at, "right", COUNT) for at, name in ((2, "Mẫu số"), (3, "Tử số"))]
    fields += [Field(f"{m.title} (%)", 4 + at, 4 + at, "right", PERCENT) for at, m in enumerate(measures)]
    fields.append(Field("Số đơn vị đã tổng hợp", 4 + len(measures), 4 + len(measures)))
    first = board.table(fields, [_row(review, place) for place in ranking.places])
    _left_out(board, review, ranking)
    return Ranked(level, title, first, first + len(ranking.places) - 1)


def _row(review: Review, place: Place) -> list[Value | None]:
    rates = [_rate(review, name.name, place.unit) for name in review.whole.province.regime.measures]
    counted = f"{place.rate.counted}/{place.rate.owed}"
    return [place.number, place.name, place.rate.whole, place.rate.part, *rates, counted]


def _rate(review: Review, name: str, unit: Unit) -> Value:
    measure = next(measure for measure in review.whole.province.regime.measures if measure.name == name)
    totals = review.whole.form(measure.form)
    value = unit_rate(totals, measure, unit).value
    return DASH if value is None else value


def _left_out(board: Board, review: Review, ranking: Ranking) -> None:
    if ranking.left_out:
        names = "; ".join(review.whole.tree.full_name(unit) for unit in ranking.left_out)
        board.text(f"Không xếp hạng: {names}.", size=10, italic=True)
