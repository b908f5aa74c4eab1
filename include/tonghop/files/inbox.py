"""What lies in the units' inboxes, what of it is wholly written, and putting a handled file away."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Protocol

from tonghop.domain.refusals import mend, why
from tonghop.files.package import may_be_unfinished
from tonghop.files.storage import Place, RemotePath, Status
from tonghop.files.storage.adding import move_free, take_name
from tonghop.files.vault import StillChanging

GRACE_S = 600  # a zip without its end record may still be arriving for this long
_AT_A_TIME = 8
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

    path: Place
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


def scan(inbox: Place, settle_s: float, clock: Clock = SYSTEM_CLOCK) -> Inbox:
    """One inbox; see `scan_all`."""
    return scan_all([inbox], settle_s, clock)[inbox]


def scan_all(inboxes: Iterable[Place], settle_s: float, clock: Clock = SYSTEM_CLOCK) -> Mapping[Place, Inbox]:
    """Every inbox, after one wait of `settle_s` seconds in all: what changed meanwhile is waiting.

    There is no wait when nothing lies in any inbox or `settle_s` is 0. An inbox that does not exist is empty; one that
    cannot be listed says so in `trouble` and does not stop the others. StorageError when they lie on a machine that is
    out of reach.
    """
    looks = _looks(list(inboxes))
    started = clock.monotonic()
    if settle_s > 0 and any(look.ready for look in looks.values()):
        while (left := started + settle_s - clock.monotonic()) > 0:
            clock.sleep(left)
    return {inbox: _settled(look, clock.wall(), settle_s) if look.ready else look for inbox, look in looks.items()}


def _looks(inboxes: Sequence[Place]) -> dict[Place, Inbox]:
    """Every inbox; on a shelf several questions are under way at a time."""
    if not any(isinstance(inbox, RemotePath) for inbox in inboxes):
        return {inbox: _look(inbox) for inbox in inboxes}
    with ThreadPoolExecutor(_AT_A_TIME, "hop-thu") as pool:
        return dict(zip(inboxes, pool.map(_look, inboxes), strict=True))


def _look(inbox: Place) -> Inbox:
    """Regular files by time and name, all as `ready`; never follows a link."""
    try:
        found = [
            Arrived(path, printable(path.name), status.st_size, status.st_mtime_ns, _came(status))
            for path, status in (_on_shelf(inbox) if isinstance(inbox, RemotePath) else _in_folder(inbox))
            if stat.S_ISREG(status.st_mode)
        ]
    except FileNotFoundError:
        return Inbox()
    except OSError as error:
        return Inbox(trouble=f"Không mở được thư mục {inbox.parent.name}/{inbox.name}: {why(error)}. {mend(error)}.")
    return Inbox(tuple(sorted(found, key=lambda arrived: arrived.order)))


def _came(status: os.stat_result | Status) -> int:
    """The time of the file, or where that lies in the future when it came; a shelf does not say more than by now."""
    now = time.time_ns()
    if status.st_mtime_ns <= now:
        return status.st_mtime_ns
    return now if isinstance(status, Status) else status.st_ctime_ns


def _in_folder(inbox: Path) -> Iterator[tuple[Path, os.stat_result]]:
    with os.scandir(inbox) as entries:
        for entry in entries:
            if not _is_ignored(entry.name):
                with contextlib.suppress(FileNotFoundError):
                    yield Path(entry.path), entry.stat(follow_symlinks=False)


def _on_shelf(inbox: RemotePath) -> Iterator[tuple[RemotePath, Status]]:
    return ((path, status) for path, status in inbox.listing() if not _is_ignored(path.name))


def _is_ignored(name: str) -> bool:
    folded = name.lower()
    return folded in _IGNORED_NAMES or folded.startswith(_IGNORED_STARTS) or folded.endswith(_IGNORED_ENDS)


def left_behind(inbox: Place, now: float) -> float:
    """Age in seconds, at `now`, of the oldest upload in a folder that broke off; 0 when there is none.

    Only in folders of this machine: a shelf takes a file whole or not at all.
    """
    if isinstance(inbox, RemotePath):
        return 0.0
    try:
        with os.scandir(inbox) as entries:
            times = [entry.stat(follow_symlinks=False).st_ctime for entry in entries if _is_upload(entry.name)]
    except OSError:  # the look at the inbox tells it
        return 0.0
    return max(0.0, now - min(times)) if times else 0.0


def _is_upload(name: str) -> bool:
    return name.lower().endswith(_IGNORED_ENDS)


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
            written = _seen_changing(arrived, now)
        return now - written < GRACE_S and may_be_unfinished(arrived.path)
    except OSError:
        return False  # the vault meets the same fault and reports it


def _seen_changing(arrived: Arrived, now: float) -> float:
    """When a file with a time in the future changed. A shelf does not say: a little ahead is its clock, more is not."""
    if isinstance(arrived.path, RemotePath):
        return now if arrived.mtime_ns / 1e9 - now < GRACE_S else now - GRACE_S
    return min(now, arrived.path.lstat().st_ctime)


def move_handled(path: Place, handled_dir: Place, at: datetime, *, expected: Arrived | None = None) -> Place:
    """Move a handled file to `handled_dir/<YYYYmmdd-HHMMSS>-<original name>`, never over another file; its new place.

    With `expected`, a file that was replaced since it was looked at stays where it is: StillChanging.
    """
    status = path.lstat()
    if expected is not None and (status.st_size, status.st_mtime_ns) != (expected.size, expected.mtime_ns):
        raise StillChanging(str(path))
    handled_dir.mkdir(parents=True, exist_ok=True)
    prefix = f"{at:%Y%m%d-%H%M%S}-"
    names = (_fitting(prefix, path.name, "" if number == 1 else f"-{number}") for number in count(1))
    if isinstance(path, RemotePath) and isinstance(handled_dir, RemotePath):
        return _renamed(path, map(handled_dir.__truediv__, names), status)
    if isinstance(path, Path) and isinstance(handled_dir, Path):
        return _replaced(path, map(handled_dir.__truediv__, names))
    raise ValueError(f"{path} is put away on the machine it lies on, not in {handled_dir}")


def _renamed(path: RemotePath, places: Iterable[RemotePath], status: Status | os.stat_result) -> RemotePath:
    """Move to the first free of `places`; what the unit put there since it was looked at goes back: StillChanging."""
    place = next(place for place in places if move_free(path, place))
    after = place.lstat()
    if path.shelf.renames and (after.st_size, after.st_mtime_ns) != (status.st_size, status.st_mtime_ns):
        place.rename(path)
        raise StillChanging(str(path))
    return place


def _replaced(path: Path, places: Iterable[Path]) -> Path:
    place = next(place for place in places if take_name(place))
    try:
        return path.replace(place)
    except OSError:
        place.unlink(missing_ok=True)
        raise


def _fitting(prefix: str, name: str, mark: str) -> str:
    """`prefix`, stem, `mark` and extension in at most 255 bytes of UTF-8, without control characters."""
    stem, suffix = os.path.splitext(printable(name))  # noqa: PTH122  a Path would drop trailing dots
    suffix = suffix if len(suffix.encode()) <= 16 else ""
    room = _NAME_BYTES - len((prefix + mark + suffix).encode())
    return f"{prefix}{stem.encode()[:room].decode('utf-8', 'ignore')}{mark}{suffix}"
