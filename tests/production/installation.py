"""The services of docker-compose.yaml as processes of this machine: same commands, same environment, same order.

What differs from containers, and nothing else: host names become loopback ports (`_PLACES`), folders of the image and
of volumes become folders of the test, and where containers may all listen on one port, each process gets its own
(`_own_ports`). PostgreSQL and Redis are the machine's programs, in the version that is installed.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from production.compose_file import ROOT, Service, in_order, read_env, services

from tonghop.demo.airflow_client import AirflowClient
from tonghop.demo.processes import Component, Processes, kill_sessions
from tonghop.server.env_file import filled
from tonghop.server.people import people

_POLL_S, _HEALTHY_S, _ONE_SHOT_S = 0.5, 240, 300
_ROOT_ONLY = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"]  # PostgreSQL refuses root


def program(name: str, pattern: str = "") -> str:
    """Path of a server program of this machine; without it the test is skipped, in CI it fails."""
    found = shutil.which(name) or next((str(path) for path in sorted(Path("/usr/lib").glob(pattern or name))[-1:]), "")
    if not found:
        message = f"no {name} on this machine: .ci/run installs it"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return found


def until(found: Callable[[], Any], limit_s: float, problem: str, poll_s: float = _POLL_S) -> Any:
    """What `found` gives as soon as it is true; AssertionError with `problem` when it is not within `limit_s`."""
    give_up = time.monotonic() + limit_s
    while not (value := found()):
        assert time.monotonic() < give_up, problem
        time.sleep(poll_s)
    return value


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on, all different."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@dataclass
class Installation:
    """An installation in `folder`; use it in `with`: every process it started is ended.

    `settings` go into .env, `extra` into the environment of every service of ours; `store_port`: where the store's
    database is reached (0: like the metadata database).
    """

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    store_port: int = 0
    env: dict[str, str] = field(init=False)
    processes: Processes = field(init=False)
    postgres_data: Path = field(init=False)

    def __post_init__(self) -> None:
        self.postgres_port, self.redis_port, self.port, *self._more = free_ports(8)
        self.env = read_env(filled()) | {
            "TONGHOP_DEMO": "1",  # runs carry the clocks of 2024
            "TONGHOP_SETTLE_S": "0",
            "TONGHOP_ADDRESS": f"http://localhost:{self.port}",
            **self.settings,
        }
        self.processes = Processes(self.folder / "processes.json")
        self.home = self.folder / "tonghop"
        self.services = services(self.env)
        self._wanted: set[str] = set()
        self._kept: threading.Thread | None = None
        self._hands = threading.RLock()  # one at a time starts and ends processes
        self._over = threading.Event()
        self.postgres_data = Path(
            tempfile.mkdtemp(prefix="tonghop-postgres-")
        )  # below a folder that postgres may enter

    def __enter__(self) -> Installation:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._over.set()
        with self._hands:
            self.processes.stop()
        shutil.rmtree(self.postgres_data, ignore_errors=True)

    def up(self) -> None:
        """`docker compose up`: every service without a profile, each when what it needs holds."""
        for service in in_order(self.services):
            for needed, condition in service.needs.items():
                if condition == "service_healthy":
                    self.wait_healthy(needed)
            self.start(service.name)
        for service in in_order(self.services):
            if service.health:
                self.wait_healthy(service.name)

    def start(self, name: str) -> None:
        """Start a service; one that ends by itself (`restart: no`) is waited for and must end well."""
        service = self.services[name]
        if service.raw["restart"] == "no":
            done = self.once(name)
            assert done.returncode == 0, f"{name}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
            return
        if name == "postgres" and not (self.postgres_data / "PG_VERSION").exists():
            self._initdb()
        with self._hands:
            self.processes.start(name, self.command(service), self.environment(service), self.log(name))
            self._wanted.add(name)

    def once(self, name: str, **changed: str) -> subprocess.CompletedProcess[str]:
        """Run a one-shot service to its end, with some variables of its environment `changed`."""
        service = self.services[name]
        environment = self.environment(service) | changed
        return subprocess.run(
            self.command(service), env=environment, capture_output=True, text=True, check=False, timeout=_ONE_SHOT_S
        )

    def healthy(self, name: str) -> bool:
        """Whether the service's own health check passes now."""
        service = self.services[name]
        command = [self._placed(word, name) for word in service.health]
        if name == "postgres":
            command = [program("pg_isready"), *command[1:], "--port", str(self.postgres_port)]
        if name == "redis":
            command[-1] = command[-1].replace("redis-cli", f"redis-cli -p {self.redis_port}")
        return subprocess.run(command, env=self.environment(service), capture_output=True, check=False).returncode == 0

    def wait_healthy(self, name: str) -> None:
        give_up = time.monotonic() + _HEALTHY_S
        while not self.healthy(name):
            component = self.component(name)
            assert component.running or self._kept, f"{name} ended by itself:\n{component.last_words(30)}"
            assert time.monotonic() < give_up, f"{name} does not become healthy:\n{component.last_words(30)}"
            time.sleep(_POLL_S)

    def component(self, name: str) -> Component:
        """The running (or last) process of a service."""
        return next(one for one in reversed(self.processes.components) if one.name == name)

    def keep(self) -> None:
        """From now on what ends by itself, or is killed, is started again: `restart: unless-stopped`."""

        def restart() -> None:
            while not self._over.wait(_POLL_S):
                with self._hands:
                    for name in [] if self._over.is_set() else sorted(self._wanted):
                        if not self.component(name).running:
                            self.start(name)

        self._kept = threading.Thread(target=restart, daemon=True)
        self._kept.start()

    def start_another(self, name: str, called: str) -> None:
        """One more process of a service: `--scale`."""
        self.services[called] = replace(self.services[name], name=called)
        self.start(called)

    def kill(self, name: str) -> None:
        """A crash: the service and everything it started end at once."""
        process = self.component(name).process
        kill_sessions([process.pid])
        process.wait()

    def stop(self, name: str) -> None:
        """`docker compose stop`: asked to end, and not started again."""
        with self._hands:
            self._wanted.discard(name)
            process = self.component(name).process
            # PostgreSQL's image asks it for a fast end, which waits for no client.
            process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        process.wait(120)
        kill_sessions([process.pid])

    def client(self, login: str) -> AirflowClient:
        """Someone of TONGHOP_USERS at Airflow's REST interface."""
        passwords = {person.login: person.password for person in people(self.env["TONGHOP_USERS"])}
        return AirflowClient(f"http://127.0.0.1:{self.port}", login, passwords[login])

    def superuser(self, database: str) -> psycopg.Connection[Any]:
        """A line to one of the databases, every statement a transaction of its own."""
        at = f"postgresql://postgres:{self.env['POSTGRES_PASSWORD']}@127.0.0.1:{self.postgres_port}/{database}"
        return psycopg.connect(at, connect_timeout=5, autocommit=True)

    def metadata(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of Airflow's own database."""
        with self.superuser("airflow") as connection:
            return connection.execute(sql, values).fetchall()

    def seen_by_worker(self) -> dict[str, str]:
        """TONGHOP_* of a worker: what a test needs to look at the same store and folders."""
        environment = self.environment(self.services["worker"])
        return {name: value for name, value in environment.items() if name.startswith("TONGHOP_")}

    def log(self, name: str) -> Path:
        return self.folder / "console" / f"{name}.log"

    def command(self, service: Service) -> list[str]:
        words = [self._placed(word, service.name) for word in service.command]
        if service.name == "postgres":
            sockets = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
            place = ["-D", str(self.postgres_data), "-p", str(self.postgres_port), *sockets]
            return [*self._as_postgres(), program("postgres", "postgresql/*/bin/postgres"), *words[1:], *place]
        if service.name == "redis":
            place = ["--port", str(self.redis_port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
            return [program("redis-server"), *words[1:], *place]
        beside = Path(sys.executable).parent  # what PATH of the image puts first
        return [str(beside / words[0]) if (beside / words[0]).exists() else words[0], *words[1:]]

    def environment(self, service: Service) -> dict[str, str]:
        """Nothing of this process's environment but what a container has too."""
        own = {
            "HOME": str(self.folder),
            "HOSTNAME": socket.gethostname(),
            "LANG": "C.UTF-8",
            "NO_PROXY": "*",
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        }
        given = {name: self._placed(str(value), service.name) for name, value in service.environment.items()}
        ours = self.extra if service.raw["image"].startswith("tonghop") else {}
        return own | given | self._own_ports(service.name) | dict(ours)

    def _own_ports(self, name: str) -> dict[str, str]:
        scheduler, *logs = self._more
        position = sorted(self.services).index(name) % len(logs)
        return {
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(
                scheduler if name == "scheduler" else logs[position]
            ),
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(logs[position]),
        }

    def _placed(self, text: str, name: str) -> str:
        """`text` with places of containers made places of this machine."""
        places = {
            "@postgres:5432/tonghop": f"@127.0.0.1:{self.store_port or self.postgres_port}/tonghop",
            "@postgres:5432/": f"@127.0.0.1:{self.postgres_port}/",
            "@redis:6379/": f"@127.0.0.1:{self.redis_port}/",
            "http://api-server:8080": f"http://127.0.0.1:{self.port}",
            "http://localhost:8080": f"http://127.0.0.1:{self.port}",
            "http://localhost:8974": f"http://127.0.0.1:{self._more[0]}",
            "/opt/airflow/logs": str(self.folder / "logs"),
            "/opt/airflow": str(self.folder / "airflow" / name),
            "/opt/tonghop": str(ROOT),
            "/var/lib/tonghop": str(self.home),
        }
        if text == "8080":
            return str(self.port)
        for place, here in places.items():
            text = text.replace(place, here)
        return text

    def _initdb(self) -> None:
        """What the image of PostgreSQL does on its first start."""
        secret = self.postgres_data.with_suffix(".password")
        secret.write_text(self.env["POSTGRES_PASSWORD"], encoding="utf-8")
        if os.geteuid() == 0:
            shutil.chown(self.postgres_data, "postgres")
            shutil.chown(secret, "postgres")
        command = [program("initdb", "postgresql/*/bin/initdb"), "-D", str(self.postgres_data), "--no-sync"]
        options = ["-U", "postgres", "-A", "scram-sha-256", f"--pwfile={secret}"]
        given = self.services["postgres"].environment["POSTGRES_INITDB_ARGS"].split()
        subprocess.run([*self._as_postgres(), *command, *options, *given], check=True, capture_output=True)
        secret.unlink()

    @staticmethod
    def _as_postgres() -> list[str]:
        return _ROOT_ONLY if os.geteuid() == 0 else []
