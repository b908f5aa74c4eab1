"""Two provinces in one installation, on SQLite files or in one PostgreSQL database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from several_provinces import FIRST, SECOND, regulation
from toy_office import IN_TIME, Office

from tonghop.app import App
from tonghop.settings import Settings


@pytest.fixture
def include(tmp_path: Path) -> Path:
    return regulation(tmp_path / "include", FIRST, SECOND)


@pytest.fixture
def environment(tmp_path: Path, include: Path, toy_expectations: Path) -> dict[str, str]:
    return {
        "TONGHOP_HOME": str(tmp_path / "home"),
        "TONGHOP_INCLUDE": str(include),
        "TONGHOP_EXPECTATIONS": str(toy_expectations),
        "TONGHOP_PROVINCE": f"{FIRST}, {SECOND}",
        "TONGHOP_NOW": IN_TIME,
        "TONGHOP_SETTLE_S": "0",
    }


@pytest.fixture(params=["files", pytest.param("schemas", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """TONGHOP_DB of an installation: "" for a file each, or one PostgreSQL database without any table."""
    if request.param == "files":
        yield ""
        return
    server = request.getfixturevalue("postgres_server")
    name = f"tonghop_test_{request.getfixturevalue('tmp_path').name.lower().replace('-', '_')}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    scheme, _, rest = server.partition("://")
    yield f"{scheme}+psycopg://{rest.rpartition('/')[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def office_of(environment: dict[str, str], database: str) -> Iterator[Callable[[str], Office]]:
    """The office of a province."""
    built: list[App] = []
    settings = Settings.from_env(environment | {"TONGHOP_DB": database})

    def build(slug: str) -> Office:
        built.append(App(settings.for_province(slug), "thử nghiệm"))
        return Office(built[-1])

    yield build
    for app in built:
        app.close()
