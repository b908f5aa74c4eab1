"""Brings the tables of a database to the version this software needs, or reports the version it has."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateSchema

from tonghop.domain.errors import StoreError
from tonghop.store.database import Database

_SCRIPTS = Path(__file__).parent / "migrations"
_ALEMBIC = Lock()  # it keeps what it works on in a module: one database at a time in a process


def upgrade(database: Database, revision: str = "head") -> None:
    """Apply the missing migrations in one transaction; a second process waits and finds nothing left to do.

    On PostgreSQL the schema the URL names (`options=-csearch_path=…`) is made when it does not exist. Raises StoreError
    when a newer version of the software made the database.
    """
    with database.writing() as connection, _ALEMBIC, _quiet():
        _make_schema(connection)
        try:
            command.upgrade(_config(connection), revision)
        except CommandError as problem:
            raise StoreError(
                "Cơ sở dữ liệu do một phiên bản phần mềm mới hơn tạo ra.",
                "Cập nhật phần mềm rồi chạy lại; không dùng phiên bản cũ với cơ sở dữ liệu này.",
            ) from problem


def downgrade(database: Database, revision: str) -> None:
    """Undo migrations down to `revision` ("base" removes every table with all that was filed)."""
    with database.writing() as connection, _ALEMBIC, _quiet():
        command.downgrade(_config(connection), revision)


def current(database: Database) -> str | None:
    """The newest migration the database has; None for an empty database."""
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _make_schema(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    missing, path = connection.execute(text("SELECT current_schema() IS NULL, current_setting('search_path')")).one()
    if missing and re.fullmatch(r"[a-z][a-z0-9_]*", path):
        connection.execute(CreateSchema(path, if_not_exists=True))


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _quiet() -> Iterator[None]:
    """Alembic tells every step at level INFO, which a scheduler shows to everybody."""
    logger = logging.getLogger("alembic")
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)
