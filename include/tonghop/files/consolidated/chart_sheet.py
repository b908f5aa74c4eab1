"""Sheet "Biểu đồ": native charts of the figures on it and on "Xếp hạng", readable in black and white print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tonghop.domain.review import Review, trend_rate
from tonghop.domain.rollup import Total
from tonghop.domain.value import Value
from tonghop.files.consolidated.board import Board, Field
from tonghop.files.consolidated.book import FONT, PERCENT, Book
from tonghop.files.consolidated.ranking_sheet import NAME as RANKING
from tonghop.files.consolidated.ranking_sheet import NAME_PLACE, RATE_PLACE, Ranked

NAME = "Biểu đồ"
_FORM = "II.06a"
_LEVEL_COLUMNS = (
    (4, "Nộp trực tuyến"),
    (5, "Trực tiếp, bưu chính"),
    (12, "Đang giải quyết, trong hạn"),
    (13, "Đang giải quyết, quá hạn"),
)
_ROWS, _PAGE_ROWS = 15, 33  # of a chart, of a printed page
_GREY = {"fill": {"color": "#BFBFBF"}, "border": {"color": "#000000"}}
_DARK = {"fill": {"color": "#595959"}, "border": {"color": "#000000"}}
_HATCHED = {
    "pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#000000", "bg_color": "#FFFFFF"},
    "border": {"color": "#000000"},
}
_UNSEEN = {  # a deleted axis would not scale its series in LibreOffice
    "label_position": "none",
    "line": {"none": True},
    "major_tick_mark": "none",
    "major_gridlines": {"visible": False},
}
_LABELS = {"value": True, "font": {"name": FONT, "size": 9}}
_FONT = {"name": FONT, "size": 10}


def write_charts(book: Book, review: Review, ranked: Sequence[Ranked]) -> None:
    """The small tables the charts read, then the charts; none where the form is not there."""
    if _FORM not in review.forms:
        return
    board = Board(book, NAME, (34, 16, 16, 16, 16, 16, 16))
    board.text("BIỂU ĐỒ", size=14, align="center", bold=True)
    board.text(f"Kỳ báo cáo: {review.whole.period.label}", size=12, align="center", italic=True)
    levels = _levels(board, review)
    trend = _trend(board, review)
    charts = [
        (_stacked(book, levels, (1, 2), "Hồ sơ tiếp nhận mới theo cách nộp"), _ROWS),
        (_stacked(book, levels, (3, 4), "Hồ sơ đang giải quyết theo tình trạng hạn"), _ROWS),
    ]
    if trend[1] > trend[0]:
        charts.append((_over_time(book, review, trend), _ROWS))
    title = review.rates[0].rate.measure.title if review.rates else ""
    charts += [(_by_unit(book, found, title), 12 + found.last - found.first) for found in ranked[:2]]
    _place(board, charts)


def _place(board: Board, charts: Sequence[tuple[Any, int]]) -> None:
    """The charts one below the other, none over two printed pages; each with its height in rows."""
    row = start = board.row + 1
    breaks = [start]
    for chart, rows in charts:
        if row - start + rows > _PAGE_ROWS:
            breaks.append(row)
            start = row
        chart.set_size({"width": 900, "height": rows * 20})
        board.sheet.insert_chart(row, 0, chart, {"x_offset": 4})
        row += rows + 1
    board.sheet.set_h_pagebreaks(breaks)


def _levels(board: Board, review: Review) -> tuple[int, int]:
    """Rows of the table of levels."""
    board.heading("Theo cấp giải quyết (hồ sơ)")
    form = review.forms[_FORM]
    fields = [Field("Cấp", 0, 0, "left"), *(Field(t, at, at, "right") for at, (_, t) in enumerate(_LEVEL_COLUMNS, 1))]
    rows: list[Sequence[Value | None]] = []
    for names in review.whole.province.regime.levels:
        totals = [form.at(names.level, column) for column, _ in _LEVEL_COLUMNS]
        if any(totals):
            rows.append([names.field_group, *(_value(total) for total in totals)])
    first = board.table(fields, rows)
    return first, first + len(rows) - 1


def _trend(board: Board, review: Review) -> tuple[int, int]:
    """Rows of the table of periods."""
    board.heading("Qua các kỳ (hồ sơ)")
    titles = ("Kỳ", "Tiếp nhận mới", "Đã giải quyết", "Đúng hạn (%)", "Số đơn vị đã tổng hợp")
    fields = [Field(titles[0], 0, 0, "left"), *(Field(t, at, at, "right") for at, t in enumerate(titles[1:3], 1))]
    fields += [Field(titles[3], 3, 3, "right", PERCENT), Field(titles[4], 4, 4)]
    rows: list[Sequence[Value | None]] = []
    for point in review.trend:
        received = _value(point.figures.get(4)) + _value(point.figures.get(5))
        resolved = point.figures.get(7)
        rate = trend_rate(review.whole, point, review.whole.province.regime.measures[0].name)
        counted = f"{resolved.counted}/{resolved.owed}" if resolved else ""
        rows.append([point.period.label, received, _value(resolved), rate.value if rate else None, counted])
    first = board.table(fields, rows)
    return first, first + len(rows) - 1


def _chart(book: Book, kind: dict[str, str], title: str) -> Any:
    chart = book.workbook.add_chart(kind)
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 12, "bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_chartarea({"border": {"none": True}})
    return chart


def _stacked(book: Book, rows: tuple[int, int], places: tuple[int, int], title: str) -> Any:
    chart = _chart(book, {"type": "bar", "subtype": "stacked"}, title)
    for place, look in zip(places, (_DARK, _HATCHED), strict=True):
        labels = {**_LABELS, "font": {**_LABELS["font"], "color": "#FFFFFF"}} if look is _DARK else _boxed()  # type: ignore[dict-item]
        chart.add_series(_series(NAME, rows, 0, place) | look | {"data_labels": labels, "gap": 60})
    chart.set_y_axis({"reverse": True, "num_font": _FONT, "major_gridlines": {"visible": False}})
    chart.set_x_axis({"num_font": _FONT, "num_format": "#,##0", "major_gridlines": {"visible": False}})
    return chart


def _boxed() -> dict[str, object]:
    """Figures over a hatch stand on white."""
    return {**_LABELS, "fill": {"color": "#FFFFFF"}}


def _over_time(book: Book, review: Review, rows: tuple[int, int]) -> Any:
    """Bars over two thirds of the height, the rate's line above them."""
    chart = _chart(book, {"type": "column"}, "Tiếp nhận, giải quyết và tỷ lệ đúng hạn qua các kỳ")
    for place, look in ((1, _DARK), (2, _HATCHED)):
        chart.add_series(_series(NAME, rows, 0, place) | look | {"data_labels": _LABELS, "gap": 60})
    line = book.workbook.add_chart({"type": "line"})
    style = {"line": {"color": "#000000", "dash_type": "dash"}, "marker": {"type": "square", "size": 7}}
    above = {"value": True, "position": "above", "font": _LABELS["font"]}
    line.add_series(_series(NAME, rows, 0, 3) | style | {"y2_axis": True, "data_labels": above})
    chart.combine(line)
    chart.set_x_axis({"num_font": _FONT})
    largest = max(_value(point.figures.get(column)) for point in review.trend for column in (3, 7))
    chart.set_y_axis({"min": 0, "max": largest * 3 // 2} | _UNSEEN)
    line.set_y2_axis({"min": 0, "max": 110} | _UNSEEN)
    return chart


def _by_unit(book: Book, found: Ranked, measure: str) -> Any:
    chart = _chart(book, {"type": "bar"}, f"{measure} – {found.title}")
    series = _series(RANKING, (found.first, found.last), NAME_PLACE, RATE_PLACE, name=measure)
    chart.add_series(series | _GREY | {"data_labels": _LABELS | {"position": "outside_end"}, "gap": 40})
    chart.set_y_axis({"reverse": True, "num_font": _FONT})
    chart.set_x_axis(
        {"num_font": _FONT, "num_format": "0", "min": 0, "max": 100, "major_gridlines": {"visible": False}}
    )
    chart.set_legend({"none": True})
    return chart


def _series(
    sheet: str, rows: tuple[int, int], names: int, values: int, *, name: str | None = None
) -> dict[str, object]:
    """Series of a table: its own title unless `name` is given."""
    return {
        "name": name or [sheet, rows[0] - 1, values],
        "categories": [sheet, rows[0], names, rows[1], names],
        "values": [sheet, rows[0], values, rows[1], values],
    }


def _value(total: Total | None) -> int:
    return 0 if total is None or total.value is None else int(total.value)
