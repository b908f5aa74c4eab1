"""Signed PDFs beside the workbooks: each kept once, with the filing it came with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from tonghop.domain.receipt import Reason
from tonghop.domain.units import UnitKey
from tonghop.store import arrivals, attached, submission_rows
from tonghop.store.attached import Attachment
from tonghop.store.database import Database
from tonghop.store.events import log
from tonghop.store.receipt_tables import attachments
from tonghop.store.receipts import Compose, Occasion, issue, plain
from tonghop.store.records import Arrival, ArrivalKey, Event, EventKind, Outcome, Submission


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A signed PDF that came for `period`; `decided_at` is when it is recorded."""

    arrival: ArrivalKey
    period: str
    received_at: datetime
    decided_at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class RecordedAttachment:
    """What recording did: `arrival.outcome` tells whether the PDF was new.

    `filing` is the unit's latest of the period that was not withdrawn: its receipt names the PDF.
    """

    arrival: Arrival
    attachment: Attachment
    filing: Submission | None


class Attachments:
    """The signed PDFs of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, new: NewAttachment, compose: Compose = plain, there: Callable[[], bool] = lambda: True
    ) -> RecordedAttachment:
        """Keep a signed PDF with the unit's latest filing of the period, or until there is one; issue a receipt.

        Once only for each arrival; bytes the unit sent before are acknowledged where they were kept. `there` as in
        `Submissions.record`.
        """
        with self._database.writing() as connection:
            gone = not there()
            known = arrivals.last(connection, new.arrival) if gone else arrivals.unmoved(connection, new.arrival)
            held = _held(connection, new.arrival)
            if known is not None and held is not None:
                return RecordedAttachment(known, held, _filing(connection, held.period, held.unit))
            return _again(connection, new, held, compose) if held else _first(connection, new, compose)

    def of_unit(self, period: str, unit: UnitKey) -> tuple[Attachment, ...]:
        """Signed PDFs of a unit for a period in the order they came."""
        with self._database.reading() as connection:
            return attached.of(connection, period, unit)

    def with_digest(self, sha256: str) -> tuple[Attachment, ...]:
        """Signed PDFs with these bytes, of any unit."""
        return self._read(attachments.c.sha256 == sha256)

    def every(self) -> tuple[Attachment, ...]:
        return self._read()

    def _read(self, *wanted: object) -> tuple[Attachment, ...]:
        query = attached.query().where(*wanted).order_by(attachments.c.id)  # type: ignore[arg-type]
        with self._database.reading() as connection:
            return tuple(map(attached.record, connection.execute(query)))


def _held(connection: Connection, key: ArrivalKey) -> Attachment | None:
    """What the unit sent before with the same bytes, for whichever period."""
    kept = attachments.c
    mine = (kept.unit_code == key.unit.code, kept.unit_valid_from == key.unit.valid_from, kept.sha256 == key.sha256)
    row = connection.execute(attached.query().where(*mine).order_by(kept.id.desc()).limit(1)).first()
    return attached.record(row) if row else None


def _filing(connection: Connection, period: str, unit: UnitKey) -> Submission | None:
    return submission_rows.last_counted(connection, period, unit)


def _first(connection: Connection, new: NewAttachment, compose: Compose) -> RecordedAttachment:
    filing = _filing(connection, new.period, new.arrival.unit)
    values = {
        "period": new.period,
        "unit_code": new.arrival.unit.code,
        "unit_valid_from": new.arrival.unit.valid_from,
        "submission_id": filing.id if filing else None,
        "sha256": new.arrival.sha256,
        "name": new.arrival.name,
        "size": new.arrival.size,
        "received_at": new.received_at,
    }
    connection.execute(insert(attachments).values(values))
    arrival = arrivals.add(connection, new.arrival, new.received_at, Outcome.SIGNED, None)
    log(connection, _event(new, EventKind.SIGNED, new.period, filing.id if filing else None))
    issue(connection, Occasion(new.period, new.arrival.unit, filing, Reason.SIGNED, new.decided_at), compose)
    held = _held(connection, new.arrival)
    assert held is not None  # noqa: S101  just written
    return RecordedAttachment(arrival, held, filing)


def _again(connection: Connection, new: NewAttachment, held: Attachment, compose: Compose) -> RecordedAttachment:
    filing = _filing(connection, held.period, held.unit)
    arrival = arrivals.add(connection, new.arrival, new.received_at, Outcome.SIGNED_AGAIN, None)
    log(connection, _event(new, EventKind.DUPLICATE, held.period, filing.id if filing else None))
    again = (new.arrival.name, new.received_at)
    occasion = Occasion(held.period, held.unit, filing, Reason.SIGNED_AGAIN, new.decided_at, again)
    issue(connection, occasion, compose)
    return RecordedAttachment(arrival, held, filing)


def _event(new: NewAttachment, kind: EventKind, period: str, submission_id: int | None) -> Event:
    detail = {"name": new.arrival.name, "sha256": new.arrival.sha256}
    return Event(new.received_at, new.actor, kind, period, new.arrival.unit, submission_id, detail)
