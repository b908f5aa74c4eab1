"""Databases and roles on a PostgreSQL server: one of each per application, closed to the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from tonghop.domain.errors import StoreError
from tonghop.store.faults import cannot_connect, unusable_url

_ONE_AT_A_TIME = 0x746F6E68


@contextmanager
def provisioned(server: str, owners: Sequence[str]) -> Iterator[None]:
    """Role, password and database of every URL in `owners` exist on `server` (a URL of its superuser).

    What is inside the `with` runs alone, however many start at once. What exists already stays, but for the
    passwords: they are set to those of the URLs. StoreError when the server cannot be reached or refuses.
    """
    at = _url(server)
    try:
        connection = psycopg.connect(_plain(at), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as problem:
        raise cannot_connect(at) from problem
    with connection:
        try:
            connection.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
            for owner in owners:
                _provision(connection, _url(owner))
        except psycopg.Error as problem:
            raise StoreError(
                f"Không tạo được cơ sở dữ liệu trên {at.host}: {problem.diag.message_primary or problem}.",
                "Kiểm tra tài khoản quản trị PostgreSQL trong .env rồi chạy lại.",
            ) from problem
        yield


def _provision(connection: psycopg.Connection, owner: URL) -> None:
    role, database = sql.Identifier(str(owner.username)), sql.Identifier(str(owner.database))
    password = sql.Literal(str(owner.password))
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [owner.username]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, password))
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [owner.database]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))


def _url(text: str) -> URL:
    try:
        return make_url(text)
    except ArgumentError as problem:
        raise unusable_url(text) from problem


def _plain(url: URL) -> str:
    """The URL as libpq reads it: without the driver's name."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
