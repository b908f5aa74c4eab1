"""Days on which nobody looked into the inboxes: written into the events once, by whoever comes first afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from tonghop.domain.reminding import unwatched
from tonghop.steps.context import Context
from tonghop.store.records import Event, EventKind

_FARTHEST = timedelta(days=61)  # as far back as days are told one by one


def note_gap(context: Context, at: datetime) -> None:
    """Write down the whole days between the last pass that ran to its end and the one that began `at`.

    A demonstration turns its clock over days on which nothing was to run.
    """
    if context.clock_checked:
        return
    opened = [one.opened_at for one in context.store.periods.opened()]
    if not opened:
        return
    last = context.store.scans.last_before(at)
    since = max(min(opened), last.at) if last else min(opened)
    first = max(since.astimezone(at.tzinfo), at - _FARTHEST).date() + timedelta(days=1)
    note_days(context, at, unwatched([], first, at.date() - timedelta(days=1)))


def note_days(context: Context, now: datetime, days: Iterable[date]) -> None:
    """Write those of `days` into the events of the newest opened period that stand in none yet."""
    missing = [day.isoformat() for day in days]
    if not missing:
        return
    known = {
        day
        for period in context.opened_periods
        for event in context.store.events.of(period.code)
        if event.kind is EventKind.UNWATCHED
        for day in event.detail["days"]
    }
    new = [day for day in missing if day not in known]
    if new:
        newest = context.opened_periods[-1].code
        context.store.events.add_once(Event(now, context.actor, EventKind.UNWATCHED, newest, detail={"days": new}))
