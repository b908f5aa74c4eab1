"""A storage address as a setting gives it: `sftp://connection@/path`, `s3://bucket/prefix`, a folder of this machine.

Who may log in is never part of it: the name before `@` is that of an Airflow Connection.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from tonghop.domain.errors import SettingError

SFTP = frozenset({"sftp", "ssh"})
_CONNECTION = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Address:
    """`connection` "" for none; `path` begins with the bucket where the store has buckets, else with `/`."""

    scheme: str
    connection: str
    path: str

    @classmethod
    def parse(cls, name: str, text: str) -> Address:
        """The address in the setting `name`; SettingError, which never repeats a password."""
        parts = urlsplit(text)
        before, marked, host = parts.netloc.rpartition("@")
        if ":" in before:
            raise _wrong(name, "không ghi mật khẩu trong địa chỉ")
        if marked and not _CONNECTION.fullmatch(before):
            raise _wrong(name, "chưa ghi tên kết nối trước dấu “@”")
        if parts.query or parts.fragment:
            raise _wrong(name, "địa chỉ không có phần sau dấu “?” hoặc “#”")
        if parts.scheme in SFTP and (not marked or host):
            raise _wrong(name, "máy chủ và tài khoản SFTP ghi trong kết nối, không ghi trong địa chỉ")
        path = unquote(f"{host}{parts.path}").rstrip("/")
        if not path or ".." in path.split("/"):
            raise _wrong(name, "đường dẫn trống hoặc có “..”")
        return cls(parts.scheme, before, path)

    def __str__(self) -> str:
        return f"{self.root}{self.path}"

    @property
    def root(self) -> str:
        """What stands before the path: the same for every address of one login."""
        return f"{self.scheme}://{self.connection}@" if self.connection else f"{self.scheme}://"


Connect = Callable[[Address], Any]  # a logged-in fsspec file system, a fresh one at every call
ConnectAs = Callable[[Address, tuple[str, ...]], Any]  # the same by the first of these connections that there is


def _wrong(name: str, reason: str) -> SettingError:
    return SettingError(
        f"{name} không dùng được: {reason}.",
        "Ghi một thư mục, hoặc sftp://TÊN_KẾT_NỐI@/đường-dẫn, s3://TÊN_KẾT_NỐI@kho/đường-dẫn.",
    )
