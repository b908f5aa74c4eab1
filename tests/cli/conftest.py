"""The command line on the toy province: `run("open", "20243")` gives exit code, output and errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from toy_office import IN_TIME, TOY, Office, settings

from tonghop.app import App
from tonghop.cli.main import main


class Said(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def environment(tmp_path: Path, toy_expectations: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The toy province in the environment; gives TONGHOP_HOME."""
    home = tmp_path / "home"
    given = {
        "HOME": home,
        "INCLUDE": TOY,
        "EXPECTATIONS": toy_expectations,
        "PROVINCE": "tinh-thu",
        "NOW": IN_TIME,
        "SETTLE_S": 0,
    }
    for name in ("DB", "DEMO", "CLI_APPROVE"):
        monkeypatch.delenv(f"TONGHOP_{name}", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(f"TONGHOP_{name}", str(value))
    return home


@pytest.fixture
def run(environment: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> Said:
        capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return command


@pytest.fixture
def clerks(run: Run, environment: Path, toy_expectations: Path) -> Office:
    """Clerks of the same home; quarter III is open."""
    assert run("open", "20243").code == 0
    with App(settings(environment, toy_expectations)) as app:
        office = Office(app)
        yield office
