"""What counts as news in the inboxes, look after look."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tonghop.steps.arriving import Arrivals

WHOLE = b"PK\x03\x04" + b"x" * 40 + b"PK\x05\x06" + bytes(18)  # a zip with its end record


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    for unit in ("25217-xa", "688-huyen"):
        (tmp_path / unit / "gui-len").mkdir(parents=True)
    return tmp_path


def put(drop: Path, name: str = "bao-cao.xlsx", content: bytes = WHOLE, unit: str = "25217-xa") -> Path:
    path = drop / unit / "gui-len" / name
    path.write_bytes(content)
    return path


def looks(arrivals: Arrivals, count: int) -> list[int]:
    return [arrivals.look() for _ in range(count)]


def test_a_file_is_news_once_it_stood_still_and_only_once(drop: Path) -> None:
    arrivals = Arrivals(drop)
    put(drop)
    assert looks(arrivals, 5) == [0, 1, 0, 0, 0]


def test_what_lay_there_before_the_first_look_is_news_too(drop: Path) -> None:
    """A triggerer that starts again: files that came meanwhile are told of without waiting for the schedule."""
    put(drop)
    put(drop, unit="688-huyen")
    assert looks(Arrivals(drop), 3) == [0, 2, 0]


def test_a_file_being_copied_is_no_news_until_it_stands_still(drop: Path) -> None:
    arrivals, seen = Arrivals(drop), []
    for size in range(1, 20):
        put(drop, "anh.pdf", b"%PDF" * size)
        seen += looks(arrivals, 1)
    assert seen == [0] * 19
    assert looks(arrivals, 3) == [1, 0, 0]


def test_a_workbook_without_its_end_is_no_news(drop: Path) -> None:
    arrivals = Arrivals(drop)
    put(drop, content=WHOLE[:30])
    assert looks(arrivals, 4) == [0, 0, 0, 0]
    put(drop)
    assert looks(arrivals, 3) == [0, 1, 0]


def test_a_replaced_file_is_news_again(drop: Path) -> None:
    arrivals = Arrivals(drop)
    path = put(drop)
    assert looks(arrivals, 3) == [0, 1, 0]
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert looks(arrivals, 3) == [0, 1, 0]


def test_taking_files_away_is_no_news_and_the_same_name_may_come_again(drop: Path) -> None:
    arrivals = Arrivals(drop)
    path = put(drop)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert looks(arrivals, 2) == [0, 1]
    kept = path.rename(drop / "25217-xa" / "bao-cao.xlsx")
    assert looks(arrivals, 2) == [0, 0]
    kept.rename(path)
    assert looks(arrivals, 3) == [0, 1, 0]


def test_a_stuck_file_does_not_hide_another(drop: Path) -> None:
    arrivals = Arrivals(drop)
    put(drop, "ket.xlsx")
    assert looks(arrivals, 2) == [0, 1]
    put(drop, "moi.xlsx")
    assert looks(arrivals, 3) == [0, 1, 0]


@pytest.mark.parametrize("name", ["~$bao-cao.xlsx", "bao-cao.xlsx.tmp", ".an.xlsx", "Thumbs.db"])
def test_what_no_pass_would_take_is_no_news(drop: Path, name: str) -> None:
    put(drop, name)
    assert looks(Arrivals(drop), 3) == [0, 0, 0]


def test_nothing_was_opened_yet(tmp_path: Path) -> None:
    arrivals = Arrivals(tmp_path / "drop")
    assert looks(arrivals, 2) == [0, 0]
    put_in = tmp_path / "drop" / "25217-xa" / "gui-len"
    put_in.mkdir(parents=True)
    (put_in / "bao-cao.xlsx").write_bytes(WHOLE)
    assert looks(arrivals, 2) == [0, 1]


def test_an_inbox_that_is_no_folder_keeps_no_other_from_being_seen(drop: Path) -> None:
    (drop / "la").mkdir()
    (drop / "la" / "gui-len").write_text("không phải thư mục", encoding="utf-8")
    (drop / "ghi-chu.txt").write_text("không phải đơn vị", encoding="utf-8")
    put(drop)
    assert looks(Arrivals(drop), 2) == [0, 1]


def test_a_drop_folder_that_cannot_be_listed_is_told(tmp_path: Path) -> None:
    (tmp_path / "drop").write_text("không phải thư mục", encoding="utf-8")
    with pytest.raises(NotADirectoryError):
        Arrivals(tmp_path / "drop").look()
