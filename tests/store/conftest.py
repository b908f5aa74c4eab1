"""The store on SQLite and on PostgreSQL, each test with empty tables of its own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from store.samples import NOON, PERIOD

from tonghop.store import Store

SERVER = os.environ.get("TONGHOP_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


def _postgres_answers() -> bool:
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(scope="session")
def postgres_server() -> str:
    if _postgres_answers():
        return SERVER
    message = f"no PostgreSQL at {SERVER}"
    if os.environ.get("CI"):
        pytest.fail(f"{message}; in CI the store is tested on both databases")
    pytest.skip(f"{message}: start one or set TONGHOP_TEST_POSTGRES")


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    schema = f"tonghop_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    scheme, _, rest = postgres_server.partition("://")
    yield f"{scheme}+psycopg://{rest}?options=-csearch_path%3D{schema}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'tonghop.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        opened.migrate()
        opened.periods.open(PERIOD, NOON, "an")
        yield opened
