"""An installation of the toy province that is struck by faults while it works, and what must be true afterwards."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from exchange.conftest import Remote
from production.compose_file import read_env
from production.installation import Installation, free_ports, until
from production.line import Line
from toy_office import COMPLAINTS, TOY, UNITS, Office

from tonghop.app import App
from tonghop.demo.airflow_client import APPROVE, AirflowClient
from tonghop.domain.period import Period
from tonghop.server.env_file import filled

APPROVERS = ("truongphong", "lanhdao")
# Faults are noticed in seconds instead of minutes; the waits between a task's attempts are the real ones.
QUICK = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "15",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "45",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "15",
}
_POLL_S, _ENDED_S = 0.2, 900


@dataclass
class Scene:
    """The installation, the clerks' office beside it, the line to its store and the centre it sends to."""

    installation: Installation
    office: Office
    line: Line
    centre: Remote

    def file(self, period: Period, base: int) -> dict[str, int]:
        """Open the period; every unit files, each its own figure. Unit → figure (filed as new and as resolved)."""
        self.office.at(_morning(period))
        self.office.app.open(period)
        figures = {code: base + place for place, code in enumerate(UNITS)}
        for code, figure in figures.items():
            self.office.send(code, period, {COMPLAINTS: (0, figure, figure, 0)})
        return figures

    def start(self, dag_id: str, period: Period, suffix: str = "") -> str:
        """Start a run that carries the period's clock; its id."""
        run_id = f"{dag_id}-{period.code}{suffix}"
        named = {} if dag_id == "collect" else {"period": period.code}
        self.installation.client("vanhanh").trigger(dag_id, run_id, {"now": _morning(period), **named})
        return run_id

    def await_task(self, run_id: str, task_id: str, state: str) -> None:
        """Until a task of a run is in `state`."""
        sql = "SELECT state FROM task_instance WHERE run_id = %s AND task_id = %s"
        until(
            lambda: (state,) in self.metadata(sql, run_id, task_id),
            _ENDED_S,
            f"{run_id}.{task_id} is not {state}",
            _POLL_S,
        )

    def await_end(self, run_id: str) -> None:
        """Until a run has ended well, whatever is down in between."""
        assert self.ended(run_id) == "success", self.tasks(run_id)

    def ended(self, run_id: str) -> str:
        """How a run ended, once it has."""
        sql = "SELECT state FROM dag_run WHERE run_id = %s AND state IN ('success', 'failed')"
        until(lambda: bool(self.metadata(sql, run_id)), _ENDED_S, f"{run_id} does not end", _POLL_S)
        return str(self.metadata(sql, run_id)[0][0])

    def await_consolidated(self, period: Period) -> None:
        """Until the consolidation that a collecting run started has ended well."""
        sql = "SELECT run_id FROM dag_run WHERE dag_id = 'consolidate' AND run_id LIKE %s"
        name = f"consolidate__{period.code}__%"
        until(lambda: bool(self.metadata(sql, name)), _ENDED_S, f"nothing consolidates {period.code}", _POLL_S)
        for (run_id,) in self.metadata(sql, name):
            self.await_end(run_id)

    def tasks(self, run_id: str) -> list[tuple[Any, ...]]:
        """(task, state, attempts) of a run."""
        sql = "SELECT task_id, state, try_number FROM task_instance WHERE run_id = %s ORDER BY task_id"
        return self.metadata(sql, run_id)

    def metadata(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of Airflow's own database; none while it is down."""
        try:
            return self.installation.metadata(sql, *values)
        except psycopg.OperationalError:
            return []

    def patient_client(self, login: str) -> AirflowClient:
        """A login, as soon as the api-server answers again."""
        self.installation.wait_healthy("api-server")
        return self.installation.client(login)

    def approve(self, run_id: str, step: str, login: str) -> None:
        self.patient_client(login).answer("publish", run_id, f"ask_{step}", APPROVE)

    def everything_is_there_once(self, period: Period, figures: dict[str, int]) -> None:
        """One submission, one receipt, one kept file per unit; every figure in the store and none twice."""
        for code in figures:
            assert self.office.revisions(code, period) == [(1, "accepted", True)], code
            assert not self.office.names(code, "gui-len"), code
            assert sum(period.code in name for name in self.office.names(code, "da-nhan")) == 1, code
            answers = [name for name in self.office.names(code, "nhan-ve") if name.startswith(f"Ket-qua-{period.code}")]
            assert len(answers) == 1, code
        kinds = self.office.event_kinds(period)
        assert kinds.count("accepted") == len(figures), kinds

    @staticmethod
    def sums(figures: dict[str, int]) -> dict[int, int]:
        """What must be published: column → sum of what the units filed."""
        total = sum(figures.values())
        return {3: total, 4: 0, 5: total, 6: total, 7: 0}

    def published(self, period: Period, version: int = 1) -> dict[int, int]:
        """Column → total of the province in a published version."""
        path = self.installation.home / "published" / period.code / f"v{version}" / "so-lieu.csv"
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return {
                int(line["column"]): int(line["value"])
                for line in csv.DictReader(stream)
                if (line["view"], line["unit"], line["row"]) == ("linh_vuc", "W99", "")
            }


@contextmanager
def scene(folder: Path, expectations: Path, centre: Remote, quick: Mapping[str, str] = QUICK) -> Iterator[Scene]:
    """A running installation of the toy province whose services come back when they end."""
    port = free_ports(1)[0]
    line = Line(port)
    users = read_env(filled())["TONGHOP_USERS"].replace("thamdinh", APPROVERS[0])
    settings = {"TONGHOP_PROVINCE": "tinh-thu", "TONGHOP_USERS": users, "TONGHOP_CENTRE": centre.uri()}
    extra = {"TONGHOP_INCLUDE": str(TOY), "TONGHOP_EXPECTATIONS": str(expectations), **quick}
    with Installation(folder, settings, extra, store_port=line.port) as installation, _small_disk(installation.home):
        installation.postgres_port = port
        installation.up()
        installation.client("quantri").wait_for_dags({"open_period", "collect", "consolidate", "publish"})
        installation.keep()
        with App.from_env(environ=installation.seen_by_worker(), actor="thử nghiệm") as app:
            yield Scene(installation, Office(app), line, centre)
    line.close()


@contextmanager
def _small_disk(home: Path) -> Iterator[None]:
    """The vault on a disk of its own, where this machine lets us mount one (see `full_disk`)."""
    vault = home / "vault"
    vault.mkdir(parents=True)
    mounted = os.geteuid() == 0 and _mount("-t", "tmpfs", "-o", "size=8m", "tmpfs", str(vault))
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(vault)], check=True)


@contextmanager
def full_disk(home: Path) -> Iterator[None]:
    """No room left in the vault while inside; the test is skipped where no disk could be mounted."""
    vault = home / "vault"
    if not os.path.ismount(vault):
        pytest.skip("the vault has no disk of its own: mounting one needs root")
    filler = vault / "day"
    with filler.open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(4096))
    try:
        yield
    finally:
        filler.unlink()


def _mount(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


def _morning(period: Period) -> str:
    """A moment in time for filing, before every deadline of the toy province."""
    day = period.day(16)
    return datetime(day.year, day.month, day.day, 10).isoformat()  # noqa: DTZ001 - the regime's zone is meant
