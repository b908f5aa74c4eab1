"""Remind: every working morning one letter to whom it concerns, once a day whatever is run again.

Order of effects for every letter and way: written down, handed over, its end written down. A letter that failed is
tried again by the next run of the day; an e-mail of which nobody knows whether it left is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tonghop.domain.errors import ExchangeError
from tonghop.domain.exchange import Outcome
from tonghop.domain.reminding import Address, Channel, LetterKind, LetterOutcome, ReminderPlan, SentLetter
from tonghop.exchange.mail import Mailer
from tonghop.steps.announcing import announcements
from tonghop.steps.context import Context
from tonghop.steps.letter_writing import (
    REMINDER_PAGE,
    SUMMARY_PAGE,
    Letter,
    overview,
    reminders,
    rows,
    summaries,
)
from tonghop.steps.owing import Owing, owing, still_owed, superiors, unwatched_days
from tonghop.steps.posting import OFFICE_FOLDER, PostOffice, Ways
from tonghop.steps.taking import filing_units
from tonghop.steps.watching import note_days
from tonghop.store.records import Event, EventKind


@dataclass(frozen=True, slots=True)
class Line:
    """A letter going one way. `outcome` None: a rehearsal. `words`: what went wrong."""

    letter: Letter
    address: Address
    outcome: LetterOutcome | None = None
    words: str = ""

    @property
    def is_trouble(self) -> bool:
        return self.outcome is not None and (self.outcome is not LetterOutcome.SENT or bool(self.words))


@dataclass
class RemindReport:
    """What a run did, or would do when `rehearsed`. `working` False: today nobody is reminded.

    `unwatched`: earlier days on which no pass over the inboxes ran. `dead`: ways (`email` or the name of a connection)
    that did not work at all.
    """

    day: date
    working: bool
    rehearsed: bool
    configured: bool
    lines: list[Line] = field(default_factory=list)
    unwatched: tuple[date, ...] = ()
    dead: dict[str, ExchangeError] = field(default_factory=dict)

    @property
    def troubles(self) -> list[Line]:
        return [line for line in self.lines if line.is_trouble]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. `send` None: send if a way is configured, else rehearse. `only_news`: announcements only."""

    send: bool | None = None
    only_news: bool = False


def remind(
    context: Context,
    plan: ReminderPlan,
    ways: Ways,
    wish: Wish,
    tick: Callable[[Line], None] = lambda _line: None,
) -> RemindReport:
    """Write to units, superiors and the office what is due today, and announce what is new."""
    now = context.clock()
    configured = ways.configured or plan.folder_is_enough
    rehearsed = not configured if wish.send is None else not wish.send
    report = RemindReport(now.date(), _is_working(context, now.date()), rehearsed, configured)
    report.unwatched = unwatched_days(context, plan, now)
    with nullcontext() if rehearsed else context.alone(context.home / OFFICE_FOLDER):
        if wish.send is not False:
            note_days(context, now, report.unwatched)
        with Mailer(ways.mail) if ways.mail else nullcontext() as mailer:
            office = PostOffice(context, ways, mailer)
            for line in _Run(context, plan, office, report, now).lines(only_news=wish.only_news):
                report.lines.append(line)
                tick(line)
            report.dead = office.dead
    return report


@dataclass(frozen=True)
class _Run:
    """One run with what all its parts need."""

    context: Context
    plan: ReminderPlan
    office: PostOffice
    report: RemindReport
    now: datetime

    def lines(self, *, only_news: bool) -> Iterator[Line]:
        """Announcements, then on a working day units, superiors and, knowing what did not arrive, the office."""
        yield from self._sent(announcements(self.context, self.plan, self.now))
        if only_news or not self.report.working:
            return
        found = owing(self.context, self.plan, self.now)
        yield from self._sent(reminders(self.context, found, self.now))
        yield from self._sent(summaries(self.context, found, self.now))
        if any(owing.timely for owing in found) or self._news_for_office():
            letter = overview(self.context, found, self.now, self.report.unwatched, self._failed())
            yield from self._sent([letter] if letter else [])
        if not self.report.rehearsed:
            self._withdraw(found)

    def _sent(self, letters: Iterable[Letter]) -> Iterator[Line]:
        for letter in letters:
            for address in self.office.addresses(letter, self.report.day, rehearsed=self.report.rehearsed):
                kept = rows(letter, address.channel, address.shown)
                if self.report.rehearsed:
                    if self.context.store.letters.due(kept):
                        yield Line(letter, address)
                elif self._holds(letter) and (claimed := self.context.store.letters.claim(kept, self.now)):
                    yield self._handed(letter, address, claimed)

    def _holds(self, letter: Letter) -> bool:
        """Whether a reminder is still true at the moment it leaves: never to a unit that has filed."""
        if letter.kind != LetterKind.REMINDER.value:
            return True
        return all(still_owed(self.context, period, letter.unit.key) for period, _ in letter.about)

    def _handed(self, letter: Letter, address: Address, claimed: Sequence[SentLetter]) -> Line:
        """Hand over what was written down as begun, and write down how it ended; one failure stops nothing."""
        outcome = LetterOutcome.SENT
        try:
            words = self.office.hand_over(letter, address, self.now)
        except ExchangeError as problem:
            cut = problem.outcome == Outcome.CUT.value and address.channel is Channel.EMAIL
            outcome, words = LetterOutcome.UNKNOWN if cut else LetterOutcome.FAILED, problem.problem
        ids = [one.id for one in claimed]
        events = [_event(self.context, one, outcome, words) for one in claimed]
        self.context.store.letters.finish(ids, outcome, words, events, self.context.clock())
        return Line(letter, address, outcome, words)

    def _failed(self) -> list[SentLetter]:
        """Letters of today of which it is not known that they arrived; nobody else is sending now."""
        kept = self.context.store.letters.on(self.report.day)
        return [one for one in kept if one.outcome is not LetterOutcome.SENT and one.what.kind != LetterKind.OVERVIEW]

    def _news_for_office(self) -> bool:
        """Whether something is to be told although it is not time to remind anybody."""
        before = self.report.day - timedelta(days=1)
        while not _is_working(self.context, before):
            before -= timedelta(days=1)
        return any(day >= before for day in self.report.unwatched) or bool(self._failed())

    def _withdraw(self, found: Sequence[Owing]) -> None:
        """Take away yesterday's pages from units that owe nothing any more."""
        reminded = {matter.unit.key for owing in found for matter in owing.matters if matter.to_remind}
        told = {unit.key for owing in found for unit, _ in superiors(owing)}
        for unit, _ in filing_units(self.context).values():
            if unit.key not in reminded:
                self.office.withdraw(unit, REMINDER_PAGE)
            if unit.key not in told:
                self.office.withdraw(unit, SUMMARY_PAGE)


def _is_working(context: Context, day: date) -> bool:
    """By the calendar of the newest opened period; true before any was opened."""
    periods = context.opened_periods
    return not periods or context.province_for(periods[-1]).regime.calendar.is_working(day)


def _event(context: Context, letter: SentLetter, outcome: LetterOutcome, words: str) -> Event:
    what = letter.what
    kind = EventKind.LETTER_SENT if outcome is LetterOutcome.SENT else EventKind.LETTER_FAILED
    detail = {"letter": what.kind, "wording": what.step, "channel": what.channel.value, "address": what.address}
    if words:
        detail["problem"] = words
    return Event(context.clock(), context.actor, kind, what.period, what.unit, detail=detail)
