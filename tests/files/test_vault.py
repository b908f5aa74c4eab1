"""The vault: write-once under SHA-256, no links followed, nothing half-written kept."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from pathlib import Path

import pytest

from tonghop.files.vault import NotAFile, StillChanging, TooBig, Vault, VaultError

CONTENT = "Báo cáo quý III".encode() * 1000
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "Báo cáo.XLSX"
    path.write_bytes(CONTENT)
    return path


def files(vault: Vault) -> list[str]:
    return sorted(str(path.relative_to(vault.root)) for path in vault.root.rglob("*") if path.is_file())


def test_keeps_bytes_read_only_under_their_hash(vault: Vault, source: Path) -> None:
    kept = vault.keep(source, 10**6)
    assert (kept.sha256, kept.size) == (SHA, len(CONTENT))
    assert kept.path == vault.root / SHA[:2] / f"{SHA}.xlsx"
    assert kept.path.read_bytes() == CONTENT
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o444
    assert files(vault) == [f"{SHA[:2]}/{SHA}.xlsx"]
    assert source.exists()


def test_keeping_again_uses_the_file_that_is_there(vault: Vault, source: Path, tmp_path: Path) -> None:
    first = vault.keep(source, 10**6)
    inode = first.path.stat().st_ino
    other = tmp_path / "ten khac.pdf"
    other.write_bytes(CONTENT)
    assert vault.keep(other, 10**6) == first
    assert first.path.stat().st_ino == inode
    assert len(files(vault)) == 1


def test_find_and_verify(vault: Vault, source: Path, tmp_path: Path) -> None:
    assert vault.find(SHA) is None
    assert not vault.verify(SHA)
    kept = vault.keep(source, 10**6)
    pdf = tmp_path / "ban-ky.pdf"
    pdf.write_bytes(b"%PDF-1.7")
    signed = vault.keep(pdf, 10**6)
    assert vault.find(SHA) == kept.path
    assert vault.find(signed.sha256) == signed.path
    assert signed.path.suffix == ".pdf"
    assert vault.verify(SHA)
    kept.path.chmod(0o644)
    kept.path.write_bytes(CONTENT[:-1] + b"?")
    assert not vault.verify(SHA)


def test_a_kept_file_of_another_length_is_our_fault(vault: Vault, source: Path) -> None:
    kept = vault.keep(source, 10**6)
    kept.path.chmod(0o644)
    kept.path.write_bytes(CONTENT[:-1])
    with pytest.raises(VaultError, match="đã bị thay đổi"):
        vault.keep(source, 10**6)


def test_too_big_is_refused_before_it_is_read(vault: Vault, tmp_path: Path) -> None:
    sparse = tmp_path / "lon.xlsx"
    with sparse.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(TooBig) as caught:
        vault.keep(sparse, 1 << 20)
    assert (caught.value.size, caught.value.limit) == (1 << 40, 1 << 20)
    assert files(vault) == []


@pytest.mark.parametrize("kind", ["link", "dangling", "pipe", "folder"])
def test_only_regular_files_are_taken(vault: Vault, source: Path, tmp_path: Path, kind: str) -> None:
    place = tmp_path / "khac.xlsx"
    if kind == "link":
        place.symlink_to(source)
    elif kind == "dangling":
        place.symlink_to(tmp_path / "khong-co")
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.mkdir()
    with pytest.raises(NotAFile):
        vault.keep(place, 10**6)
    assert files(vault) == []


def test_a_file_that_changes_while_it_is_copied_is_not_kept(
    vault: Vault, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.read
    grown: list[bool] = []

    def read(descriptor: int, size: int) -> bytes:
        chunk = real(descriptor, size)
        if not grown:
            grown.append(True)
            with source.open("ab") as file:
                file.write(b"more")
        return chunk

    monkeypatch.setattr("tonghop.files.vault.os.read", read)
    with pytest.raises(StillChanging):
        vault.keep(source, 10**6)
    assert grown
    assert files(vault) == []


def test_a_file_rewritten_in_place_with_the_same_length_is_not_kept(
    vault: Vault, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.read

    def read(descriptor: int, size: int) -> bytes:
        chunk = real(descriptor, size)
        os.utime(source, ns=(1, 1))
        return chunk

    monkeypatch.setattr("tonghop.files.vault.os.read", read)
    with pytest.raises(StillChanging):
        vault.keep(source, 10**6)


def test_two_writers_at_once_give_one_file(vault: Vault, source: Path) -> None:
    kept = []
    threads = [threading.Thread(target=lambda: kept.append(vault.keep(source, 10**6))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 8
    assert {one.sha256 for one in kept} == {SHA}
    assert files(vault) == [f"{SHA[:2]}/{SHA}.xlsx"]


def test_a_vanished_file_is_told(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        vault.keep(tmp_path / "khong-co.xlsx", 10)
