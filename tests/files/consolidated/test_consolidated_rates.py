"""Headline rates: from sums, never averaged; 0/0 is nothing; targets only where a measure exists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tonghop.domain.consolidated import Consolidated
from tonghop.domain.province import Province, Target
from tonghop.domain.rates import Rate, compare, rates

PAIR = frozenset({"SNV", "STC"})


def rate_of(consolidated: Consolidated, name: str, scope: str = "") -> Rate:
    return next(rate for rate in rates(consolidated, scope) if rate.measure.name == name)


@pytest.fixture(scope="module")
def uneven(make_quarter: Callable[..., Consolidated]) -> Consolidated:
    """One unit 1 of 1 on time, the other 0 of 3: the average would be 50%."""
    early = {"x": {7: 1, 8: 1, 9: 0, 10: 0, 4: 0, 5: 0}}
    late = {"x": {7: 3, 8: 0, 9: 0, 10: 3, 4: 0, 5: 0}}
    return make_quarter(only=PAIR, rows={("SNV", "II.06a"): early, ("STC", "II.06a"): late})


def test_a_rate_comes_from_sums(uneven: Consolidated) -> None:
    found = rate_of(uneven, "on_time_rate")
    assert (found.part, found.whole, found.value) == (1, 4, Decimal("25.00"))
    assert (found.counted, found.owed) == (2, 2)


def test_nothing_of_nothing_is_nothing(uneven: Consolidated) -> None:
    found = rate_of(uneven, "online_rate")
    assert (found.part, found.whole, found.value) == (0, 0, None)


def test_a_rate_over_missing_units_is_incomplete(consolidated: Consolidated) -> None:
    found = rate_of(consolidated, "on_time_rate")
    assert (found.counted, found.owed, found.complete) == (135, 141, False)
    assert found.value is not None
    assert rate_of(consolidated, "on_time_rate", "688").owed == 8


def test_derived_views_have_their_own_rates(consolidated: Consolidated) -> None:
    nine = {rate.measure.name: rate for rate in rates(consolidated, view="9T")}
    assert set(nine) == {rate.measure.name for rate in rates(consolidated)}
    whole, quarter = nine["on_time_rate"].whole, rate_of(consolidated, "on_time_rate").whole
    assert whole is not None
    assert quarter is not None
    assert whole > quarter


def test_a_target_is_compared_exactly_and_only_with_its_measure(uneven: Consolidated, province: Province) -> None:
    target = Target("đúng hạn", "on_time_rate", ">=", Decimal(25), "cả tỉnh", "")
    targets = (target, replace(target, operator=">"), replace(target, measure=""))
    assert [found.met for found in compare(targets, rates(uneven))] == [True, False, None]


def test_a_rounded_figure_does_not_reach_a_target(make_quarter: Callable[..., Consolidated]) -> None:
    row = {"x": {7: 100_000, 8: 97_996, 9: 0, 10: 2_004}}
    consolidated = make_quarter(only=frozenset({"SNV"}), rows={("SNV", "II.06a"): row})
    target = Target("đúng hạn", "on_time_rate", ">=", Decimal(98), "cả tỉnh", "")
    (found,) = compare((target,), rates(consolidated))
    assert found.rate is not None
    assert found.rate.value == Decimal("98.00")
    assert found.met is False
