"""Who we are at a file server or an object store: an Airflow Connection made into a logged-in fsspec file system.

The server must prove who it is: by its key in the connection (`host_key`) or in ~/.ssh/known_hosts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tonghop.domain.errors import SettingError
from tonghop.exchange.login import Login, WrongError, understood
from tonghop.exchange.secret import Secret

_SFTP = frozenset({"sftp", "ssh"})
_CONNECT_S, _SILENCE_S, _MISSED = 20, 15, 4  # a dead line is noticed after a minute


@dataclass(frozen=True, slots=True)
class FileServer:
    """An SFTP server. `host_key` as in a known_hosts file, "" for ~/.ssh/known_hosts; `unchecked`: trust any server."""

    host: str
    port: int
    login: str
    password: Secret
    key_file: str
    key: Secret
    passphrase: Secret
    host_key: str
    unchecked: bool

    @classmethod
    def parse(cls, text: str, name: str) -> FileServer:
        """From the connection's URI or JSON; SettingError names `name` and what is wrong, never the text."""
        return understood(text, _server, partial(_unusable, name))

    def options(self) -> dict[str, Any]:
        """How to connect, beside host and account, as sshfs calls it; SettingError for a key that cannot be read."""
        return {
            "known_hosts": self._known_hosts(),
            "config": None,
            "connect_timeout": _CONNECT_S,
            "login_timeout": _CONNECT_S,
            "keepalive_interval": _SILENCE_S,
            "keepalive_count_max": _MISSED,
            "skip_instance_cache": True,
            **({"client_keys": [self._client_key()]} if self.key or self.key_file else {}),
        }

    def log_in(self) -> Any:
        """A fresh `sshfs.SSHFileSystem`; what asyncssh raises when that fails."""
        from sshfs import SSHFileSystem

        password = {"password": self.password.reveal()} if self.password else {}
        return SSHFileSystem(self.host, port=self.port, username=self.login, **password, **self.options())

    def _known_hosts(self) -> Any:
        if self.unchecked:
            return None
        if not self.host_key:
            return ()
        key = self.host_key if " " in self.host_key else f"ssh-rsa {self.host_key}"
        return f"* {key}\n".encode()

    def _client_key(self) -> Any:
        import asyncssh

        phrase = self.passphrase.reveal() or None
        try:
            if self.key:
                return asyncssh.import_private_key(self.key.reveal(), phrase)
            return asyncssh.read_private_key(self.key_file, phrase)
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, OSError) as problem:
            raise SettingError(
                f"Khóa riêng để vào máy chủ tệp {self.host} không đọc được.",
                "Ghi lại key_file hoặc private_key, private_key_passphrase trong kết nối.",
            ) from problem


def file_system(scheme: str, names: tuple[str, ...], environ: Mapping[str, str]) -> Any:
    """A logged-in file system, outside Airflow: by the first AIRFLOW_CONN_<NAME>, or as the store's library finds it.

    SettingError when the connection or the library is missing.
    """
    try:
        if scheme in _SFTP:
            return _named(names, environ).log_in()
        if not names:
            import fsspec

            return fsspec.filesystem(scheme)
    except (ImportError, ValueError) as problem:
        raise SettingError(
            f"Máy này chưa có thư viện để dùng kho tệp {scheme}://.", "Cài thêm thư viện của kho (xem docs/storage.md)."
        ) from problem
    raise SettingError(
        f"Kết nối {names[-1]} tới kho {scheme}:// chỉ dùng được trong Airflow.",
        f"Trên dòng lệnh: ghi địa chỉ không có “{names[-1]}@”, đặt tài khoản theo cách của kho.",
    )


def _named(names: tuple[str, ...], environ: Mapping[str, str]) -> FileServer:
    variables = [f"AIRFLOW_CONN_{name.upper()}" for name in names]
    for variable in variables:
        if text := environ.get(variable, "").strip():
            return FileServer.parse(text, variable)
    raise SettingError(f"Chưa cấu hình kết nối {names[-1]} tới máy chủ tệp.", f"Đặt biến {variables[-1]}.")


def _server(given: Login) -> FileServer:
    if not given.host:
        raise WrongError("chưa ghi tên máy chủ")
    if not given.login:
        raise WrongError("chưa ghi tài khoản")
    return FileServer(
        host=given.host,
        port=given.port or 22,
        login=given.login,
        password=Secret(given.password),
        key_file=given.text("key_file"),
        key=Secret(given.text("private_key")),
        passphrase=Secret(given.text("private_key_passphrase")),
        host_key=given.text("host_key"),
        unchecked=bool(given.switch("no_host_key_check")),
    )


def _unusable(name: str, reason: str) -> SettingError:
    return SettingError(
        f"Kết nối máy chủ tệp {name} không dùng được: {reason}.",
        "Ghi dạng sftp://tài_khoản:mật_khẩu@máy-chủ:22/?host_key=… (ký tự đặc biệt mã hóa %XX).",
    )
