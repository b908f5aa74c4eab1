"""Inboxes: what counts as a file, when it is ready, and putting it away."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from files.intake_books import OLE
from files.old_books import encrypted

from tonghop.files.inbox import GRACE_S, Arrived, move_handled, scan, scan_all
from tonghop.files.vault import StillChanging

AT = datetime(2024, 9, 16, 8, 30, 5)  # noqa: DTZ001  only printed
ZIP_END = b"PK\x03\x04" + b"x" * 40 + b"PK\x05\x06" + bytes(18)


class Hands:
    """A clock moved by hand; `meanwhile` runs during the wait."""

    def __init__(self, wall: float = 0, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.now = wall or time.time()
        self.ticks = 100.0
        self.slept: list[float] = []
        self.meanwhile = meanwhile

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.ticks

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.ticks += seconds
        self.meanwhile()


def put(folder: Path, name: str | bytes, content: bytes = ZIP_END, age: float = 3600) -> Path:
    path = folder / os.fsdecode(name)
    path.write_bytes(content)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def names(arrived: tuple[Arrived, ...]) -> list[str]:
    return [one.name for one in arrived]


def test_only_regular_files_of_people_are_seen(tmp_path: Path) -> None:
    good = put(tmp_path, "bao cao.xlsx")
    for name in ("~$bao cao.xlsx", "Thumbs.db", "DESKTOP.INI", ".an.xlsx", "a.tmp", "b.PART", "c.xlsx.crdownload"):
        put(tmp_path, name)
    (tmp_path / "thu muc").mkdir()
    (tmp_path / "lien-ket.xlsx").symlink_to(good)
    os.mkfifo(tmp_path / "ong.xlsx")
    look = scan(tmp_path, 0)
    assert names(look.ready) == ["bao cao.xlsx"]
    assert look.waiting == ()
    assert look.ready[0].path == good


def test_names_are_shown_in_nfc_and_opened_by_their_bytes(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Báo cáo quý.xlsx")
    path = put(tmp_path, decomposed)
    odd = put(tmp_path, b"b\xe1o c\xe1o\n.xlsx", age=7200)
    ready = scan(tmp_path, 0).ready
    assert names(ready) == ["b�o c�o�.xlsx", "Báo cáo quý.xlsx"]
    assert [one.path for one in ready] == [odd, path]
    assert all(one.path.read_bytes() == ZIP_END for one in ready)


def test_sorted_by_time_then_name(tmp_path: Path) -> None:
    for name, age in (("b.xlsx", 50), ("c.xlsx", 100), ("a.xlsx", 50)):
        path = put(tmp_path, name)
        moment = 1_700_000_000 - age
        os.utime(path, (moment, moment))
    assert names(scan(tmp_path, 0).ready) == ["c.xlsx", "a.xlsx", "b.xlsx"]


def test_one_wait_for_all_inboxes_and_old_files_get_a_second_look_too(tmp_path: Path) -> None:
    inboxes = [tmp_path / str(number) for number in range(5)]
    for inbox in inboxes:
        inbox.mkdir()
        put(inbox, "x.xlsx", age=10**6)
    grows = inboxes[2] / "x.xlsx"
    clock = Hands(meanwhile=lambda: grows.write_bytes(ZIP_END + b"y"))
    looks = scan_all(inboxes, 5, clock)
    assert clock.slept == [5]
    assert [names(look.ready) for look in looks.values()] == [["x.xlsx"], ["x.xlsx"], [], ["x.xlsx"], ["x.xlsx"]]
    assert names(looks[inboxes[2]].waiting) == ["x.xlsx"]


def test_a_rewrite_of_the_same_length_is_still_changing(tmp_path: Path) -> None:
    path = put(tmp_path, "x.xlsx")
    clock = Hands(meanwhile=lambda: os.utime(path))
    assert names(scan(tmp_path, 5, clock).waiting) == ["x.xlsx"]


def test_a_file_taken_away_during_the_wait_is_gone(tmp_path: Path) -> None:
    path = put(tmp_path, "x.xlsx")
    look = scan(tmp_path, 5, Hands(meanwhile=path.unlink))
    assert (look.ready, look.waiting) == ((), ())


@pytest.mark.parametrize(("settle", "fill"), [(0, True), (5, False)])
def test_no_wait_without_need(tmp_path: Path, settle: float, *, fill: bool) -> None:
    if fill:
        put(tmp_path, "x.xlsx")
    clock = Hands()
    assert len(scan(tmp_path, settle, clock).ready) == int(fill)
    assert clock.slept == []


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"PK\x03\x04 half a file", bytes(4096), OLE[:5], OLE, encrypted()[:-600], encrypted()[:3000]],
)
def test_a_workbook_without_its_end_waits_ten_minutes_and_is_then_handed_on(tmp_path: Path, content: bytes) -> None:
    path = put(tmp_path, "x.xlsx", content, age=0)
    written = path.stat().st_mtime
    assert names(scan(tmp_path, 0, Hands(written + GRACE_S - 1)).waiting) == ["x.xlsx"]
    assert names(scan(tmp_path, 0, Hands(written + GRACE_S + 1)).ready) == ["x.xlsx"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.xlsx", ZIP_END),
        ("x.xls", encrypted()),
        ("x.xls", OLE + bytes(600)),
        ("x.pdf", b"%PDF"),
        ("x.txt", b""),
    ],
)
def test_whole_files_and_files_that_are_no_zip_do_not_wait(tmp_path: Path, name: str, content: bytes) -> None:
    put(tmp_path, name, content, age=0)
    assert names(scan(tmp_path, 0).ready) == [name]


def test_a_file_time_in_the_future_does_not_wait_for_ever(tmp_path: Path) -> None:
    put(tmp_path, "x.xlsx", b"PK\x03\x04", age=-(10**7))
    assert names(scan(tmp_path, 0, Hands(time.time() + 5)).waiting) == ["x.xlsx"]
    assert names(scan(tmp_path, 0, Hands(time.time() + GRACE_S + 5)).ready) == ["x.xlsx"]


def test_a_missing_inbox_is_empty_and_a_broken_one_stops_nobody(tmp_path: Path) -> None:
    good, broken, missing = tmp_path / "a", tmp_path / "b" / "gui-len", tmp_path / "c"
    good.mkdir()
    put(good, "x.xlsx")
    broken.parent.mkdir()
    broken.write_text("not a folder")
    looks = scan_all([broken, missing, good], 0)
    assert names(looks[good].ready) == ["x.xlsx"]
    assert looks[missing].trouble == ""
    assert "b/gui-len" in looks[broken].trouble


def test_3800_empty_inboxes_take_no_second(tmp_path: Path) -> None:
    inboxes = [tmp_path / f"{number}" for number in range(3800)]
    for inbox in inboxes:
        inbox.mkdir()
    start = time.process_time()
    looks = scan_all(inboxes, 5, Hands())
    assert time.process_time() - start < 1
    assert len(looks) == 3800


def test_move_never_overwrites(tmp_path: Path) -> None:
    handled = tmp_path / "da-nhan"
    places = []
    for number in range(3):
        path = put(tmp_path, "Báo cáo.xlsx", str(number).encode())
        places.append(move_handled(path, handled, AT))
        assert not path.exists()
    assert [place.name for place in places] == [
        "20240916-083005-Báo cáo.xlsx",
        "20240916-083005-Báo cáo-2.xlsx",
        "20240916-083005-Báo cáo-3.xlsx",
    ]
    assert [place.read_text() for place in places] == ["0", "1", "2"]


def test_a_long_or_odd_name_is_cut_to_fit(tmp_path: Path) -> None:
    long = put(tmp_path, "ệ" * 82 + ".xlsx")
    odd = put(tmp_path, b"b\xe1o\ncao.xlsx")
    first, second = (move_handled(path, tmp_path / "da-nhan", AT).name for path in (long, odd))
    assert first.startswith("20240916-083005-ệệ")
    assert first.endswith("ệ.xlsx")
    assert 250 < len(first.encode()) <= 255
    assert second == "20240916-083005-b�o�cao.xlsx"


def test_a_newer_file_under_the_same_name_stays(tmp_path: Path) -> None:
    path = put(tmp_path, "x.xlsx")
    (seen,) = scan(tmp_path, 0).ready
    path.write_bytes(b"newer")
    with pytest.raises(StillChanging):
        move_handled(path, tmp_path / "da-nhan", AT, expected=seen)
    assert path.read_bytes() == b"newer"
    (seen,) = scan(tmp_path, 0, Hands(time.time() + 10**4)).ready
    assert move_handled(path, tmp_path / "da-nhan", AT, expected=seen).read_bytes() == b"newer"


def test_a_file_already_moved_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        move_handled(tmp_path / "x.xlsx", tmp_path / "da-nhan", AT)
    assert not (tmp_path / "da-nhan").exists()
