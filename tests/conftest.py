"""What tests of several areas share: the toy province as an application, with its checks compiled once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from toy_office import Q3, TOY, Office, settings

from tonghop.app import App
from tonghop.specs import load_regime
from tonghop.suite.compile import compile_all


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
