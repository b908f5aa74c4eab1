"""What a running installation uses while it works: memory of its processes, its databases, its slowest statements."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import psutil
from production.compose_file import Service
from production.installation import Installation

_STATEMENTS = "pg_stat_statements"
_EVERY_S = 3.0
_SHOWN = 160  # characters of a statement


class Memory(NamedTuple):
    """Highest proportional memory of a service in MiB: all its processes together, and its largest one."""

    together: float
    largest: float


class Statement(NamedTuple):
    """A statement of PostgreSQL: its slowest run, how often it ran, all runs together."""

    database: str
    slowest_ms: float
    calls: int
    total_s: float
    text: str


class CountedInstallation(Installation):
    """An installation whose PostgreSQL keeps statistics of statements (an extension of PostgreSQL's own)."""

    def command(self, service: Service) -> list[str]:
        more = ["-c", f"shared_preload_libraries={_STATEMENTS}"] if service.name == "postgres" else []
        return [*super().command(service), *more]

    def databases(self) -> dict[str, float]:
        """Size of each database in MiB."""
        query = "SELECT datname, pg_database_size(datname) FROM pg_database WHERE datname IN ('airflow', 'tonghop')"
        with self.superuser("postgres") as connection:
            return {name: size / 2**20 for name, size in connection.execute(query)}

    def count_statements(self) -> None:
        """From now on; what ran before is forgotten."""
        for name in ("airflow", "tonghop"):
            with self.superuser(name) as connection:
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS {_STATEMENTS}")
                connection.execute(f"SELECT {_STATEMENTS}_reset()")

    def slowest(self, count: int = 3) -> list[Statement]:
        """The `count` statements of each database with the slowest single run."""
        query = f"""
            SELECT d.datname, s.max_exec_time, s.calls, s.total_exec_time / 1000, s.query
            FROM {_STATEMENTS} s JOIN pg_database d ON d.oid = s.dbid
            WHERE d.datname = current_database() ORDER BY s.max_exec_time DESC LIMIT {count}
        """
        found = []
        for name in ("airflow", "tonghop"):
            with self.superuser(name) as connection:
                found += [Statement(*row[:4], " ".join(row[4].split())[:_SHOWN]) for row in connection.execute(query)]
        return found

    def connections(self) -> int:
        """Of clients to both databases, now."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        with self.superuser("postgres") as connection:
            return int(connection.execute(query).fetchall()[0][0])

    def cpu_seconds(self) -> dict[str, float]:
        """Processor time of each service since it started, that of its ended processes included."""
        return {
            one.name: sum(sum(times) for times in map(_times, _family(one.process.pid)))
            for one in self.processes.components
        }


class Watch:
    """Highest memory of every service while the block runs."""

    def __init__(self, installation: CountedInstallation) -> None:
        self._installation = installation
        self._together: dict[str, float] = defaultdict(float)
        self._largest: dict[str, float] = defaultdict(float)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.whole = 0.0
        self.connections = 0

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def peaks(self) -> dict[str, Memory]:
        return {name: Memory(self._together[name], self._largest[name]) for name in sorted(self._together)}

    def _watch(self) -> None:
        while not self._over.wait(_EVERY_S):
            self.connections = max(self.connections, self._installation.connections())
            components = self._installation.processes.components
            now = {one.name: [_proportional(process.pid) for process in _family(one.process.pid)] for one in components}
            self.whole = max(self.whole, sum(sum(parts) for parts in now.values()))
            for name, parts in now.items():
                self._together[name] = max(self._together[name], sum(parts))
                self._largest[name] = max(self._largest[name], *parts, 0.0)


def _family(leader: int) -> list[psutil.Process]:
    """A process and all it started (PostgreSQL's have sessions of their own)."""
    try:
        first = psutil.Process(leader)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _times(process: psutil.Process) -> tuple[float, float, float, float]:
    """User and system time, own and of children that ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return (0.0, 0.0, 0.0, 0.0)
    return times.user, times.system, times.children_user, times.children_system


def _proportional(pid: int) -> float:
    with suppress(OSError):  # it ended meanwhile
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return 0.0
