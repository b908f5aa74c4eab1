"""The vault: original bytes of every file ever received, write-once, under their SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tonghop.domain.errors import TonghopError
from tonghop.files.storage import Place, RemotePath, Status

_CHUNK = 1 << 20
READ_ONLY = 0o444
_UNFINISHED = ".dang-ghi"
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


class UnkeptError(Exception):
    """The file was not taken into the vault, for a reason that lies in the file and not with us."""


class StillChanging(UnkeptError):  # noqa: N818
    """Somebody is still writing the file: look again later."""


class TooBig(UnkeptError):  # noqa: N818
    """The file has more than `limit` bytes; `size` as far as known."""

    def __init__(self, size: int, limit: int) -> None:
        self.size = size
        self.limit = limit
        super().__init__(f"{size} > {limit}")


class NotAFile(UnkeptError):  # noqa: N818
    """A symbolic link, pipe, device or folder stands where a file was expected."""


class VaultError(TonghopError):
    """The vault holds something else than it should."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the vault; `path` is on this machine."""

    sha256: str
    size: int
    path: Path


class Vault:
    """Files under `root/<first two hex>/<sha256><extension>`, never changed once there. Safe for several processes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, source: Place, limit: int) -> Kept:
        """Copy `source` into the vault and make it durable; an identical file already there is used again.

        Raises NotAFile, TooBig (before reading more than `limit` bytes) and StillChanging; OSError when
        disk or permissions fail.
        """
        unfinished = self.root / _UNFINISHED
        unfinished.mkdir(parents=True, exist_ok=True)
        writing, name = tempfile.mkstemp(dir=unfinished)
        try:
            content = _remote(source, limit) if isinstance(source, RemotePath) else _local(source, limit)
            sha256, size = _copy(content, writing, limit)
            os.fchmod(writing, READ_ONLY)
            os.fsync(writing)
            return self._place(Path(name), sha256, size, suffix_of(source))
        finally:
            os.close(writing)
            Path(name).unlink(missing_ok=True)

    def find(self, sha256: str) -> Path | None:
        """The file with these bytes, whatever its extension; None when it is not here."""
        folder = self.root / sha256[:2]
        usual = folder / f"{sha256}.xlsx"
        if usual.is_file():
            return usual
        if not folder.is_dir():
            return None
        return next((path for path in sorted(folder.iterdir()) if path.name.split(".", 1)[0] == sha256), None)

    def files(self) -> Iterator[Place]:
        """Every kept file, by name."""
        yield from sorted(self.root.glob("[0-9a-f][0-9a-f]/*"))

    def verify(self, sha256: str) -> bool:
        """Whether the file is here and its bytes still give `sha256`."""
        path = self.find(sha256)
        return path is not None and _holds(path, sha256)

    @property
    def empty(self) -> bool:
        """Whether nothing was ever kept here."""
        return not self.root.is_dir() or all(folder.name == _UNFINISHED for folder in self.root.iterdir())

    def _place(self, copied: Path, sha256: str, size: int, suffix: str) -> Kept:
        existing = self.find(sha256)
        if existing is not None:
            if not _holds(existing, sha256):
                raise changed(existing.name)
            return Kept(sha256, size, existing)
        folder = self.root / sha256[:2]
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            _sync_folder(self.root)
        place = folder / f"{sha256}{suffix}"
        copied.replace(place)
        _sync_folder(folder)
        return Kept(sha256, size, place)


def changed(name: str) -> VaultError:
    """The fault of a kept file that is not what was put there."""
    return VaultError(f"Tệp gốc {name} trong kho lưu đã bị thay đổi.", "Khôi phục từ bản sao lưu.")


def _open_regular(path: Path) -> int:
    """A descriptor on a regular file; links are not followed and a pipe does not block."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise NotAFile(str(path)) from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotAFile(str(path))
    return descriptor


def _local(source: Path, limit: int) -> Iterator[bytes]:
    """The file in pieces; StillChanging after the last one when it was written to meanwhile."""
    reading = _open_regular(source)
    try:
        before = os.fstat(reading)
        if before.st_size > limit:
            raise TooBig(before.st_size, limit)
        size = 0
        while chunk := os.read(reading, _CHUNK):
            size += len(chunk)
            yield chunk
        _check_unchanged(before, os.fstat(reading), size)
    finally:
        os.close(reading)


def _remote(source: RemotePath, limit: int) -> Iterator[bytes]:
    """The same for a file on a shelf."""
    before = source.lstat()
    if not stat.S_ISREG(before.st_mode):
        raise NotAFile(str(source))
    if before.st_size > limit:
        raise TooBig(before.st_size, limit)
    size = 0
    for piece in source.pieces():
        size += len(piece)
        yield piece
    _check_unchanged(before, source.lstat(), size)


def _copy(content: Iterable[bytes], writing: int, limit: int) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    for chunk in content:
        size += len(chunk)
        if size > limit:
            raise TooBig(size, limit)
        digest.update(chunk)
        view = memoryview(chunk)
        while view:
            view = view[os.write(writing, view) :]
    return digest.hexdigest(), size


def _check_unchanged(before: os.stat_result | Status, after: os.stat_result | Status, size: int) -> None:
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
        raise StillChanging(f"{before.st_size} → {after.st_size}")


def _holds(path: Path, sha256: str) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def suffix_of(source: Place) -> str:
    """The extension under which a file is kept; "" for an odd one."""
    suffix = source.suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
