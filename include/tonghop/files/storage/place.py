"""A path on a shelf, by the names `pathlib.Path` uses for the same things."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from tonghop.files.storage.shelf import Shelf, Status

_READABLE, _BUFFER = 0o644, 1 << 16


@dataclass(frozen=True, slots=True)
class RemotePath:
    """A file or folder on `shelf`. Raises what a Path raises, and StorageError when the shelf is out of reach."""

    shelf: Shelf
    path: str

    def __truediv__(self, name: str) -> RemotePath:
        return RemotePath(self.shelf, str(PurePosixPath(self.path, name)))

    def __str__(self) -> str:
        return f"{self.shelf.shown}{self.path}"

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name

    @property
    def stem(self) -> str:
        return PurePosixPath(self.path).stem

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.path).suffix

    @property
    def parent(self) -> RemotePath:
        return RemotePath(self.shelf, str(PurePosixPath(self.path).parent))

    def with_name(self, name: str) -> RemotePath:
        return RemotePath(self.shelf, str(PurePosixPath(self.path).with_name(name)))

    def lstat(self) -> Status:
        return self.shelf.status(self.path)

    def stat(self) -> Status:
        """The same as `lstat`: links are not followed on a shelf."""
        return self.lstat()

    def exists(self) -> bool:
        return self._mode() is not None

    def is_file(self) -> bool:
        return stat.S_ISREG(self._mode() or 0)

    def is_dir(self) -> bool:
        return stat.S_ISDIR(self._mode() or 0)

    def _mode(self) -> int | None:
        try:
            return self.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None

    def listing(self) -> Iterator[tuple[RemotePath, Status]]:
        """Everything in the folder with its status."""
        for name, status in self.shelf.listing(self.path):
            yield self / name, status

    def iterdir(self) -> Iterator[RemotePath]:
        return (path for path, _ in self.listing())

    def pieces(self) -> Iterator[bytes]:
        """The content in pieces, from one opening of the file."""
        return self.shelf.pieces(self.path)

    def read_bytes(self) -> bytes:
        return b"".join(self.pieces())

    def read_text(self, encoding: str = "utf-8") -> str:
        return self.read_bytes().decode(encoding)

    def open(self, mode: str = "rb") -> io.BufferedReader:
        """The file for reading in binary, wherever in it."""
        if mode != "rb":
            raise ValueError(f"{mode}: a file on a shelf is written whole, by write_bytes")
        return io.BufferedReader(_Reading(self), _BUFFER)

    def write_bytes(self, content: bytes, at: datetime | None = None) -> None:
        """The whole file at once, with the file time `at` where the shelf can; folders above it are made."""
        self.shelf.put(self.path, content, _READABLE, round(at.timestamp()) if at else 0)

    def take(self, local: Path, mode: int = _READABLE) -> None:
        """Become a copy of a local file, all at once."""
        self.shelf.put(self.path, local, mode)

    def rename(self, target: RemotePath) -> RemotePath:
        """Move on the same shelf; FileExistsError when something lies at `target`."""
        self.shelf.move(self.path, target.path)
        return target

    def unlink(self, *, missing_ok: bool = False) -> None:
        try:
            self.shelf.remove(self.path)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def mkdir(self, *, parents: bool = True, exist_ok: bool = True) -> None:
        """Make the folder and those above it; on a shelf both are always meant."""
        if not (parents and exist_ok):
            raise ValueError("a folder on a shelf may have been made by another machine")
        if not self.is_dir():
            self.shelf.make_folder(self.path)


Place = Path | RemotePath


class _Reading(io.RawIOBase):
    """A file on a shelf under a buffer."""

    def __init__(self, path: RemotePath) -> None:
        self._path = path
        self._size = path.lstat().st_size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what BufferedReader gives
        content = self._path.shelf.read(self._path.path, self._at, len(buffer))
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)

    def readall(self) -> bytes:
        content = self._path.shelf.read(self._path.path, self._at, max(0, self._size - self._at))
        self._at += len(content)
        return content
