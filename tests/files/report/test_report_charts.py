"""Charts: there when their figures are, the same bytes every time, told apart without colour."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image

from tonghop.domain.consolidated import Consolidated
from tonghop.domain.review import Review, review
from tonghop.domain.units import Level
from tonghop.files.report.charts import BACKLOG, CHANNELS, ON_TIME, TREND, draw_charts


def test_every_chart_is_drawn_alike_every_time(looked_at: Review) -> None:
    first = draw_charts(looked_at)
    assert set(first) == {ON_TIME, CHANNELS, BACKLOG, TREND}
    assert draw_charts(looked_at) == first


def test_charts_are_black_and_white_and_wide_enough_to_print(looked_at: Review) -> None:
    for name, data in draw_charts(looked_at).items():
        pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)
        assert pixels.shape[1] >= 1200, name
        assert np.ptp(pixels, axis=2).max() == 0, f"{name} has colour"


def test_nothing_touches_the_edge_of_a_picture(looked_at: Review) -> None:
    for name, data in draw_charts(looked_at).items():
        grey = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
        for side, edge in {"left": grey[:, 0], "right": grey[:, -1], "top": grey[0], "bottom": grey[-1]}.items():
            assert edge.min() == 255, f"{name} is cut off on the {side}"


def test_one_period_is_no_trend(looked_at: Review) -> None:
    assert TREND not in draw_charts(replace(looked_at, trend=looked_at.trend[-1:]))


def test_no_dossiers_no_charts(quarter: Callable[..., Consolidated]) -> None:
    nil = frozenset((unit.code, "II.06a") for unit in quarter().tree.filing)
    assert draw_charts(review(quarter(nil=nil))) == {}


def test_levels_that_filed_nothing_leave_the_others_drawn(quarter: Callable[..., Consolidated]) -> None:
    states = {unit.code: "missing" for unit in quarter().tree.at(Level.DEPARTMENT)}
    assert set(draw_charts(review(quarter(states=states)))) == {ON_TIME, CHANNELS, BACKLOG}
