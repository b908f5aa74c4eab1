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
    official = holidays.country_holidays(model.country, years=model.years, observed=True)
    off = {day for day in official if day.year in model.years}
    worked = {day for day in getattr(official, "weekend_workdays", ()) if day.year in model.years}
    source = Source(include, folder / model.overrides)
    for line, row in enumerate(source.rows(("date", "working", "reason"), problems), start=2):
        try:
            day = date.fromisoformat(row["date"])
        except ValueError as error:
            problems.add(source.name, str(line), str(error))
            continue
        off, worked = (off - {day}, worked | {day}) if row["working"] == "1" else (off | {day}, worked - {day})
    return WorkCalendar(frozenset(off), frozenset(worked), frozenset(model.years))
