"""Everything the demonstration starts is ended again, also what left its process group or outlived its leader."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tonghop.demo.airflow_server import require_free
from tonghop.demo.place import MARKER, empty, held
from tonghop.demo.processes import Processes, end_remembered
from tonghop.domain.errors import SettingError

# A leader whose child moves to a process group of its own, as Airflow's task supervisor lets its tasks do.
LEADER = """
import os, sys, time
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    time.sleep(600)
print(child, flush=True)
{then}
"""


def _start(processes: Processes, tmp_path: Path, then: str) -> int:
    """Start the leader; the pid of its child."""
    log = tmp_path / "leader.log"
    processes.start("leader", [sys.executable, "-c", LEADER.format(then=then)], dict(os.environ), log)
    give_up = time.monotonic() + 20
    while not log.read_text():
        assert time.monotonic() < give_up
        time.sleep(0.05)
    return int(log.read_text())


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("then", ["time.sleep(600)", "sys.exit()"], ids=["leader runs", "leader ended"])
def test_stop_ends_the_whole_session(tmp_path: Path, then: str) -> None:
    processes = Processes(tmp_path / "processes.json")
    child = _start(processes, tmp_path, then)
    assert _alive(child)
    processes.stop()
    assert not _alive(child)
    assert not processes.register.exists()
    processes.stop()  # harmless


def test_what_a_killed_demonstration_left_is_ended_by_the_next(tmp_path: Path) -> None:
    processes = Processes(tmp_path / "processes.json")
    child = _start(processes, tmp_path, "time.sleep(600)")
    leader = processes.components[0].process
    end_remembered(processes.register)
    assert not _alive(child)
    assert not _alive(leader.pid)
    leader.wait(10)
    assert not processes.register.exists()


def test_a_reused_pid_is_left_alone(tmp_path: Path) -> None:
    register = tmp_path / "processes.json"
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        register.write_text(json.dumps([[stranger.pid, 1.0]]))
        end_remembered(register)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_component_that_died_is_told(tmp_path: Path) -> None:
    processes = Processes(tmp_path / "processes.json")
    processes.start("api-server", [sys.executable, "-c", "print('hết bộ nhớ')"], dict(os.environ), tmp_path / "a.log")
    processes.components[0].process.wait(20)
    stopped = processes.stopped()
    assert stopped is not None
    assert (stopped.name, stopped.last_words()) == ("api-server", "hết bộ nhớ")
    processes.stop()


def test_a_port_in_use_is_told_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=f"Cổng {port} đang được chương trình khác sử dụng") as told:
            require_free(port)
    assert str(port + 1) in told.value.remedy


def test_a_folder_with_other_data_is_never_used(tmp_path: Path) -> None:
    (tmp_path / "tonghop.db").write_text("số liệu thật")
    with pytest.raises(SettingError, match="đang chứa dữ liệu khác"), held(tmp_path):
        pass
    with pytest.raises(SettingError, match="không phải của bản trình diễn"):
        empty(tmp_path)
    assert (tmp_path / "tonghop.db").read_text() == "số liệu thật"


def test_a_marked_folder_is_emptied_and_held_by_one(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with held(home):
        (home / "drop").mkdir()
        (home / "drop" / "a.xlsx").write_text("x")
        with pytest.raises(SettingError, match="đang chạy"), held(home):
            pass
    with held(home):
        empty(home)
        assert [path.name for path in home.iterdir()] == [MARKER]
