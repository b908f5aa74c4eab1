"""The database fails in the middle of collecting: the run stops and says so, and the next one finishes its work."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine.default import DefaultDialect
from store.proxy import Proxy
from toy_office import COMPLAINTS, PHUONG, Q3, UNITS, Office

from tonghop.app import App
from tonghop.domain.errors import StoreError
from tonghop.store import contents, database
from tonghop.store.arrivals import Arrivals

ROOT = Path(__file__).parents[2]


@pytest.fixture
def line(postgres_url: str) -> Iterator[Proxy]:
    with Proxy(postgres_url) as proxy:
        yield proxy


@pytest.fixture
def remote(line: Proxy, new_office: Callable[..., Office]) -> Office:
    """An office whose database is a server at the end of a line; three good reports and one with a mistake came."""
    office = new_office(database=line.url)
    office.app.open(Q3)
    office.send_all(units=[code for code in UNITS if code != PHUONG])
    office.send(PHUONG, rows={COMPLAINTS: (0, 10, 8, 3)})
    return office


def terminate(server: str, schema_url: str) -> None:
    """End every session of the office, as an administrator or a crash of the server would."""
    schema = schema_url.rpartition("%3D")[2]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l USING (pid) "
            "JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND a.pid <> pg_backend_pid()",
            [schema],
        )


def before(patch: pytest.MonkeyPatch, owner: Any, name: str, fault: Callable[[], None]) -> None:
    """Let `fault` happen right before the second call of `owner.name`."""
    real, calls = getattr(owner, name), [0]

    def failing(*arguments: Any, **options: Any) -> Any:
        calls[0] += 1
        if calls[0] == 2:
            fault()
        return real(*arguments, **options)

    patch.setattr(owner, name, failing)


def nothing_untrue(office: Office) -> None:
    """Who was told anything has it in the store, and whoever has nothing in the store still has the file in place."""
    for code in UNITS:
        recorded = office.submissions(code)
        pages = [name for name in office.names(code, "nhan-ve") if name.startswith("Ket-qua")]
        assert len(pages) <= len(recorded), code
        assert recorded or office.names(code, "gui-len"), code


def all_done(office: Office) -> None:
    for code in UNITS:
        state = "invalid" if code == PHUONG else "accepted"
        assert [found for _, found, _ in office.revisions(code)] == [state], code
        assert office.names(code, "gui-len") == [], code
        assert len(office.names(code, "da-nhan")) == 1, code
        office.answer(code)
    kinds = office.event_kinds()
    assert (kinds.count("accepted"), kinds.count("invalid"), kinds.count("duplicate")) == (3, 1, 0)
    assert office.app.store.arrivals.unmoved() == ()


POINTS = {
    "in the transaction": (contents, "write_findings"),
    "between two transactions": (Arrivals, "mark_moved"),
    "at a commit": (DefaultDialect, "do_commit"),
}


@pytest.mark.postgres
@pytest.mark.parametrize("point", POINTS)
def test_a_server_that_goes_away(
    remote: Office, line: Proxy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, point: str
) -> None:
    with monkeypatch.context() as patch:
        before(patch, *POINTS[point], line.cut)
        with pytest.raises(StoreError, match="Kiểm tra máy chủ"):
            remote.collect()
    with pytest.raises(StoreError, match="Không kết nối được"):
        remote.collect()
    line.restore()
    nothing_untrue(remote)

    remote.collect()

    all_done(remote)
    assert [record.getMessage() for record in caplog.records] == []  # nothing else would reach the official's screen


@pytest.mark.postgres
def test_a_session_ended_within_its_transaction(
    remote: Office, postgres_server: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        before(patch, contents, "write_findings", lambda: terminate(postgres_server, postgres_url))
        with pytest.raises(StoreError, match="Mất kết nối"):
            remote.collect()
    nothing_untrue(remote)
    remote.collect()
    all_done(remote)


@pytest.mark.postgres
def test_a_commit_whose_answer_was_lost_is_not_done_twice(
    remote: Office, line: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has committed, we cannot know: the next run finds it and goes on from there."""

    def unheard() -> None:
        line.deaf = True

    with monkeypatch.context() as patch:
        before(patch, contents, "write_findings", lambda: before(patch, DefaultDialect, "do_commit", unheard))
        with pytest.raises(StoreError, match="Mất kết nối"):
            remote.collect()
    nothing_untrue(remote)
    remote.collect()
    all_done(remote)


@pytest.mark.postgres
def test_a_connection_that_died_idle_is_replaced(remote: Office, line: Proxy) -> None:
    remote.app.store.periods.opened()
    line.cut()
    line.restore()
    assert len(remote.collect()) == len(UNITS)
    all_done(remote)


