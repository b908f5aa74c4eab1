"""The national rehearsal: every province of the country on one installation, a quarter and a last-hour rush.

    PYTHONPATH=tests .venv/bin/python -m production.rehearsal [--provinces 34] [--communes N] [--faster 6]

The processes of docker-compose.yaml on this machine, with two Celery workers. All workbooks of quarter I are dropped at
once and collected; of quarter II a fifth comes beforehand and the rest within the last hour, replayed `--faster` times
as fast, ever more towards its end. Nothing counts unless every unit stands accepted and every total is the sum of what
was filed. Prints Markdown, the tables of docs/scale.md.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from production.compose_file import ROOT, read_env
from production.country import FIRST, SECOND, Country, Filing, answered, morning, prepare
from production.installation import until
from production.load import CountedInstallation, Watch

from tonghop.branches import DAGS
from tonghop.demo.airflow_client import AirflowClient
from tonghop.domain.period import Period
from tonghop.server.env_file import filled
from tonghop.settings import Settings

_POLL_S, _LIMIT_S = 1.0, 3600
_EARLY = 5  # one filing of five comes before the last hour
_HOUR_S, _PASS_EVERY_S = 3600, 300
_SEED = 1
COLLECTING = "collecting"


@dataclass(frozen=True)
class Rush:
    """A last hour replayed `faster`: seconds from drop to answer of each filing, and to the last answer of all."""

    faster: float
    waits: list[float]
    last_s: float


@dataclass
class Rehearsal:
    """An installation that serves the country; `seconds`: what was timed, in order."""

    installation: CountedInstallation
    country: Country
    settings: Settings
    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, dict[str, float]] = field(default_factory=dict)  # of what was timed: service → processor seconds

    def dag(self, name: str, slug: str) -> str:
        return f"{name}{self.settings.for_province(slug).mark}"

    @property
    def client(self) -> AirflowClient:
        """A new login each time: a token may be older than it lives."""
        return self.installation.client("vanhanh")

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        begun, before = time.monotonic(), self.installation.cpu_seconds()
        yield
        self.seconds[what] = time.monotonic() - begun
        self.cpu[what] = {name: after - before.get(name, 0) for name, after in self.installation.cpu_seconds().items()}
        tell(f"{what}: {self.seconds[what]:.0f} s")

    def start(self, name: str, period: Period, slugs: Sequence[str], suffix: str = "") -> None:
        """A run of DAG `name` for each province, with the period's clock."""
        client, conf = self.client, {"now": morning(period)}
        for slug in slugs:
            named = {} if name == "collect" else {"period": period.code}
            client.trigger(self.dag(name, slug), f"{period.code}{suffix}", conf | named)

    def await_dags(self) -> None:
        """Until the DAG processor has taken up every DAG of every province."""
        wanted = {self.dag(name, slug) for name in DAGS for slug in self.country.slugs}
        known = "SELECT dag_id FROM serialized_dag"
        until(lambda: wanted <= {row[0] for row in self.installation.metadata(known)}, _LIMIT_S, "DAGs are missing")

    def await_all(self, name: str, run_id: str) -> None:
        """Until every run of `name` with this id (LIKE) has ended, well."""
        sql = "SELECT state, count(*) FROM dag_run WHERE dag_id LIKE %s AND run_id LIKE %s GROUP BY state"

        def over() -> dict[str, int] | None:
            states = dict(self.installation.metadata(sql, f"{name}%", run_id))
            return states if states.keys() <= {"success", "failed"} else None

        states = until(over, _LIMIT_S, f"{name} {run_id} does not end", _POLL_S)
        assert states.keys() == {"success"}, f"{name} {run_id}: {states}"

    def await_totals(self, period: Period) -> None:
        """Until what the collecting runs started has ended."""
        self.await_all("consolidate", f"consolidate__{period.code}__%")

    def open(self, period: Period) -> None:
        self.start("open_period", period, self.country.slugs)
        self.await_all("open_period", period.code)

    def quarter(self) -> None:
        """Everything is dropped at once."""
        for filing in self.country.of(FIRST):
            filing.drop()
        with self.timed("collecting and totals"):
            with self.timed(COLLECTING):
                self.start("collect", FIRST, self.country.slugs)
                self.await_all("collect", FIRST.code)
            self.await_totals(FIRST)
        self.country.must_be_right(self.settings, FIRST)

    def rush(self, faster: float) -> Rush:
        """The last hour before a deadline."""
        chance = random.Random(_SEED)
        filings = chance.sample(self.country.of(SECOND), self.country.units)
        early = len(filings) // _EARLY
        for filing in filings[:early]:
            filing.drop()
        with self.timed("rush: the fifth before it"):
            self.start("collect", SECOND, self.country.slugs, "-early")
            self.await_all("collect", f"{SECOND.code}-early")
        # Arrivals become denser towards the deadline: the triangle's peak is its end.
        moments = sorted(chance.triangular(0, _HOUR_S, _HOUR_S) / faster for _ in filings[early:])
        with self.timed("rush: from its first second to the last total"):
            begun = time.time()
            dropped = self._replay(list(zip(moments, filings[early:], strict=True)), _PASS_EVERY_S / faster)
            self.await_all("collect", f"{SECOND.code}%")
            self.await_totals(SECOND)
        self.country.must_be_right(self.settings, SECOND)
        answers = list(answered(filings[early:], SECOND))
        waits = [answer - drop for answer, drop in zip(answers, dropped, strict=True)]
        return Rush(faster, waits, max(answers) - begun)

    def _replay(self, plan: list[tuple[float, Filing]], pass_every_s: float) -> list[float]:
        """Drop as planned while the provinces' passes start as by schedule, until all is taken; the drop times."""
        begun, dropped, last_pass, passes = time.time(), [], -pass_every_s, 0
        while len(dropped) < len(plan) or not self._all_taken(plan):
            elapsed = time.time() - begun
            assert elapsed < _LIMIT_S, "the rush does not end"
            while len(dropped) < len(plan) and plan[len(dropped)][0] <= elapsed:
                plan[len(dropped)][1].drop()
                dropped.append(time.time())
            if elapsed - last_pass >= pass_every_s:
                passes, last_pass = passes + 1, elapsed
                busy = self._collecting()
                self.start("collect", SECOND, [slug for slug in self.country.slugs if slug not in busy], f"-r{passes}")
            time.sleep(_POLL_S / 2)
        return dropped

    def _collecting(self) -> set[str]:
        """Provinces whose pass is still under way: a schedule starts no second one beside it."""
        sql = "SELECT dag_id FROM dag_run WHERE dag_id LIKE 'collect%%' AND state IN ('queued', 'running')"
        running = {row[0] for row in self.installation.metadata(sql)}
        return {slug for slug in self.country.slugs if self.dag("collect", slug) in running}

    @staticmethod
    def _all_taken(plan: list[tuple[float, Filing]]) -> bool:
        return not any((filing.folder / "gui-len" / filing.staged.name).exists() for _, filing in plan)


