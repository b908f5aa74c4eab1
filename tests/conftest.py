"""What tests of several areas share: the toy province as an application, and a PostgreSQL schema of one's own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from toy_office import Q3, TOY, Office, settings

from tonghop.app import App
from tonghop.specs import load_regime
from tonghop.suite.compile import compile_all

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


@pytest.fixture(scope="session")
def toy_expectations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("expectations")
    compile_all(load_regime(TOY, "thu", "2024-01-01"), folder)
    return folder


@pytest.fixture
def new_office(tmp_path: Path, toy_expectations: Path) -> Iterator[Callable[..., Office]]:
    """Offices on one home: `new_office(home="b", database=url)` gives another one."""
    built: list[App] = []

    def build(home: str = "home", database: str = "") -> Office:
        app = App(settings(tmp_path / home, toy_expectations, database=database), "thử nghiệm")
        built.append(app)
        return Office(app)

    yield build
    for app in built:
        app.close()


@pytest.fixture
def office(new_office: Callable[..., Office]) -> Office:
    """The toy province with quarter III/2024 open, on the morning of 16 September."""
    opened = new_office()
    opened.app.open(Q3)
    return opened
