"""Any fsspec file system as a shelf: object stores, and memory in tests.

An object appears whole when it is written. It cannot be renamed: a move is a copy, compared byte by byte, and only then
a removal; killed in between, the next run finds the copy and removes what is left.
"""

from __future__ import annotations

import errno
import os
import posixpath
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from tonghop.domain.errors import StorageError
from tonghop.files.storage.shelf import FILE, FOLDER, PIECE, Status

_CHANGED = ("LastModified", "last_modified", "mtime", "updated", "created")


class Objects:
    """A store reached by `connect`, which gives a logged-in fsspec file system."""

    renames = False

    def __init__(self, shown: str, connect: Callable[[], Any]) -> None:
        self.shown = shown
        self._connect = connect

    @cached_property
    def _system(self) -> Any:
        return self._connect()

    def listing(self, folder: str) -> list[tuple[str, Status]]:
        with self._told(folder):
            self._system.invalidate_cache()
            found = self._system.ls(folder, detail=True)
            names = [(posixpath.basename(one["name"].rstrip("/")), _status(one)) for one in found]
            return [(name, status) for name, status in names if name not in {"", ".", ".."}]

    def status(self, path: str) -> Status:
        with self._told(path):
            self._system.invalidate_cache()
            return _status(self._system.info(path))

    def read(self, path: str, start: int, size: int) -> bytes:
        with self._told(path):
            return bytes(self._system.cat_file(path, start=start, end=start + size))

    def pieces(self, path: str) -> Iterator[bytes]:
        with self._told(path), self._system.open(path, "rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def put(self, path: str, content: bytes | Path, mode: int, at: int = 0) -> None:  # noqa: ARG002  objects have neither
        with self._told(path):
            if isinstance(content, bytes):
                self._system.pipe_file(path, content)
            else:
                self._system.put_file(str(content), path)

    def move(self, source: str, target: str) -> None:
        with self._told(source):
            if self._system.isdir(source):
                root = self._system.info(source)["name"].rstrip("/")
                for path in self._system.find(source):
                    self._move(path, target + path.removeprefix(root))
            else:
                self._move(source, target)

    def _move(self, source: str, target: str) -> None:
        there = self._system.exists(target)
        if there and not self._same(source, target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
        if not there:
            self._system.cp_file(source, target)
            if not self._same(source, target):
                raise OSError(errno.EIO, "bản sao không giống bản gốc", target)
        self._system.rm_file(source)

    def _same(self, one: str, other: str) -> bool:
        self._system.invalidate_cache()
        if self._system.size(one) != self._system.size(other):
            return False
        with self._system.open(one, "rb") as mine, self._system.open(other, "rb") as yours:
            while piece := mine.read(PIECE):
                if piece != yours.read(len(piece)):
                    return False
        return True

    def remove(self, path: str) -> None:
        with self._told(path):
            self._system.rm_file(path)

    def make_folder(self, path: str) -> None:
        with self._told(path):
            self._system.makedirs(path, exist_ok=True)

    def close(self) -> None:
        """Nothing stays open."""

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        """Faults of one path stay OSErrors; anything else is the store's."""
        try:
            yield
        except (ConnectionError, TimeoutError) as problem:
            raise self._unreachable(str(problem)) from problem
        except (OSError, StorageError):
            raise
        except Exception as problem:
            raise self._unreachable(f"{type(problem).__name__} ({path})") from problem

    def _unreachable(self, reason: str) -> StorageError:
        return StorageError(
            f"Không dùng được kho tệp {self.shown}: {reason}.",
            "Kiểm tra kho, đường truyền và kết nối trong Airflow rồi chạy lại; tệp đã gửi vẫn còn nguyên.",
        )


def _status(info: dict[str, Any]) -> Status:
    mode = {"file": FILE, "directory": FOLDER}.get(info["type"], 0)
    when = next((info[key] for key in _CHANGED if info.get(key) is not None), 0)
    seconds = when.timestamp() if isinstance(when, datetime) else float(when)
    return Status(mode, int(info.get("size") or 0), round(seconds * 10**6) * 1000)
