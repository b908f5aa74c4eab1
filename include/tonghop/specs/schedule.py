"""What the DAG files need of a regime at parse time: when to run, which periods exist, who approves.

Reads regime.yaml of the newest version and province.yaml, not the forms: parsing a DAG file stays cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tonghop.domain.period import Period
from tonghop.domain.province import ApprovalStep
from tonghop.specs import models
from tonghop.specs.regimes import regime_versions
from tonghop.specs.source import Problems, Source

PICKER_YEARS = range(2024, 2028)  # years offered in the trigger form; a scheduled run needs no choice
COLLECT_EVERY_MIN = 5


@dataclass(frozen=True, slots=True)
class Schedule:
    """Moments and choices of a regime's year. Days are days of a period's last month, hours are in `zone`."""

    zone: str
    first: date
    slots: tuple[str, ...]
    open_day: int
    publish_day: int
    approvals: tuple[ApprovalStep, ...]

    @property
    def open_cron(self) -> str:
        return self._cron(self.open_day, hour=7)

    @property
    def collect_cron(self) -> str:
        return f"*/{COLLECT_EVERY_MIN} * * * *"

    @property
    def publish_cron(self) -> str:
        return self._cron(self.publish_day, hour=8)

    def periods(self, years: range = PICKER_YEARS) -> tuple[Period, ...]:
        """Every period filed in `years`, oldest first."""
        found = [_period(year, slot) for year in years for slot in self.slots]
        return tuple(sorted(found, key=lambda period: (period.year, period.last_month)))

    def current(self, day: date) -> Period:
        """The period people work on on `day`: from its opening day until the next period opens."""
        opened = [p for p in self.periods(range(day.year - 1, day.year + 1)) if p.day(self.open_day) <= day]
        return opened[-1]

    def _cron(self, day: int, hour: int) -> str:
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
    version = regime_versions(include, local.regime)[-1]
    regime = Source(include, include / "regimes" / local.regime / version / "regime.yaml").model(
        models.RegimeModel, problems
    )
    if regime is None:
        problems.stop()
        raise AssertionError("unreachable: a missing model is a problem")
    return Schedule(
        zone=regime.timezone,
        first=regime.valid.first,
        slots=tuple(slot.slot for slot in regime.periods),
        open_day=regime.open_day,
        publish_day=regime.publish_day,
        approvals=tuple(ApprovalStep(step.name, step.title, step.logins) for step in local.approvals),
    )


def _period(year: int, slot: str) -> Period:
    return Period(year, 0 if slot == "Y" else int(slot[1:]))
