"""What tests of several areas share: the toy province as an application, and a PostgreSQL schema of one's own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from functools import cache
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
def new_postgres(postgres_server: str) -> Iterator[Callable[[], str]]:
    """URLs of empty schemas, each another one, which are gone after the test."""
    made: list[str] = []

    def make() -> str:
        made.append(f"tonghop_test_{uuid.uuid4().hex[:12]}")
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {made[-1]}")
        scheme, _, rest = postgres_server.partition("://")
        return f"{scheme}+psycopg://{rest}?options=-csearch_path%3D{made[-1]}"

    yield make
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        for schema in made:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def postgres_url(new_postgres: Callable[[], str]) -> str:
    return new_postgres()


@pytest.fixture(scope="session")
def toy_expectations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("expectations")
    compile_all(load_regime(TOY, "thu", "2024-01-01"), folder)
    return folder


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked `both_databases` run with offices on SQLite and with offices on PostgreSQL."""
    if "database_of" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_databases"):
        kinds = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
        metafunc.parametrize("database_of", kinds, indirect=True)


@pytest.fixture
def database_of(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """URL of the database of a home, by the home's name; "" is SQLite in the home, as without `both_databases`."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return lambda _home: ""
    make: Callable[[], str] = request.getfixturevalue("new_postgres")
    return cache(lambda _home: make())


@pytest.fixture
def new_office(
    tmp_path: Path, toy_expectations: Path, database_of: Callable[[str], str]
) -> Iterator[Callable[..., Office]]:
    """Offices on one home: `new_office(home="b", database=url)` gives another one."""
    built: list[App] = []

    def build(home: str = "home", database: str = "") -> Office:
        url = database or database_of(home)
        app = App(settings(tmp_path / home, toy_expectations, database=url), "thử nghiệm")
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
