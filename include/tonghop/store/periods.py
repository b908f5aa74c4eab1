"""Opened periods with the revision of what stands accepted in them, and the passes over the inboxes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from tonghop.domain.errors import StoreError
from tonghop.store.database import Database
from tonghop.store.events import log
from tonghop.store.records import Event, EventKind, OpenedPeriod, Scan
from tonghop.store.schema import periods, scans


def bump(connection: Connection, period: str) -> None:
    """Raise the revision of `period` inside the transaction that changes what stands; StoreError when not open."""
    statement = update(periods).where(periods.c.period == period).values(revision=periods.c.revision + 1)
    if connection.execute(statement).rowcount == 0:
        raise _not_open(period)


class Periods:
    """The opened periods of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, period: str, at: datetime, actor: str) -> bool:
        """Open `period`; False when it was open already, which changes nothing."""
        with self._database.writing() as connection:
            if connection.execute(select(periods.c.period).where(periods.c.period == period)).first():
                return False
            values = {"period": period, "opened_at": at, "revision": 0, "consolidated_revision": 0}
            connection.execute(insert(periods).values(values))
            log(connection, Event(at, actor, EventKind.OPENED, period))
            return True

    def opened(self) -> tuple[OpenedPeriod, ...]:
        """Every opened period, by code."""
        with self._database.reading() as connection:
            found = connection.execute(select(periods).order_by(periods.c.period))
            return tuple(OpenedPeriod(*row) for row in found)

    def get(self, period: str) -> OpenedPeriod | None:
        with self._database.reading() as connection:
            row = connection.execute(select(periods).where(periods.c.period == period)).first()
            return OpenedPeriod(*row) if row else None

    def revision(self, period: str) -> int:
        """Counter of changes to what stands accepted in `period`; it only grows. StoreError when not open."""
        opened = self.get(period)
        if opened is None:
            raise _not_open(period)
        return opened.revision

    def mark_consolidated(self, period: str, revision: int, at: datetime, actor: str) -> None:
        """Note that totals cover `revision` (read before computing them). An older one changes nothing."""
        mark = (
            update(periods)
            .where(periods.c.period == period, periods.c.consolidated_revision < revision)
            .values(consolidated_revision=revision)
        )
        with self._database.writing() as connection:
            if connection.execute(mark).rowcount:
                log(connection, Event(at, actor, EventKind.CONSOLIDATED, period, detail={"revision": revision}))


class Scans:
    """When collecting passes ran: whether one ran across a deadline decides what counts as on time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, at: datetime) -> int:
        """Begin a pass; returns its id for `finish`."""
        with self._database.writing() as connection:
            return int(connection.execute(insert(scans).values(at=at).returning(scans.c.id)).scalar_one())

    def finish(self, scan_id: int, at: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(update(scans).where(scans.c.id == scan_id).values(finished_at=at))

    def newest(self) -> Scan | None:
        """The pass begun last, by the order of the passes and not by their clocks."""
        with self._database.reading() as connection:
            row = connection.execute(select(scans).order_by(scans.c.id.desc()).limit(1)).first()
            return Scan(*row) if row else None

    def last_before(self, at: datetime) -> Scan | None:
        """The last pass begun before `at` that ran to its end; an interrupted one may have missed files."""
        query = (
            select(scans)
            .where(scans.c.at < at, scans.c.finished_at.is_not(None))
            .order_by(scans.c.at.desc(), scans.c.id.desc())
        )
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
            return Scan(*row) if row else None

    def finished(self, first: datetime, last: datetime) -> tuple[datetime, ...]:
        """When the passes began that ran to their end, from `first` to `last`, both included."""
        query = select(scans.c.at).where(scans.c.at.between(first, last), scans.c.finished_at.is_not(None))
        with self._database.reading() as connection:
            return tuple(connection.execute(query.order_by(scans.c.at)).scalars())


def _not_open(period: str) -> StoreError:
    return StoreError(f"Kỳ báo cáo {period} chưa được mở.", f"Chạy tonghop open {period} trước.")
