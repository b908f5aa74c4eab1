from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.domain.errors import UsageError
from tonghop.domain.period import Period, Window

PERIODS = st.builds(Period, st.integers(2001, 2099), st.integers(0, 4))


@pytest.mark.parametrize(
    ("text", "code", "label", "slot"),
    [
        ("20243", "20243", "Quý III/2024", "Q3"),
        ("2024Q3", "20243", "Quý III/2024", "Q3"),
        (" 2024q1 ", "20241", "Quý I/2024", "Q1"),
        ("20244", "20244", "Quý IV/2024", "Q4"),
        ("2024", "2024", "Năm 2024", "Y"),
    ],
)
def test_a_period_is_read_in_every_usual_writing(text: str, code: str, label: str, slot: str) -> None:
    period = Period.parse(text)
    assert (period.code, str(period), period.label, period.slot) == (code, code, label, slot)


@pytest.mark.parametrize("text", ["", "20245", "20240", "2024Q0", "24Q3", "1999", "202403", "quý 3", "2024-3", "2024Q"])
def test_anything_else_is_refused_in_vietnamese_with_a_remedy(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Period.parse(text)
    assert text in caught.value.problem
    assert "20243" in caught.value.remedy


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("20241", date(2023, 12, 15), date(2024, 3, 14)),
        ("20242", date(2024, 3, 15), date(2024, 6, 14)),
        ("20243", date(2024, 6, 15), date(2024, 9, 14)),
        ("20244", date(2024, 9, 15), date(2024, 12, 14)),
        ("2024", date(2023, 12, 15), date(2024, 12, 14)),
    ],
)
def test_windows_follow_decree_09_2019_article_12(code: str, first: date, last: date) -> None:
    window = Period.parse(code).window(15, 14)
    assert window == Window(first, last)
    assert first in window
    assert last in window
    assert date.fromordinal(last.toordinal() + 1) not in window


def test_a_window_reads_as_officials_write_it() -> None:
    assert str(Period(2024, 1).window(15, 14)) == "từ ngày 15/12/2023 đến ngày 14/03/2024"


def test_a_window_from_day_1_stays_in_the_periods_own_months() -> None:
    assert Period(2024, 1).window(1, 28) == Window(date(2024, 1, 1), date(2024, 3, 28))


@given(st.integers(2001, 2098))
def test_the_four_quarters_fill_the_year_without_gap_or_overlap(year: int) -> None:
    windows = [Period(year, quarter).window(15, 14) for quarter in (1, 2, 3, 4)]
    for before, after in pairwise(windows):
        assert (after.first - before.last).days == 1
    whole = Period(year).window(15, 14)
    assert (whole.first, whole.last) == (windows[0].first, windows[-1].last)
    assert (Period(year + 1, 1).window(15, 14).first - whole.last).days == 1


@given(PERIODS)
def test_a_code_is_read_back_as_the_same_period(period: Period) -> None:
    assert Period.parse(period.code) == period


def test_only_a_year_has_filed_quarters_before_it() -> None:
    assert [period.code for period in Period(2024).quarters] == ["20241", "20242", "20243"]
    assert Period(2024, 3).quarters == ()
    assert Period(2024).is_year
    assert not Period(2024, 3).is_year


def test_deadlines_are_days_of_the_last_month() -> None:
    assert Period(2024, 3).day(22) == date(2024, 9, 22)
    assert Period(2024).day(22) == date(2024, 12, 22)
