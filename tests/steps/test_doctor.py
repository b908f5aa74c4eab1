"""What `tonghop doctor` looks at: every check tells what is wrong and how it is mended, and none hides another."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from toy_office import TOY, XA, Office

from tonghop import health
from tonghop.domain.errors import SettingError, StorageError
from tonghop.domain.reminding import ReminderPlan
from tonghop.files.storage import Places, RemotePath
from tonghop.settings import NAMES, Settings
from tonghop.steps.doctor import database, folders, inboxes, machine, passes, regulation, settings
from tonghop.steps.doctor.findings import Check, Found, State, bad, ok, run
from tonghop.steps.doctor.telling import summary, told, worst
from tonghop.store import Store
from tonghop.store.migrating import downgrade, revisions

ROOT = Path(__file__).parents[2]
EVERY = timedelta(minutes=5)


def only(found: Found | Iterator[Found]) -> Found:
    """The single thing a check found."""
    (one,) = [found] if isinstance(found, Found) else list(found)
    assert one.state is State.OK or one.mend, "what is not well says how it is mended"
    return one


def states(checks: list[Check]) -> list[tuple[str, str]]:
    return [(line.check, line.state.value) for line in run(checks)]


def test_a_check_that_breaks_becomes_a_line_and_the_others_go_on() -> None:
    def breaks() -> Found:
        raise ZeroDivisionError("postgresql://u:secret@host")

    lines = list(run([Check("a", "A", breaks), Check("b", "B", lambda: ok("tốt."))]))
    assert [(line.check, line.state) for line in lines] == [("a", State.BAD), ("b", State.OK)]
    assert "ZeroDivisionError" in lines[0].words
    assert "secret" not in lines[0].words + lines[0].mend


def test_what_needs_a_broken_check_is_not_looked_at() -> None:
    asked: list[str] = []
    checks = [
        Check("a", "Gốc", lambda: bad("hỏng.", "sửa.")),
        Check("b", "B", lambda: asked.append("b") or ok("."), needs=("a",)),
        Check("c", "C", lambda: asked.append("c") or ok("."), needs=("b",)),
    ]
    lines = list(run(checks))
    assert asked == []
    assert [line.state for line in lines] == [State.BAD, State.WARN, State.WARN]
    assert [line.mend for line in lines[1:]] == ["Khắc phục mục “Gốc” trước, rồi chạy lại."] * 2


def test_one_fault_is_told_once() -> None:
    def fails() -> Found:
        raise SettingError("Một lỗi.", "Cách sửa.")

    lines = list(run([Check("a", "A", fails), Check("b", "B", fails)]))
    assert [line.words for line in lines] == ["Một lỗi.", "Chưa kiểm tra được."]


def test_the_summary_counts() -> None:
    lines = list(run([Check("a", "A", lambda: ok("tốt.")), Check("b", "B", lambda: bad("hỏng.", "Sửa."))]))
    assert summary(lines) == "Có 1 mục bị lỗi."
    assert told(lines[1]) == "[Lỗi]   B: hỏng.\n        → Sửa."
    assert (worst(lines), worst(lines[:1]), summary(lines[:1])) == (State.BAD, State.OK, "Tất cả các mục đều đạt.")


def test_every_setting_of_the_project_is_known() -> None:
    """A name that the software, its compose file or its example reads must not be called a slip."""
    places = [*(ROOT / "include/tonghop").rglob("*.py"), *(ROOT / "plugins").rglob("*.py"), *ROOT.glob("dags/*.py")]
    texts = [
        path.read_text(encoding="utf-8") for path in (*places, ROOT / "docker-compose.yaml", ROOT / ".env.example")
    ]
    read = {name for text in texts for name in re.findall(r"\bTONGHOP_[A-Z_]*[A-Z]\b", text)}
    ids_of_connections = {"TONGHOP_TRUNG_UONG"}
    assert read - ids_of_connections - NAMES == set(), "add it to NAMES in settings.py"
    assert NAMES - read == set(), "nobody reads it any more"


def test_a_setting_that_is_a_slip_and_values_that_cannot_be_read() -> None:
    given = {"TONGHOP_HOEM": "x", "TONGHOP_ZZQ": "x", "TONGHOP_NOW": "hôm qua", "TONGHOP_DEMO": "yes", "HOME": "/"}
    found = list(settings.settings(given, NAMES, Settings.from_env))
    assert [(one.state.value, one.words) for one in found] == [
        ("bad", "TONGHOP_DEMO = “yes” không hợp lệ."),
        ("bad", "TONGHOP_NOW = “hôm qua” không phải thời điểm."),
        ("warn", "Không có cài đặt tên TONGHOP_HOEM."),
        ("warn", "Không có cài đặt tên TONGHOP_ZZQ."),
    ]
    assert "TONGHOP_HOME" in found[2].mend
    assert "README" in found[3].mend
    assert only(settings.settings({"TONGHOP_MAX_MB": "30"}, NAMES, Settings.from_env)).state is State.OK


def places(home: Path, **elsewhere: str) -> Places:
    return Places.of(home, elsewhere, lambda address: pytest.fail(f"nobody asked for {address}"))


def test_folders_that_are_there_or_can_be_made_are_well(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    assert only(folders.folders(tmp_path, places(tmp_path), {"vault"})).state is State.OK


def test_a_home_that_is_not_there(tmp_path: Path) -> None:
    home = tmp_path / "khong-co"
    found = only(folders.folders(home, places(home), ()))
    assert (found.state, str(home) in found.words) == (State.BAD, True)
    assert not home.exists(), "a look makes nothing"


def test_a_vault_that_is_gone(tmp_path: Path) -> None:
    found = only(folders.folders(tmp_path, places(tmp_path), {"vault"}))
    assert (found.state, "Không còn thư mục" in found.words, "sao lưu" in found.mend) == (State.BAD, True, True)


@pytest.fixture
def as_nobody() -> Iterator[Callable[[], None]]:
    """Whoever runs the tests, a folder they may not write to: root becomes nobody for a moment."""
    yield lambda: os.seteuid(65534) if os.geteuid() == 0 else None
    if os.getuid() == 0:
        os.seteuid(0)


def test_a_folder_that_may_only_be_read(as_nobody: Callable[[], None]) -> None:
    home = Path(tempfile.mkdtemp(prefix="tonghop-doctor-"))
    try:
        (home / "vault").mkdir()
        home.chmod(0o777)
        (home / "vault").chmod(0o555)
        as_nobody()
        found = only(folders.folders(home, places(home), ()))
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        shutil.rmtree(home)
    assert (found.state, f"{home / 'vault'} (kho lưu)" in found.words) == (State.BAD, True)
    assert "quyền đọc, ghi" in found.mend


class _Shelf:
    """A store on another machine that answers a question about a folder by `answer`."""

    shown = "sftp://kho"

    def __init__(self, answer: Callable[[], bool]) -> None:
        self.is_folder = lambda _path: answer()
        self.status = lambda _path: answer()


def far(answer: Callable[[], Any], tmp_path: Path) -> Places:
    return replace(places(tmp_path), drop=RemotePath(_Shelf(answer), "/drop"))  # type: ignore[arg-type]


def test_a_store_elsewhere_that_is_out_of_reach(tmp_path: Path) -> None:
    def fails() -> bool:
        raise StorageError("Không tới được kho tệp.", "Xem đường mạng.")

    found = only(folders.storage(far(fails, tmp_path)))
    assert (found.state, found.words) == (State.BAD, "Thư mục trao đổi: Không tới được kho tệp.")
    assert only(folders.storage(places(tmp_path))).words == "Mọi tệp nằm trên máy này."


def test_a_store_elsewhere_that_never_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    never = Event()
    monkeypatch.setattr(folders, "_PATIENCE_S", 0.05)
    found = only(folders.storage(far(lambda: never.wait(30), tmp_path)))
    never.set()
    assert (found.state, "không trả lời" in found.words) == (State.BAD, True)


def test_no_office_program_and_no_type_face(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/khong/co")
    assert only(machine.libreoffice()).state is State.WARN
    assert only(machine.fonts()).state is State.WARN


def test_an_office_program_that_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 77\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert only(machine.libreoffice()).state is State.BAD


def test_another_face_than_that_of_the_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "fc-match"
    program.write_text("#!/bin/sh\nprintf 'DejaVu Sans'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = only(machine.fonts())
    assert (found.state, "DejaVu Sans" in found.words) == (State.WARN, True)


@pytest.mark.parametrize(("free", "state"), [(100, State.BAD), (2 << 30, State.WARN), (90 << 30, State.OK)])
def test_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: State) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    monkeypatch.setattr(machine.tempfile, "gettempdir", lambda: str(tmp_path))
    assert only(machine.disks([("kho lưu", tmp_path / "chua" / "co")])).state is state


def look_at(store: Store, url: str) -> Found:
    return only(database.database(store, url))


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tonghop.db'}"
    with Store.open(url) as store:
        assert look_at(store, url).state is State.BAD
    assert list(tmp_path.iterdir()) == []


@pytest.mark.both_databases
def test_the_version_of_a_database(office: Office) -> None:
    url = office.app.settings.database
    assert revisions()[-1] in look_at(office.app.store, url).words


def test_an_older_and_a_newer_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tonghop.db'}"
    with Store.open(url) as store:
        store.migrate()
        downgrade(store.database, revisions()[-2])
        older = look_at(store, url)
        assert (older.state, revisions()[-1] in older.words) == (State.WARN, True)
        with store.database.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'r9999_later'")
        assert "mới hơn" in look_at(store, url).words


def test_the_clock(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    context = office.app.context
    assert only(passes.clock(context, None)).state is State.OK
    assert "TONGHOP_NOW" in only(passes.clock(context, office.app.settings.now)).words
    office.at("2024-09-19T08:00:00")
    office.collect()
    office.at("2024-09-18T08:00:00")
    assert "chậm hơn lượt nhận báo cáo gần nhất" in only(passes.clock(context, None)).words
    office.at("2024-09-19T08:05:00")
    for apart, state in ((30, State.OK), (120, State.WARN), (600, State.BAD)):
        theirs = datetime.now(UTC) - timedelta(seconds=apart)
        monkeypatch.setattr(office.app.store.database, "clock", lambda theirs=theirs: theirs)
        assert only(passes.clock(context, None)).state is state


def test_the_clock_of_a_server_is_asked(postgres_url: str) -> None:
    with Store.open(postgres_url) as store:
        theirs = store.clock()
    assert theirs is not None
    assert abs(theirs - datetime.now(UTC)) < timedelta(minutes=5)


def test_passes_that_stay_out(office: Office) -> None:
    def look(every: timedelta | None = EVERY) -> list[Found]:
        return list(passes.passes(office.app.context, ReminderPlan(), every))

    office.at("2024-09-16T10:05:00")
    assert only(look()[0]).words == "Chưa có lượt nào."
    office.collect()
    assert [one.state for one in look()] == [State.OK]
    office.at("2024-09-16T10:40:00")
    assert "cách đây 35 phút" in look()[0].words
    assert look(None)[0].state is State.OK, "a demonstration has no schedule"
    office.at("2024-09-19T08:00:00")
    late, days = look()
    assert (late.state, "2 ngày 21 giờ" in late.words) == (State.BAD, True)
    assert days.words == "Không có lượt thu nhận nào chạy xong trong 2 ngày: 17/09/2024, 18/09/2024."


def come(path: Path, seconds_ago: float) -> float:
    """A moment `seconds_ago` after the file came here."""
    return path.lstat().st_ctime + seconds_ago


@pytest.mark.parametrize(("age", "state"), [(60, None), (45 * 60, State.WARN), (30 * 3600, State.BAD)])
def test_a_file_nobody_answers(office: Office, monkeypatch: pytest.MonkeyPatch, age: int, state: State | None) -> None:
    path = office.put(XA, "ten rieng Nguyen Van A.xlsx", b"PK")  # copied: its own time is of last year
    now = come(path, age)
    monkeypatch.setattr(inboxes.time, "time", lambda: now)
    found = only(inboxes.inboxes(office.app.context))
    assert found.state is (state or State.OK)
    assert "Nguyen" not in found.words, "what clerks call their files is not told"
    assert state is None or office.unit(XA).folder in found.words


def test_an_upload_that_broke_off(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    path = office.put(XA, "bao-cao.xlsx.part", b"PK")
    now = come(path, 2 * 3600)
    monkeypatch.setattr(inboxes.time, "time", lambda: now)
    found = only(inboxes.inboxes(office.app.context))
    assert (found.state, "chép dở" in found.words) == (State.WARN, True)


def test_a_file_recorded_and_not_put_away(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.send(XA)
    monkeypatch.setattr(office.app.store.arrivals, "mark_moved", lambda *_: None)
    office.collect()
    assert only(inboxes.inboxes(office.app.context)).state is State.OK, "the run may still be at it"
    office.at("2024-09-16T11:00:00")
    found = only(inboxes.inboxes(office.app.context))
    assert "đã ghi nhận nhưng chưa trả xong" in found.words
    assert XA in found.words


def test_folders_of_units(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert only(folders.unit_folders(office.app.context)).words == "4 đơn vị có đủ thư mục."
    office.folder(XA, "da-nhan").mkdir(exist_ok=True)
    handled = office.folder(XA, "da-nhan")
    monkeypatch.setattr(folders, "_device", lambda path: int(path == handled))
    assert "hai ổ đĩa khác nhau" in only(folders.unit_folders(office.app.context)).words
    shutil.rmtree(office.folder(XA, "gui-len"))
    assert office.unit(XA).folder in only(folders.unit_folders(office.app.context)).words


def test_checks_that_drifted_from_their_forms(toy_expectations: Path, tmp_path: Path) -> None:
    assert only(regulation.expectations(TOY, toy_expectations)).state is State.OK
    shutil.copytree(toy_expectations, tmp_path / "khac")
    next((tmp_path / "khac").rglob("T.01.json")).write_text("{}", encoding="utf-8")
    found = only(regulation.expectations(TOY, tmp_path / "khac"))
    assert (found.words, "tonghop forms compile" in found.mend) == ("Bộ kiểm tra khác với biểu mẫu: T.01.json.", True)


def environ(home: Path, expectations: Path, **more: str) -> dict[str, str]:
    known = {"HOME": str(home), "INCLUDE": str(TOY), "EXPECTATIONS": str(expectations), "PROVINCE": "tinh-thu"}
    return {f"TONGHOP_{name}": value for name, value in (known | more).items()}


def test_a_broken_store_leaves_the_other_checks(tmp_path: Path, toy_expectations: Path) -> None:
    url = "postgresql+psycopg://ai:matkhau-bi-mat@127.0.0.1:1/x"
    lines = health.examine(environ(tmp_path, toy_expectations, DB=url))
    assert {line.check for line in lines} == set(health.names())
    assert [line.check for line in lines if line.state is State.BAD] == ["database"]
    assert "matkhau" not in str(lines)


def test_connections_kept_in_airflow_are_used_and_their_loss_is_told(tmp_path: Path, toy_expectations: Path) -> None:
    def lost() -> dict[str, str]:
        raise RuntimeError("postgresql://airflow:matkhau@x")

    given = environ(tmp_path, toy_expectations)
    kept = {line.check: line for line in health.examine(given, lambda: {"smtp_default": "smtp://127.0.0.1:1"})}
    assert (kept["airflow"].state, kept["mail"].state) == (State.OK, State.BAD)
    assert "127.0.0.1:1" in kept["mail"].words
    gone = {line.check: line for line in health.examine(given, lost)}
    assert (gone["airflow"].state, gone["mail"].state) == (State.BAD, State.WARN)
    assert "matkhau" not in str(gone)


def test_a_glance_asks_no_program_and_no_machine(
    office: Office, monkeypatch: pytest.MonkeyPatch, toy_expectations: Path
) -> None:
    for name in ("libreoffice", "fonts"):
        monkeypatch.setattr(machine, name, lambda: pytest.fail("a page does not wait for this"))
    lines = health.glance(office.app, environ(office.app.settings.home, toy_expectations))
    seen = ["settings", "folders", "disk", "database", "clock", "passes", "unit_folders", "inboxes"]
    assert [line.check for line in lines] == seen