def rehearse(folder: Path, provinces: int | None, communes: int | None, faster: float) -> str:
    """The whole rehearsal in `folder`; the report as Markdown. AssertionError when something is not right."""
    home = folder / "installation" / "tonghop"
    begun = time.monotonic()
    country = prepare(folder, home, provinces, communes)
    prepared = time.monotonic() - begun
    tell(f"{2 * country.units} workbooks written in {prepared:.0f} s")
    extra = {"TONGHOP_INCLUDE": str(country.include), "TONGHOP_EXPECTATIONS": str(ROOT / "expectations")}
    settings = {
        "TONGHOP_PROVINCE": ",".join(country.slugs),
        "TONGHOP_USERS": _operators(),
        "TONGHOP_PARALLELISM": str(max(32, 4 * len(country.slugs))),
    }
    (folder / "installation").mkdir()
    with CountedInstallation(folder / "installation", settings, extra) as installation:
        place = Rehearsal(installation, country, Settings.from_env(installation.seen_by_worker()))
        with place.timed("starting the installation"):
            installation.up()
            place.await_dags()
        installation.count_statements()
        with Watch(installation) as watch:
            with place.timed("opening quarter I"):
                place.open(FIRST)
            place.quarter()
            with place.timed("opening quarter II"):
                place.open(SECOND)
            rush = place.rush(faster)
        return report(place, watch, rush)


