"""`tonghop demo --exit` as a person runs it: a real Airflow, a whole quarter, and nothing left running afterwards."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from filed_sums import ADDED, filed, published

from tonghop.app import App
from tonghop.demo.synthetic import Quarter, plan_quarter
from tonghop.domain.period import Period

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(900)]
ROOT = Path(__file__).resolve().parents[2]
PERIOD = Period(2024, 3)


@dataclass(frozen=True)
class Shown:
    """A finished demonstration."""

    home: Path
    output: str
    status: dict[str, Any]
    quarter: Quarter
    left: list[str]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "TONGHOP"))}
    return kept | {"TONGHOP_HOME": str(home), "PYTHONPATH": str(ROOT / "include"), "COLUMNS": "200"}


def _command(port: int) -> list[str]:
    return [sys.executable, "-m", "tonghop.cli.main", "demo", "--exit", "--port", str(port)]


def _left_running(home: Path) -> list[str]:
    """Command lines of living processes that carry this demonstration's folder in their environment."""

    def belongs(process: psutil.Process) -> bool:
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE
            return alive and process.environ().get("TONGHOP_HOME") == str(home)
        except psutil.Error:
            return False

    return [" ".join(process.cmdline()) for process in psutil.process_iter() if belongs(process)]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    home = tmp_path_factory.mktemp("demo")
    place: dict[str, Any] = {"env": _environment(home), "cwd": home}
    done = subprocess.run(_command(_free_port()), **place, capture_output=True, text=True, check=False, timeout=840)
    left = _left_running(home)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    with App.from_env(environ=_environment(home)) as app:
        status, quarter = app.status(PERIOD).as_dict(), plan_quarter(app, PERIOD)
    return Shown(home, done.stdout, status, quarter, left)


def test_nothing_is_left_running(shown: Shown) -> None:
    assert shown.left == []


def test_the_report_is_published(shown: Shown) -> None:
    folder = shown.home / "published" / "20243" / "v1"
    assert {path.name for path in folder.iterdir()} >= {"manifest.json", "so-lieu.csv", "tong-hop.xlsx"}
    approvals = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["approvals"]
    asked = [(step.name, step.logins[0], "airflow", "approved") for step in shown.quarter.province.approvals]
    assert [(a["step"], a["login"], a["via"], a["decision"]) for a in approvals] == asked


def test_every_unit_is_where_it_was_planned(shown: Shown) -> None:
    states = {unit["code"]: unit["state"] for unit in shown.status["units"]}
    expected = shown.quarter.expected
    different = {code: (states[code], wanted) for code, wanted in expected.items() if states[code] != wanted}
    assert different == {}
    late = {unit["code"] for unit in shown.status["units"] if unit["state"] == "accepted" and not unit["on_time"]}
    assert late == set(shown.quarter.late)
    assert shown.status["missing"] == 6


@pytest.mark.parametrize("form", sorted(ADDED))
def test_published_totals_are_the_sums_of_what_was_filed(shown: Shown, form: str) -> None:
    accepted = {code for code, state in shown.quarter.expected.items() if state == "accepted"}
    assert published(shown.home / "published" / "20243" / "v1", form) == filed(shown.quarter, form, accepted)


def _runs(home: Path, dag_id: str) -> list[tuple[str, str]]:
    with sqlite3.connect(f"file:{home / 'airflow' / 'airflow.db'}?mode=ro", uri=True) as database:
        return database.execute("select run_id, state from dag_run where dag_id = ? order by id", (dag_id,)).fetchall()


def test_one_consolidation_per_change(shown: Shown) -> None:
    """Three passes over the inboxes, two of them with something new."""
    assert [state for _, state in _runs(shown.home, "collect")] == ["success"] * 3
    consolidations = _runs(shown.home, "consolidate")
    assert [state for _, state in consolidations] == ["success"] * 2
    assert all(run_id.startswith("consolidate__20243__r") for run_id, _ in consolidations)
    with sqlite3.connect(f"file:{shown.home / 'airflow' / 'airflow.db'}?mode=ro", uri=True) as database:
        events = "select e.extra from asset_event e join asset a on a.id = e.asset_id where a.name = ? order by e.id"
        told = [json.loads(extra) for (extra,) in database.execute(events, ("tonghop/consolidated",))]
    assert [event["period"] for event in told] == ["20243"] * 2
    assert told[0]["digest"] != told[1]["digest"]


def test_the_account_is_told(shown: Shown) -> None:
    for words in ("Phải báo cáo", "Đã chấp nhận", "gửi muộn 5", "Tỷ lệ", "published/20243/v1", "lanhdao", "http://"):
        assert words in shown.output, f"the closing account lacks “{words}”:\n{shown.output}"
    back = [unit for unit in shown.status["units"] if unit["state"] in {"returned", "invalid", "awaiting_explanation"}]
    for unit in back:
        assert f"- {unit['name']}, tệp “" in shown.output, f"{unit['name']} is not among the files that came back"


def test_a_second_run_starts_afresh_stays_up_and_ends_on_ctrl_c(shown: Shown) -> None:
    port = _free_port()
    command = [argument for argument in _command(port) if argument != "--exit"]
    place: dict[str, Any] = {"env": _environment(shown.home), "cwd": shown.home}
    process = subprocess.Popen(command, **place, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        told = list(itertools.takewhile(lambda line: "Nhấn Ctrl-C để dừng" not in line, process.stdout))
        assert process.poll() is None, f"the second run ended by itself:\n{''.join(told)}"
        assert "  Đã chấp nhận" in "".join(told)
        assert [path.name for path in (shown.home / "published" / "20243").glob("v*")] == ["v1"]
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 0
    finally:
        process.terminate()
        process.wait(60)
    assert _left_running(shown.home) == []
