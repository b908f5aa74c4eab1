"""Storage addresses through Airflow's ObjectStoragePath and its connections, against a real SFTP server."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sftp_server import LOGIN, PASSWORD, SftpServer

from tonghop.branches import branches
from tonghop.domain.errors import SettingError, StorageError
from tonghop.files.storage import Places, RemotePath


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    server = SftpServer(tmp_path)
    server.start()
    yield server
    server.end()


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, airflow_home: Path) -> Iterator[RemotePath]:
    """The server's root as the address sftp://kho_tep@/, resolved by Airflow."""
    monkeypatch.setenv("AIRFLOW_HOME", str(airflow_home))
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # Airflow's own imports warn
        from tonghop.airflow_storage import connect

        places = Places.of(airflow_home, {"drop": "sftp://kho_tep@/drop"}, connect)
        assert isinstance(places.drop, RemotePath)
        yield places.drop
    places.close()


def connection(server: SftpServer, **extra: object) -> str:
    """As Airflow keeps a connection in AIRFLOW_CONN_…"""
    login = {"conn_type": "sftp", "host": "127.0.0.1", "port": server.port, "login": LOGIN, "password": PASSWORD}
    return json.dumps(login | {"extra": {"host_key": server.known} | extra})


def test_a_connection_by_its_id_opens_the_address(
    server: SftpServer, place: RemotePath, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_KHO_TEP", connection(server))
    (place / "đơn vị" / "a.txt").write_bytes(b"content")
    assert (server.root / "drop" / "đơn vị" / "a.txt").read_bytes() == b"content"
    assert [path.name for path in place.iterdir()] == ["đơn vị"]


def test_a_server_with_another_key_gets_no_password(
    server: SftpServer, place: RemotePath, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_KHO_TEP", connection(server, host_key=""))
    monkeypatch.setenv("HOME", str(server.root))  # no known_hosts there
    with pytest.raises(StorageError, match="không có trong danh sách tin cậy"):
        place.exists()
    assert server.logins == 0


def test_a_connection_that_is_missing_is_named(place: RemotePath, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_KHO_TEP", raising=False)
    with pytest.raises(SettingError, match="kho_tep"):
        place.exists()


def test_a_run_reaches_its_drop_folders_by_the_connection(
    server: SftpServer, place: RemotePath, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_KHO_TEP", connection(server))
    monkeypatch.setenv("TONGHOP_HOME", str(tmp_path / "may"))
    monkeypatch.setenv("TONGHOP_DROP", "sftp://kho_tep@/drop")
    monkeypatch.setenv("TONGHOP_INCLUDE", str(Path(__file__).parents[1] / "data" / "toy"))
    monkeypatch.setenv("TONGHOP_PROVINCE", "tinh-thu")
    with branches()[0].app({}) as app:
        assert app.batches() == []
        app.drop.mkdir(parents=True, exist_ok=True)
        assert (server.root / "drop").is_dir()
