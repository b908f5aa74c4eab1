"""An SFTP server as a shelf: asyncssh under the connection that an fsspec file system of sshfs holds.

sshfs opens and keeps the connection (Airflow gives it by connection id). Its own file operations are not used: they
follow links, cannot read names that are no UTF-8, and move files by a shell where the server lacks an extension.
"""

from __future__ import annotations

import errno
import logging
import os
import posixpath
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from tonghop.domain.errors import StorageError
from tonghop.files.storage.shelf import PIECE, Status

if TYPE_CHECKING:
    from asyncssh import SFTPAttrs, SFTPClient

T = TypeVar("T")
_LONGEST_S = 900  # one operation, a piece of a file or a whole small one

_NUMBERS = {  # answers of the server that concern one path
    "SFTPNoSuchFile": errno.ENOENT,
    "SFTPNoSuchPath": errno.ENOENT,
    "SFTPPermissionDenied": errno.EACCES,
    "SFTPWriteProtect": errno.EACCES,
    "SFTPNoSpaceOnFilesystem": errno.ENOSPC,
    "SFTPQuotaExceeded": errno.EDQUOT,
}
_LINE = frozenset({"SFTPNoConnection", "SFTPConnectionLost"})
_REASONS = {
    "SFTPPermissionDenied": "máy chủ không cho phép",
    "SFTPWriteProtect": "máy chủ không cho ghi",
    "SFTPNoSpaceOnFilesystem": "máy chủ hết chỗ trống",
    "SFTPQuotaExceeded": "máy chủ hết hạn mức chỗ trống",
    "PermissionError": "máy chủ không nhận tài khoản hoặc khóa",  # what sshfs makes of a login refused
    "HostKeyNotVerifiable": "khóa của máy chủ không có trong danh sách tin cậy",
    "SFTPNoConnection": "mất đường truyền",
    "SFTPConnectionLost": "mất đường truyền",
    "ConnectionLost": "mất đường truyền",
}


class Sftp:
    """A server reached by `connect`, which gives an `sshfs.SSHFileSystem`; a lost connection is opened again."""

    renames = True

    def __init__(self, shown: str, connect: Callable[[], Any]) -> None:
        self.shown = shown
        self._connect = connect
        self._lock = threading.Lock()
        self._system: Any = None
        self._client: SFTPClient | None = None

    def listing(self, folder: str) -> list[tuple[str, Status]]:
        async def work(client: SFTPClient) -> list[tuple[str, Status]]:
            found = await client.readdir(os.fsencode(folder))
            return [(os.fsdecode(one.filename), _status(one.attrs)) for one in found if _is_plain(one.filename)]

        return self._run(folder, work)

    def status(self, path: str) -> Status:
        async def work(client: SFTPClient) -> Status:
            return _status(await client.lstat(os.fsencode(path)))

        return self._run(path, work)

    def read(self, path: str, start: int, size: int) -> bytes:
        async def work(client: SFTPClient) -> Any:
            async with client.open(os.fsencode(path), "rb") as file:
                return await file.read(size, start)

        return bytes(self._run(path, work))

    def pieces(self, path: str) -> Iterator[bytes]:
        async def begin(client: SFTPClient) -> Any:
            return await client.open(os.fsencode(path), "rb")

        file = self._run(path, begin)
        try:
            while piece := self._run(path, lambda _client: file.read(PIECE)):
                yield piece
        finally:
            with suppress(StorageError, OSError):
                self._run(path, lambda _client: file.close())

    def put(self, path: str, content: bytes | Path, mode: int, at: int = 0) -> None:
        async def work(client: SFTPClient) -> None:
            await _put(client, os.fsencode(path), content, (mode, at))

        self._run(path, work)

    def move(self, source: str, target: str) -> None:
        async def work(client: SFTPClient) -> None:
            await _move(client, os.fsencode(source), os.fsencode(target))

        self._run(source, work)

    def remove(self, path: str) -> None:
        self._run(path, lambda client: client.remove(os.fsencode(path)))

    def make_folder(self, path: str) -> None:
        self._run(path, lambda client: client.makedirs(os.fsencode(path), exist_ok=True))

    def close(self) -> None:
        from fsspec.asyn import sync

        with self._lock:
            system, self._system, self._client = self._system, None, None
        if system is None:
            return

        async def end() -> None:
            system.client.close()
            await system.client.wait_closed()

        with suppress(Exception):  # whatever the line does now, nothing is left to lose
            sync(system.loop, end, timeout=5)

    def _run(self, path: str, work: Callable[[SFTPClient], Awaitable[T]]) -> T:
        from fsspec.asyn import sync

        with _told(self.shown, path):
            client, loop = self._connected()
            found: T = sync(loop, work, client, timeout=_LONGEST_S)
            return found

    def _connected(self) -> tuple[SFTPClient, Any]:
        """The open session; a new one after the connection was lost."""
        import asyncssh
        from fsspec.asyn import sync

        with self._lock:
            if self._system is None or self._client is None or self._system.client.is_closed():
                asyncssh.set_log_level(logging.WARNING)  # not a line of the run's log for every step of a login
                self._system = self._connect()
                start = self._system.client.start_sftp_client
                self._client = sync(self._system.loop, _started, start, timeout=60)
            if self._client is None:
                raise AssertionError("a started session is a client")
            return self._client, self._system.loop


