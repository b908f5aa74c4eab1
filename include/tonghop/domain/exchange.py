"""What passes between this system and others: where units' systems answer, what an attempt came to, a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

CENTRE = "tonghop_trung_uong"  # the Airflow Connection to whom provincial reports go
SEND_URL, SEND_TOKEN, SEND_CA = "TONGHOP_SEND_URL", "TONGHOP_SEND_TOKEN", "TONGHOP_SEND_CA"


class Outcome(StrEnum):
    """What one request came to. See `SETTLED` for those that no repetition can change."""

    RECEIVED = "received"  # done, with what was to be given back
    UNKNOWN = "unknown"  # the other side knows nothing of it
    BUSY = "busy"  # asked to come back later
    FAULT = "fault"  # the other side failed
    CUT = "cut"  # no answer, or half of one: nobody knows what arrived
    UNREACHABLE = "unreachable"  # no connection: nothing arrived
    MALFORMED = "malformed"  # an answer that cannot be read
    REDIRECTED = "redirected"  # sent on to another address: never followed
    REFUSED = "refused"  # the other side says no
    UNTRUSTED = "untrusted"  # its certificate does not prove who it is


SETTLED = frozenset({Outcome.RECEIVED, Outcome.UNKNOWN, Outcome.REDIRECTED, Outcome.REFUSED, Outcome.UNTRUSTED})


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side's word that it has what was sent under `key`: its number and time, and that text as given."""

    key: str
    number: str
    received_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request for a delivery. `action`: ask | post. `outcome` None: begun, and the process ended before its end."""

    action: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    status: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ApiSource:
    """A unit whose own system is asked for its figures, between dates.

    `endpoint` is a path below the base address of the connection named `connection`: no other host can be asked.
    """

    unit_code: str
    endpoint: str
    connection: str
    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a document; `content` its bytes."""

    name: str
    content: bytes
    sha256: str
    kind: str
