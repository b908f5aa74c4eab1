"""Working days: days off and swapped days of a year, and what they say about a deadline (NĐ 09/2019/NĐ-CP Điều 8.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice


@dataclass(frozen=True)
class WorkCalendar:
    """Days off beside Saturdays and Sundays, and Saturdays or Sundays worked in exchange.

    `years` are those the calendar knows; for another year only weekends count and nothing is flagged.
    """

    days_off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = field(default=frozenset())

    def is_working(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < 5 and day not in self.days_off)

    def working_day_from(self, day: date) -> date:
        """`day` if worked, else the next working day."""
        return next(candidate for candidate in _days(day, 1) if self.is_working(candidate))

    def working_day_until(self, day: date) -> date:
        """`day` if worked, else the last working day before it."""
        return next(candidate for candidate in _days(day, -1) if self.is_working(candidate))

    def working_day_before(self, day: date, count: int) -> date:
        """The `count`-th working day before `day`; `day` itself does not count."""
        earlier = (candidate for candidate in _days(day - timedelta(days=1), -1) if self.is_working(candidate))
        return next(islice(earlier, max(count - 1, 0), None)) if count else day

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` and before `last`, both excluded."""
        span = (last - first).days
        return sum(self.is_working(first + timedelta(days=ahead)) for ahead in range(1, span))


def _days(day: date, step: int) -> Iterator[date]:
    while True:
        yield day
        day += timedelta(days=step)


@dataclass(frozen=True, slots=True)
class DeadlineFlag:
    """Something to know about a deadline: it falls on a day off, or leaves no working day after the cut-off."""

    level: str
    day: date
    message: str
    last_working_day: date


def flags(calendar: WorkCalendar, cut_off: date, deadlines: dict[str, date]) -> tuple[DeadlineFlag, ...]:
    """Flags for `deadlines` (level → day) of a period whose data end on `cut_off`."""
    found = []
    for level, day in deadlines.items():
        if day.year not in calendar.years:
            continue
        last = calendar.working_day_until(day)
        if not calendar.is_working(day):
            found.append(DeadlineFlag(level, day, f"hạn {day:%d/%m/%Y} rơi vào ngày nghỉ", last))
        if calendar.working_days_between(cut_off, day) < 1:
            message = f"từ ngày chốt số liệu {cut_off:%d/%m/%Y} đến hạn {day:%d/%m/%Y} không đủ một ngày làm việc"
            found.append(DeadlineFlag(level, day, f"{message} (khoản 5 Điều 8 Nghị định 09/2019/NĐ-CP)", last))
    return tuple(found)
