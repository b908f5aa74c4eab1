"""The charts of the report as pictures: on-time share by unit, received by channel, backlog, trend over periods."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tonghop.domain.ranking import Place, rank
from tonghop.domain.review import Review, TrendPoint, trend_rate
from tonghop.domain.text import figure as written_figure
from tonghop.domain.units import Level
from tonghop.files.report import chart_style as style

ON_TIME, CHANNELS, BACKLOG, TREND = "dung-han", "kenh-tiep-nhan", "ton-dong", "xu-huong"
_RATE = "on_time_rate"
_ONLINE, _DIRECT, _RESOLVED, _IN_TIME, _OVERDUE = 4, 5, 7, 12, 13
_FORM = "II.06a"
_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # keeps lines behind a figure from crossing it
_ROW_IN = 0.19  # height of one unit's line


def draw_charts(review: Review) -> dict[str, bytes]:
    """PNG per chart name; a chart whose figures are not there is left out."""
    if _FORM not in review.forms or not review.forms[_FORM].arose:
        return {}
    drawn = {
        ON_TIME: _on_time(review),
        CHANNELS: _stacked(review, (_ONLINE, _DIRECT), ("Nộp trực tuyến", "Trực tiếp, dịch vụ bưu chính"), 0),
        BACKLOG: _stacked(review, (_IN_TIME, _OVERDUE), ("Trong hạn", "Quá hạn"), 1),
        TREND: _trend(review),
    }
    return {name: picture for name, picture in drawn.items() if picture is not None}


def _on_time(review: Review) -> bytes | None:
    """One line per department and district, best on top, the rate beside its mark, the target as a dashed line."""
    measure = next((found.rate.measure for found in review.rates if found.rate.measure.name == _RATE), None)
    if measure is None:
        return None
    levels = [level for level in (Level.DEPARTMENT, Level.DISTRICT) if rank(review.whole, measure, level).places]
    names = review.whole.province.regime.level_names
    panels = [(names(level).unit_group, rank(review.whole, measure, level).places) for level in levels]
    if not panels:
        return None
    lines = sum(len(places) for _, places in panels)
    drawn, axes = style.figure(_ROW_IN * (lines + 2.2 * len(panels)) + 0.5)
    _dots(axes, panels)
    goal = next((found.now.target.value for found in review.targets if found.now.target.measure == _RATE), None)
    _scale(axes, [place.value for _, places in panels for place in places], goal)
    style.written(axes)
    for label in axes.get_yticklabels():
        label.set_fontweight("bold" if label.get_text() in dict(panels) else "normal")
    return style.png(drawn)


def _dots(axes: Any, panels: Sequence[tuple[str, tuple[Place, ...]]]) -> None:
    """The panels one below the other, each under its title."""
    ticks, names = [], []
    at = 0.0
    for title, places in panels:
        ticks.append(at)
        names.append(title)
        for place in places:
            at -= 1
            value = float(place.value)
            axes.hlines(at, 0, value, color="#bfbfbf", linewidth=0.8, zorder=1)
            axes.plot([value], [at], marker="o", color="black", markersize=4.5, zorder=2)
            note = "" if place.rate.complete else "*"
            text = f"{written_figure(place.value)}%{note}"
            axes.annotate(text, (value, at), (6, 0), textcoords="offset points", va="center", bbox=_PAPER)
            ticks.append(at)
            names.append(place.unit.name)
        at -= 1.6
    axes.set_yticks(ticks, names)
    axes.set_ylim(at + 1, 0.7)
    axes.tick_params(axis="y", length=0)


def _scale(axes: Any, values: Sequence[Decimal], goal: Decimal | None) -> None:
    """From a little under the lowest value to a little over 100%: the marks are dots, so no bar is cut short."""
    low = min((*values, goal)) if goal is not None else min(values)
    room = max(float(100 - low), 1.0)
    start = max(0.0, float(low) - room * 0.35)
    axes.set_xlim(start, 100 + room * 0.3)
    ticks = [tick for tick in axes.get_xticks() if start <= tick <= 100]
    axes.set_xticks(ticks, [f"{written_figure(Decimal(str(round(tick, 2))).normalize())}%" for tick in ticks])
    if goal is not None:
        axes.axvline(float(goal), color="black", linewidth=0.9, linestyle=(0, (4, 3)), zorder=0)
        text = f"chỉ tiêu {written_figure(goal)}%"
        axes.annotate(text, (float(goal), 0.2), (4, 0), textcoords="offset points", va="center", bbox=_PAPER)


def _stacked(review: Review, columns: tuple[int, int], names: tuple[str, str], told: int) -> bytes | None:
    """A bar per level in two parts with their figures, and the share of the part `told`."""
    form = review.forms[_FORM]
    levels = [found for found in review.whole.province.regime.levels if form.at(found.level, columns[0])]
    every = [(found.field_group, [_value(form.at(found.level, c)) for c in columns]) for found in levels]
    rows = [(name, values) for name, values in every if sum(values)]
    if not rows:
        return None
    drawn, axes = style.figure(0.52 * len(rows) + 0.75)
    largest = max(sum(values) for _, values in rows)
    for part, title in enumerate(names):
        left = [sum(values[:part]) for _, values in rows]
        width = [values[part] for _, values in rows]
        look = {"color": style.FILLS[part], "hatch": style.HATCHES[part], "edgecolor": "black"}
        axes.barh(range(len(rows)), width, left=left, height=0.6, label=title, **look)
    for at, (_, values) in enumerate(rows):
        axes.annotate(
            _parts(values, names[told], values[told]),
            (sum(values), at),
            (5, 0),
            textcoords="offset points",
            va="center",
        )
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, largest * 1.75)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    style.written(axes)
    style.legend(axes, len(names))
    return style.png(drawn)


def _parts(values: Sequence[int], name: str, of: int) -> str:
    """`42.091 + 31.722; nộp trực tuyến 57,0%`: both parts in their order and one's share."""
    share = written_figure((Decimal(of) * 100 / Decimal(sum(values))).quantize(Decimal("0.1"), ROUND_HALF_UP))
    return f"{' + '.join(written_figure(value) for value in values)}; {name[:1].lower()}{name[1:]} {share}%"


