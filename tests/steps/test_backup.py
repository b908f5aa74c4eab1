"""Backup while the system runs and restore into another place, from and to either database."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from toy_office import COMPLAINTS, Q2, Q3, SO, UNITS, XA, Office, settings

from tonghop.app import App
from tonghop.domain.errors import StoreError, UsageError
from tonghop.files.archive import MANIFEST, ArchiveError
from tonghop.steps import backing_up, restoring
from tonghop.store import Store, dumping, filling, migrating

NewOffice = Callable[..., Office]
DatabaseOf = Callable[[str], str]
AWKWARD = "báo cáo (đã ký)\udcff.xlsx"  # a byte that is not UTF-8: some old tool wrote the name


def work(office: Office) -> Office:
    """A quarter published, a correction after it, and a file nobody has handled yet."""
    office.app.open(Q2)
    office.app.open(Q3)
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 8, 2)})
    office.send_all(units=[unit for unit in UNITS if unit != XA])
    office.send(XA, Q3, {COMPLAINTS: (2, 10, 8, 4)})
    office.collect()
    office.publish()
    office.send(SO, Q3, {COMPLAINTS: (0, 30, 20, 10)}, name="dinh-chinh.xlsx")
    office.collect()
    office.app.consolidate(Q3)
    office.app.consolidate(Q2)
    office.put(XA, AWKWARD, office.workbook(XA, Q3, {COMPLAINTS: (2, 11, 9, 4)}), mtime=1_700_000_100.123456)
    return office


@pytest.fixture
def busy(new_office: NewOffice) -> Office:
    return work(new_office("busy"))


@dataclass(frozen=True)
class Kept:
    """A backup with what it was made of."""

    archive: Path
    rows: dict[str, list[bytes]]
    files: dict[str, tuple[bytes, int]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, toy_expectations: Path) -> Kept:
    """The backup of an office on SQLite."""
    folder = tmp_path_factory.mktemp("kept")
    with App(settings(folder / "home", toy_expectations), "thử nghiệm") as app:
        office = work(Office(app))
        report = app.back_up(folder / "sao-luu.tar")
        assert report.troubles == []
        return Kept(report.path, rows(office.app.store), files(app.settings.home))


def rows(store: Store) -> dict[str, list[bytes]]:
    with store.database.reading() as connection:
        return {shape.name: list(dumping.lines(connection, shape)) for shape in dumping.shapes()}


def files(home: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of everything in a home that is neither the database nor unfinished."""
    return {
        path.relative_to(home).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.name.startswith((".", "tonghop.db"))
    }


@pytest.fixture
def restored(new_office: NewOffice, database_of: DatabaseOf, tmp_path: Path) -> Callable[[Path], Office]:
    """Restores a backup into a place of its own and opens the office there."""

    def restore(archive: Path) -> Office:
        folder = tmp_path / "restored"
        restoring.restore(archive, folder, database_of("restored") or f"sqlite:///{folder / 'tonghop.db'}")
        return new_office("restored")

    return restore


@pytest.mark.both_databases
def test_everything_is_there_again_and_goes_on(
    busy: Office, restored: Callable[[Path], Office], tmp_path: Path
) -> None:
    report = busy.app.back_up(tmp_path / "sao-luu.tar")
    assert report.troubles == []
    other = restored(report.path)
    assert rows(other.app.store) == rows(busy.app.store)
    assert files(other.app.settings.home) == files(busy.app.settings.home)
    for code in UNITS:
        assert other.folder(code, "gui-len").is_dir()
    assert {path.stat().st_mode & 0o777 for path in (other.app.settings.home / "vault").rglob("*.xlsx")} == {0o444}
    proof = other.app.prove()
    assert proof.troubles == []
    assert proof.behind == []
    assert (proof.files, proof.versions) == (6, 1)
    assert proof.totals > 50

    assert other.collect() == [f"{XA} accepted"]
    assert busy.collect() == [f"{XA} accepted"]
    assert other.publish().version == busy.publish().version == 2
    assert [one[:2] for one in other.revisions(XA)] == [one[:2] for one in busy.revisions(XA)]


@pytest.mark.both_databases
def test_a_backup_of_one_database_restores_to_either(kept: Kept, restored: Callable[[Path], Office]) -> None:
    other = restored(kept.archive)
    assert rows(other.app.store) == kept.rows
    assert other.app.prove().troubles == []


@pytest.mark.postgres
def test_a_backup_of_postgresql_restores_to_sqlite(
    new_office: NewOffice, postgres_url: str, restored: Callable[[Path], Office], tmp_path: Path
) -> None:
    office = new_office("busy", postgres_url)
    office.app.open(Q3)
    office.send_all()
    office.collect()
    office.app.consolidate(Q3)
    other = restored(office.app.back_up(tmp_path).path)
    assert rows(other.app.store) == rows(office.app.store)
    assert other.app.prove().troubles == []


