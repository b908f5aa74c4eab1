"""Connections and transactions: one writer at a time on either database, faults told in Vietnamese.

With one writer at a time, what a transaction reads before it writes is still true when it commits, so a second
collector waits instead of failing. SQLite: WAL and BEGIN IMMEDIATE; PostgreSQL: a transaction-level advisory lock.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError

from tonghop.domain.errors import StoreError
from tonghop.store.faults import cannot_connect, cannot_use, file_replaced, unusable_url

WAIT_S = 30
_WRITER, _OPENED = "tonghop_writer", "tonghop_file"
_ADVISORY_KEY = 0x746F6E67  # "tong": our writers' lock among a server's other applications
_SQLITE_CACHE_KIB = 32_768  # the default of 2 MiB is reread from the file once a store outgrows it


class Database:
    """An engine and the two ways to use it. `pinned` is the connection of a snapshot (see `snapshot`)."""

    def __init__(self, engine: Engine, pinned: Connection | None = None) -> None:
        self.engine = engine
        self._pinned = pinned

    @classmethod
    def at(cls, url: str) -> Database:
        """The database at `url` (SQLAlchemy form); nothing is connected yet. StoreError when the URL is unusable."""
        try:
            parsed = make_url(url)
            engine = create_engine(parsed, pool_pre_ping=True, connect_args=_connect_args(parsed.get_backend_name()))
        except (ArgumentError, ImportError) as problem:
            raise unusable_url(url) from problem
        listener = _prepare_sqlite if engine.dialect.name == "sqlite" else _prepare_postgresql
        event.listen(engine, "connect", listener)
        event.listen(engine, "begin", _begin)
        return cls(engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from; within a snapshot always the same one."""
        if self._pinned is not None:
            with self._faults_told():
                yield self._pinned
            return
        with self._connected({}) as connection, self._faults_told():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction no other writer overlaps: committed at the end, undone when an exception leaves it."""
        if self._pinned is not None:
            raise RuntimeError("a snapshot of the store is read only")
        with self._connected({_WRITER: True}) as connection, self._faults_told(), connection.begin():
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Database]:
        """The database as it stands now, whatever others commit meanwhile."""
        options = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with self._connected(options) as connection, self._faults_told():
            yield Database(self.engine, connection)

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """On PostgreSQL a lock that lasts as long as a connection of its own; SQLite has no second machine."""
        if self.engine.dialect.name == "sqlite":
            yield
            return
        with self._connected({"isolation_level": "AUTOCOMMIT"}) as connection:
            connection.detach()  # closed for good afterwards: no lock outlives the work, whatever becomes of us
            with self._faults_told():
                connection.exec_driver_sql("SET lock_timeout = 0")
                connection.exec_driver_sql(
                    "SELECT pg_advisory_lock(hashtextextended(current_schema() || '/' || %s, 0))", (name,)
                )
            yield

    @property
    def is_server(self) -> bool:
        """Whether a server keeps it, and not a file of this machine."""
        return self.engine.dialect.name != "sqlite"

    def clock(self) -> datetime | None:
        """The time of the server; None for a file of this machine, which has none of its own."""
        if not self.is_server:
            return None
        with self.reading() as connection:
            now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return now

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _connected(self, options: dict[str, Any]) -> Iterator[Connection]:
        try:
            connection = self.engine.connect()
        except DBAPIError as problem:
            raise cannot_connect(self.engine.url, problem) from problem
        with connection:
            self._check_file(connection)
            connection.execution_options(**options)
            yield connection

    def _check_file(self, connection: Connection) -> None:
        """StoreError when the file of an embedded database is no longer the one this connection has open.

        SQLite would go on writing into a file that nobody can find any more.
        """
        if (path := _file(self.engine.url)) is None:
            return
        try:
            found = path.stat()
        except OSError:
            raise file_replaced(self.engine.url) from None
        if connection.info.setdefault(_OPENED, (found.st_dev, found.st_ino)) != (found.st_dev, found.st_ino):
            raise file_replaced(self.engine.url)

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as problem:
            raise StoreError(
                "Dữ liệu cần ghi trái với dữ liệu đã lưu, không ghi được.",
                "Chạy lại lệnh; nếu vẫn lỗi, gửi nhật ký cho người quản trị hệ thống.",
            ) from problem
        except DBAPIError as problem:
            raise cannot_use(problem, WAIT_S) from problem


def is_there(url: str) -> bool:
    """Whether the file of an SQLite database exists; of a server nothing is asked. StoreError: an unusable URL."""
    try:
        parsed = make_url(url)
    except ArgumentError as problem:
        raise unusable_url(url) from problem
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()


def _file(url: URL) -> Path | None:
    """The file of an embedded database; None for a server and for a database in memory."""
    embedded = url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}
    return Path(url.database) if embedded and url.database and not url.database.startswith("file:") else None


def _connect_args(backend: str) -> dict[str, Any]:
    """A server that vanishes without a word is noticed within about a minute."""
    if backend == "sqlite":
        return {"timeout": WAIT_S}
    quiet = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
    return {"connect_timeout": 10, **quiet}


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin in `_begin`, not behind our back
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = -{_SQLITE_CACHE_KIB}")
    _use_wal(connection)


def _use_wal(connection: Any) -> None:
    """Switch to WAL; SQLite does not wait by itself when two processes create the file at the same time."""
    give_up = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem) or time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        else:
            return


def _prepare_postgresql(connection: Any, _record: object) -> None:
    connection.execute(f"SET lock_timeout = '{WAIT_S}s'")
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _begin(connection: Connection) -> None:
    writer = connection.get_execution_options().get(_WRITER, False)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")
    elif writer:
        # A schema that is yet to be made is locked by its name already; the search path then is that name.
        place = "coalesce(current_schema(), current_setting('search_path'))"
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_KEY}, hashtext({place}))")
