"""Reading many workbooks in child processes: no file can stop, slow down or bloat the process that asks.

A child lives long and reads file after file under a limit of memory; one that dies or takes too long is replaced, and
its file is called unsafe.
"""

from __future__ import annotations

import json
import marshal
import os
import select
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import IO, Self

import tonghop
from tonghop.domain.errors import TonghopError
from tonghop.files.limits import Limits, mib
from tonghop.files.raw_book import Grid, RawBook, Unreadable

__all__ = ["Limits", "RawBook", "ReaderError", "ReaderPool", "Unreadable"]

_CHILD = "tonghop.files.reading_child"
_HEADER = 4
_AHEAD = 4  # books read before they are asked for, per child
_CHUNK = 1 << 20
_USE = "cần tệp theo biểu mẫu trong thư mục nhan-ve"


class ReaderError(TonghopError):
    """The reading child failed in a way that is not the file's fault."""


Answer = RawBook | Unreadable | ReaderError


class _LostError(Exception):
    """The child gave no answer: it died, or (`late`) took too long."""

    def __init__(self, *, late: bool) -> None:
        self.late = late
        super().__init__("late" if late else "died")

    def answer(self, limits: Limits) -> Unreadable:
        """What the unit is told."""
        if self.late:
            return Unreadable("unsafe", f"Tệp đọc quá lâu nên đã dừng; giới hạn là {limits.seconds:g} giây; {_USE}.")
        most = mib(limits.memory_bytes)
        return Unreadable("unsafe", f"Tệp làm dừng chương trình đọc (giới hạn bộ nhớ là {most}); {_USE}.")


class ReaderPool:
    """`workers` child processes that read workbooks; a context manager that ends them.

    Threads only wait for the children; the caller sees plain values in the order it asked for.
    """

    def __init__(self, workers: int = 2, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._workers = workers
        self._children: SimpleQueue[_Child] = SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        self._threads = ThreadPoolExecutor(self._workers, "doc-tep")
        for _number in range(self._workers):
            self._children.put(_Child(self._limits))
        return self

    def __exit__(self, *_: object) -> None:
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
            self._threads = None
        for _number in range(self._workers):
            self._children.get().end()

    def read_many(self, paths: Iterable[Path]) -> Iterator[Answer]:
        """A book or the reason why there is none for each of `paths`, in their order, a few read ahead.

        A fault of ours is handed out as ReaderError, not raised: the files after it are still read.
        """
        if self._threads is None:
            raise ReaderError("Bộ đọc tệp chưa được mở.", "Dùng ReaderPool trong câu lệnh with.")
        waiting = iter(paths)
        running: deque[Future[Answer]] = deque()
        try:
            running.extend(self._threads.submit(self._read, path) for path in islice(waiting, self._workers * _AHEAD))
            while running:
                answer = running.popleft().result()
                running.extend(self._threads.submit(self._read, path) for path in islice(waiting, 1))
                yield answer
        finally:
            for future in running:
                future.cancel()

    def read(self, path: Path) -> Answer:
        """One book, or the reason why there is none."""
        return next(self.read_many([path]))

    def _read(self, path: Path) -> Answer:
        child = self._children.get()
        try:
            return child.read(path)
        finally:
            self._children.put(child)


class _Child:
    """One reading process, started again whenever it is gone."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        package = str(Path(tonghop.__file__).parents[1])
        search = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
        return subprocess.Popen(  # noqa: S603  our own module, no shell
            [sys.executable, "-P", "-m", _CHILD, json.dumps(asdict(self._limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "PYTHONPATH": search},
        )

    def read(self, path: Path) -> Answer:
        """Ask for one book; a child that died idle is replaced first, one that dies or stalls now after it."""
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = self._start()
        try:
            return _book(self._ask(self._process, os.fsencode(path)))
        except _LostError as lost:
            self._kill()
            return lost.answer(self._limits)

    def _ask(self, process: subprocess.Popen[bytes], path: bytes) -> bytes:
        if process.stdin is None or process.stdout is None:
            raise ReaderError("Chương trình đọc tệp không có đường truyền.", "Chạy lại.")
        deadline = monotonic() + self._limits.seconds
        try:
            process.stdin.write(len(path).to_bytes(_HEADER, "little") + path)
        except BrokenPipeError:
            raise _LostError(late=False) from None
        size = int.from_bytes(_receive(process.stdout, _HEADER, deadline), "little")
        return _receive(process.stdout, size, deadline)

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
        self.end()

    def end(self) -> None:
        """Let the child leave by closing its input; kill it when it stays."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _receive(stream: IO[bytes], size: int, deadline: float) -> bytes:
    """Exactly `size` bytes of the child's answer; what has already come is taken even after the deadline."""
    parts = bytearray()
    poll = select.poll()
    poll.register(stream, select.POLLIN)
    while len(parts) < size:
        if not poll.poll(max(0.0, deadline - monotonic()) * 1000):
            raise _LostError(late=True)
        chunk = os.read(stream.fileno(), min(_CHUNK, size - len(parts)))
        if not chunk:
            raise _LostError(late=False)
        parts += chunk
    return bytes(parts)


def _book(frame: bytes) -> Answer:
    kind, *content = marshal.loads(frame)  # noqa: S302  marshal builds plain values only
    if kind == "refused":
        return Unreadable(*content)
    if kind == "fault":
        return ReaderError(f"Lỗi của chương trình khi đọc tệp:\n{content[0]}", "Báo người quản trị hệ thống.")
    return RawBook({frame[0]: Grid(*frame) for frame in content[0]})
