"""The conditions on plain numbers: bounds exactly met, small numbers, missing figures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tonghop.suite.usual import CONDITIONS, grows, jumps, rises
from tonghop.suite.usual_expectation import Group


@pytest.mark.parametrize(
    ("now", "before", "unusual"),
    [
        (12_040, [1_204], True),  # ten times
        (1_204, [12_040], True),  # a tenth
        (500, [100], True),  # exactly five times
        (499, [100], False),
        (100, [499], False),
        (100, [500], True),
        (249, [1], False),  # small numbers: 1 counts as 50
        (250, [1], True),
        (5_000, [0], False),  # work that begins
        (5_000, [0, 0, 3], True),
        (49, [9], False),
        (0, [249], False),
        (0, [250], True),
        (1_000, [100, 200, 300], True),  # five times the mean of 200
        (999, [100, 200, 300], False),
        (10**13, [2 * 10**12 + 1], False),  # one too many, exactly
        (10**13, [2 * 10**12], True),
    ],
)
def test_a_jump_is_a_factor_between_figures_that_count(now: int, before: list[int], unusual: bool) -> None:
    assert jumps(now, before, Fraction(5), 50) is unusual


def test_a_factor_need_not_be_whole() -> None:
    assert jumps(150, [100], Fraction("1.5"), 1)
    assert not jumps(149, [100], Fraction("1.5"), 1)


STEADY: dict[str, Any] = {"periods": 2, "least": 10}
SHARP: dict[str, Any] = {"periods": 0, "factor": "2", "least": 10}


@pytest.mark.parametrize(
    ("now", "before", "limits", "unusual"),
    [
        (15, [9, 5], STEADY, True),
        (14, [9, 5], STEADY, False),  # by 9 only
        (30, [9, 9], STEADY, False),  # one step stood still
        (30, [9, 12], STEADY, False),
        (30, [9], STEADY, False),  # one step is not two
        (20, [10], SHARP, True),
        (19, [9], SHARP, True),
        (19, [10], SHARP, False),
        (12, [6], SHARP, False),  # by 6 only
        (40, [0], SHARP, False),  # nothing to take the factor of
        (30, [20, 5], STEADY | {"factor": "2"}, True),
        (30, [15, 40], STEADY | {"factor": "2"}, True),
    ],
)
def test_a_backlog_grows_steadily_or_sharply(
    now: int, before: list[int], limits: dict[str, Any], unusual: bool
) -> None:
    assert grows(now, before, limits) is unusual


def test_no_steps_are_no_rise() -> None:
    assert not rises(9, [1], 0)
    assert not rises(9, [], 1)


@pytest.mark.parametrize(
    ("condition", "sides", "limits", "unusual"),
    [
        ("jump", ((100,), (), (None, 10, None)), {"factor": "5", "least": 1}, True),
        ("jump", ((100,), (), (None, None)), {"factor": "5", "least": 1}, False),
        ("jump", ((None,), (), (10,)), {"factor": "5", "least": 1}, False),
        ("zero", ((0,), (), (20, 20)), {"least": 20}, True),
        ("zero", ((0,), (), (20, 19)), {"least": 20}, False),
        ("zero", ((0,), (), (20, None)), {"least": 20}, False),
        ("zero", ((1,), (), (20, 20)), {"least": 20}, False),
        ("zero", ((None,), (), (20, 20)), {"least": 20}, False),
        ("vanished", ((0, 0), (), (12, 8)), {"least": 20}, True),
        ("vanished", ((0, 0), (), (12, 7)), {"least": 20}, False),
        ("vanished", ((0, 0), (), (None, None)), {"least": 20}, False),
        ("growth", ((30,), (), (None, 5)), STEADY, False),
        ("growth", ((30,), (), (9, 5)), STEADY, True),
        ("share", ((30, 30), (100,), (Decimal("80.00"), 8)), {"distance": "20", "least": 50, "peers": 8}, False),
        ("share", ((30, 29), (100,), (Decimal("80.00"), 8)), {"distance": "20", "least": 50, "peers": 8}, True),
        ("share", ((100, 0), (100,), (Decimal("79.99"), 8)), {"distance": "20", "least": 50, "peers": 8}, True),
        ("share", ((0, 0), (49,), (Decimal("80.00"), 8)), {"distance": "20", "least": 50, "peers": 8}, False),
        ("share", ((0, 0), (50,), (Decimal("80.00"), 7)), {"distance": "20", "least": 50, "peers": 8}, False),
        ("share", ((0, None), (50,), (Decimal("80.00"), 8)), {"distance": "20", "least": 50, "peers": 8}, False),
        ("share", ((0, 0), (50,), (None, None)), {"distance": "20", "least": 50, "peers": 8}, False),
        ("unchanged", ((0,), (), (8,)), {"least": 8}, True),
        ("unchanged", ((0,), (), (7,)), {"least": 8}, False),
        ("unchanged", ((1,), (), (80,)), {"least": 8}, False),
    ],
)
def test_a_condition_needs_what_it_compares(condition: str, sides: Any, limits: dict[str, Any], unusual: bool) -> None:
    """`sides`: the present figures, what they are of, what they are set beside."""
    assert CONDITIONS[condition](*sides, limits) is unusual


@pytest.mark.parametrize("text", ["c4 beside h1_4 h2_4", "f8 f9 of f7 beside m_8+9/7 n_8+9/7"])
def test_a_group_of_figures_reads_back(text: str) -> None:
    assert str(Group.parse(text)) == text


@pytest.mark.parametrize("text", ["c4", "c4 beside h1_4 beside h2_4", ""])
def test_other_groups_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="unpack"):
        Group.parse(text)
