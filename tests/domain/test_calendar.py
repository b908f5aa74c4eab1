from __future__ import annotations

from datetime import date

import pytest

from tonghop.domain.calendar import WorkCalendar, flags

PLAIN = WorkCalendar(years=frozenset({2024}))
CUT_OFF = date(2024, 9, 14)


@pytest.mark.parametrize(
    ("day", "weekday"),
    [(date(2024, 9, 14), 5), (date(2024, 9, 22), 6)],
    ids=["14/9/2024 is a Saturday", "22/9/2024 is a Sunday"],
)
def test_the_days_the_regulation_names_fall_on_a_weekend(day: date, weekday: int) -> None:
    assert day.weekday() == weekday
    assert not PLAIN.is_working(day)


def test_days_off_and_swapped_days_win_over_the_weekday() -> None:
    monday, saturday = date(2024, 4, 29), date(2024, 5, 4)
    calendar = WorkCalendar(frozenset({monday}), frozenset({saturday}), frozenset({2024}))
    assert not calendar.is_working(monday)
    assert calendar.is_working(saturday)
    assert PLAIN.is_working(monday)


def test_the_nearest_working_days_around_a_long_weekend() -> None:
    calendar = WorkCalendar(frozenset({date(2024, 9, 2), date(2024, 9, 3)}), years=frozenset({2024}))
    assert calendar.working_day_from(date(2024, 8, 31)) == date(2024, 9, 4)
    assert calendar.working_day_until(date(2024, 9, 3)) == date(2024, 8, 30)
    assert calendar.working_day_from(date(2024, 9, 4)) == date(2024, 9, 4)
    assert calendar.working_day_until(date(2024, 9, 4)) == date(2024, 9, 4)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2024, 9, 14), date(2024, 9, 16), 0),  # only Sunday lies between
        (date(2024, 9, 14), date(2024, 9, 17), 1),
        (date(2024, 9, 16), date(2024, 9, 17), 0),
        (date(2024, 9, 16), date(2024, 9, 16), 0),
        (date(2024, 9, 17), date(2024, 9, 16), 0),
    ],
)
def test_working_days_between_leave_out_both_ends(first: date, last: date, days: int) -> None:
    assert PLAIN.working_days_between(first, last) == days


def test_a_deadline_on_a_day_off_is_flagged_with_the_last_working_day_before_it() -> None:
    [flag] = flags(PLAIN, CUT_OFF, {"tinh": date(2024, 9, 22)})
    assert (flag.level, flag.day, flag.last_working_day) == ("tinh", date(2024, 9, 22), date(2024, 9, 20))
    assert flag.message == "hạn 22/09/2024 rơi vào ngày nghỉ"


def test_a_deadline_without_a_working_day_after_the_cut_off_is_flagged_with_its_source() -> None:
    [flag] = flags(PLAIN, CUT_OFF, {"xa": date(2024, 9, 16)})
    assert "không đủ một ngày làm việc" in flag.message
    assert "khoản 5 Điều 8 Nghị định 09/2019/NĐ-CP" in flag.message


def test_a_deadline_can_be_flagged_twice_and_a_good_one_not_at_all() -> None:
    found = flags(PLAIN, CUT_OFF, {"xa": date(2024, 9, 15), "so": date(2024, 9, 18)})
    assert [flag.level for flag in found] == ["xa", "xa"]


def test_nothing_is_flagged_in_a_year_the_calendar_does_not_know() -> None:
    assert flags(WorkCalendar(), CUT_OFF, {"tinh": date(2024, 9, 22)}) == ()
