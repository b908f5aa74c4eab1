"""The work calendar of a regime: the `holidays` package, overridden by the regime's own file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import holidays

from tonghop.domain.calendar import WorkCalendar
from tonghop.specs.models import DaysOffModel
from tonghop.specs.source import Problems, Source


def work_calendar(include: Path, folder: Path, model: DaysOffModel, problems: Problems) -> WorkCalendar:
    """Days off and swapped days of `model.years`; a row `date,working,reason` of the override file wins."""
    off, worked = _official(model, Source(include, folder / "regime.yaml").name, problems)
    for row in Source(include, folder / model.overrides).rows(("date", "working", "reason"), problems):
        day = row.day("date")
        if row["working"] not in {"0", "1"}:
            row.add("working", f"phải là 1 (làm việc) hoặc 0 (nghỉ), đang là “{row['working']}”")
        elif day is not None and day.year not in model.years:
            row.add("date", f"năm {day.year} không có trong days_off.years của regime.yaml")
        elif day is not None:
            (worked if row["working"] == "1" else off).add(day)
            (off if row["working"] == "1" else worked).discard(day)
    return WorkCalendar(frozenset(off), frozenset(worked), frozenset(model.years))


def _official(model: DaysOffModel, file: str, problems: Problems) -> tuple[set[date], set[date]]:
    try:
        known = holidays.country_holidays(model.country, years=model.years, observed=True)
    except NotImplementedError:
        problems.add(file, "days_off.country", f"không có lịch nghỉ của nước “{model.country}”")
        return set(), set()
    off = {day for day in known if day.year in model.years}
    worked = {day for day in getattr(known, "weekend_workdays", ()) if day.year in model.years}
    return off, worked
