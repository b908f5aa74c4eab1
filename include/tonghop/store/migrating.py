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
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateSchema

from tonghop.domain.errors import StoreError
from tonghop.store.database import Database
from tonghop.store.holdings import holdings, lost_places

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


def downgrade(database: Database, revision: str, *, lose: bool = False) -> None:
    """Undo migrations down to `revision` ("base" removes every table with all that was filed), in one transaction.

    What the older version has no table or column for would be gone: StoreError then, and nothing is changed, unless
    `lose`. StoreError also for a revision that is not known or not older.
    """
    with database.writing() as connection, _ALEMBIC, _quiet():
        before = {} if lose else holdings(connection)
        try:
            command.downgrade(_config(connection), revision)
        except CommandError as problem:
            known = ", ".join(revisions())
            raise StoreError(
                f"Không đưa được cơ sở dữ liệu về phiên bản “{revision}”.", f"Các phiên bản: {known}."
            ) from problem
        lost = lost_places(before, connection)
        if lost:
            raise StoreError(
                f"Phiên bản {revision} không có chỗ cho dữ liệu ở: {', '.join(lost)}; đã hủy, không thay đổi gì.",
                "Tiếp tục dùng phiên bản hiện nay, hoặc khôi phục bản sao lưu làm trước khi nâng cấp vào nơi khác.",
            )


def reach(database: Database, revision: str) -> None:
    """Bring a database without rows to exactly `revision`, up or down."""
    known, has = revisions(), current(database)
    if has in known and revision in known and known.index(has) > known.index(revision):
        downgrade(database, revision)
    else:
        upgrade(database, revision)


def revisions() -> tuple[str, ...]:
    """Every migration there is, oldest first."""
    scripts = ScriptDirectory(str(_SCRIPTS))
    return tuple(script.revision for script in scripts.walk_revisions())[::-1]


def current(database: Database) -> str | None:
    """The newest migration the database has; None for an empty database."""
    with database.reading() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The newest migration the database of `connection` has."""
    with _quiet():
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
