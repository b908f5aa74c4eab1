"""A shelf in an object store: a move is a copy, compared, then a removal. The store is fsspec's memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
import pytest

from tonghop.domain.errors import SettingError, StorageError
from tonghop.exchange.file_server import file_system
from tonghop.files.inbox import move_handled, scan
from tonghop.files.remote_vault import RemoteVault
from tonghop.files.storage import Places, RemotePath, building
from tonghop.files.storage.objects import Objects

NOON = datetime(2024, 9, 16, 12, tzinfo=UTC)


@pytest.fixture
def system() -> Iterator[Any]:
    found = fsspec.filesystem("memory")
    found.store.clear()
    found.pseudo_dirs[:] = [""]
    yield found
    found.store.clear()
    found.pseudo_dirs[:] = [""]


@pytest.fixture
def bucket(system: Any) -> RemotePath:
    return RemotePath(Objects("memory://", lambda: system), "kho/tinh")


def names(system: Any) -> list[str]:
    return sorted(system.find("/kho"))


def test_an_inbox_is_listed_read_and_put_away(bucket: RemotePath, system: Any) -> None:
    inbox, handled = bucket / "gui-len", bucket / "da-nhan"
    assert scan(inbox, 0).ready == ()
    (inbox / "báo cáo.xlsx").write_bytes(b"not a zip")
    (inbox / "con" / "x.xlsx").write_bytes(b"deeper")
    [arrived] = scan(inbox, 0).ready
    assert (arrived.name, arrived.size) == ("báo cáo.xlsx", 9)
    with arrived.path.open("rb") as file:
        assert (file.read(3), file.seek(-3, os.SEEK_END), file.read()) == (b"not", 6, b"zip")
    place = move_handled(arrived.path, handled, NOON, expected=arrived)
    assert str(place) == "memory://kho/tinh/da-nhan/20240916-120000-báo cáo.xlsx"
    assert names(system) == [
        "/kho/tinh/da-nhan/20240916-120000-báo cáo.xlsx",
        "/kho/tinh/gui-len/con/x.xlsx",
    ]


def test_a_move_killed_after_the_copy_is_finished_without_a_second_copy(
    bucket: RemotePath, system: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bucket / "gui-len" / "a.xlsx").write_bytes(b"content")
    [arrived] = scan(bucket / "gui-len", 0).ready

    def killed(path: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(system, "rm_file", killed)
        with pytest.raises(KeyboardInterrupt):
            move_handled(arrived.path, bucket / "da-nhan", NOON, expected=arrived)
    assert len(names(system)) == 2
    move_handled(arrived.path, bucket / "da-nhan", NOON, expected=arrived)
    assert names(system) == ["/kho/tinh/da-nhan/20240916-120000-a.xlsx"]


def test_a_copy_that_is_not_the_same_removes_nothing(
    bucket: RemotePath, system: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bucket / "a").write_bytes(b"content")
    monkeypatch.setattr(system, "cp_file", lambda _source, target: system.pipe_file(target, b"CONTENT"))
    with pytest.raises(OSError, match="không giống bản gốc"):
        (bucket / "a").rename(bucket / "b")
    assert (bucket / "a").read_bytes() == b"content"


def test_another_file_is_never_covered(bucket: RemotePath) -> None:
    (bucket / "gui-len" / "a.xlsx").write_bytes(b"content")
    (bucket / "da-nhan" / "20240916-120000-a.xlsx").write_bytes(b"another")
    place = move_handled(bucket / "gui-len" / "a.xlsx", bucket / "da-nhan", NOON)
    assert place.name == "20240916-120000-a-2.xlsx"
    assert (bucket / "da-nhan" / "20240916-120000-a.xlsx").read_bytes() == b"another"


def test_a_folder_counts_from_its_last_file_on(
    bucket: RemotePath, system: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, seen = system.put_file, []

    def watched(local: str, target: str) -> None:
        seen.append(Path(target).name)
        put(local, target)

    monkeypatch.setattr(system, "put_file", watched)
    with building(bucket / "v1", last="manifest.json") as making:
        for name in ("manifest.json", "a.xlsx", "z.csv"):
            (making / name).write_bytes(b"x")
    assert seen == ["a.xlsx", "z.csv", "manifest.json"]
    (bucket / "v1").rename(bucket / "v1-chua-cong-bo")
    assert names(system) == [f"/kho/tinh/v1-chua-cong-bo/{name}" for name in ("a.xlsx", "manifest.json", "z.csv")]


def test_the_vault_keeps_there_and_reads_here(bucket: RemotePath, system: Any, tmp_path: Path) -> None:
    (bucket / "gui-len" / "a.xlsx").write_bytes(b"content")
    kept = RemoteVault(bucket / "vault", tmp_path / "a").keep(bucket / "gui-len" / "a.xlsx", 100)
    assert kept.path.read_bytes() == b"content"
    assert f"/kho/tinh/vault/{kept.sha256[:2]}/{kept.sha256}.xlsx" in names(system)
    other = RemoteVault(bucket / "vault", tmp_path / "b")
    found = other.find(kept.sha256)
    assert found is not None
    assert found.is_relative_to(tmp_path / "b")
    assert other.verify(kept.sha256)
    assert other.find("0" * 64) is None


def test_a_store_out_of_reach_is_said(bucket: RemotePath, system: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr(system, "ls", refuse)
    with pytest.raises(StorageError, match="Không dùng được kho tệp memory://: refused"):
        scan(bucket, 0)


def test_places_are_folders_or_addresses(tmp_path: Path) -> None:
    def connect(_address: object) -> Any:
        raise AssertionError("nothing is connected before it is used")

    elsewhere = {"drop": "sftp://kho@/drop", "vault": "s3://kho@thung/vault", "draft": f"file://{tmp_path}/a%20b"}
    places = Places.of(tmp_path / "home", elsewhere, connect)
    assert str(places.drop) == "sftp://kho@/drop"
    assert str(places.vault) == "s3://kho@thung/vault"
    assert places.draft == tmp_path / "a b"
    assert places.published == tmp_path / "home" / "published"
    same = Places.of(tmp_path, {"drop": "sftp://kho@/drop", "vault": "sftp://kho@/vault"}, connect)
    assert isinstance(same.drop, RemotePath)
    assert isinstance(same.vault, RemotePath)
    assert same.drop.shelf is same.vault.shelf, "one login serves both"
    places.close()


@pytest.mark.parametrize(
    ("scheme", "connection", "environ", "said"),
    [
        ("sftp", "kho", {}, "Chưa cấu hình kết nối kho"),
        ("sftp", "kho", {"AIRFLOW_CONN_KHO": "sftp://may-chu"}, "chưa ghi tài khoản"),
        ("sftp", "kho", {"AIRFLOW_CONN_KHO": "bi-mat"}, "AIRFLOW_CONN_KHO không dùng được"),
        ("sftp", "kho", {"AIRFLOW_CONN_KHO": '{"host": 1, "password": "bi-mat", "extra": "["}'}, "không đọc được"),
        ("memory", "kho", {}, "chỉ dùng được trong Airflow"),
        ("khong-co", "", {}, "chưa có thư viện"),
    ],
)
def test_a_login_that_cannot_be(scheme: str, connection: str, environ: dict[str, str], said: str) -> None:
    with pytest.raises(SettingError, match=said) as wrong:
        file_system(scheme, (connection,) if connection else (), environ)
    assert "bi-mat" not in str(wrong.value)
