"""What a file server or an object store must be able to do for us; paths are absolute, `/` between their parts."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

PIECE = 1 << 20
FILE, FOLDER = stat.S_IFREG | 0o644, stat.S_IFDIR | 0o755


@dataclass(frozen=True, slots=True)
class Status:
    """What a listing says of an entry, by the names of `os.stat_result`; `st_mode` 0: neither file nor folder."""

    st_mode: int
    st_size: int
    st_mtime_ns: int

    @property
    def st_mtime(self) -> float:
        return self.st_mtime_ns / 1e9


class Shelf(Protocol):
    """A file system elsewhere. Links are never followed.

    Raises FileNotFoundError, FileExistsError, PermissionError and other OSErrors for one path; StorageError when the
    whole shelf is out of reach.
    """

    @property
    def shown(self) -> str:
        """What stands before a path to make an address for people, without secrets: `sftp://connection@`."""

    @property
    def renames(self) -> bool:
        """Whether `move` is one step of the server, for a whole folder too; then a file bears the time it was given."""

    def listing(self, folder: str) -> list[tuple[str, Status]]:
        """Name and status of everything in the folder; names are single parts of a path."""

    def status(self, path: str) -> Status:
        """What lies at `path`."""

    def read(self, path: str, start: int, size: int) -> bytes:
        """At most `size` bytes from `start` on."""

    def pieces(self, path: str) -> Iterator[bytes]:
        """The whole file in pieces, from one opening of it."""

    def put(self, path: str, content: bytes | Path, mode: int, at: int = 0) -> None:
        """Write a whole file (`content` or that local file); a reader sees the old one or the new one.

        `at`: the time it is to bear, in seconds since 1970, where the shelf can (see `renames`); 0 for now.
        """

    def move(self, source: str, target: str) -> None:
        """Give a file another name, never over another file; done again after a kill it ends the same."""

    def remove(self, path: str) -> None:
        """Take one file away."""

    def make_folder(self, path: str) -> None:
        """Make the folder and those above it; nothing when it is there."""

    def close(self) -> None:
        """End the connection; the next use opens another one."""
