"""Where a demonstration lives: a marked folder, held by one demonstration at a time, emptied at its start."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tonghop.domain.errors import SettingError
from tonghop.settings import ONLY, Settings

MARKER = ".trinh-dien"
_MARKER_TEXT = "Thư mục của bản trình diễn: mọi thứ ở đây bị xóa mỗi khi chạy lại.\n"
# Nothing of a real system may leak in: neither its database nor its clock.
_FOREIGN = ("TONGHOP_DB", "TONGHOP_NOW", "TONGHOP_CLI_APPROVE")


@contextmanager
def held(home: Path) -> Iterator[None]:
    """`home` for this demonstration alone. SettingError when it holds something else, or another one is running."""
    if home.exists() and any(home.iterdir()) and not (home / MARKER).is_file():
        raise SettingError(
            f"Thư mục {home} đang chứa dữ liệu khác, bản trình diễn không dùng.",
            "Đặt TONGHOP_HOME là một thư mục mới hoặc để trống.",
        )
    home.mkdir(parents=True, exist_ok=True)
    with (home / MARKER).open("a+", encoding="utf-8") as marker:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingError(
                f"Một bản trình diễn khác đang chạy trong {home}.", "Dừng bản đó (Ctrl-C) rồi chạy lại."
            ) from None
        marker.truncate(0)
        marker.write(_MARKER_TEXT)
        marker.flush()
        yield


def empty(home: Path) -> None:
    """Remove what an earlier demonstration left in a marked folder; the marker stays."""
    if not (home / MARKER).is_file():
        raise SettingError(f"Thư mục {home} không phải của bản trình diễn.", "Đặt TONGHOP_HOME là thư mục khác.")
    for entry in home.iterdir():
        if entry.name == MARKER:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def set_environment(home: Path) -> None:
    """Point this process, and every process it starts, at the demonstration of one province in `home`."""
    for name in _FOREIGN:
        os.environ.pop(name, None)
    os.environ["TONGHOP_PROVINCE"] = Settings.from_env().for_province().province
    os.environ.pop(ONLY, None)
    os.environ |= {"TONGHOP_HOME": str(home), "TONGHOP_DEMO": "1", "TONGHOP_SETTLE_S": "0"}