def test_a_line_that_falls_silent_is_given_up(line: Proxy, remote: Office) -> None:
    """No packet says that the other end is gone: the system is told to find out by itself."""
    with remote.app.store.database.reading() as connection:
        told = connection.connection.driver_connection.info.get_parameters()
    assert (told["tcp_user_timeout"], told["keepalives_idle"], told["connect_timeout"]) == ("60000", "30", "10")


@pytest.mark.postgres
def test_at_the_command_line_it_is_two_sentences(postgres_url: str, toy_expectations: Path, tmp_path: Path) -> None:
    with Proxy(postgres_url) as line:
        line.cut()
        done = command(tmp_path, toy_expectations, line.url, "collect")
    assert done.returncode == 1
    assert done.stdout == ""
    problem, remedy = done.stderr.strip().split("\n")
    assert problem.startswith("Không kết nối được cơ sở dữ liệu")
    assert remedy.startswith("→ Kiểm tra máy chủ PostgreSQL")


def command(home: Path, expectations: Path, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "include"),
        "TONGHOP_HOME": str(home),
        "TONGHOP_DB": url,
        "TONGHOP_INCLUDE": str(ROOT / "tests" / "data" / "toy"),
        "TONGHOP_PROVINCE": "tinh-thu",
        "TONGHOP_EXPECTATIONS": str(expectations),
        "TONGHOP_NOW": "2024-09-16T10:00:00",
        "TONGHOP_SETTLE_S": "0",
    }
    line = [sys.executable, "-m", "tonghop.cli.main", *words]
    return subprocess.run(line, env=environment, text=True, capture_output=True, check=False, timeout=120)


# The embedded database


@pytest.fixture
def local(new_office: Callable[..., Office]) -> Office:
    office = new_office()
    office.app.open(Q3)
    office.send_all(units=[code for code in UNITS if code != PHUONG])
    office.send(PHUONG, rows={COMPLAINTS: (0, 10, 8, 3)})
    return office


def test_locked_longer_than_one_waits(local: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program holds the file in the middle of the pass; the run gives up, and the next one goes on."""
    path = file_of(local)
    other = sqlite3.connect(path, isolation_level=None)
    with monkeypatch.context() as patch:
        patch.setattr(database, "WAIT_S", 0.2)
        local.app.store.database.engine.dispose()
        fresh = App(local.app.settings, "thử nghiệm")
        before(patch, Arrivals, "mark_moved", lambda: other.execute("BEGIN IMMEDIATE") and None)
        with pytest.raises(StoreError, match=r"bận quá 0.2 giây\. Đợi lệnh khác"):
            fresh.collect()
        fresh.close()
    other.execute("ROLLBACK")
    other.close()
    nothing_untrue(local)
    local.collect()
    all_done(local)


def test_removed_while_it_is_in_use(local: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """SQLite would go on in a file without a name; and an empty one in its place must not count as a beginning."""
    path, aside = file_of(local), tmp_path / "cat-di"
    aside.mkdir()

    def remove() -> None:
        for part in path.parent.glob("tonghop.db*"):
            shutil.move(part, aside)

    with monkeypatch.context() as patch:
        before(patch, Arrivals, "mark_moved", remove)
        with pytest.raises(StoreError, match="đã bị xóa hoặc bị thay"):
            local.collect()
    with pytest.raises(StoreError, match="đã bị xóa hoặc bị thay"):
        local.collect()
    local.app.close()
    with pytest.raises(StoreError, match="trống trong khi kho lưu đã có tệp") as told:
        App(local.app.settings)
    assert "phục hồi cơ sở dữ liệu từ bản sao lưu" in told.value.remedy

    for part in path.parent.glob("tonghop.db*"):
        part.unlink()
    for part in aside.iterdir():
        shutil.move(part, path.parent)
    nothing_untrue(local)
    local.collect()
    all_done(local)


def test_a_new_database_before_anything_was_received_is_a_beginning(local: Office) -> None:
    local.app.close()
    file_of(local).unlink()
    with App(local.app.settings) as begun:
        assert begun.store.periods.opened() == ()


def test_damaged(local: Office, tmp_path: Path) -> None:
    local.app.close()
    path = file_of(local)
    kept = tmp_path / "sao-luu.db"
    shutil.copy(path, kept)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))
    with pytest.raises(StoreError, match="bị hỏng") as told, App(local.app.settings) as app:
        app.collect()
    assert "phục hồi từ bản sao lưu" in told.value.remedy
    for code in UNITS:
        assert len(local.names(code, "gui-len")) == 1

    shutil.copy(kept, path)
    local.collect()
    all_done(local)


def test_a_folder_in_its_place(local: Office) -> None:
    local.app.close()
    path = file_of(local)
    path.unlink()
    path.mkdir()
    with pytest.raises(StoreError, match="Không kết nối được") as told:
        App(local.app.settings)
    assert "Kiểm tra thư mục chứa tệp" in told.value.remedy


def file_of(office: Office) -> Path:
    return office.app.settings.home / "tonghop.db"
