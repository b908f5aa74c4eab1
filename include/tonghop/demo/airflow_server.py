"""A real Airflow for the demonstration: SQLite, a local executor, this repository's DAGs, logins made for the day."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import requests

from tonghop.demo.processes import Processes, end_remembered
from tonghop.domain.errors import SettingError, TonghopError

HOST = "127.0.0.1"
ADMIN, VIEWER = "quantri", "xem"
_POLL_S = 0.5
_READY_POLLS = 360  # three minutes: a slow machine with a cold disk
_COMPONENTS = {
    "api-server": ("api-server", "--host", HOST, "--port", "{port}", "--workers", "1"),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
}


class AirflowError(TonghopError):
    """The Airflow of the demonstration did not start, or a run in it did not succeed."""


@dataclass
class AirflowServer:
    """Airflow with its home under `home`, serving the DAGs of `root` on `port` to `approvers` and two more logins.

    Use it in `with`: whatever happens inside, every process it started is ended. `progress` is told what is going on.
    """

    home: Path
    root: Path
    port: int
    approvers: tuple[str, ...]
    progress: Callable[[str], None]
    passwords: dict[str, str] = field(init=False, repr=False)
    processes: Processes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.passwords = {login: secrets.token_urlsafe(9) for login in (ADMIN, *self.approvers, VIEWER)}
        self.processes = Processes(self.home / "processes.json")

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def roles(self) -> dict[str, str]:
        """Role of each login in Airflow's simple auth manager."""
        return {ADMIN: "admin", **dict.fromkeys(self.approvers, "user"), VIEWER: "viewer"}

    def __enter__(self) -> AirflowServer:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End every process of this Airflow. May be called twice."""
        self.processes.stop()

    def _start(self) -> None:
        end_remembered(self.processes.register)
        require_free(self.port)
        self.home.mkdir(parents=True, exist_ok=True)
        _write_private(self._passwords_file, json.dumps(self.passwords))
        environment = self._environment()
        self.progress("Chuẩn bị cơ sở dữ liệu của Airflow")
        self._migrate(environment)
        self.progress("Khởi động Airflow")
        for name, arguments in _COMPONENTS.items():
            command = [sys.executable, "-m", "airflow", *(argument.format(port=self.port) for argument in arguments)]
            self.processes.start(name, command, environment, self._log(name))
        self._wait_until_healthy()

    def _migrate(self, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "airflow", "db", "migrate"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
        log = self._log("migrate")
        log.parent.mkdir(exist_ok=True)
        log.write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode:
            raise AirflowError(
                "Không chuẩn bị được cơ sở dữ liệu của Airflow.", f"Xem nhật ký {log}.\n{done.stderr[-800:]}"
            )

    def _wait_until_healthy(self) -> None:
        for _ in range(_READY_POLLS):
            stopped = self.processes.stopped()
            if stopped:
                raise AirflowError(
                    f"Airflow ({stopped.name}) tự dừng khi khởi động.", f"Xem {stopped.log}.\n{stopped.last_words()}"
                )
            if self._healthy():
                return
            time.sleep(_POLL_S)
        raise AirflowError("Airflow khởi động quá lâu.", f"Xem nhật ký trong {self.home / 'console'}.")

    def _healthy(self) -> bool:
        with suppress(requests.RequestException, ValueError), direct() as web:
            health = web.get(f"http://{HOST}:{self.port}/api/v2/monitor/health", timeout=5).json()
            parts = ("metadatabase", "scheduler", "dag_processor")
            return all((health.get(part) or {}).get("status") == "healthy" for part in parts)
        return False

    def _log(self, name: str) -> Path:
        return self.home / "console" / f"{name}.log"

    @property
    def _passwords_file(self) -> Path:
        return self.home / "passwords.json"

    def _environment(self) -> dict[str, str]:
        """The process's environment without foreign Airflow settings, and with ours."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
        python_path = [str(self.root / "include"), *filter(None, [kept.get("PYTHONPATH")])]
        no_proxy = ",".join(filter(None, ["localhost", HOST, kept.get("NO_PROXY") or kept.get("no_proxy")]))
        ours = {
            "AIRFLOW_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join(python_path),
            "NO_PROXY": no_proxy,
            "no_proxy": no_proxy,
            **{f"AIRFLOW__{name.upper()}": value for name, value in self._options().items()},
        }
        return kept | ours

    def _options(self) -> dict[str, str]:
        return {
            "core__dags_folder": str(self.root / "dags"),
            "core__plugins_folder": str(self.root / "plugins"),
            "core__load_examples": "False",
            "core__dags_are_paused_at_creation": "False",
            "core__default_timezone": "Asia/Ho_Chi_Minh",
            "core__executor": "LocalExecutor",
            "core__parallelism": "3",
            "core__fernet_key": _key(),
            "core__simple_auth_manager_users": ",".join(f"{login}:{role}" for login, role in self.roles.items()),
            "core__simple_auth_manager_passwords_file": str(self._passwords_file),
            "core__execution_api_server_url": f"http://{HOST}:{self.port}/execution/",
            "database__sql_alchemy_conn": f"sqlite:///{self.home / 'airflow.db'}",
            "api__host": HOST,
            "api__port": str(self.port),
            "api__base_url": self.address,
            "api__instance_name": "Tổng hợp (trình diễn, số liệu giả định)",
            "api__secret_key": _key(64),
            "api_auth__jwt_secret": _key(64),
            "dag_processor__parsing_processes": "1",
            "dag_processor__min_file_process_interval": "300",
            "scheduler__scheduler_idle_sleep_time": "0.5",
            "logging__base_log_folder": str(self.home / "logs"),
        }


def direct() -> requests.Session:
    """A session for this machine only: proxies and .netrc of the environment are left alone."""
    session = requests.Session()
    session.trust_env = False
    return session


def require_free(port: int) -> None:
    """SettingError in plain words when something listens on `port` already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise SettingError(
                f"Cổng {port} đang được chương trình khác sử dụng.",
                f"Dừng chương trình đó, hoặc chọn cổng khác: make demo ARGS='--port {port + 1}'.",
            ) from None


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text + "\n")


def _key(size: int = 32) -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(size)).decode()
