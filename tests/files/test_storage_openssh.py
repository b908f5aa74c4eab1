"""The shelf against OpenSSH's own sftp-server, where the machine has it: what most file servers run."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sftp_server import SftpServer

from tonghop.exchange.file_server import FileServer
from tonghop.files.inbox import move_handled, scan
from tonghop.files.remote_vault import RemoteVault
from tonghop.files.storage import RemotePath, building
from tonghop.files.storage.sftp import Sftp

PROGRAM = os.environ.get("TONGHOP_TEST_SFTP_SERVER", "/usr/lib/openssh/sftp-server")
NOON = datetime(2024, 9, 16, 12, tzinfo=UTC)
pytestmark = pytest.mark.skipif(not Path(PROGRAM).is_file(), reason=f"no {PROGRAM} (openssh-sftp-server)")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[RemotePath]:
    server = SftpServer(tmp_path, PROGRAM)
    server.start()
    shelf = Sftp("sftp://kho@", lambda: FileServer.parse(server.uri(), "kho").log_in())
    yield RemotePath(shelf, str(tmp_path))
    shelf.close()
    server.end()


def test_an_inbox_is_listed_and_put_away(place: RemotePath, tmp_path: Path) -> None:
    inbox = tmp_path / "gui-len"
    inbox.mkdir()
    (inbox / "Báo cáo.xlsx").write_bytes(b"not a zip")
    (inbox / os.fsdecode(b"b\xe1o.xls")).write_bytes(b"neither")
    (inbox / "lien-ket.xlsx").symlink_to("/etc/passwd")
    os.mkfifo(inbox / "ong.xlsx")
    ready = scan(place / "gui-len", 0).ready
    assert {arrived.name for arrived in ready} == {"Báo cáo.xlsx", "b�o.xls"}
    for arrived in ready:
        move_handled(arrived.path, place / "da-nhan", NOON, expected=arrived)
    assert sorted(path.name for path in (tmp_path / "da-nhan").iterdir()) == [
        "20240916-120000-Báo cáo.xlsx",
        "20240916-120000-b�o.xls",
    ]


def test_files_are_written_whole_and_never_covered_by_a_move(place: RemotePath, tmp_path: Path) -> None:
    there = place / "năm" / "a.txt"
    there.write_bytes(b"one")
    there.write_bytes(b"another")
    (place / "b.txt").write_bytes(b"b")
    with pytest.raises(FileExistsError):
        (place / "b.txt").rename(there)
    with pytest.raises(FileNotFoundError):
        (place / "vắng.txt").rename(place / "c.txt")
    assert {path.name: path.read_bytes() for path in (tmp_path / "năm").iterdir()} == {"a.txt": b"another"}
    assert (place / "b.txt").read_bytes() == b"b"


def test_a_folder_appears_whole_and_once(place: RemotePath, tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        try:
            with building(place / "v1", last="manifest.json") as making:
                (making / "manifest.json").write_bytes(content)
        except FileExistsError:
            assert content == b"second"
    assert (tmp_path / "v1" / "manifest.json").read_bytes() == b"first"


def test_the_vault_is_write_once(place: RemotePath, tmp_path: Path) -> None:
    content = os.urandom(2_500_000)
    (tmp_path / "a.xlsx").write_bytes(content)
    kept = RemoteVault(place / "vault", tmp_path / "may-a").keep(place / "a.xlsx", 10**7)
    there = tmp_path / "vault" / kept.sha256[:2] / f"{kept.sha256}.xlsx"
    assert there.read_bytes() == content
    assert stat.S_IMODE(there.stat().st_mode) == 0o444
    other = RemoteVault(place / "vault", tmp_path / "may-b")
    found = other.find(kept.sha256)
    assert found is not None
    assert found.read_bytes() == content
    assert other.verify(kept.sha256)
