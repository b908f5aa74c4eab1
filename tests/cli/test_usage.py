"""Help and mistakes at the command line: Vietnamese, one sentence with a way out, never a traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from toy_office import TOY

from tonghop.app import App
from tonghop.cli.main import parser
from tonghop.cli.parsing import vietnamese

ENGLISH = (
    "usage", "options", "positional", "arguments", "show this", "and exit", "required", "invalid", "choose",
    "unrecognized", "Traceback", "error",
)  # fmt: skip
README = Path(__file__).resolve().parents[2] / "README.md"
Run = Callable[..., Any]


def commands() -> list[list[str]]:
    """Every command and subcommand, as words."""
    found: list[list[str]] = [[]]
    for action in parser()._actions:
        for name, sub in (action.choices or {}).items():
            found.append([name])
            found += [[name, deeper] for inner in sub._actions for deeper in (inner.choices or ())]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_help_is_vietnamese(run: Run, words: list[str]) -> None:
    said = run(*words, "--help")
    assert said.code == 0
    assert said.out.startswith("Cách dùng: tonghop")
    assert "hiện hướng dẫn này rồi thoát" in said.out
    assert [word for word in ENGLISH if word in said.out] == []


def test_the_readme_names_every_command() -> None:
    table = (README.read_text(encoding="utf-8").partition("### Commands")[2]).partition("\n\n**")[0]
    named = set(re.findall(r"[a-z]+", " ".join(re.findall(r"`([^`]+)`", table))))
    assert [
        words for words in commands() if not named.issuperset(words) and words[:1] not in (["forms"], ["rules"])
    ] == []


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["mo"],
        ["open"],
        ["approve", "20243"],
        ["status", "20243", "--xml"],
        ["status", "20243", "--json=1"],
        ["forms"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_is_told_in_vietnamese(run: Run, words: list[str]) -> None:
    said = run(*words)
    assert said.code == 2
    assert "Lệnh không đúng: " in said.err
    assert [word for word in ENGLISH if word in said.err] == []


@pytest.mark.parametrize(
    ("english", "words"),
    [
        ("argument --as: expected one argument", "tham số --as: cần một giá trị"),
        (
            "argument X: invalid choice: 'a' (choose from 'b', 'c')",
            "tham số X: không có lựa chọn 'a'; các lựa chọn: 'b', 'c'",
        ),
        ("ambiguous option: --j could match --json, --jot", "“--j” chưa rõ, có thể là --json, --jot"),
        ("argument -n: invalid int value: 'x'", "tham số -n: giá trị 'x' không hợp lệ"),
    ],
)
def test_messages_of_argparse_are_translated(english: str, words: str) -> None:
    assert vietnamese(english) == words


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NOW", "hôm qua", "TONGHOP_NOW = “hôm qua”"),
        ("SETTLE_S", "-1", "TONGHOP_SETTLE_S = “-1”"),
        ("WATCH_S", "luôn", "TONGHOP_WATCH_S = “luôn”"),
        ("DEMO", "yes", "TONGHOP_DEMO = “yes”"),
        ("PROVINCE", "khong-co", "khong-co"),
        ("INCLUDE", "/khong/co", "tinh-thu"),
        ("DB", "sqlite:////khong/co/tonghop.db", "cơ sở dữ liệu"),
        ("DB", "postgresql+psycopg://127.0.0.1:1/x", "cơ sở dữ liệu"),
        ("DB", "không phải địa chỉ", "TONGHOP_DB"),
        ("HOME", "/dev/null/home", "TONGHOP_HOME"),
        ("EXPECTATIONS", "/khong/co", "T.01.json: khác với biểu mẫu; chạy: tonghop forms compile"),
    ],
)
def test_a_wrong_setting_is_one_sentence_with_a_remedy(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"TONGHOP_{name}", value)
    command = ("forms", "check") if name == "EXPECTATIONS" else ("open", "20243")
    told = run(*command)
    assert told.code == 1, told
    assert said.lower() in told.err.lower()
    assert "→" in told.err
    assert "Traceback" not in told.err


def test_a_broken_spec_names_file_and_key(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    include = tmp_path / "include"
    subprocess.run(["cp", "-r", str(TOY), str(include)], check=True)
    form = include / "regimes/thu/2024-01-01/forms/T.01.yaml"
    form.write_text(form.read_text(encoding="utf-8").replace("right: [6, 7]", "right: [6, 70]"), encoding="utf-8")
    monkeypatch.setenv("TONGHOP_INCLUDE", str(include))
    for command in (("open", "20243"), ("forms", "check"), ("forms", "list")):
        told = run(*command)
        assert told.code == 1
        assert "T.01.yaml" in told.err
        assert "70" in told.err
        assert "→" in told.err


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (OSError(28, "No space left on device"), "hết chỗ trống trên ổ đĩa"),
        (KeyboardInterrupt(), "Đã dừng theo yêu cầu"),
    ],
    ids=["disk full", "Ctrl-C"],
)
def test_the_machine_failing_is_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, problem: BaseException, words: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr(App, "open", fail)
    said = run("open", "20243")
    assert (said.code, words in said.err, "→" in said.err) == (1, True, True)


def test_a_reader_that_has_seen_enough_is_no_error(environment: Path, run: Run) -> None:
    assert run("open", "20243").code == 0
    search = {"PYTHONPATH": str(Path(sys.modules["tonghop"].__file__ or "").parents[1])}
    command = f"{sys.executable} -m tonghop.cli.main events 20243 --csv | true"
    done = subprocess.run(
        ["sh", "-c", command], check=False, env=os.environ | search, capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""


def test_forms_list_show_compile_check(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "Kết quả tiếp nhận, giải quyết đơn" in run("forms", "list").out
    shown = run("forms", "show", "T.01").out
    assert "(3) Số đơn tiếp nhận" in shown
    assert "bắt buộc" in shown
    unknown = run("forms", "show", "II.99")
    assert (unknown.code, "Các biểu: T.01" in unknown.err) == (2, True)
    monkeypatch.setenv("TONGHOP_EXPECTATIONS", str(tmp_path / "moi"))
    assert run("forms", "check").code == 1
    assert run("forms", "compile").code == 0
    assert "Dữ liệu quy định hợp lệ: 1 chế độ báo cáo, 1 tỉnh." in run("forms", "check").out