@pytest.mark.both_databases
def test_the_system_works_while_it_is_backed_up(
    busy: Office, tmp_path: Path, restored: Callable[[Path], Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Filings that come in between the tables and the files do not tear the backup apart."""
    busy.collect()
    before = rows(busy.app.store)
    others = backing_up._Copying.others

    def meanwhile(copying: Any) -> None:
        busy.send(SO, Q3, {COMPLAINTS: (0, 40, 20, 20)}, name="giua-chung.xlsx")
        assert busy.collect() == [f"{SO} accepted"]
        busy.publish()
        others(copying)

    monkeypatch.setattr(backing_up._Copying, "others", meanwhile)
    report = busy.app.back_up(tmp_path / "sao-luu.tar")
    assert report.troubles == []
    assert rows(busy.app.store) != before

    other = restored(report.path)
    assert rows(other.app.store) == before
    assert other.app.prove().troubles == []
    assert other.publish().version == 2


@pytest.mark.both_databases
def test_a_file_is_in_the_copied_inbox_or_in_the_copied_store(
    busy: Office, tmp_path: Path, restored: Callable[[Path], Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A collector at work while the inboxes are copied waits with its record, and the file is not lost."""
    inboxes = backing_up._Copying.inboxes
    collecting: list[threading.Thread] = []

    def meanwhile(copying: Any) -> None:
        collecting.append(threading.Thread(target=busy.collect))
        collecting[0].start()
        collecting[0].join(1)
        assert collecting[0].is_alive(), "it records while the inboxes are copied"
        inboxes(copying)

    monkeypatch.setattr(backing_up._Copying, "inboxes", meanwhile)
    report = busy.app.back_up(tmp_path / "sao-luu.tar")
    collecting[0].join(60)
    assert [state for _, state, _ in busy.revisions(XA)] == ["superseded", "accepted"]

    other = restored(report.path)
    assert [state for _, state, _ in other.revisions(XA)] == ["accepted"]
    assert other.names(XA, "gui-len") == [AWKWARD]
    assert other.collect() == [f"{XA} accepted"]


class Kill(BaseException):
    """The process ends here."""


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "point",
    [
        (restoring, "read"),
        (restoring, "_move_in"),
        (Path, "rename"),
        (filling, "_load"),
        (filling, "_continue_numbers"),
        (filling, "fill"),
        (migrating, "upgrade"),
    ],
    ids=lambda point: point[1],
)
def test_a_killed_restore_is_finished_by_the_next(
    kept: Kept, restored: Callable[[Path], Office], monkeypatch: pytest.MonkeyPatch, point: tuple[Any, str]
) -> None:
    owner, name = point
    real = getattr(owner, name)

    def killing(*arguments: Any, **options: Any) -> Any:
        real(*arguments, **options)
        raise Kill

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, killing)
        with pytest.raises(Kill):
            restored(kept.archive)

    other = restored(kept.archive)
    assert rows(other.app.store) == kept.rows
    assert files(other.app.settings.home) == kept.files
    assert not (other.app.settings.home / ".khoi-phuc").exists()


def test_nothing_is_written_over(office: Office, kept: Kept, tmp_path: Path) -> None:
    busy, archive = office, kept.archive
    place = busy.app.settings
    before = rows(busy.app.store), files(place.home)
    with pytest.raises(UsageError, match="không trống"):
        restoring.restore(archive, place.home, place.database)
    with pytest.raises(UsageError, match="Cơ sở dữ liệu đã có dữ liệu"):
        restoring.restore(archive, tmp_path / "new", place.database)
    with pytest.raises(ArchiveError, match="không ghi đè"):
        busy.app.back_up(archive)
    with pytest.raises(UsageError, match="trong thư mục dữ liệu"):
        busy.app.back_up(place.home / "drop")
    with pytest.raises(UsageError, match="Không có thư mục"):
        busy.app.back_up(tmp_path / "không có" / "a.tar")
    assert (rows(busy.app.store), files(place.home)) == before


def test_restoring_twice_is_refused_the_second_time(kept: Kept, restored: Callable[[Path], Office]) -> None:
    restored(kept.archive)
    with pytest.raises(UsageError, match="không trống"):
        restored(kept.archive)


@contextmanager
def rewritten(archive: Path, folder: Path, changed: Callable[[str, bytes], bytes | None]) -> Iterator[Path]:
    """The archive with members changed, or left out (None)."""
    other = folder / "khac.tar"
    with tarfile.open(archive) as old, tarfile.open(other, "w") as new:
        for member in old:
            stream = old.extractfile(member)
            content = changed(member.name, stream.read()) if stream else b""
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))
    yield other


