"""Restore a backup into an empty home and an empty database, of whichever kind.

Order of effects: the backup is unpacked beside and compared with its manifest; folders are moved into the home; the
rows go into the database in one transaction. Killed anywhere and run again it goes on: what it moved before must be
what the backup holds, and rows that are there must be its rows.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tonghop.domain.errors import StoreError, UsageError
from tonghop.files.archive import Manifest, read
from tonghop.steps.backing_up import HOME, TABLES, Tick, foreign, ignore
from tonghop.steps.drafting import sha256
from tonghop.store import Store, filling
from tonghop.store.table_files import TableFiles

_STAGING, _UNPACKED = ".khoi-phuc", "tep"
_READ_ONLY = 0o444


@dataclass(frozen=True)
class Restored:
    """What a backup was: when made, of which province, and how much it put back."""

    created_at: str
    province: str
    files: int
    rows: int


def restore(archive: Path, home: Path, database: str, tick: Tick = ignore) -> Restored:
    """Put a backup back. UsageError when home or database hold anything; ArchiveError when it is not whole."""
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home), Store.open(database) as store:
        unpacked = home / _STAGING / _UNPACKED
        begun = unpacked.parent.exists()
        if not begun:
            _must_be_empty(home, store)
        manifest = _unpack(archive, unpacked, tick, keep=begun)
        _move_in(unpacked / HOME, home)
        rows = filling.fill(store.database, _tables(manifest, unpacked), lambda name, _rows: tick(name))
        shutil.rmtree(unpacked.parent)
    files = sum(name.startswith(f"{HOME}/") for name in manifest.files)
    return Restored(manifest.about["created_at"], manifest.about["province"], files, sum(rows.values()))


def _tables(manifest: Manifest, unpacked: Path) -> TableFiles:
    described: list[dict[str, Any]] = manifest.about["tables"]
    return TableFiles.described(unpacked / TABLES, manifest.about["revision"], described)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with (home / ".khoi-phuc.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError("Một lệnh khôi phục khác đang chạy.", "Đợi lệnh đó kết thúc.") from None
        yield


def _must_be_empty(home: Path, store: Store) -> None:
    present = sorted(path.name for path in home.iterdir() if not foreign(path.name))
    if present:
        raise UsageError(
            f"Thư mục dữ liệu {home} không trống (có {', '.join(present[:5])}); không ghi đè.",
            "Đặt TONGHOP_HOME là một thư mục mới, trống, rồi chạy lại.",
        )
    if not filling.is_empty(store.database):
        raise UsageError(
            "Cơ sở dữ liệu đã có dữ liệu; không ghi đè.",
            "Đặt TONGHOP_DB (hoặc TONGHOP_HOME) là cơ sở dữ liệu mới, trống, rồi chạy lại.",
        )


def _unpack(archive: Path, unpacked: Path, tick: Tick, *, keep: bool) -> Manifest:
    """The backup unpacked anew and found whole; when it is not, no trace is left unless files were moved before."""
    shutil.rmtree(unpacked, ignore_errors=True)
    unpacked.mkdir(parents=True)
    try:
        manifest = read(archive, unpacked, tick)
    except BaseException:
        shutil.rmtree(unpacked if keep else unpacked.parent)
        raise
    (unpacked / HOME).mkdir(exist_ok=True)
    for name in manifest.files:
        if name.startswith(f"{HOME}/vault/"):
            (unpacked / name).chmod(_READ_ONLY)
    return manifest


def _move_in(unpacked: Path, home: Path) -> None:
    for folder in sorted(unpacked.iterdir()):
        there = home / folder.name
        if not there.exists():
            folder.rename(there)
        elif _contents(folder) != _contents(there):
            raise StoreError(
                f"Thư mục {there} khác với bản sao lưu; không ghi đè.",
                "Dọn một thư mục dữ liệu mới, trống, đặt TONGHOP_HOME là thư mục đó rồi chạy lại.",
            )


def _contents(folder: Path) -> dict[str, str]:
    """Every file below `folder` with its digest."""
    return {
        os.fspath(path.relative_to(folder)): sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
