"""The store on SQLite and on PostgreSQL, each test with empty tables of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store.samples import NOON, PERIOD

from tonghop.store import Store


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