@pytest.mark.parametrize(
    ("part", "how"),
    [
        ("home/vault/", b"khac"),
        ("store/cells", b"khac"),
        ("home/published/", None),
        (MANIFEST, None),
        (MANIFEST, b"{}"),
    ],
    ids=["a vault file changed", "a table changed", "a file missing", "no manifest", "another manifest"],
)
def test_a_backup_that_is_not_whole_is_refused(kept: Kept, tmp_path: Path, part: str, how: bytes | None) -> None:
    with rewritten(kept.archive, tmp_path, lambda name, content: how if name.startswith(part) else content) as broken:
        with pytest.raises(ArchiveError, match="không nguyên vẹn"):
            backing_up.check(broken)
        with pytest.raises(ArchiveError, match="không nguyên vẹn"):
            restoring.restore(broken, tmp_path / "new", f"sqlite:///{tmp_path}/new/tonghop.db")
    assert sorted(path.name for path in (tmp_path / "new").iterdir() if path.is_dir()) == []


def test_a_backup_cut_off_is_refused(kept: Kept, tmp_path: Path) -> None:
    size = kept.archive.stat().st_size
    for length in (0, size // 3, size - 20_000):
        cut = tmp_path / f"cut-{length}.tar"
        cut.write_bytes(kept.archive.read_bytes()[:length])
        with pytest.raises(ArchiveError, match="không nguyên vẹn"):
            backing_up.check(cut)


def test_a_member_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as tar:
        tar.addfile(tarfile.TarInfo("home/../../evil"))
    with pytest.raises(ArchiveError, match="mục lạ"):
        restoring.restore(evil, tmp_path / "new", f"sqlite:///{tmp_path}/new/tonghop.db")


def test_a_full_disk_leaves_nothing_behind(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "day"
    place.mkdir()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArchiveError, match="không đủ chỗ"):
        office.app.back_up(place)
    assert list(place.iterdir()) == []


def test_only_its_owner_reads_a_backup(kept: Kept) -> None:
    assert kept.archive.stat().st_mode & 0o777 == 0o600
    with tarfile.open(kept.archive) as tar:
        manifest = json.loads(tar.extractfile(MANIFEST).read())  # type: ignore[union-attr]
    assert manifest["province"] == "tinh-thu"
    assert manifest["revision"] == migrating.revisions()[-1]


def test_damage_is_backed_up_and_told(busy: Office, tmp_path: Path) -> None:
    vault = busy.app.settings.home / "vault"
    first, second, *_ = sorted(vault.rglob("*.xlsx"))
    first.unlink()
    second.chmod(0o644)
    second.write_bytes(b"khac")
    report = busy.app.back_up(tmp_path)
    assert len(report.troubles) == 2
    assert any("đã bị thay đổi" in trouble for trouble in report.troubles)
    assert any("thiếu 2 tệp" in trouble for trouble in report.troubles)
    assert backing_up.check(report.path).files


def test_the_proof_finds_what_disagrees(busy: Office) -> None:
    assert busy.app.prove().troubles == []
    with busy.app.store.database.writing() as connection:
        connection.execute(text("UPDATE totals SET number = number + 1 WHERE period = '20243' AND grp = ''"))
    home = busy.app.settings.home
    (home / "published/20243/v1/so-lieu.csv").write_text("khac", encoding="utf-8")
    shutil.rmtree(next(path for path in sorted((home / "vault").iterdir()) if not path.name.startswith(".")))
    troubles = "\n".join(busy.app.prove().troubles)
    assert "khác với kết quả cộng lại" in troubles
    assert "bản v1: thiếu so-lieu.csv hoặc tệp đã bị thay đổi" in troubles
    assert "Kho lưu không có tệp gốc nguyên vẹn" in troubles


def test_a_period_that_is_behind_is_told_and_not_compared(busy: Office) -> None:
    busy.collect()
    proof = busy.app.prove()
    assert proof.behind == [Q3.label]
    assert proof.troubles == []


@pytest.mark.both_databases
def test_two_restores_at_once_are_one(kept: Kept, tmp_path: Path, database_of: DatabaseOf) -> None:
    home = tmp_path / "restored"
    url = database_of("restored") or f"sqlite:///{home / 'tonghop.db'}"
    ended: list[str] = []

    def one() -> None:
        try:
            restoring.restore(kept.archive, home, url)
        except (UsageError, StoreError):
            ended.append("refused")
        else:
            ended.append("done")

    together = [threading.Thread(target=one) for _ in range(2)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join(60)
    assert sorted(ended) == ["done", "refused"]
    with Store.open(url) as store:
        assert rows(store) == kept.rows
