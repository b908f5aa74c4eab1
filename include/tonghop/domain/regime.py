"""A reporting regime in one version: periods, windows, deadlines, who owes what, to whom, on which forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

from tonghop.domain.calendar import DeadlineFlag, WorkCalendar, flags
from tonghop.domain.errors import UsageError
from tonghop.domain.explaining import UsualReason
from tonghop.domain.form import Form
from tonghop.domain.period import Period, Window
from tonghop.domain.units import Level, Unit

END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Slot:
    """A period that exists every year (`Q1`, `Y`): which slot its openings come from, how many years back."""

    name: str
    carry_from: str
    years_back: int


@dataclass(frozen=True, slots=True)
class Cumulative:
    """Figures derived when `after` is consolidated: `Lũy kế 9 tháng` from Q1–Q3 (flows added, opening of the first)."""

    name: str
    title: str
    after: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Implied:
    """The quarter nobody files: the annual report less its quarters (`Quý IV (suy ra)`)."""

    name: str
    title: str
    after: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LevelNames:
    """How a level is called in the two consolidated views, and its place there."""

    level: Level
    field_group: str  # "Cấp tỉnh", lettered A, B, C in order
    unit_group: str  # "Sở, ban, ngành", numbered I, II, III in order


@dataclass(frozen=True, slots=True)
class Dated:
    """Text that holds from a day on, until `last` where known (recipients by date)."""

    text: str
    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Owing:
    """Units of `level` owe `forms` for periods whose window ends between the dates."""

    level: Level
    forms: tuple[str, ...]
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the narrative outline; `units_write` when units send paragraphs under it."""

    number: str
    title: str
    units_write: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """A rate leaders read: Σ columns `part` / Σ columns `whole` of a form's total row (see `domain.rates`).

    `better` says which end leads a ranking; a unit whose whole is under `least` is not ranked.
    """

    name: str  # "on_time_rate": what a province's target refers to
    title: str
    form: str
    part: tuple[int, ...]
    whole: tuple[int, ...]
    better: str = "high"  # high | low
    least: int = 1


@dataclass(frozen=True)
class Regime:
    """One version of a regime, as loaded from its folder. All dates are in `zone`."""

    name: str
    version: str
    title: str
    legal: str
    zone: ZoneInfo
    first: date
    last: date | None
    window_days: tuple[int, int]
    slots: tuple[Slot, ...]
    cumulatives: tuple[Cumulative, ...]
    implied: tuple[Implied, ...]
    deadlines: dict[Level, int]
    shift_deadlines: bool
    open_day: int
    publish_working_days_before: int
    levels: tuple[LevelNames, ...]
    recipients: tuple[Dated, ...]
    owing: tuple[Owing, ...]
    headline_form: str
    outline: tuple[Heading, ...]
    calendar: WorkCalendar
    forms: dict[str, Form] = field(repr=False)
    measures: tuple[Measure, ...] = ()
    reasons: tuple[UsualReason, ...] = ()  # offered for a giải trình

    @property
    def id(self) -> str:
        return f"{self.name}/{self.version}"

    def slot(self, period: Period) -> Slot:
        """The slot of `period`; UsageError when this regime has no such period (quarter IV)."""
        for slot in self.slots:
            if slot.name == period.slot:
                return slot
        raise UsageError(
            f"Không có kỳ báo cáo {period.label} trong chế độ báo cáo này.",
            f"Các kỳ có báo cáo: {', '.join(Period(period.year, _quarter(s.name)).label for s in self.slots)}.",
        )

    def window(self, period: Period) -> Window:
        return period.window(*self.window_days)

    def previous(self, period: Period) -> Period:
        """The period whose closing figures are the openings of `period`."""
        slot = self.slot(period)
        return Period(period.year - slot.years_back, _quarter(slot.carry_from))

    def part(self, period: Period, slot: str) -> Period:
        """The period of `slot` in the year of `period`."""
        return Period(period.year, _quarter(slot))

    def following(self, period: Period) -> tuple[Period, ...]:
        """Periods whose checks read `period`: the ones it carries over to, and its year."""
        near = [Period(period.year + ahead, _quarter(slot.name)) for slot in self.slots for ahead in (0, 1)]
        return tuple(p for p in near if self.previous(p) == period or (p.is_year and period in p.quarters))

    def earlier(self, period: Period, count: int) -> tuple[Period, ...]:
        """The `count` periods of the same kind that are filed before `period`, the last one first.

        A quarter is set beside quarters and a year beside years; a quarter nobody files (IV) is passed over.
        """
        if period.is_year:
            return tuple(Period(period.year - back) for back in range(1, count + 1))
        quarters = sorted((_quarter(slot.name) for slot in self.slots if slot.name != "Y"), reverse=True)
        years = range(period.year, period.year - count - 1, -1)
        known = (Period(year, quarter) for year in years for quarter in quarters)
        return tuple(islice((then for then in known if then < period), count))

    def deadline(self, period: Period, level: Level) -> datetime:
        """Last second in which a report of `level` is on time."""
        day = period.day(self.deadlines[level])
        if self.shift_deadlines:
            day = self.calendar.working_day_from(day)
        return datetime.combine(day, END_OF_DAY, self.zone)

    def deadlines_of(self, period: Period) -> dict[Level, datetime]:
        """Deadline of every level that has one, the province's own included."""
        return {level: self.deadline(period, level) for level in self.deadlines}

    def publish_day(self, period: Period) -> date:
        """The day on which the province's draft is made by itself, so that working days remain to approve it."""
        deadline = self.deadline(period, Level.PROVINCE).date()
        return self.calendar.working_day_before(deadline, self.publish_working_days_before)

    def flags(self, period: Period) -> tuple[DeadlineFlag, ...]:
        """What the work calendar says about the period's deadlines (NĐ 09/2019/NĐ-CP Điều 8.5)."""
        days = {level.value: deadline.date() for level, deadline in self.deadlines_of(period).items()}
        return flags(self.calendar, self.window(period).last, days)

    def recipient(self, day: date) -> str:
        """Who receives the provincial report on `day` (VPCP until NĐ 09/2026/NĐ-CP moved the duty to Bộ Tư pháp)."""
        return next((dated.text for dated in self.recipients if dated.holds(day)), "")

    def owed_by(self, unit: Unit, period: Period) -> tuple[str, ...]:
        """Codes of the forms `unit` owes by its level, in official order; a province may override per unit."""
        day = self.window(period).last
        for owing in self.owing:
            if owing.level is unit.level and owing.first <= day and (owing.last is None or day <= owing.last):
                return owing.forms
        return ()

    def level_names(self, level: Level) -> LevelNames:
        return next(names for names in self.levels if names.level is level)

    @property
    def filing_levels(self) -> tuple[Level, ...]:
        return tuple(names.level for names in self.levels)


def _quarter(slot: str) -> int:
    return 0 if slot == "Y" else int(slot[1])
