"""What the DAG files need of a regime at parse time: when to run, which periods exist, who approves.

Reads regime.yaml of the newest version and province.yaml, not the forms: parsing a DAG file stays cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from tonghop.domain.period import Period
from tonghop.domain.province import ApprovalStep
from tonghop.domain.units import Level
from tonghop.specs import models
from tonghop.specs.regimes import regime_versions
from tonghop.specs.reminders import load_reminders
from tonghop.specs.source import Problems, Source, repeated

PICKER_YEARS = range(2024, 2028)  # years offered in the trigger form; a scheduled run needs no choice
COLLECT_EVERY_MIN = 5
_MOST_DAYS_OFF = 4  # in a row, in the months in which a province reports
_LAST_DAY = 28


@dataclass(frozen=True, slots=True)
class Schedule:
    """Moments and choices of a regime's year in the province called `name`.

    Days are days of a period's last month, hours are in `zone`.
    """

    name: str
    zone: str
    first: date
    slots: tuple[str, ...]
    open_day: int
    publish_days: tuple[int, int]
    approvals: tuple[ApprovalStep, ...]
    remind_cron: str

    @property
    def open_cron(self) -> str:
        return self._cron(str(self.open_day), hour=7)

    @property
    def collect_cron(self) -> str:
        return f"*/{COLLECT_EVERY_MIN} * * * *"

    @property
    def publish_cron(self) -> str:
        """Every morning on which the draft may be due; the run itself asks the calendar, and lost days are made up."""
        first, last = self.publish_days
        return self._cron(f"{first}-{last}", hour=8)

    def periods(self, years: range = PICKER_YEARS) -> tuple[Period, ...]:
        """Every period filed in `years`, oldest first."""
        found = [_period(year, slot) for year in years for slot in self.slots]
        return tuple(sorted(found, key=lambda period: (period.year, period.last_month)))

    def current(self, day: date) -> Period:
        """The period people work on on `day`: from its opening day until the next period opens."""
        opened = [p for p in self.periods(range(day.year - 1, day.year + 1)) if p.day(self.open_day) <= day]
        return opened[-1]

    def _cron(self, day: str, hour: int) -> str:
        months = sorted({_period(2024, slot).last_month for slot in self.slots})
        return f"0 {hour} {day} {','.join(str(month) for month in months)} *"


def load_schedule(include: Path, province: str) -> Schedule:
    """Schedule of `province` under the newest version of its regime; SpecError lists every mistake found."""
    problems = Problems()
    source = Source(include, include / "provinces" / province / "province.yaml")
    local = source.model(models.ProvinceModel, problems)
    if local is None:
        problems.stop()
        raise AssertionError("unreachable: a missing model is a problem")
    for name in repeated(step.name for step in local.approvals):
        problems.add(source.name, "approvals", f"bước phê duyệt “{name}” lặp lại")
    problems.stop()
    regime = _regime(include, local.regime)
    return Schedule(
        name=local.name,
        zone=regime.timezone,
        first=regime.valid.first,
        slots=tuple(slot.slot for slot in regime.periods),
        open_day=regime.open_day,
        publish_days=_publish_days(regime, local),
        approvals=tuple(ApprovalStep(step.name, step.title, step.logins, step.emails) for step in local.approvals),
        remind_cron=load_reminders(include, province, local.regime).cron,
    )


@lru_cache(maxsize=4)
def _regime(include: Path, name: str) -> models.RegimeModel:
    """The newest version of a regime, read once for all provinces that follow it."""
    problems = Problems()
    version = regime_versions(include, name)[-1]
    regime = Source(include, include / "regimes" / name / version / "regime.yaml").model(models.RegimeModel, problems)
    if regime is None:
        problems.stop()
        raise AssertionError("unreachable: a missing model is a problem")
    return regime


def _publish_days(regime: models.RegimeModel, local: models.ProvinceModel) -> tuple[int, int]:
    """First and last day of the month on which a draft may be due, whatever weekends and days off the year has."""
    deadline = {**regime.deadlines, **local.deadlines}.get(Level.PROVINCE, _LAST_DAY)
    shifted = regime.shift_deadlines if local.shift_deadlines is None else local.shift_deadlines
    first = deadline - regime.publish_working_days_before - _MOST_DAYS_OFF
    return max(first, 1), min(deadline + (_MOST_DAYS_OFF if shifted else 0), _LAST_DAY)


def _period(year: int, slot: str) -> Period:
    return Period(year, 0 if slot == "Y" else int(slot[1:]))
