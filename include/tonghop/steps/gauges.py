"""What machines watch: where the filings stand, how long the oldest waits, how long until the next deadline."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tonghop.steps.context import Context
from tonghop.steps.doctor.inboxes import unanswered
from tonghop.steps.status import STATES, statuses

_PERIODS = 4  # the newest opened periods: a year


@dataclass(frozen=True, slots=True)
class Gauge:
    """A measure at a moment; `tags` in the order in which they follow the name where a sink knows no tags."""

    name: str
    value: int
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def dotted(self) -> str:
        """`tonghop.filings.binh-phuoc.20243.accepted`."""
        return ".".join([self.name, *self.tags.values()])


@dataclass(frozen=True, slots=True)
class Gauges:
    """Everything measured of one province at a moment."""

    filings: tuple[Gauge, ...]
    oldest_unanswered_s: Gauge
    minutes_to_deadline: tuple[Gauge, ...]

    def __iter__(self) -> Iterator[Gauge]:
        yield from (*self.filings, self.oldest_unanswered_s, *self.minutes_to_deadline)


def gauges(context: Context, province: str) -> Gauges:
    """Measures of `province` (its folder name): units per state and period, seconds a file has lain, minutes left.

    Without a deadline still to come there is no `minutes_to_deadline`.
    """
    lying = unanswered(context, time.time())
    age = int(lying[0].age_s) if lying else 0
    oldest = Gauge("tonghop.oldest_unanswered_s", age, {"province": province})
    return Gauges(tuple(_filings(context, province)), oldest, tuple(_minutes(context, province)))


def _filings(context: Context, province: str) -> Iterator[Gauge]:
    with context.store.snapshot() as store:
        for period in context.opened_periods[-_PERIODS:]:
            counts = Counter(unit.state for unit in statuses(store, context.province_for(period), period))
            for state in STATES:
                tags = {"province": province, "period": period.code, "state": state}
                yield Gauge("tonghop.filings", counts[state], tags)


def _minutes(context: Context, province: str) -> Iterator[Gauge]:
    now = context.clock()
    ahead = [
        deadline
        for period in context.opened_periods[-_PERIODS:]
        for deadline in context.province_for(period).regime.deadlines_of(period).values()
        if deadline > now
    ]
    if ahead:
        left = int((min(ahead) - now).total_seconds() // 60)
        yield Gauge("tonghop.minutes_to_deadline", left, {"province": province})