async def _started(start: Callable[..., Awaitable[SFTPClient]]) -> SFTPClient:
    return await start(path_encoding=None)  # names are bytes: a clerk's program may write any


async def _put(client: SFTPClient, target: bytes, content: bytes | Path, marks: tuple[int, int]) -> None:
    import asyncssh

    folder, name = posixpath.split(target)
    draft = posixpath.join(folder, b"." + name[:200] + f".{uuid4().hex}.tmp".encode())
    mode, at = marks
    wanted = asyncssh.SFTPAttrs(permissions=mode)
    try:
        file = await client.open(draft, "xb", wanted)
    except asyncssh.SFTPNoSuchFile:
        await client.makedirs(folder, exist_ok=True)
        file = await client.open(draft, "xb", wanted)
    try:
        async with file:
            for piece in _pieces(content):
                await file.write(piece)
            with suppress(asyncssh.SFTPOpUnsupported):
                await file.fsync()
            if at:
                await file.setstat(asyncssh.SFTPAttrs(atime=at, mtime=at))
        await _replace(client, draft, target)
    except BaseException:
        with suppress(asyncssh.Error, OSError):
            await client.remove(draft)
        raise


async def _replace(client: SFTPClient, draft: bytes, target: bytes) -> None:
    """Put the draft in the target's place; a server without the usual extension shows nothing for a moment."""
    import asyncssh

    try:
        await client.posix_rename(draft, target)
    except asyncssh.SFTPOpUnsupported:
        with suppress(asyncssh.SFTPNoSuchFile):
            await client.remove(target)
        await client.rename(draft, target)


async def _move(client: SFTPClient, source: bytes, target: bytes) -> None:
    """Rename as version 3 of the protocol means it: never over another file."""
    import asyncssh

    for folder_made in (False, True):
        try:
            return await client.rename(source, target)
        except asyncssh.SFTPNoSuchFile:
            if folder_made or not await client.lexists(source):
                raise
            await client.makedirs(posixpath.dirname(target), exist_ok=True)
        except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists) as problem:
            if await client.lexists(target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fsdecode(target)) from problem
            raise
    return None


def _pieces(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _status(attributes: SFTPAttrs) -> Status:
    return Status(attributes.permissions or 0, attributes.size or 0, (attributes.mtime or 0) * 10**9)


def _is_plain(name: bytes | str) -> bool:
    """Whether a name leads nowhere else than into its folder, whatever the server says."""
    text = os.fsencode(name)
    return text not in {b"", b".", b".."} and b"/" not in text and b"\0" not in text


@contextmanager
def _told(shown: str, path: str) -> Iterator[None]:
    """Faults of one path as the OSErrors a local file gives; anything else is the server's."""
    import asyncssh

    try:
        yield
    except (FileExistsError, FileNotFoundError):
        raise
    except (asyncssh.Error, OSError) as problem:
        kind = type(problem).__name__
        reason = _REASONS.get(kind) or str(getattr(problem, "reason", "") or problem) or "quá thời gian chờ"
        if kind in _NUMBERS:
            raise OSError(_NUMBERS[kind], _REASONS.get(kind) or os.strerror(_NUMBERS[kind]), shown + path) from problem
        if isinstance(problem, asyncssh.SFTPError) and kind not in _LINE:
            raise OSError(errno.EREMOTEIO, f"máy chủ trả lời: {reason}", shown + path) from problem
        raise _unreachable(shown, reason) from problem


def _unreachable(shown: str, reason: str) -> StorageError:
    return StorageError(
        f"Không dùng được kho tệp {shown}: {reason}.",
        "Kiểm tra máy chủ, đường truyền và kết nối trong Airflow rồi chạy lại; tệp đã gửi vẫn còn nguyên.",
    )
