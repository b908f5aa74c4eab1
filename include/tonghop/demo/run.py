"""`tonghop demo`: a quarter of synthetic filings through a real Airflow, in plain words; nothing is left running."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tonghop.branches import branches
from tonghop.demo.airflow_client import AirflowClient
from tonghop.demo.airflow_server import ADMIN, AirflowError, AirflowServer, require_free
from tonghop.demo.place import empty, held, set_environment
from tonghop.demo.processes import ENDINGS, end_remembered
from tonghop.demo.screen import Screen
from tonghop.domain.errors import TonghopError, UsageError
from tonghop.settings import PACKAGE

ROOT = PACKAGE.parent.parent  # the repository: dags/, plugins/, include/
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demonstration: 0 ended well, 1 something of ours failed, 2 wrong port, 130 interrupted half-way."""
    options = _parser().parse_args(argv)
    screen = Screen()
    home = Path(os.environ.get("TONGHOP_HOME") or "var/demo").absolute()
    try:
        with _ended_by_signals(), held(home):
            _demonstrate(screen, home, _port(options.port), stay=not options.exit)
    except TonghopError as problem:
        print(f"{problem.problem}\n→ {problem.remedy}", file=sys.stderr)
        return 2 if isinstance(problem, UsageError) else 1
    except KeyboardInterrupt:
        print("Đã dừng bản trình diễn.", file=sys.stderr)
        return _INTERRUPTED
    return 0


def _demonstrate(screen: Screen, home: Path, port: int, *, stay: bool) -> None:
    end_remembered(home / "airflow" / "processes.json")
    require_free(port)
    empty(home)
    set_environment(home)
    # The application and its libraries take seconds to load: not before the port and the folder are known to be free.
    from tonghop.app import App
    from tonghop.demo.account import tell, tell_logins
    from tonghop.demo.scenario import SHOWN, Scenario

    scenario = Scenario(screen)
    scenario.earlier_quarters()
    steps = branches()[0].schedule.approvals
    approvers = tuple(dict.fromkeys(login for step in steps for login in step.logins))
    with AirflowServer(home / "airflow", ROOT, port, approvers, lambda text: screen.say(f"… {text}")) as server:
        admin = AirflowClient(server.address, ADMIN, server.passwords[ADMIN])
        scenario.shown_quarter(admin, {login: _login(server, login) for login in approvers})
        with App.from_env() as app:
            tell(screen, app, SHOWN)
        tell_logins(screen, server)
        if stay:
            _stay(screen, server)


def _login(server: AirflowServer, login: str) -> AirflowClient:
    return AirflowClient(server.address, login, server.passwords[login])


def _stay(screen: Screen, server: AirflowServer) -> None:
    """Until Ctrl-C, which is the normal end."""
    try:
        screen.say("\nNhấn Ctrl-C để dừng; mọi tiến trình của bản trình diễn sẽ được tắt.")
        while (stopped := server.processes.stopped()) is None:
            time.sleep(1)
    except KeyboardInterrupt:
        screen.say("\nĐang tắt Airflow…")
        return
    raise AirflowError(f"Airflow ({stopped.name}) đã tự dừng.", f"Xem nhật ký {stopped.log}.")


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Being told to end (closed terminal, `kill`) ends the demonstration the same way as Ctrl-C."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tonghop demo", description="Trình diễn trọn một quý với số liệu giả định.")
    parser.add_argument("--exit", action="store_true", help="kết thúc ngay khi xong, không chờ Ctrl-C")
    parser.add_argument("--port", default=os.environ.get("TONGHOP_PORT") or "8080", metavar="CỔNG")
    return parser


def _port(text: str) -> int:
    """The number of a port; UsageError in plain words."""
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise UsageError(f"“{text}” không phải số cổng.", "Ghi một số từ 1024 đến 65535, ví dụ --port 8081.")
    return int(text)
