"""Reading many workbooks in child processes (see `child_pool`): a file that ends its reader is called unsafe."""

from __future__ import annotations

import marshal
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from tonghop.domain.errors import TonghopError
from tonghop.files.child_pool import ChildPool, LostError
from tonghop.files.limits import Limits, mib
from tonghop.files.raw_book import Grid, RawBook, Unreadable

__all__ = ["Limits", "RawBook", "ReaderError", "ReaderPool", "Unreadable"]

_CHILD = "tonghop.files.reading_child"
_USE = "cần tệp theo biểu mẫu trong thư mục nhan-ve"


class ReaderError(TonghopError):
    """The reading child failed in a way that is not the file's fault."""


Answer = RawBook | Unreadable | ReaderError


class ReaderPool(ChildPool):
    """`workers` child processes that read workbooks; a context manager that ends them."""

    def __init__(self, workers: int = 2, limits: Limits | None = None) -> None:
        super().__init__(_CHILD, workers, limits or Limits())

    def read_many(self, paths: Iterable[Path]) -> Iterator[Answer]:
        """A book or the reason why there is none for each of `paths`, in their order, a few read ahead.

        A fault of ours is handed out as ReaderError, not raised: the files after it are still read.
        """
        for frame in self.ask_many(os.fsencode(path) for path in paths):
            yield self._refusal(frame) if isinstance(frame, LostError) else _book(frame)

    def read(self, path: Path) -> Answer:
        """One book, or the reason why there is none."""
        return next(self.read_many([path]))

    def _refusal(self, lost: LostError) -> Unreadable:
        """What the unit is told."""
        if lost.late:
            seconds = f"{self._limits.seconds:g}"
            return Unreadable("unsafe", f"Tệp đọc quá lâu nên đã dừng; giới hạn là {seconds} giây; {_USE}.")
        most = mib(self._limits.memory_bytes)
        return Unreadable("unsafe", f"Tệp làm dừng chương trình đọc (giới hạn bộ nhớ là {most}); {_USE}.")


def _book(frame: bytes) -> Answer:
    kind, *content = marshal.loads(frame)  # noqa: S302  marshal builds plain values only
    if kind == "refused":
        return Unreadable(*content)
    if kind == "fault":
        return ReaderError(f"Lỗi của chương trình khi đọc tệp:\n{content[0]}", "Báo người quản trị hệ thống.")
    return RawBook({frame[0]: Grid(*frame) for frame in content[0]})
