"""A full disk or a folder that cannot be written: the run says which and how to mend it, and the next one finishes.

Nothing is pretended: a small tmpfs that is really full, a bind mount or an immutable folder that really refuses bytes.
They need root; for anybody else refused writing is made by permissions, and a full disk is skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from toy_office import COMPLAINTS, HUYEN, PHUONG, Q3, UNITS, XA, Office

from tonghop.app import App
from tonghop.domain.errors import StoreError

OTHERS = [code for code in UNITS if code != XA]


class Disks:
    """Puts file systems of the test over folders of the office, and takes them away again."""

    def __init__(self) -> None:
        self._undo = ExitStack()

    def full(self, folder: Path, size: str) -> Path:
        """Put `folder`, as it is, on a disk of its own without room for one more byte; gives what fills it."""
        kept = folder.with_name(f"{folder.name}.o-cu")
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(folder, kept)
        _mount("-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(folder))
        self._undo.callback(_unmount, folder)
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        filler = folder / ".day"
        with filler.open("wb", buffering=0) as stream:
            try:
                while stream.write(bytes(512)):
                    pass
            except OSError:
                pass
        return filler

    def read_only(self, folder: Path) -> Callable[[], None]:
        """Refuse writing to `folder`; gives what allows it again."""
        if os.geteuid() != 0:
            folder.chmod(0o555)
            self._undo.callback(folder.chmod, 0o755)
            return lambda: folder.chmod(0o755)
        _mount("--bind", str(folder), str(folder))
        self._undo.callback(_unmount, folder)
        _mount("-o", "remount,ro,bind", str(folder))
        return lambda: _mount("-o", "remount,rw,bind", str(folder))

    def locked(self, folder: Path) -> Callable[[], None]:
        """The same for a folder whose files are moved: they could not be moved from one mount to another."""
        if os.geteuid() != 0:
            return self.read_only(folder)
        _try("chattr", "+i", str(folder))
        undo = ["chattr", "-i", str(folder)]
        self._undo.callback(subprocess.run, undo, check=True)
        return lambda: subprocess.run(undo, check=True) and None

    def close(self) -> None:
        self._undo.close()


def _mount(*words: str) -> None:
    _try("mount", *words)


def _try(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{words[0]} is not allowed here: {done.stderr.strip()}")


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def disks() -> Iterator[Disks]:
    mounted = Disks()
    yield mounted
    mounted.close()


@pytest.fixture
def busy(new_office: Callable[..., Office], disks: Disks) -> Office:
    """Quarter III is open and every unit has sent a good report."""
    office = new_office()
    office.app.open(Q3)
    office.send_all()
    return office


def settled(office: Office, code: str) -> bool:
    """Whether the unit's only report is recorded once, answered and put away."""
    return (
        [state for _, state, _ in office.revisions(code)] == ["accepted"]
        and office.names(code, "gui-len") == []
        and len(office.names(code, "da-nhan")) == 1
        and "Báo cáo đã được chấp nhận" in office.answer(code)
    )


def all_settled(office: Office) -> bool:
    kinds = office.event_kinds()
    counts = (kinds.count("accepted"), kinds.count("duplicate"))
    return all(settled(office, code) for code in UNITS) and counts == (len(UNITS), 0)


def drafts(folder: Path) -> list[Path]:
    """What was begun and not finished."""
    return [path for path in folder.rglob("*") if path.suffix == ".tmp" or "dang-ghi/" in path.as_posix()]


@pytest.mark.parametrize("part", ["nhan-ve", "da-nhan", "gui-len"])
def test_a_folder_of_one_unit_that_cannot_be_written_keeps_only_that_unit_waiting(
    busy: Office, disks: Disks, part: str
) -> None:
    allow = disks.locked(busy.folder(XA, part))
    report = busy.pass_over()

    assert all(settled(busy, code) for code in OTHERS)
    (trouble,) = report.troubles
    assert f"drop/{busy.unit(XA).folder}/{part}" in trouble
    assert "Cho phép ghi vào thư mục này" in trouble or "Cấp quyền" in trouble
    assert [state for _, state, _ in busy.revisions(XA)] == ["accepted"]
    assert busy.names(XA, "gui-len") == ["bao-cao-20243.xlsx"]
    assert busy.pass_over().troubles == [trouble]
    assert busy.app.store.scans.newest().finished_at is not None  # every file was seen: the pass counts for lateness

    allow()
    assert busy.pass_over().troubles == []
    assert all_settled(busy)


