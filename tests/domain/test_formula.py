from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.domain.form import Form, Formula, FormulaKind
from tonghop.domain.value import compute, percent, recompute

SUM = Formula(FormulaKind.SUM, (4, 5, 6))
SAVED = Formula(FormulaKind.DIFFERENCE, (10, 11))
RATE = Formula(FormulaKind.PERCENT, (12, 10))


def test_a_sum_needs_every_part() -> None:
    assert compute(SUM, {4: 1, 5: 2, 6: 3}) == 6
    assert compute(SUM, {4: 0, 5: 0, 6: 0}) == 0
    assert compute(SUM, {4: 1, 5: 2, 6: None}) is None
    assert compute(SUM, {4: 1, 5: 2}) is None


def test_a_difference_may_be_negative() -> None:
    assert compute(SAVED, {10: 100, 11: 130}) == -30


@pytest.mark.parametrize(
    ("part", "whole", "rate"),
    [(1, 3, "33.33"), (2, 3, "66.67"), (1, 800, "0.13"), (-1, 800, "-0.13"), (5, 4, "125.00"), (0, 7, "0.00")],
)
def test_a_percent_is_exact_and_rounded_as_excel_does(part: int, whole: int, rate: str) -> None:
    assert str(percent(part, whole)) == rate


def test_nothing_of_nothing_is_no_rate() -> None:
    assert percent(0, 0) is None
    assert compute(RATE, {10: 0, 12: 0}) is None


def test_formulas_read_each_other_in_the_right_order(forms: dict[str, Form]) -> None:
    row = recompute(forms["II.03"], {10: 2_000_000, 11: 500_000})
    assert (row[12], row[13]) == (1_500_000, Decimal("75.00"))


def test_recompute_replaces_what_was_typed_in_a_computed_column(forms: dict[str, Form]) -> None:
    assert recompute(forms["II.06a"], {3: 999, 4: 1, 5: 2, 6: 3})[3] == 6


def test_recompute_leaves_its_input_alone(forms: dict[str, Form]) -> None:
    row = {4: 1, 5: 2, 6: 3}
    recompute(forms["II.06a"], row)
    assert row == {4: 1, 5: 2, 6: 3}


def test_a_formula_is_written_as_in_the_official_form() -> None:
    assert [str(formula) for formula in (SUM, SAVED, RATE)] == [
        "(4) + (5) + (6)",
        "(10) − (11)",
        "(12) / (10) × 100",
    ]


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_part_of_its_whole_is_a_rate_between_0_and_100(part: int, whole: int) -> None:
    rate = percent(min(part, whole), whole)
    assert rate is not None
    assert 0 <= rate <= 100
