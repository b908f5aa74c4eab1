"""Files seen in inboxes: which were handled, and which of those still have to be moved out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, update

from tonghop.domain.units import UnitKey
from tonghop.store.database import Database
from tonghop.store.records import Arrival, ArrivalKey, Outcome
from tonghop.store.schema import arrivals


def unmoved(connection: Connection, key: ArrivalKey) -> Arrival | None:
    """The arrival of this very file when it was recorded and not moved yet: its handling was interrupted."""
    row = connection.execute(select(arrivals).where(_same(key), arrivals.c.moved_at.is_(None))).first()
    return _arrival(row) if row else None


def last(connection: Connection, key: ArrivalKey) -> Arrival | None:
    """The latest arrival of this very file, moved or not."""
    query = select(arrivals).where(_same(key)).order_by(arrivals.c.generation.desc()).limit(1)
    row = connection.execute(query).first()
    return _arrival(row) if row else None


def add(
    connection: Connection, key: ArrivalKey, received_at: datetime, outcome: Outcome, submission_id: int | None
) -> Arrival:
    """Record an arrival that `unmoved` does not know; the unique key refuses a double."""
    generation = connection.execute(select(func.count()).select_from(arrivals).where(_same(key))).scalar_one()
    values = {
        **_columns(key),
        "generation": generation,
        "received_at": received_at,
        "outcome": outcome.value,
        "submission_id": submission_id,
    }
    row = connection.execute(insert(arrivals).values(values).returning(arrivals)).one()
    return _arrival(row)


class Arrivals:
    """The arrivals of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, key: ArrivalKey) -> Arrival | None:
        """The recorded arrival of this file when only its move is missing; else None: handle the file."""
        with self._database.reading() as connection:
            return unmoved(connection, key)

    def unmoved(self, unit: UnitKey | None = None) -> tuple[Arrival, ...]:
        """Recorded files that were not moved out of the inbox (of one unit, or of all)."""
        query = select(arrivals).where(arrivals.c.moved_at.is_(None)).order_by(arrivals.c.id)
        if unit is not None:
            query = query.where(_of(unit))
        with self._database.reading() as connection:
            return tuple(_arrival(row) for row in connection.execute(query))

    def mark_moved(self, arrival_id: int, moved_to: str, at: datetime) -> None:
        """Note where the file went ("": it was found gone). Said twice, the first that knows the place stands."""
        unknown = or_(arrivals.c.moved_at.is_(None), arrivals.c.moved_to == "")
        statement = update(arrivals).where(arrivals.c.id == arrival_id, unknown).values(moved_to=moved_to, moved_at=at)
        with self._database.writing() as connection:
            connection.execute(statement)


def _of(unit: UnitKey) -> ColumnElement[bool]:
    return and_(arrivals.c.unit_code == unit.code, arrivals.c.unit_valid_from == unit.valid_from)


def _columns(key: ArrivalKey) -> dict[str, object]:
    return {
        "unit_code": key.unit.code,
        "unit_valid_from": key.unit.valid_from,
        "name": key.name,
        "size": key.size,
        "mtime_ns": key.mtime_ns,
        "sha256": key.sha256,
    }


def _same(key: ArrivalKey) -> ColumnElement[bool]:
    return and_(*(arrivals.c[name] == value for name, value in _columns(key).items()))


def _arrival(row: Row[tuple[object, ...]]) -> Arrival:
    unit = UnitKey(row.unit_code, row.unit_valid_from)
    return Arrival(
        row.id,
        ArrivalKey(unit, row.name, row.size, row.mtime_ns, row.sha256),
        row.generation,
        row.received_at,
        Outcome(row.outcome),
        row.submission_id,
        row.moved_to or "",
        row.moved_at,
    )
