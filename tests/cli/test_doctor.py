"""`tonghop doctor` at the command line: what it prints, its exit code, and that it makes nothing."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from toy_office import Office

from tonghop import health
from tonghop.steps.doctor.telling import SIGNS

Run = Callable[..., Any]
RUNBOOK = Path(__file__).parents[2] / "docs" / "runbooks" / "kiem-tra-he-thong.md"


@pytest.fixture(autouse=True)
def outside_airflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", raising=False)
    monkeypatch.delenv("AIRFLOW_CONN_SMTP_DEFAULT", raising=False)


def lines(out: str) -> dict[str, str]:
    """Title → sign of every line printed; the worst where a title is printed more than once."""
    found: dict[str, str] = {}
    for sign, title in re.findall(r"^\[([^\]]+)\] +([^:]+):", out, re.MULTILINE):
        found[title] = max(found.get(title, ""), sign, key=[*SIGNS.values()].index) if title in found else sign
    return found


def test_a_system_at_work_is_well(run: Run, clerks: Office) -> None:
    clerks.send_all()
    assert run("collect").code == 0
    started = time.monotonic()
    said = run("doctor")
    assert time.monotonic() - started < 30
    assert said.code == 0, said.out
    assert set(lines(said.out).values()) <= {"Đạt", "Lưu ý"}
    assert lines(said.out)["Tệp chờ xử lý"] == "Đạt"
    assert "TONGHOP_NOW đang giữ giờ làm việc" in said.out
    assert lines(said.out)["Thư điện tử"] == "Lưu ý"
    assert re.search(r"^Hệ thống hoạt động được; có \d mục cần lưu ý\.$", said.out, re.MULTILINE)


def test_a_home_that_is_not_there_is_not_made(run: Run, environment: Path) -> None:
    said = run("doctor")
    assert said.code == 1
    assert lines(said.out)["Thư mục"] == lines(said.out)["Cơ sở dữ liệu"] == "Lỗi"
    assert not environment.exists()


def test_json_for_machines(run: Run, clerks: Office) -> None:
    said = run("doctor", "--json")
    told = json.loads(said.out)
    assert told["state"] in {"ok", "warn"}
    assert {one["check"] for one in told["checks"]} == set(health.names())
    assert all(one["mend"] for one in told["checks"] if one["state"] != "ok")
    assert set(told["checks"][0]) == {"province", "check", "title", "state", "found", "mend"}


def test_a_wrong_setting_is_told_and_the_machine_is_looked_at(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGHOP_MAX_MB", "nhiều")
    said = run("doctor")
    assert (said.code, lines(said.out)["Cài đặt"]) == (1, "Lỗi")
    assert "Phông chữ" in lines(said.out)
    assert "TONGHOP_MAX_MB = “nhiều” không hợp lệ." in said.out


def test_several_provinces_each_under_its_name(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGHOP_PROVINCE", "tinh-thu,khong-co")
    said = run("doctor")
    machine, first, second = said.out.split("\n\n")[:3]
    assert "Cài đặt" in lines(machine)
    assert (first.splitlines()[0], lines(first)["Dữ liệu của tỉnh"]) == ("tinh-thu", "Đạt")
    assert (second.splitlines()[0], lines(second)["Dữ liệu của tỉnh"]) == ("khong-co", "Lỗi")
    chosen = run("doctor", "--province", "tinh-thu")
    assert "khong-co" not in chosen.out.replace("/khong-co", "")
    assert run("doctor", "--province", "la").code == 2


def test_the_runbook_explains_every_check_and_no_other() -> None:
    headings = re.findall(r"^## (.+)$", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(health.names().values())