def test_a_full_disk_under_one_unit_keeps_only_that_unit_waiting(busy: Office, disks: Disks) -> None:
    filler = disks.full(busy.folder(XA, ""), "256k")
    report = busy.pass_over()

    assert all(settled(busy, code) for code in OTHERS)
    (trouble,) = report.troubles
    assert f"drop/{busy.unit(XA).folder}/nhan-ve: hết chỗ trống trên ổ đĩa. Giải phóng chỗ trống" in trouble
    assert [name for name in busy.names(XA, "nhan-ve") if not name.startswith("Bieu-mau")] == []

    filler.unlink()
    assert busy.pass_over().troubles == []
    assert all_settled(busy)


@pytest.mark.parametrize("fault", ["full", "read_only"])
def test_a_vault_that_cannot_be_written_leaves_every_file_where_it_is(busy: Office, disks: Disks, fault: str) -> None:
    vault = busy.app.settings.home / "vault"
    vault.mkdir()
    if fault == "full":
        filler = disks.full(vault, "1m")
        words = "hết chỗ trống trên ổ đĩa"
        mend: Callable[[], object] = filler.unlink
    else:
        mend = disks.read_only(vault)
        words = "chỉ cho đọc" if os.geteuid() == 0 else "không có quyền"
    report = busy.pass_over()

    assert report.answers == []
    assert len(report.troubles) == len(UNITS)
    assert all(words in trouble for trouble in report.troubles)
    assert [busy.names(code, "gui-len") for code in UNITS] == [["bao-cao-20243.xlsx"]] * len(UNITS)
    assert [path for path in vault.rglob("*") if path.is_file() and path.name != ".day"] == []
    assert busy.app.store.scans.newest().finished_at is None  # a pass that took nothing says nothing about lateness

    mend()
    assert busy.pass_over().troubles == []
    assert all_settled(busy)


def test_a_vault_that_fills_up_in_the_middle_keeps_whole_files_only(busy: Office, disks: Disks) -> None:
    vault = busy.app.settings.home / "vault"
    filler = disks.full(vault, "128k")
    os.truncate(filler, filler.stat().st_size - (48 << 10))  # room for some, not for all
    report = busy.pass_over()
    assert report.answers
    assert report.troubles
    kept = [path for path in vault.rglob("*") if path.is_file() and path.name != ".day"]
    assert len(kept) == len(report.answers)
    assert all(busy.app.vault.verify(path.stem) for path in kept)
    filler.unlink()
    os.sync()
    busy.pass_over()
    assert all_settled(busy)


def test_a_truncated_file_in_the_vault_is_never_taken_for_the_whole(busy: Office) -> None:
    """Cut short or damaged at the same length: the unit's new file of these bytes is not called received."""
    busy.collect()
    whole = busy.app.vault.find(busy.submissions(XA)[0].sha256)
    assert whole is not None
    content = whole.read_bytes()
    for damaged in (content[:-1], content[:-1] + bytes([content[-1] ^ 1])):
        whole.chmod(0o644)
        whole.write_bytes(damaged)
        busy.put(XA, "lai.xlsx", content)
        busy.send(PHUONG, rows={COMPLAINTS: (0, len(damaged), 0, len(damaged))})
        report = busy.pass_over()
        assert [answer.unit.code for answer in report.answers] == [PHUONG]
        (trouble,) = report.troubles
        assert "đã bị thay đổi. Khôi phục từ bản sao lưu" in trouble
        assert busy.names(XA, "gui-len") == ["lai.xlsx"]
    whole.write_bytes(content)
    assert busy.collect() == [f"{XA} accepted"]


