"""Waits grow, hold chance, honour Retry-After and end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tonghop.exchange.patience import Patience, asked_wait

NOW = datetime(2024, 9, 22, 2, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("Sun, 22 Sep 2024 02:00:30 GMT", 30.0),
        ("Sun, 22 Sep 2024 01:00:00 GMT", 0.0),
        ("-5", None),
        ("ngay mai", None),
        ("1" * 5000, 111111111.0),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float | None) -> None:
    assert asked_wait(header, NOW) == seconds


def test_waits_double_to_a_bound_and_end() -> None:
    longest = Patience(turns=9, longest_s=20, chance=lambda _low, high: high)
    assert [longest.wait(turn, None) for turn in range(1, 10)] == [1, 2, 4, 8, 16, 20, 20, 20, None]


def test_chance_keeps_senders_apart() -> None:
    waits = [Patience().wait(4, None) or 0 for _ in range(200)]
    assert all(4 <= wait <= 8 for wait in waits)
    assert len({round(wait, 3) for wait in waits}) > 100


def test_what_the_other_side_asks_is_waited_for_in_full_or_not_at_all() -> None:
    patience = Patience(chance=lambda low, _high: low)
    assert patience.wait(1, 90.0) == 90.0
    assert patience.wait(1, 0.0) == 0.5
    assert patience.wait(1, 121.0) is None
