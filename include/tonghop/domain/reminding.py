"""Reminders: on which days before and after a deadline a unit is written to, by which ways, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tonghop.domain.units import UnitKey


class Channel(StrEnum):
    """A way a letter goes: e-mail, a post to the unit's system, a page in its `nhan-ve/`."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    FOLDER = "folder"


class LetterKind(StrEnum):
    """What a letter is: to a unit about what it owes, to a superior about its units, to the office about all.

    The announcements are OPENED and, per version, `published-v1` … (see `published`).
    """

    REMINDER = "reminder"
    SUMMARY = "summary"
    OVERVIEW = "overview"
    OPENED = "opened"


class LetterOutcome(StrEnum):
    """How sending ended. UNKNOWN: the line was cut after the content left; such an e-mail is not sent again."""

    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


def published(version: int) -> str:
    """Kind of the letter that announces a published version."""
    return f"published-v{version}"


@dataclass(frozen=True, slots=True)
class ReminderStep:
    """From `first` to `last` days after the deadline (negative: before; None: without end) the wording `letter`."""

    letter: str
    first: int
    last: int | None = None

    def holds(self, days: int) -> bool:
        return self.first <= days and (self.last is None or days <= self.last)


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """When and how a regime reminds; every working morning at `at`.

    Something opened or published is announced for `announce_days`; days on which nothing ran are told for
    `look_back_days`. `folder_is_enough`: letters are sent even when only the folders can be written to.
    """

    at: time = time(7, 30)
    steps: tuple[ReminderStep, ...] = ()
    announce_days: int = 3
    look_back_days: int = 7
    folder_is_enough: bool = False

    @property
    def cron(self) -> str:
        """Every day: which of them are worked is said by the calendar, which knows swapped days."""
        return f"{self.at.minute} {self.at.hour} * * *"

    def step(self, days: int) -> ReminderStep | None:
        """The step for a unit whose deadline was `days` ago (negative: is still ahead)."""
        return next((step for step in self.steps if step.holds(days)), None)


@dataclass(frozen=True, slots=True)
class UnitContact:
    """Where else a unit can be reached, between dates: a further address, a path below a configured connection."""

    unit_code: str
    email: str
    connection: str
    webhook: str
    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a letter goes by one channel: e-mail addresses, (connection, path), or the path of a page."""

    channel: Channel
    to: tuple[str, ...]

    @property
    def shown(self) -> str:
        return ", ".join(self.to)


@dataclass(frozen=True, slots=True)
class NewLetter:
    """One letter about one period to one unit by one channel; unique by all but `step`, `address` and `subject`.

    `step` is the wording. A letter about several periods is kept once for each.
    """

    period: str
    unit: UnitKey
    day: date
    kind: str
    channel: Channel
    step: str
    address: str
    subject: str


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A kept letter. `outcome` None: the process ended before the letter was known to be sent. `words` say why not."""

    id: int
    what: NewLetter
    begun_at: datetime
    ended_at: datetime | None = None
    outcome: LetterOutcome | None = None
    words: str = field(default="")


def unwatched(seen: Iterable[date], first: date, last: date) -> tuple[date, ...]:
    """Days from `first` to `last`, both included, on which no pass over the inboxes ran to its end."""
    known = set(seen)
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return tuple(day for day in days if day not in known)
