"""What every unit still owes today, period by period, and since when nobody has looked into the inboxes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tonghop.domain.consolidated import UnitStatus
from tonghop.domain.office import Extension, in_force
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.reminding import ReminderPlan, ReminderStep, unwatched
from tonghop.domain.submission import State
from tonghop.domain.units import Unit, UnitKey
from tonghop.files.inbox import scan_all
from tonghop.steps.answering import answer_name
from tonghop.steps.context import SEND, Context
from tonghop.steps.status import statuses
from tonghop.store.records import Submission

# A unit whose filing came back is told that instead of what it owes.
_INSTEAD = {State.INVALID: "can-sua", State.RETURNED: "tra-lai", State.AWAITING: "can-giai-trinh"}


@dataclass(frozen=True, slots=True)
class Matter:
    """What one unit still owes of one period. `state` None: nothing came of it yet.

    `step` None: it is not yet, or no longer, the time to remind. `unseen`: the deadline has passed and no pass over
    the inboxes ran since, so nothing can be called late. `page` names the answer to the unit's latest filing.
    `waiting`: a file of the unit lies in its inbox and is still to be judged.
    """

    unit: Unit
    forms: tuple[str, ...]
    state: State | None
    findings: int
    page: str
    step: ReminderStep | None
    deadline: datetime
    extended: bool
    days: int
    unseen: bool
    waiting: bool

    @property
    def overdue(self) -> bool:
        return self.days > 0 and not self.unseen

    @property
    def wording(self) -> str:
        """Name of the letter template (without `nhac-`) that tells this."""
        return _INSTEAD[self.state] if self.state else (self.step.letter if self.step else "")

    @property
    def to_remind(self) -> bool:
        return self.step is not None and not self.waiting


@dataclass(frozen=True)
class Owing:
    """An opened period in which something is owed: `matters` of every such unit, in official order; `owed` of all."""

    province: Province
    period: Period
    owed: int
    matters: tuple[Matter, ...]

    @property
    def timely(self) -> bool:
        """Whether it is time to remind somebody."""
        return any(matter.step is not None for matter in self.matters)


def owing(context: Context, plan: ReminderPlan, now: datetime) -> tuple[Owing, ...]:
    """Every opened period in which something is owed, oldest first."""
    return tuple(found for period in context.opened_periods if (found := _owing(context, plan, period, now)).matters)


def still_owed(context: Context, period: str, unit: UnitKey) -> bool:
    """Whether the unit owes something in the period at this moment and not all of it stands."""
    at = Period.parse(period)
    province = context.province_for(at)
    mine = province.tree(at).get(unit.code)
    owed = province.owed_by(mine, at) if mine is not None else ()
    standing = context.store.submissions.standing(period, unit)
    return bool(owed) and (standing is None or not {*owed} <= context.store.filings.forms(standing.id).keys())


def unwatched_days(context: Context, plan: ReminderPlan, now: datetime) -> tuple[date, ...]:
    """Days before today, as far back as the plan looks, on which no pass over the inboxes ran to its end."""
    opened = [one.opened_at.astimezone(now.tzinfo).date() for one in context.store.periods.opened()]
    if not opened:
        return ()
    today = now.date()
    first = max(today - timedelta(days=plan.look_back_days), min(opened) + timedelta(days=1))
    if first >= today:
        return ()
    begun = context.store.scans.finished(datetime.combine(first, time(), now.tzinfo), now)
    seen = (at.astimezone(now.tzinfo).date() for at in begun)
    return unwatched(seen, first, today - timedelta(days=1))


@dataclass(frozen=True)
class _Look:
    """What is read once for all units of a period."""

    plan: ReminderPlan
    now: datetime
    province: Province
    period: Period
    filed: Mapping[int, Submission]
    strays: Mapping[UnitKey, Submission]
    granted: Mapping[UnitKey, Extension]
    seen_at: datetime | None
    waiting: frozenset[UnitKey]

    def matter(self, status: UnitStatus) -> Matter:
        """What the unit of `status` owes."""
        unit, later = status.unit, self.granted.get(status.unit.key)
        latest = self.filed.get(status.submission) if status.submission else self.strays.get(unit.key)
        deadline = later.deadline if later else self.province.regime.deadline(self.period, unit.level)
        deadline = deadline.astimezone(self.province.regime.zone)
        days = (self.now.date() - deadline.date()).days
        return Matter(
            unit=unit,
            forms=tuple(status.forms),
            state=latest.state if latest else None,
            findings=status.findings,
            page=answer_name(latest.period, latest.revision) if latest else "",
            step=self.plan.step(days),
            deadline=deadline,
            extended=later is not None,
            days=days,
            unseen=self.now > deadline and (self.seen_at is None or self.seen_at <= deadline),
            waiting=unit.key in self.waiting,
        )


def _owing(context: Context, plan: ReminderPlan, period: Period, now: datetime) -> Owing:
    province = context.opened(period)
    with context.store.snapshot() as store:
        every = statuses(store, province, period)
        filed = {one.id: one for one in store.submissions.of(period.code)}
        opened = store.periods.get(period.code)
        strays = _strays(store.submissions.of(""), opened.opened_at) if opened else {}
        granted = in_force(store.office.extensions(period.code))
        last = store.scans.last_before(now)
    open_ones = [status for status in every if not status.accepted]
    waiting = _waiting(context, [status.unit for status in open_ones])
    look = _Look(plan, now, province, period, filed, strays, granted, last.at if last else None, waiting)
    return Owing(province, period, len(every), tuple(look.matter(status) for status in open_ones))


def _strays(returned: Iterable[Submission], since: datetime) -> Mapping[UnitKey, Submission]:
    """Each unit's latest filing of no readable period since this period was opened: it came back all the same."""
    return {one.unit: one for one in returned if one.received_at >= since}


def _waiting(context: Context, units: Collection[Unit]) -> frozenset[UnitKey]:
    """Units with a file in their inbox: they have filed, whatever will become of it."""
    inboxes = {context.folder(unit, SEND): unit.key for unit in units}
    looks = scan_all(inboxes, 0)
    return frozenset(inboxes[inbox] for inbox, look in looks.items() if look.ready or look.waiting)


def superiors(owing: Owing) -> Iterator[tuple[Unit, tuple[Matter, ...]]]:
    """Units below the province with units of their own that still owe, with those; in official order."""
    tree = owing.province.tree(owing.period)
    for unit in tree.filing:
        mine = tuple(matter for matter in owing.matters if matter.unit.parent_code == unit.code)
        if any(matter.step is not None for matter in mine):
            yield unit, mine
