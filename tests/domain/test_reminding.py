"""Steps of a reminder plan and days on which nothing ran."""

from __future__ import annotations

from datetime import date, time

import pytest

from tonghop.domain.reminding import ReminderPlan, ReminderStep, unwatched

PLAN = ReminderPlan(
    at=time(6, 5), steps=(ReminderStep("truoc", -5, -1), ReminderStep("dung", 0, 0), ReminderStep("sau", 2))
)


@pytest.mark.parametrize(
    ("days", "letter"),
    [(-6, None), (-5, "truoc"), (-1, "truoc"), (0, "dung"), (1, None), (2, "sau"), (400, "sau")],
)
def test_the_step_of_a_day(days: int, letter: str | None) -> None:
    step = PLAN.step(days)
    assert (step.letter if step else None) == letter


def test_a_plan_runs_every_day_at_its_minute() -> None:
    assert PLAN.cron == "5 6 * * *"


def test_days_without_a_pass_both_ends_included() -> None:
    seen = [date(2024, 9, 2), date(2024, 9, 4), date(2024, 9, 4)]
    days = unwatched(seen, date(2024, 9, 1), date(2024, 9, 5))
    assert days == (date(2024, 9, 1), date(2024, 9, 3), date(2024, 9, 5))
    assert unwatched([], date(2024, 9, 2), date(2024, 9, 1)) == ()
