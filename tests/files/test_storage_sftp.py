"""A shelf on an SFTP server, against a real one on loopback."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sftp_server import LOGIN, PASSWORD, SftpServer

from tonghop.domain.errors import SettingError, StorageError
from tonghop.exchange.file_server import FileServer
from tonghop.files.inbox import scan
from tonghop.files.package import may_be_unfinished
from tonghop.files.storage import Address, RemotePath, building
from tonghop.files.storage.adding import add
from tonghop.files.storage.sftp import Sftp


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    server = SftpServer(tmp_path_factory.mktemp("sftp"))
    server.start()
    yield server
    server.end()


@pytest.fixture
def server(running: SftpServer, request: pytest.FixtureRequest) -> SftpServer:
    """The server with a folder of the test's own as its root, and no faults."""
    own = running.root / f"{request.node.name[:60]}"
    own.mkdir()
    running.before = lambda _operation, _path: None
    running.invented = []
    return running


def shelf(uri: str) -> Sftp:
    return Sftp("sftp://kho@", lambda: FileServer.parse(uri, "kho").log_in())


@pytest.fixture
def place(server: SftpServer, request: pytest.FixtureRequest) -> Iterator[RemotePath]:
    opened = shelf(server.uri())
    yield RemotePath(opened, f"/{request.node.name[:60]}")
    opened.close()


@pytest.fixture
def folder(server: SftpServer, request: pytest.FixtureRequest) -> Path:
    """The same place as the server's own disk has it."""
    return server.root / request.node.name[:60]


def test_says_what_lies_in_a_folder(place: RemotePath, folder: Path) -> None:
    (folder / "Báo cáo quý III.xlsx").write_bytes(b"PK..")
    os.utime(folder / "Báo cáo quý III.xlsx", (1_700_000_000, 1_700_000_000))
    (folder / os.fsdecode(b"b\xe1o.xls")).write_bytes(b"")
    (folder / "con").mkdir()
    (folder / "loi").symlink_to("/etc/passwd")
    os.mkfifo(folder / "ong")
    found = {path.name: status for path, status in place.listing()}
    assert set(found) == {"Báo cáo quý III.xlsx", os.fsdecode(b"b\xe1o.xls"), "con", "loi", "ong"}
    assert (found["Báo cáo quý III.xlsx"].st_size, found["Báo cáo quý III.xlsx"].st_mtime_ns) == (4, 17 * 10**17)
    assert [name for name, status in found.items() if stat.S_ISREG(status.st_mode)] == [
        name for name in found if name.endswith((".xlsx", ".xls"))
    ]
    assert (place / "con").is_dir()
    assert not (place / "loi").is_file(), "a link is not followed"
    assert not (place / "vắng").exists()


def test_an_inbox_shows_files_only_and_never_leaves_its_folder(
    server: SftpServer, place: RemotePath, folder: Path
) -> None:
    inbox = folder / "gui-len"
    inbox.mkdir()
    (folder / "don-vi-khac.xlsx").write_bytes(b"PK..")
    (inbox / "bao-cao.xlsx").write_bytes(b"not a zip")
    (inbox / "lien-ket.xlsx").symlink_to(folder / "don-vi-khac.xlsx")
    (inbox / "~$bao-cao.xlsx").write_bytes(b"")
    server.invented = [b"../don-vi-khac.xlsx", b"/etc/passwd", b"..", b"", b"a\0b"]
    look = scan(place / "gui-len", 0)
    assert [arrived.name for arrived in (*look.ready, *look.waiting)] == ["bao-cao.xlsx"]
    assert scan(place / "chưa có", 0) == scan(folder / "chưa có", 0), "an inbox that is not there is empty"


def test_reads_anywhere_in_a_file(place: RemotePath, folder: Path) -> None:
    content = os.urandom(3_000_000)
    (folder / "lớn.bin").write_bytes(content)
    there = place / "lớn.bin"
    assert there.read_bytes() == content
    with there.open() as file:
        assert file.read(4) == content[:4]
        assert file.seek(-100, os.SEEK_END) == len(content) - 100
        assert file.read() == content[-100:]
    (folder / "nửa.xlsx").write_bytes(b"PK\x03\x04" + content)
    assert may_be_unfinished(place / "nửa.xlsx")


def test_a_file_appears_whole_with_the_folders_above_it(server: SftpServer, place: RemotePath, folder: Path) -> None:
    there = place / "nhan-ve" / "năm" / "kết quả.html"
    there.write_bytes(b"one")
    seen = []
    server.before = lambda operation, path: seen.append((operation, (folder / "nhan-ve/năm/kết quả.html").read_bytes()))
    there.write_bytes(b"another")
    assert ("replace", b"one") in seen, "until the last step a reader sees the old file"
    assert there.read_text() == "another"
    assert [path.name for path in (folder / "nhan-ve" / "năm").iterdir()] == ["kết quả.html"]


def test_a_write_that_fails_leaves_the_old_file_alone(server: SftpServer, place: RemotePath, folder: Path) -> None:
    (place / "a.txt").write_bytes(b"one")

    def refuse(operation: str, path: str) -> None:
        if operation == "replace":
            raise OSError(errno.EACCES, "no")

    server.before = refuse
    with pytest.raises(PermissionError, match="máy chủ không cho phép"):
        (place / "a.txt").write_bytes(b"another")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a.txt": b"one"}


