"""What `collect` measures reaches a real StatsD socket by Airflow's own settings, and a dead sink stops nothing."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from toy_office import COMPLAINTS, IN_TIME, TOY, XA, Office

import tonghop
from tonghop import runs
from tonghop.steps.doctor import inboxes
from tonghop.steps.gauges import Gauge, gauges

INCLUDE = Path(tonghop.__file__).parents[1]
# As Airflow's task runner does before a task, then what the task `changed` does.
_TASK = """
from airflow.sdk.configuration import conf
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils
stats.initialize(
    factory=stats_utils.get_stats_factory(), export_legacy_names=conf.getboolean("metrics", "legacy_names_on")
)
from tonghop import runs
from tonghop.app import App
with App.from_env() as app:
    runs.measure(app)
print("done")
"""


@pytest.fixture
def sink() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        found.settimeout(10)
        yield found


def run_task(office: Office, **metrics: object) -> subprocess.CompletedProcess[str]:
    settings = office.app.settings
    ours = {"HOME": settings.home, "INCLUDE": TOY, "PROVINCE": "tinh-thu", "NOW": IN_TIME}
    env = {f"TONGHOP_{name}": str(value) for name, value in ours.items()}
    env |= {f"AIRFLOW__METRICS__{name}": str(value) for name, value in metrics.items()}
    env |= {"PYTHONPATH": str(INCLUDE), "AIRFLOW_HOME": str(settings.home / "airflow"), "PATH": os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, "-c", _TASK], env=env, capture_output=True, text=True, timeout=120, check=False
    )


def received(sink: socket.socket) -> dict[str, str]:
    """Name → value of every datagram up to the last that is sent; Airflow tells things of its own in between."""
    told: dict[str, str] = {}
    while not any(name.endswith("minutes_to_deadline.tinh-thu") for name in told):
        name, _, value = sink.recv(1000).decode().partition(":")
        told[name] = value
    return told


def test_a_statsd_server_receives_names_and_values(office: Office, sink: socket.socket) -> None:
    office.send(XA)
    office.collect()
    office.put("W01", "con-cho.xlsx", b"PK")
    done = run_task(office, STATSD_ON=True, STATSD_PORT=sink.getsockname()[1], STATSD_HOST="127.0.0.1")
    assert done.stdout.endswith("done\n"), done.stderr
    told = received(sink)
    assert told["airflow.tonghop.filings.tinh-thu.20243.accepted"] == "1|g"
    assert told["airflow.tonghop.filings.tinh-thu.20243.missing"] == "3|g"
    assert told["airflow.tonghop.filings.tinh-thu.20243.invalid"] == "0|g"
    assert told["airflow.tonghop.minutes_to_deadline.tinh-thu"] == f"{(2 * 24 + 13) * 60 + 59}|g"
    assert 0 <= int(told["airflow.tonghop.oldest_unanswered_s.tinh-thu"].removesuffix("|g")) < 120
    assert "airflow.tonghop.oldest_unanswered_s" in told


def test_a_server_that_knows_tags_receives_them(office: Office, sink: socket.socket) -> None:
    done = run_task(
        office,
        STATSD_ON=True,
        STATSD_PORT=sink.getsockname()[1],
        STATSD_HOST="127.0.0.1",
        STATSD_INFLUXDB_ENABLED=True,
    )
    assert done.stdout.endswith("done\n"), done.stderr
    name = "airflow.tonghop.filings,province=tinh-thu,period=20243,state=missing"
    assert received(sink)[name] == "4|g"


@pytest.mark.parametrize("host", ["127.0.0.1", "khong-co.invalid"])
def test_a_sink_that_is_down_stops_nothing(office: Office, host: str) -> None:
    done = run_task(office, STATSD_ON=True, STATSD_PORT=1, STATSD_HOST=host)
    assert (done.returncode, done.stdout.endswith("done\n")) == (0, True), done.stderr


def test_a_sink_that_raises_stops_nothing_and_is_told(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("udp://u:matkhau@kho")

    with caplog.at_level(logging.INFO), pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "structlog", None)
        runs.measure(office.app, fails)
    assert caplog.messages[0].startswith("gauges_not_sent error=OSError at=")
    assert "matkhau" not in caplog.text


def test_measures_of_a_period(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, int, Any]] = []
    runs.measure(office.app, lambda name, value, tags=None: sent.append((name, value, tags)))
    assert ("tonghop.filings", 4, {"province": "tinh-thu", "period": "20243", "state": "missing"}) in sent
    assert ("tonghop.oldest_unanswered_s.tinh-thu", 0, None) in sent
    path = office.put(XA, "bao-cao.xlsx", b"PK")
    monkeypatch.setattr("tonghop.steps.gauges.time.time", lambda: path.lstat().st_ctime + 90.5)
    office.send("W01", rows={COMPLAINTS: (0, 1, 1, 0)})
    found = gauges(office.app.context, "tinh-thu")
    assert found.oldest_unanswered_s == Gauge("tonghop.oldest_unanswered_s", 90, {"province": "tinh-thu"})


def test_without_a_deadline_to_come_none_is_told(office: Office) -> None:
    office.at("2024-09-26T00:00:00")
    assert gauges(office.app.context, "tinh-thu").minutes_to_deadline == ()


def test_a_file_that_is_taken_while_it_is_measured(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    path = office.put(XA, "bao-cao.xlsx", b"PK")
    scan = inboxes.scan_all

    def taken(*given: Any) -> Any:
        looks = scan(*given)
        path.unlink()
        return looks

    monkeypatch.setattr(inboxes, "scan_all", taken)
    assert gauges(office.app.context, "tinh-thu").oldest_unanswered_s.value == 0