def _value(total: Any) -> int:
    return 0 if total is None or total.value is None else int(total.value)


def _trend(review: Review) -> bytes | None:
    """Received and resolved dossiers as bars per period, the on-time share as a line above; two periods at least."""
    points = review.trend
    if len(points) < 2:
        return None
    drawn, axes = style.figure(2.7)
    series = (("Tiếp nhận mới", (_ONLINE, _DIRECT)), ("Đã giải quyết", (_RESOLVED,)))
    for part, (title, columns) in enumerate(series):
        values = [sum(_value(point.figures.get(column)) for column in columns) for point in points]
        places = [at + (part - 0.5) * 0.36 for at in range(len(points))]
        hatch, fill = style.HATCHES[part], style.FILLS[part]
        axes.bar(places, values, width=0.36, color=fill, edgecolor="black", hatch=hatch, label=title)
        for place, value in zip(places, values, strict=True):
            axes.annotate(written_figure(value), (place, value), (0, 2), textcoords="offset points", ha="center")
    axes.set_xticks(range(len(points)), [_period(point) for point in points])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.45)
    style.written(axes)
    _rate_line(axes, review)
    style.legend(axes, 3)
    return style.png(drawn)


def _period(point: TrendPoint) -> str:
    """The period with how many units its figures are of: bars of fewer units are not less work."""
    total = point.figures[_RESOLVED]
    return f"{point.period.label}\n({total.counted}/{total.owed} đơn vị)"


def _rate_line(axes: Any, review: Review) -> None:
    """The on-time share over the bars, on a scale of its own; every point says its value."""
    rates = [trend_rate(review.whole, point, _RATE) for point in review.trend]
    known = [(at, rate.value) for at, rate in enumerate(rates) if rate is not None and rate.value is not None]
    if len(known) < 2:
        return
    above = axes.twinx()
    style.bare(above)
    values = [float(value) for _, value in known]
    spread = max(max(values) - min(values), 1.0)
    above.set_ylim(min(values) - spread * 6, max(values) + spread * 1.2)
    line = above.plot([at for at, _ in known], values, color="black", marker="s", markersize=5, linestyle="--")[0]
    for at, value in known:
        above.annotate(f"{written_figure(value)}%", (at, float(value)), (0, 6), textcoords="offset points", ha="center")
    above.set_yticks([])
    for side in ("left", "bottom"):
        above.spines[side].set_visible(False)
    style.written(above)
    axes.plot([], [], color="black", marker="s", markersize=5, linestyle=line.get_linestyle(), label="Tỷ lệ đúng hạn")
