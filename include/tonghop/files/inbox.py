"""What lies in the units' inboxes, what of it is wholly written, and putting a handled file away."""

from __future__ import annotations

import os
import re
import stat
import time
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from tonghop.domain.refusals import mend, why
from tonghop.files.package import may_be_unfinished
from tonghop.files.vault import StillChanging

GRACE_S = 600  # a zip without its end record may still be arriving for this long
_NAME_BYTES = 255
_IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_IGNORED_STARTS = ("~$", ".")
_IGNORED_ENDS = (".tmp", ".part", ".crdownload")
_CONTROL = re.compile(r"[\x00-\x1f\x7f/\\]")


class Clock(Protocol):
    """The machine's clocks; tests give their own."""

    def wall(self) -> float:
        """Seconds since 1970, as file times count."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The real clocks."""

    def wall(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


SYSTEM_CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file in an inbox: `path` opens it (real bytes of its name), `name` is for people (NFC, printable)."""

    path: Path
    name: str
    size: int
    mtime_ns: int
    came_ns: int = field(default=0, compare=False)  # the file time, or when it came here where that lies in the future

    @property
    def order(self) -> tuple[int, str]:
        """The order in which files are handled."""
        return self.came_ns or self.mtime_ns, self.name


@dataclass(frozen=True, slots=True)
class Inbox:
    """One look at an inbox, oldest file first: `waiting` is still being written, `trouble` why it is unreadable."""

    ready: tuple[Arrived, ...] = ()
    waiting: tuple[Arrived, ...] = ()
    trouble: str = ""


def scan(inbox: Path, settle_s: float, clock: Clock = SYSTEM_CLOCK) -> Inbox:
    """One inbox; see `scan_all`."""
    return scan_all([inbox], settle_s, clock)[inbox]


def scan_all(inboxes: Iterable[Path], settle_s: float, clock: Clock = SYSTEM_CLOCK) -> Mapping[Path, Inbox]:
    """Every inbox, after one wait of `settle_s` seconds in all: what changed meanwhile is waiting.

    There is no wait when nothing lies in any inbox or `settle_s` is 0. An inbox that does not exist is empty; one that
    cannot be listed says so in `trouble` and does not stop the others.
    """
    looks = {inbox: _look(inbox) for inbox in inboxes}
    started = clock.monotonic()
    if settle_s > 0 and any(look.ready for look in looks.values()):
        while (left := started + settle_s - clock.monotonic()) > 0:
            clock.sleep(left)
    return {inbox: _settled(look, clock.wall(), settle_s) if look.ready else look for inbox, look in looks.items()}


def _look(inbox: Path) -> Inbox:
    """Regular files by time and name, all as `ready`; never follows a link."""
    try:
        with os.scandir(inbox) as entries:
            found = [arrived for entry in entries if (arrived := _arrived(entry)) is not None]
    except FileNotFoundError:
        return Inbox()
    except OSError as error:
        return Inbox(trouble=f"Không mở được thư mục {inbox.parent.name}/{inbox.name}: {why(error)}. {mend(error)}.")
    return Inbox(tuple(sorted(found, key=lambda arrived: arrived.order)))


def _arrived(entry: os.DirEntry[str]) -> Arrived | None:
    folded = entry.name.lower()
    if folded in _IGNORED_NAMES or folded.startswith(_IGNORED_STARTS) or folded.endswith(_IGNORED_ENDS):
        return None
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    came = status.st_mtime_ns if status.st_mtime_ns <= time.time_ns() else status.st_ctime_ns
    return Arrived(Path(entry.path), printable(entry.name), status.st_size, status.st_mtime_ns, came)


def printable(name: str) -> str:
    """A file name for people: NFC, bytes that are no UTF-8 and control characters as `�`."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return _CONTROL.sub("�", unicodedata.normalize("NFC", text))


def _settled(look: Inbox, now: float, settle_s: float) -> Inbox:
    ready: list[Arrived] = []
    waiting: list[Arrived] = []
    for arrived in look.ready:
        current = _again(arrived) if settle_s > 0 else arrived
        if current is None:
            continue
        done = (current.size, current.mtime_ns) == (arrived.size, arrived.mtime_ns) and not _unfinished(current, now)
        (ready if done else waiting).append(current)
    return Inbox(tuple(ready), tuple(waiting))


def _again(arrived: Arrived) -> Arrived | None:
    try:
        status = arrived.path.lstat()
    except FileNotFoundError:
        return None
    return replace(arrived, size=status.st_size, mtime_ns=status.st_mtime_ns)


def _unfinished(arrived: Arrived, now: float) -> bool:
    """Whether the file is a zip without its end record, last written less than ten minutes ago.

    A file time in the future (a wrong clock at the unit) gives way to the time this machine saw the last change.
    """
    try:
        written = arrived.mtime_ns / 1e9
        if written > now:
            written = min(now, arrived.path.lstat().st_ctime)
        return now - written < GRACE_S and may_be_unfinished(arrived.path)
    except OSError:
        return False  # the vault meets the same fault and reports it


def move_handled(path: Path, handled_dir: Path, at: datetime, *, expected: Arrived | None = None) -> Path:
    """Move a handled file to `handled_dir/<YYYYmmdd-HHMMSS>-<original name>`, never over another file; its new place.

    With `expected`, a file that was replaced since it was looked at stays where it is: StillChanging.
    """
    status = path.lstat()
    if expected is not None and (status.st_size, status.st_mtime_ns) != (expected.size, expected.mtime_ns):
        raise StillChanging(str(path))
    handled_dir.mkdir(parents=True, exist_ok=True)
    place = _reserve(handled_dir, f"{at:%Y%m%d-%H%M%S}-", path.name)
    try:
        return path.replace(place)
    except OSError:
        place.unlink(missing_ok=True)
        raise


def _reserve(folder: Path, prefix: str, name: str) -> Path:
    """An empty file under a free name: taking the name first makes the move atomic on every file system."""
    number = 1
    while True:
        place = folder / _fitting(prefix, name, "" if number == 1 else f"-{number}")
        try:
            place.touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return place


def _fitting(prefix: str, name: str, mark: str) -> str:
    """`prefix`, stem, `mark` and extension in at most 255 bytes of UTF-8, without control characters."""
    stem, suffix = os.path.splitext(printable(name))  # noqa: PTH122  a Path would drop trailing dots
    suffix = suffix if len(suffix.encode()) <= 16 else ""
    room = _NAME_BYTES - len((prefix + mark + suffix).encode())
    return f"{prefix}{stem.encode()[:room].decode('utf-8', 'ignore')}{mark}{suffix}"