def _operators() -> str:
    """Those of the example's people whose roles reach every province."""
    listed = read_env(filled())["TONGHOP_USERS"].split()
    return " ".join(one for one in listed if one.split(":")[1] in {"operator", "admin"})


def report(place: Rehearsal, watch: Watch, rush: Rush) -> str:
    """The tables."""
    lines = [f"{len(place.country.slugs)} provinces, {place.country.units} units, two quarters.", ""]
    services = list(place.cpu[COLLECTING])
    lines += [f"| step | s | processor, s: {' | '.join(services)} |", "|---|---|" + "---|" * len(services)]
    for what, seconds in place.seconds.items():
        used = [f"{place.cpu[what].get(name, 0):.0f}" for name in services]
        lines += [f"| {what} | {seconds:.0f} | {' | '.join(used)} |"]
    lines += ["", _told(rush)]
    lines += ["", "| DAG | runs | tasks | tried again | median task, s | all tasks, s | median wait in queue, s |"]
    lines += ["|---|---|---|---|---|---|---|", *map(_row, _tasks(place))]
    lines += ["", "| service | peak MiB (PSS) | its largest process |", "|---|---|---|"]
    lines += [f"| {name} | {one.together:.0f} | {one.largest:.0f} |" for name, one in watch.peaks.items()]
    lines += [f"| all at once | {watch.whole:.0f} | |"]
    lines += ["", f"Connections to PostgreSQL: {watch.connections} at most."]
    sizes = ", ".join(f"{name} {size:.0f} MiB" for name, size in place.installation.databases().items())
    lines += ["", f"Databases: {sizes}.", "", "| database | slowest run, ms | calls | all, s | statement |"]
    lines += ["|---|---|---|---|---|"]
    lines += [
        f"| {one.database} | {one.slowest_ms:.0f} | {one.calls} | {one.total_s:.1f} | `{one.text}` |"
        for one in place.installation.slowest()
    ]
    return "\n".join(lines)


def _told(rush: Rush) -> str:
    waits = rush.waits
    nearly_all = statistics.quantiles(waits, n=20)[-1]
    hour = f"Rush {rush.faster:g} times as fast: {len(waits)} filings in {_HOUR_S / rush.faster:.0f} s"
    answers = f"median {statistics.median(waits):.0f} s, 95 % within {nearly_all:.0f} s, longest {max(waits):.0f} s"
    return f"{hour}, the last answer after {rush.last_s:.0f} s; drop → answer {answers}."


def _tasks(place: Rehearsal) -> list[tuple]:
    sql = """
        SELECT split_part(dag_id, '__', 1), count(DISTINCT (dag_id, run_id)), count(*),
            count(*) FILTER (WHERE try_number > 1),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY duration), sum(duration),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM start_date - queued_dttm))
        FROM task_instance WHERE state = 'success' GROUP BY 1 ORDER BY 1
    """
    return place.installation.metadata(sql)


def _row(values: tuple) -> str:
    *counts, median, together, waited = values
    return "| " + " | ".join([*map(str, counts), f"{median:.1f}", f"{together:.0f}", f"{waited:.1f}"]) + " |"


def tell(line: str) -> None:
    """How far it is, for the person who waits."""
    print(f"… {line}", file=sys.stderr, flush=True)  # noqa: T201


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--provinces", type=int)
    parser.add_argument("--communes", type=int)
    parser.add_argument("--faster", type=float, default=6)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tonghop-nation-"))
    tell(f"in {folder}")
    print(rehearse(folder, options.provinces, options.communes, options.faster))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
