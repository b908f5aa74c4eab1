"""Child processes that look into files of others: no file can stop, slow down or bloat the process that asks.

A child lives long and answers request after request under a limit of memory; one that dies or takes too long is
replaced. Requests and answers are frames: four bytes of length, then bytes.
"""

from __future__ import annotations

import json
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
from tonghop.files.limits import Limits

_HEADER = 4
_AHEAD = 4  # requests answered before they are asked for, per child
_CHUNK = 1 << 20


class ChildError(TonghopError):
    """A child was used in a way that cannot work; nothing to do with any file."""


class LostError(Exception):
    """The child gave no answer: it died, or (`late`) took too long."""

    def __init__(self, *, late: bool) -> None:
        self.late = late
        super().__init__("late" if late else "died")


class ChildPool:
    """`workers` processes running `module`; a context manager that ends them.

    Threads only wait for the children; the caller sees plain bytes in the order it asked.
    """

    def __init__(self, module: str, workers: int, limits: Limits) -> None:
        self._module = module
        self._limits = limits
        self._workers = workers
        self._children: SimpleQueue[_Child] = SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        self._threads = ThreadPoolExecutor(self._workers, "doc-tep")
        for _number in range(self._workers):
            self._children.put(_Child(self._module, self._limits))
        return self

    def __exit__(self, *_: object) -> None:
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
            self._threads = None
        for _number in range(self._workers):
            self._children.get().end()

    def ask_many(self, requests: Iterable[bytes]) -> Iterator[bytes | LostError]:
        """An answer for each request, in their order, a few made ahead; ChildError outside the `with`."""
        if self._threads is None:
            raise ChildError("Bộ đọc tệp chưa được mở.", "Dùng ReaderPool trong câu lệnh with.")
        waiting = iter(requests)
        running: deque[Future[bytes | LostError]] = deque()
        try:
            running.extend(self._threads.submit(self._ask, one) for one in islice(waiting, self._workers * _AHEAD))
            while running:
                answer = running.popleft().result()
                running.extend(self._threads.submit(self._ask, one) for one in islice(waiting, 1))
                yield answer
        finally:
            for future in running:
                future.cancel()

    def _ask(self, request: bytes) -> bytes | LostError:
        child = self._children.get()
        try:
            return child.ask(request)
        except LostError as lost:
            return lost
        finally:
            self._children.put(child)


class _Child:
    """One process, started again whenever it is gone."""

    def __init__(self, module: str, limits: Limits) -> None:
        self._module = module
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        package = str(Path(tonghop.__file__).parents[1])
        search = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
        return subprocess.Popen(  # noqa: S603  our own module, no shell
            [sys.executable, "-P", "-m", self._module, json.dumps(asdict(self._limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "PYTHONPATH": search},
        )

    def ask(self, request: bytes) -> bytes:
        """One answer; a child that died idle is replaced first, one that dies or stalls now after it (LostError)."""
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = self._start()
        try:
            return self._exchange(self._process, request)
        except LostError:
            self._kill()
            raise

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes) -> bytes:
        if process.stdin is None or process.stdout is None:
            raise ChildError("Chương trình đọc tệp không có đường truyền.", "Chạy lại.")
        deadline = monotonic() + self._limits.seconds
        waiting = memoryview(len(request).to_bytes(_HEADER, "little") + request)
        try:
            while waiting:
                waiting = waiting[process.stdin.write(waiting) or 0 :]
        except BrokenPipeError:
            raise LostError(late=False) from None
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
            raise LostError(late=True)
        chunk = os.read(stream.fileno(), min(_CHUNK, size - len(parts)))
        if not chunk:
            raise LostError(late=False)
        parts += chunk
    return bytes(parts)
