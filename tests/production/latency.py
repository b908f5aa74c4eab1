"""How soon a dropped file is answered in a running system, and what of it is Airflow's.

    PYTHONPATH=tests .venv/bin/python -m production.latency [--drops 9] [--watch 2] [--triggerer-killed]

Starts the services of docker-compose.yaml as processes (`production.installation`) with a clock that runs and the
settings of a server, drops one workbook after another into the inboxes of the whole province, each when nothing else
runs, and waits for the page in `nhan-ve`. Where the time went is read from Airflow's database and our store. At the
end, if asked, with the triggerer killed: the schedule's pass must answer.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from production.installation import Installation, until

from tonghop.app import App
from tonghop.demo.synthetic import Quarter, plan_quarter
from tonghop.demo.workbook import write
from tonghop.domain.period import Period
from tonghop.domain.units import Unit
from tonghop.specs.schedule import COLLECT_EVERY_MIN

SERVER = {"TONGHOP_DEMO": "0", "TONGHOP_SETTLE_S": "5"}
STAGES = (
    "drop → noticed",  # our trigger: two looks
    "→ run started",  # asset event, DAG run made and started by the scheduler
    "→ first task queued",
    "→ its process",  # Celery, supervisor, fork
    "→ its code",  # DAG file, imports, application
    "→ units found",
    "→ next task queued",
    "→ its process",
    "→ its code",
    "→ answer",  # standing still (TONGHOP_SETTLE_S), reading, checking, storing, answering
)
OURS = frozenset({0, 5, 9})
_CLOSE_S, _IDLE_S = 0.02, 600  # between two looks where the moment is measured
_TICK_BEGUN_S, _CLEAR_OF_TICK_S = 10, 45
_EVENT = """
    SELECT event.timestamp, run.id, run.run_id, run.start_date FROM asset_event event
    JOIN dagrun_asset_event link ON link.event_id = event.id JOIN dag_run run ON run.id = link.dag_run_id
    WHERE event.timestamp > %s AND run.dag_id = 'collect' ORDER BY event.timestamp LIMIT 1"""
_TASK = "SELECT queued_dttm, start_date, end_date FROM task_instance WHERE run_id = %s AND task_id = %s"
_BUSY = """
    SELECT 1 FROM dag_run WHERE state IN ('queued', 'running') AND dag_id IN ('collect', 'consolidate')
    UNION ALL SELECT 1 FROM task_instance WHERE state IN ('scheduled', 'queued', 'running')
    UNION ALL SELECT 1 FROM asset_dag_run_queue"""
_LAST = "SELECT run_id, start_date FROM dag_run WHERE dag_id = 'collect' ORDER BY start_date DESC LIMIT 1"
_SEEN = "SELECT value #>> '{}' FROM xcom WHERE run_id = %s AND key = 'seen_at'"


@dataclass(frozen=True)
class Answered:
    """One drop: the run it started, and the moments that end each of STAGES, after the moment of the drop."""

    run_id: str
    dropped: datetime
    moments: tuple[datetime, ...]

    @property
    def stages(self) -> tuple[float, ...]:
        """Seconds of each stage."""
        before = (self.dropped, *self.moments)
        return tuple((end - start).total_seconds() for start, end in zip(before, self.moments, strict=False))

    @property
    def total(self) -> float:
        return sum(self.stages)

    @property
    def ours(self) -> float:
        return sum(seconds for place, seconds in enumerate(self.stages) if place in OURS)


@dataclass
class Drops:
    """Clerks of the whole province beside a running installation; each unit files once."""

    installation: Installation
    app: App
    quarter: Quarter
    _waiting: list[Unit] = field(init=False)

    def __post_init__(self) -> None:
        self._waiting = list(self.quarter.filing())

    def one(self, limit_s: float) -> Answered:
        """Drop the next unit's workbook when nothing runs; AssertionError when it is not answered within `limit_s`."""
        self.await_idle()
        unit, dropped = self._waiting[0], datetime.now(UTC)
        (page,) = until(self.drop(), limit_s, f"{unit.code} finds no answer", _CLOSE_S)
        return self._explained(unit, dropped, datetime.fromtimestamp(page.stat().st_mtime, UTC))

    def drop(self) -> Callable[[], list[Path]]:
        """Put the next unit's workbook into its inbox; what gives the page that answers it, once it is there."""
        unit = self._waiting.pop(0)
        folder = Path(str(self.app.drop)) / unit.folder
        content = self.quarter.content(unit)
        made = self.installation.folder / content.name
        write(made, self.quarter.province, content, self.quarter.seed)
        (folder / "gui-len" / content.name).write_bytes(made.read_bytes())
        return lambda: list((folder / "nhan-ve").glob("Ket-qua-*.html"))

    def await_idle(self) -> None:
        """Until nothing runs or is about to, the schedule's next pass included."""
        until(lambda: _clear_of_a_tick() and not self.metadata(_BUSY), _IDLE_S, "Airflow is never idle")

    def metadata(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of Airflow's own database."""
        return self.installation.metadata(sql, *values)

    def _explained(self, unit: Unit, dropped: datetime, answered: datetime) -> Answered:
        ((noticed, _, run_id, started),) = until(lambda: self.metadata(_EVENT, dropped), 60, "no asset event")
        ((found_queued, found_started, found_ended),) = self.metadata(_TASK, run_id, "batches")
        ((seen_at,),) = self.metadata(_SEEN, run_id)
        ((queued, begun, _),) = self.metadata(_TASK, run_id, "collect_batch")
        filed = [one for one in self.app.store.submissions.of(self.quarter.period.code) if one.unit.code == unit.code]
        found = (found_queued, found_started, datetime.fromisoformat(seen_at), found_ended)
        return Answered(
            run_id, dropped, (noticed, started, *found, queued, begun, filed[0].received_at.astimezone(UTC), answered)
        )


def _clear_of_a_tick() -> bool:
    """Whether the schedule's last pass has surely begun, and its next is far."""
    every = COLLECT_EVERY_MIN * 60
    return _TICK_BEGUN_S < time.time() % every < every - _CLEAR_OF_TICK_S


@contextmanager
def at_work(folder: Path, settings: Mapping[str, str] = SERVER) -> Iterator[Drops]:
    """A running installation whose province has opened a quarter of this year."""
    with Installation(folder, settings) as installation:
        installation.up()
        installation.client("quantri").wait_for_dags({"collect", "consolidate"})
        with App.from_env(environ=installation.seen_by_worker(), actor="thử nghiệm") as app:
            period = Period(app.now().year - 1, 1)
            app.open(period)
            drops = Drops(installation, app, plan_quarter(app, period, flawed=False))
            watched = "SELECT 1 FROM trigger WHERE classpath LIKE '%%InboxTrigger' AND triggerer_id IS NOT NULL"
            until(lambda: drops.metadata(watched), 400, "nothing watches the inboxes")
            yield drops


def table(answers: list[Answered]) -> str:
    """A line per stage, a column per drop, the median at the end; in seconds."""
    columns = list(zip(*(one.stages for one in answers), strict=True))
    lines = [(f"{name}{'' if place in OURS else ' *'}", columns[place]) for place, name in enumerate(STAGES)]
    lines += [("ours", [one.ours for one in answers]), ("Airflow *", [one.total - one.ours for one in answers])]
    lines += [("total", [one.total for one in answers])]
    return "\n".join(
        f"{name:24}" + "".join(f"{second:7.1f}" for second in (*seconds, statistics.median(seconds)))
        for name, seconds in lines
    )


def without_triggerer(drops: Drops) -> str:
    """Which run answers a drop that nobody watches for, and when, in a line."""
    drops.await_idle()
    drops.installation.kill("triggerer")
    dropped = datetime.now(UTC)
    (page,) = until(drops.drop(), 2 * COLLECT_EVERY_MIN * 60, "nobody answers without a triggerer")
    took = page.stat().st_mtime - dropped.timestamp()
    ((run_id, started),) = drops.metadata(_LAST)
    return f"triggerer killed: {run_id} (started {started:%H:%M:%S}) answers after {took:.0f} s"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--drops", type=int, default=9)
    parser.add_argument("--watch", default="2", help="TONGHOP_WATCH_S")
    parser.add_argument("--triggerer-killed", action="store_true")
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="tonghop-latency-"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends with this
    with at_work(folder, SERVER | {"TONGHOP_WATCH_S": options.watch}) as drops:
        answers = []
        for _ in range(options.drops):
            answers.append(drops.one(limit_s=400))
            load = os.getloadavg()[0]
            print(f"{answers[-1].run_id} {answers[-1].total:.1f} s, load {load:.1f}", flush=True)  # noqa: T201
        print(table(answers), flush=True)  # noqa: T201
        if options.triggerer_killed:
            print(without_triggerer(drops))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
