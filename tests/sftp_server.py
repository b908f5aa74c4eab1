"""A real SFTP server on loopback: a thread of its own, keys made for the occasion, faults when the test says so."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncssh

LOGIN, PASSWORD = "tong-hop", "mật khẩu: không ai thấy/7f3a"
Before = Callable[[str, str], None]  # (operation, path) about to be done; may cut the line


class SftpServer:
    """The folder `root` served on a port of 127.0.0.1. `before` is called ahead of every operation on a file.

    With `program`, OpenSSH's sftp-server answers instead: it serves the whole disk and knows of no faults.
    """

    def __init__(self, root: Path, program: str = "") -> None:
        self.root = root
        self.program = program
        self.port = 0
        self.before: Before = lambda _operation, _path: None
        self.invented: list[bytes] = []  # names a lying server adds to every listing
        self.logins = 0
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self.client_key = asyncssh.generate_private_key("ssh-ed25519")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._acceptor: Any = None
        self._lines: set[Any] = set()
        self._programs: list[asyncio.Future[None]] = []

    def start(self) -> None:
        """Serve; started again, on the same port."""

        async def listen() -> None:
            self._acceptor = await asyncssh.listen(
                "127.0.0.1",
                self.port,
                server_host_keys=[self.host_key],
                server_factory=lambda: _Door(self),
                sftp_factory=None if self.program else lambda channel: _Files(channel, self),
                encoding=None,
                allow_scp=False,
            )
            self.port = self._acceptor.get_port()

        asyncio.run_coroutine_threadsafe(listen(), self._loop).result(20)

    def stop(self) -> None:
        """No more answers: the port is closed and every line cut."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(20)

    async def _stop(self) -> None:
        self._acceptor.close()
        self.cut()
        await self._acceptor.wait_closed()
        await asyncio.gather(*self._programs)

    def cut(self) -> None:
        """Break every line at once; only from the server's own thread (`before`)."""
        for line in list(self._lines):
            line.abort()

    def vanish(self) -> None:
        """From `before`: the machine is gone in the middle of the operation."""
        self._acceptor.close()
        self.cut()
        raise asyncssh.SFTPConnectionLost("gone")

    def end(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def known(self) -> str:
        """The server's key as a connection names it."""
        return self.host_key.export_public_key().decode().strip()

    def uri(self, password: str = PASSWORD, **extra: str) -> str:
        """The Airflow connection to this server."""
        query = "&".join(
            f"{name}={quote(value, safe='')}" for name, value in ({"host_key": self.known} | extra).items()
        )
        return f"sftp://{LOGIN}:{quote(password, safe='')}@127.0.0.1:{self.port}/?{query}"


class _Door(asyncssh.SSHServer):
    def __init__(self, server: SftpServer) -> None:
        self._server = server
        self._line: Any = None

    def connection_made(self, conn: Any) -> None:
        self._line = conn
        self._server._lines.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server._lines.discard(self._line)

    def password_auth_supported(self) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def session_requested(self) -> Any:
        return _Program(self._server) if self._server.program else False

    def validate_password(self, username: str, password: str) -> bool:
        return self._let_in((username, password) == (LOGIN, PASSWORD))

    def validate_public_key(self, username: str, key: Any) -> bool:
        return self._let_in(username == LOGIN and key == self._server.client_key.convert_to_public())

    def _let_in(self, known: bool) -> bool:
        self._server.logins += known
        return known


class _Program(asyncssh.SSHServerSession):
    """A session answered by a program: bytes in, bytes out."""

    def __init__(self, server: SftpServer) -> None:
        self._server = server
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue()
        self._channel: Any = None

    def connection_made(self, chan: Any) -> None:
        self._channel = chan

    def subsystem_requested(self, subsystem: str) -> bool:
        return subsystem == "sftp"

    def session_started(self) -> None:
        self._server._programs.append(asyncio.ensure_future(self._run()))

    def data_received(self, data: bytes, datatype: Any) -> None:
        self._waiting.put_nowait(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting.put_nowait(b"")

    async def _run(self) -> None:
        pipe = asyncio.subprocess.PIPE
        running = await asyncio.create_subprocess_exec(self._server.program, stdin=pipe, stdout=pipe)
        assert running.stdin is not None
        answers = asyncio.ensure_future(self._answer(running.stdout))
        while data := await self._waiting.get():
            running.stdin.write(data)
        running.stdin.close()
        await asyncio.gather(running.wait(), answers)

    async def _answer(self, stream: Any) -> None:
        while data := await stream.read(1 << 16):
            if not self._channel.is_closing():
                self._channel.write(data)


class _Files(asyncssh.SFTPServer):
    def __init__(self, channel: Any, server: SftpServer) -> None:
        super().__init__(channel, chroot=bytes(server.root))
        self._server = server

    def _before(self, operation: str, path: bytes) -> None:
        self._server.before(operation, path.decode("utf-8", "replace"))

    def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
        self._before("write" if pflags & asyncssh.FXF_WRITE else "read", path)
        return super().open(path, pflags, attrs)

    def lstat(self, path: bytes) -> Any:
        self._before("lstat", path)
        return super().lstat(path)

    def rename(self, oldpath: bytes, newpath: bytes) -> Any:
        self._before("move", newpath)
        done = super().rename(oldpath, newpath)
        self._before("moved", newpath)
        return done

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> Any:
        self._before("replace", newpath)
        return super().posix_rename(oldpath, newpath)

    async def scandir(self, path: bytes) -> AsyncIterator[Any]:
        self._before("list", path)
        for name in self._server.invented:
            yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs(permissions=0o100644, size=4, mtime=1, atime=1))
        async for found in super().scandir(path):
            yield found
