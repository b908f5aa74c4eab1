from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tonghop.domain.errors import UsageError
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.regime import Regime
from tonghop.domain.units import Level

Q3 = Period(2024, 3)


@pytest.fixture
def regime(province: Province) -> Regime:
    return province.regime


@pytest.mark.parametrize(
    ("code", "previous"), [("20241", "2023"), ("20242", "20241"), ("20243", "20242"), ("2024", "2023")]
)
def test_openings_come_from_the_period_that_closed_before(regime: Regime, code: str, previous: str) -> None:
    assert regime.previous(Period.parse(code)).code == previous


@pytest.mark.parametrize(
    ("code", "following"),
    [
        ("20241", {"20242", "2024"}),
        ("20242", {"20243", "2024"}),
        ("20243", {"2024"}),
        ("2024", {"20251", "2025"}),
    ],
)
def test_a_correction_concerns_the_periods_that_read_it(regime: Regime, code: str, following: set[str]) -> None:
    assert {period.code for period in regime.following(Period.parse(code))} == following


def test_the_fourth_quarter_is_not_filed(regime: Regime) -> None:
    with pytest.raises(UsageError) as caught:
        regime.previous(Period(2024, 4))
    assert "Quý IV/2024" in caught.value.problem
    assert "Năm 2024" in caught.value.remedy


def test_every_level_has_its_own_deadline_to_the_last_second_of_its_day(regime: Regime) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    days = {Level.COMMUNE: 16, Level.DEPARTMENT: 18, Level.DISTRICT: 19, Level.PROVINCE: 22}
    assert regime.deadlines_of(Q3) == {
        level: datetime(2024, 9, day, 23, 59, 59, tzinfo=zone) for level, day in days.items()
    }
    assert regime.deadline(Q3, Level.PROVINCE).utcoffset() == datetime(2024, 1, 1, tzinfo=zone).utcoffset()


def test_moving_a_deadline_to_the_next_working_day_is_a_setting(regime: Regime) -> None:
    assert regime.shift_deadlines is False
    shifted = replace(regime, shift_deadlines=True)
    assert shifted.deadline(Q3, Level.PROVINCE).date() == date(2024, 9, 23)
    assert shifted.deadline(Q3, Level.DISTRICT).date() == date(2024, 9, 19)


def test_the_calendar_flags_the_deadlines_of_the_third_quarter_of_2024(regime: Regime) -> None:
    assert {(flag.level, flag.last_working_day) for flag in regime.flags(Q3)} == {
        ("xa", date(2024, 9, 16)),  # 14/9 is a Saturday: no working day between it and Monday 16/9
        ("tinh", date(2024, 9, 20)),  # 22/9 is a Sunday
    }
    assert regime.flags(Period(2031, 3)) == ()


def test_a_moved_deadline_is_flagged_where_it_falls(regime: Regime) -> None:
    assert [flag.level for flag in replace(regime, shift_deadlines=True).flags(Q3)] == ["xa"]


@pytest.mark.parametrize(
    ("day", "recipient"),
    [
        (date(2024, 9, 22), "Văn phòng Chính phủ (Cục Kiểm soát thủ tục hành chính)"),
        (date(2026, 1, 9), "Văn phòng Chính phủ (Cục Kiểm soát thủ tục hành chính)"),
        (date(2026, 1, 10), "Bộ Tư pháp"),
        (date(2019, 1, 1), ""),
    ],
)
def test_the_recipient_goes_by_date(regime: Regime, day: date, recipient: str) -> None:
    assert regime.recipient(day) == recipient


def test_parts_of_a_derived_period_lie_in_the_same_year(regime: Regime) -> None:
    [nine] = [derived for derived in regime.cumulatives if derived.after == "Q3"]
    assert [regime.part(Q3, part).code for part in nine.parts] == ["20241", "20242", "20243"]


def test_levels_are_named_for_both_views(regime: Regime) -> None:
    assert regime.filing_levels == (Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE)
    assert regime.level_names(Level.DISTRICT).unit_group == "Huyện, thị xã, thành phố"
    assert regime.id == "kstthc/2020-12-15"


def test_rows_of_a_unit_are_those_of_its_level_and_its_own_in_order(province: Province) -> None:
    tree = province.tree(Q3)
    rows = province.fields_of(tree["STP"], Q3)
    assert rows
    assert {row.unit_code for row in rows} <= {"", "STP"}
    assert [row.position for row in rows] == sorted(row.position for row in rows)
    assert province.fields_of(tree["25216"], Q3) == province.fields_of(tree["25217"], Q3)
    assert province.fields_of(tree["STP"], Period(2019, 3)) == ()


def test_the_units_of_the_last_day_of_the_window_owe_the_period(province: Province) -> None:
    assert len(province.tree(Period(2025, 2)).filing) == 142
    assert province.tree(Period(2025, 3)).filing == (), "from 1/7/2025 the province is another one"
    assert province.owing("II.06a", Period(2025, 3)) == ()
