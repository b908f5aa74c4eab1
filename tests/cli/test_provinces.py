"""Commands of an installation of several provinces: each names its province, and none is guessed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from several_provinces import FIRST, SECOND, regulation, rewrite

from tonghop.settings import ONLY

Run = Callable[..., Any]


@pytest.fixture
def both(run: Run, environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two provinces in the environment; gives the include folder."""
    include = regulation(tmp_path / "include", FIRST, SECOND)
    monkeypatch.setenv("TONGHOP_INCLUDE", str(include))
    monkeypatch.setenv("TONGHOP_PROVINCE", f"{FIRST},{SECOND}")
    monkeypatch.delenv(ONLY, raising=False)
    return include


def test_a_command_without_a_province_lists_them(run: Run, both: Path, environment: Path) -> None:
    commands = (
        "open 20243",
        "collect",
        "status 20243",
        "forms show T.01",
        "restore x.tar",
        "store check",
        "verify --chain",
    )
    for words in (*commands, "store move sqlite:///x.db", "store downgrade r0005_letters"):
        said = run(*words.split())
        assert said.code == 2, words
        assert "chưa chọn tỉnh" in said.err
        assert f"--province và một trong: {FIRST}, {SECOND}." in said.err
    assert not environment.exists()


def test_the_province_is_named_before_or_after_the_command(run: Run, both: Path, environment: Path) -> None:
    assert run("open", "20243", "--province", SECOND).code == 0
    assert run("--province", FIRST, "open", "20243").code == 0
    assert sorted(path.name for path in environment.iterdir()) == [SECOND, FIRST]
    assert run("verify", "--chain", "--province", FIRST).code == 0
    assert run("status", "20243", f"--province={SECOND}").code == 0
    assert run("--province", FIRST, "forms", "show", "T.01").code == 0
    assert ONLY not in os.environ, "what one command was for stays for the next"


def test_a_province_that_is_not_served_is_told(run: Run, both: Path) -> None:
    said = run("status", "20243", "--province", "ha-noi")
    assert said.code == 2
    assert "không phục vụ tỉnh “ha-noi”" in said.err


def test_provinces_are_listed(run: Run, both: Path, environment: Path) -> None:
    said = run("provinces")
    assert said.code == 0
    for words in ("Tỉnh Thử", "Tỉnh Hai", f"lanhdao.{SECOND}", "Thẩm định"):
        assert words in said.out
    assert not environment.exists()


def test_what_is_wrong_with_a_province_is_told(run: Run, both: Path) -> None:
    rewrite(both, SECOND, "regime: thu", "regime: thu\nlạ: 1")
    said = run("provinces")
    assert said.code == 1
    assert "Tỉnh Thử" in said.out
    assert "provinces/tinh-hai/province.yaml: lạ" in said.out


def test_one_province_needs_no_name(run: Run, environment: Path) -> None:
    assert run("open", "20243").code == 0
    assert (environment / "tonghop.db").is_file()
    assert run("status", "20243", "--province", "tinh-thu").code == 0
    assert "Tỉnh Thử" in run("provinces").out
