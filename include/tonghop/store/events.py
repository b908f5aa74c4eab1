"""The log of everything that happened: written to, read from, never changed (triggers in the database see to it)."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select

from tonghop.domain.units import UnitKey
from tonghop.store.database import Database
from tonghop.store.records import Event, EventKind
from tonghop.store.schema import events


def log(connection: Connection, *happened: Event) -> None:
    """Write events inside the transaction of the change they tell."""
    connection.execute(insert(events), [_row(event) for event in happened])


class Events:
    """The event log of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, event: Event) -> None:
        with self._database.writing() as connection:
            log(connection, event)

    def add_once(self, event: Event) -> bool:
        """Add `event` unless the log of its period tells just that already, whoever wrote it when; whether it did."""
        row = _row(event)
        same = [events.c[name] == row[name] for name in ("kind", "period", "unit_code", "detail")]
        with self._database.writing() as connection:
            if connection.execute(select(events.c.id).where(*same)).first():
                return False
            log(connection, event)
            return True

    def of(self, period: str) -> tuple[Event, ...]:
        """Events of a period ("" for those of no period) in the order they happened."""
        query = select(events).where(events.c.period == period).order_by(events.c.id)
        with self._database.reading() as connection:
            return tuple(_event(row) for row in connection.execute(query))

    def of_unit(self, period: str, unit: UnitKey) -> tuple[Event, ...]:
        """Events of one unit in a period, in the order they happened."""
        mine = (events.c.period == period, events.c.unit_code == unit.code, events.c.unit_valid_from == unit.valid_from)
        query = select(events).where(*mine).order_by(events.c.id)
        with self._database.reading() as connection:
            return tuple(_event(row) for row in connection.execute(query))

    def last_at(self) -> datetime | None:
        """When the newest event happened; None in an empty log."""
        query = select(events.c.at).order_by(events.c.id.desc()).limit(1)
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one_or_none()


def _row(event: Event) -> dict[str, object]:
    return {
        "at": event.at,
        "actor": event.actor,
        "kind": event.kind.value,
        "period": event.period,
        "unit_code": event.unit.code if event.unit else "",
        "unit_valid_from": event.unit.valid_from if event.unit else None,
        "submission_id": event.submission_id,
        "detail": json.dumps(dict(event.detail), ensure_ascii=False, sort_keys=True),
    }


def _event(row: Row[tuple[object, ...]]) -> Event:
    return Event(
        row.at,
        row.actor,
        EventKind(row.kind),
        row.period,
        UnitKey(row.unit_code, row.unit_valid_from) if row.unit_code else None,
        row.submission_id,
        json.loads(row.detail),
    )