@pytest.mark.parametrize("room", [0, 24 << 10, 96 << 10, 256 << 10])
def test_a_full_disk_under_the_database(
    new_office: Callable[..., Office], disks: Disks, tmp_path: Path, room: int
) -> None:
    """Whatever room is left when the pass begins: it stops where it runs out, and nothing is half recorded."""
    place = tmp_path / "so-lieu"
    place.mkdir()
    office = new_office(database=f"sqlite:///{place / 'tonghop.db'}")
    office.app.open(Q3)
    office.send_all()
    office.app.close()
    filler = disks.full(place, "2m")
    os.truncate(filler, filler.stat().st_size - room)
    with pytest.raises(StoreError) as told, App(office.app.settings) as app:
        app.collect()
    assert "Kiểm tra" in told.value.remedy
    filler.unlink()
    for code in UNITS:
        pages = [name for name in office.names(code, "nhan-ve") if name.startswith("Ket-qua")]
        assert len(pages) <= len(office.submissions(code))
        assert office.submissions(code) or office.names(code, "gui-len")
    office.pass_over()
    assert all_settled(office)


def test_a_home_that_cannot_be_written(busy: Office, disks: Disks) -> None:
    busy.app.close()
    allow = disks.read_only(busy.app.settings.home)
    if os.geteuid() == 0:
        with pytest.raises(StoreError, match=r"Kiểm tra thư mục|chỉ được đọc"):
            App(busy.app.settings).collect()
    allow()
    busy.pass_over()
    assert all_settled(busy)


# What follows from filings


@pytest.fixture
def collected(busy: Office) -> Office:
    busy.collect()
    return busy


def test_a_district_whose_folder_cannot_be_written_keeps_no_other_waiting(collected: Office, disks: Disks) -> None:
    allow = disks.read_only(collected.folder(HUYEN, "nhan-ve"))
    report = collected.app.consolidate(Q3)
    (trouble,) = report.troubles
    assert f"drop/{collected.unit(HUYEN).folder}/nhan-ve" in trouble
    assert collected.app.pending() == {}
    assert collected.app.draft(Q3).folder.is_dir()
    allow()
    again = collected.app.consolidate(Q3)
    assert (again.districts, again.troubles) == (1, ())
    assert f"Tong-hop-20243-{HUYEN}.xlsx" in collected.names(HUYEN, "nhan-ve")


def test_a_unit_whose_folder_cannot_be_written_keeps_no_other_from_its_form(
    new_office: Callable[..., Office], disks: Disks
) -> None:
    office = new_office()
    office.folder(XA, "nhan-ve").mkdir(parents=True)
    allow = disks.read_only(office.folder(XA, "nhan-ve"))
    report = office.app.open(Q3)
    (trouble,) = report.troubles
    assert f"drop/{office.unit(XA).folder}/nhan-ve" in trouble
    assert (report.written, office.names(XA, "nhan-ve")) == (len(UNITS) - 1, [])
    allow()
    assert office.app.open(Q3).troubles == ()
    assert office.names(XA, "nhan-ve") == [f"Bieu-mau-20243-{XA}.xlsx"]


@pytest.mark.parametrize("fault", ["full", "read_only"])
@pytest.mark.parametrize("part", ["draft", "published"])
def test_a_publication_that_finds_no_room_is_made_whole_by_the_next_run(
    collected: Office, disks: Disks, part: str, fault: str
) -> None:
    collected.app.consolidate(Q3)
    if part == "published":
        for login in ("truongphong", "lanhdao"):
            collected.app.approve(Q3, login, via="cli")
    folder = collected.app.settings.home / part
    folder.mkdir(exist_ok=True)
    if fault == "full":
        filler = disks.full(folder, "512k")
        mend: Callable[[], object] = filler.unlink
    else:
        mend = disks.read_only(folder)
    with pytest.raises((StoreError, OSError)):
        collected.publish() if part == "draft" else collected.app.publish(Q3)
    assert collected.app.store.publications.of("20243") == ()
    assert [path.name for path in folder.rglob("*") if path.is_dir() and path.name.startswith(".")] == []

    mend()
    done = collected.publish() if part == "draft" else collected.app.publish(Q3)
    assert (done.version, sorted(path.name for path in done.folder.parent.iterdir() if path.is_dir())) == (1, ["v1"])
    assert "manifest.json" in [path.name for path in done.folder.iterdir()]
