"""Processes the demonstration starts: each in a session of its own, and all of them ended again, come what may."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_GRACE_S = 15.0


@dataclass(frozen=True)
class Component:
    """A started program; everything it starts stays in its session, whose id is its pid."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def last_words(self, lines: int = 15) -> str:
        """End of its log, for the message when it died."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


@dataclass
class Processes:
    """The programs of one demonstration. `register` survives a kill -9: the next start ends what it names."""

    register: Path
    components: list[Component] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str], environment: dict[str, str], log: Path) -> None:
        """Start `command` in a new session, its output appended to `log`."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as stream:
            process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.components.append(Component(name, process, log))
        self.register.write_text(json.dumps([_mark(component.process.pid) for component in self.components]))

    def stopped(self) -> Component | None:
        """A component that ended by itself, if any."""
        return next((component for component in self.components if not component.running), None)

    def stop(self) -> None:
        """End everything: ask first, then kill what is left in the sessions. May be called twice."""
        with _undisturbed():
            self._stop()

    def _stop(self) -> None:
        for component in self.components:
            with suppress(ProcessLookupError):
                component.process.terminate()
        give_up = time.monotonic() + _GRACE_S
        for component in self.components:
            with suppress(subprocess.TimeoutExpired):
                component.process.wait(max(0.0, give_up - time.monotonic()))
        kill_sessions(component.process.pid for component in self.components)
        for component in self.components:
            component.process.wait()
        self.components.clear()
        self.register.unlink(missing_ok=True)


def end_remembered(register: Path) -> None:
    """End what an earlier demonstration left behind when it was killed; a pid that was reused is left alone."""
    if not register.is_file():
        return
    marks = json.loads(register.read_text())
    kill_sessions(pid for pid, started in marks if _mark(pid) == [pid, started] or not psutil.pid_exists(pid))
    register.unlink()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not leave half of the processes running."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _mark(pid: int) -> list[float]:
    try:
        return [pid, psutil.Process(pid).create_time()]
    except psutil.NoSuchProcess:
        return [pid, 0.0]


def kill_sessions(leaders: Iterable[int]) -> None:
    """Kill every process whose session is one of `leaders`, until none is left."""
    sessions = set(leaders)
    for _ in range(50):
        members = [process for process in psutil.process_iter(["status"]) if _session(process) in sessions]
        alive = [process for process in members if process.info["status"] != psutil.STATUS_ZOMBIE]
        if not alive:
            return
        for process in alive:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(alive, timeout=0.2)


def _session(process: psutil.Process) -> int:
    try:
        return os.getsid(process.pid)
    except OSError:
        return 0
