"""Storage addresses inside Airflow: its ObjectStoragePath says what an address means, its connections log in.

Belongs here: the one edge at which Airflow's file systems reach the application.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from tonghop.domain.errors import SettingError
from tonghop.exchange.file_server import FileServer
from tonghop.files.storage import SFTP, Address


def connect(address: Address, names: tuple[str, ...] = ()) -> Any:
    """A fresh, logged-in fsspec file system for `address`, by the first of the connections `names` that there is.

    SettingError when none is there, or when it is wrong.
    """
    from airflow.sdk import ObjectStoragePath
    from airflow.sdk.io import get_fs

    path = ObjectStoragePath(str(address))
    found = _connection(names or ((path.conn_id,) if path.conn_id else ()))
    try:
        if found is None:
            return get_fs(path.protocol)
        options = FileServer.parse(found.as_json(), found.conn_id).options() if address.scheme in SFTP else None
        return get_fs(path.protocol, found.conn_id, options)
    except (ImportError, ValueError) as problem:
        raise SettingError(
            f"Airflow chưa có phần mở rộng để dùng kho tệp {address.scheme}://.", "Cài provider của kho ấy."
        ) from problem


def _connection(names: tuple[str, ...]) -> Any:
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    for name in names:
        with suppress(AirflowNotFoundException):
            return Connection.get(name)
    if names:
        raise SettingError(f"Chưa có kết nối {names[-1]} tới kho tệp.", "Tạo kết nối này trong Airflow.")
    return None