def test_a_move_never_covers_another_file(place: RemotePath, folder: Path) -> None:
    (folder / "a").write_bytes(b"a")
    (folder / "b").write_bytes(b"b")
    with pytest.raises(FileExistsError):
        (place / "a").rename(place / "b")
    (place / "a").rename(place / "mới" / "c")
    with pytest.raises(FileNotFoundError):
        (place / "a").rename(place / "d")
    assert [(folder / "b").read_bytes(), (folder / "mới" / "c").read_bytes()] == [b"b", b"a"]


def test_a_new_file_takes_a_free_name(place: RemotePath, folder: Path) -> None:
    (folder / "x.xlsx").write_bytes(b"there")
    assert add(place, ("x.xlsx", "x-2.xlsx"), b"new") == "x-2.xlsx"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"x.xlsx": b"there", "x-2.xlsx": b"new"}


def test_a_folder_appears_whole(place: RemotePath, folder: Path) -> None:
    with building(place / "v1", last="manifest.json") as making:
        for name in ("manifest.json", "tong-hop.xlsx", "z.csv"):
            (making / name).write_bytes(name.encode())
        assert not (folder / "v1").exists()
    assert sorted(path.name for path in (folder / "v1").iterdir()) == ["manifest.json", "tong-hop.xlsx", "z.csv"]
    with pytest.raises(FileExistsError), building(place / "v1", last="manifest.json") as making:
        (making / "manifest.json").write_bytes(b"second")
    assert (folder / "v1" / "manifest.json").read_bytes() == b"manifest.json"


def test_a_server_that_is_gone_is_said_and_found_again(server: SftpServer, place: RemotePath) -> None:
    (place / "a").write_bytes(b"a")
    logins = server.logins
    server.stop()
    with pytest.raises(StorageError, match="Không dùng được kho tệp sftp://kho@") as gone:
        (place / "a").read_bytes()
    assert PASSWORD not in str(gone.value)
    server.start()
    assert (place / "a").read_bytes() == b"a"
    assert server.logins == logins + 1


def test_a_line_cut_in_the_middle_is_said(server: SftpServer, place: RemotePath) -> None:
    def cut(operation: str, path: str) -> None:
        if operation == "replace":
            server.cut()

    server.before = cut
    with pytest.raises(StorageError, match="mất đường truyền"):
        (place / "a").write_bytes(b"a")
    server.before = lambda _operation, _path: None
    (place / "a").write_bytes(b"b")
    assert (place / "a").read_bytes() == b"b"


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        (lambda server: server.uri("sai"), "máy chủ không nhận tài khoản hoặc khóa"),
        (lambda server: server.uri(host_key="ssh-ed25519 " + _other_key()), "không có trong danh sách tin cậy"),
        (lambda server: server.uri().replace(f":{server.port}/", ":1/"), "Connect call failed"),
    ],
    ids=["password", "host key", "port"],
)
def test_no_way_in(server: SftpServer, uri: object, said: str) -> None:
    with pytest.raises(StorageError, match=said) as refused:
        RemotePath(shelf(uri(server)), "/").listing().__next__()  # type: ignore[operator]
    assert PASSWORD not in str(refused.value)


def test_logs_in_with_a_key(server: SftpServer, tmp_path: Path) -> None:
    path = tmp_path / "khoa"
    server.client_key.write_private_key(path, passphrase="cụm từ")
    text = server.client_key.export_private_key().decode()
    for extra in ({"key_file": str(path), "private_key_passphrase": "cụm từ"}, {"private_key": text}):
        opened = shelf(server.uri("", **extra))
        assert RemotePath(opened, "/").is_dir()
        opened.close()
    with pytest.raises(SettingError, match="Khóa riêng"):
        RemotePath(shelf(server.uri("", key_file=str(path))), "/").is_dir()


def test_an_address_names_a_connection_and_no_secret() -> None:
    address = Address.parse("TONGHOP_DROP", "sftp://kho_tep@/srv/b%C3%A1o c%C3%A1o/")
    assert (address.scheme, address.connection, address.path) == ("sftp", "kho_tep", "/srv/báo cáo")
    assert str(address) == "sftp://kho_tep@/srv/báo cáo"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"sftp://{LOGIN}:mat-khau@may-chu/srv", "không ghi mật khẩu"),
        ("sftp://may-chu/srv", "ghi trong kết nối"),
        ("sftp://kho@may-chu/srv", "ghi trong kết nối"),
        ("sftp://@/srv", "chưa ghi tên kết nối"),
        ("sftp://kho@/srv/../etc", "“..”"),
        ("sftp://kho@", "đường dẫn trống"),
        ("s3://kho@bucket/x?versionId=1", "dấu “?”"),
    ],
)
def test_a_wrong_address_is_refused(text: str, said: str) -> None:
    with pytest.raises(SettingError, match=said.replace("?", r"\?")) as wrong:
        Address.parse("TONGHOP_DROP", text)
    assert "TONGHOP_DROP" in str(wrong.value)
    assert "mat-khau" not in str(wrong.value)


def _other_key() -> str:
    import asyncssh

    return asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()[1]
