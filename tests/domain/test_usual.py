"""Rules on what is usual: when they run, which earlier periods are like a period, which finding says most."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tonghop.domain.finding import CATALOGUE, USUAL_CODES, Finding, make
from tonghop.domain.follow_ons import fold_follow_ons
from tonghop.domain.form import Severity
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.usual import GrowthRule, JumpRule, Per, ShareRule, UnchangedRule, VanishedRule, ZeroRule

WORDS: dict[str, Any] = {"code": "T.01:x", "severity": Severity.EXPLAIN, "text": "x"}
JUMP = JumpRule(**WORDS, per=Per.ROW, columns=(5,), periods=3, factor=Decimal(5), least=10)
ZERO = ZeroRule(**WORDS, per=Per.FORM, columns=(5,), periods=2, least=10)
VANISHED = VanishedRule(**WORDS, columns=(5,), least=10)
UNCHANGED = UnchangedRule(**WORDS, least=4)
STEADY = GrowthRule(**WORDS, per=Per.FORM, column=7, periods=2, factor=None, least=5)
SHARP = GrowthRule(**WORDS, per=Per.FORM, column=7, periods=0, factor=Decimal(2), least=5)
EITHER = GrowthRule(**WORDS, per=Per.FORM, column=7, periods=2, factor=Decimal(2), least=5)
SHARE = ShareRule(
    **WORDS, title="Tỷ lệ", part=(8, 9), whole=(7,), distance=Decimal(20), least=50, peers=8, levels=("xa",)
)
LAST, BEFORE, NEITHER, BOTH = [True, False, False], [False, True, False], [False] * 3, [True, True, False]


@pytest.mark.parametrize(
    ("rule", "past", "runs"),
    [
        (JUMP, NEITHER, False),
        (JUMP, BEFORE, True),  # the mean is of those that stand
        (ZERO, LAST, False),
        (ZERO, BOTH, True),
        (VANISHED, BEFORE, False),
        (VANISHED, LAST, True),
        (UNCHANGED, BEFORE, False),
        (UNCHANGED, LAST, True),
        (STEADY, LAST, False),
        (STEADY, BOTH, True),
        (SHARP, BEFORE, False),
        (SHARP, LAST, True),
        (EITHER, LAST, True),
        (EITHER, BEFORE, False),
        (SHARE, NEITHER, True),
        (ZERO, [], False),
    ],
)
def test_how_much_past_a_rule_needs(rule: Any, past: list[bool], runs: bool) -> None:
    assert rule.can_run(past) is runs


def test_a_retired_rule_still_judges_the_periods_before() -> None:
    retired = VanishedRule(**WORDS, columns=(5,), least=10, retired=date(2024, 9, 14))
    assert retired.in_force(date(2024, 9, 14))
    assert not retired.in_force(date(2024, 9, 15))
    assert VANISHED.in_force(date(2099, 1, 1))


def test_a_rate_is_named_by_its_columns_and_asked_of_its_levels() -> None:
    assert SHARE.rate == "8+9/7"
    assert SHARE.applies_to("xa")
    assert not SHARE.applies_to("so")


@pytest.mark.parametrize(
    ("period", "earlier"),
    [
        ("20243", ["20242", "20241", "20233"]),  # quarter IV is not filed
        ("20241", ["20233", "20232", "20231"]),
        ("2024", ["2023", "2022", "2021"]),
    ],
)
def test_a_period_is_set_beside_periods_of_its_kind(province: Province, period: str, earlier: list[str]) -> None:
    found = province.regime.earlier(Period.parse(period), 3)
    assert [then.code for then in found] == earlier
    assert province.regime.earlier(Period.parse(period), 0) == ()


def test_the_codes_of_the_catalogue() -> None:
    assert CATALOGUE.keys() >= USUAL_CODES
    assert {CATALOGUE[code].severity for code in USUAL_CODES} == {Severity.EXPLAIN}


def found(code: str, row: str = "đất đai", column: int = 4) -> Finding:
    return make(code, form="II.06a", row_key=row, column=column, columns=(column,))


@pytest.mark.parametrize(
    ("cause", "echo"),
    [
        (found("carry-over", column=6), found("vanished", column=3)),
        (found("zero-total", "tổng cộng"), found("zero")),
        (found("zero-total", "tổng cộng"), found("jump-total", "tổng cộng")),
        (found("zero"), found("jump")),
        (found("jump"), found("jump-total", "tổng cộng")),
        (found("jump"), found("growth")),
        (found("negative"), found("jump")),
        (found("formula-mismatch"), found("share", "tổng cộng")),
        (found("growth"), found("growth-total", "tổng cộng")),
    ],
    ids=lambda finding: finding.code,
)
def test_what_says_nothing_new_is_not_said(cause: Finding, echo: Finding) -> None:
    assert fold_follow_ons([echo, cause]) == (replace(cause, follow_ons=(echo.as_follow_on,)),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (found("carry-over", "hộ tịch", 6), found("vanished", column=3)),
        (found("zero"), found("jump", column=5)),
        (found("jump", column=5), found("jump-total", "tổng cộng")),
        (found("zero", "hộ tịch"), found("jump")),
        (found("jump"), found("share", "tổng cộng")),
    ],
    ids=lambda finding: finding.code,
)
def test_what_says_something_new_is_said(one: Finding, other: Finding) -> None:
    assert set(fold_follow_ons([one, other])) == {one, other}
