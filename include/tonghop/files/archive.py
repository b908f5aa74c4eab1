"""One tar that holds a backup: members written from files as they are, the list of them with SHA-256 at its end.

Written under another name and renamed when it is whole: under its own name there is a whole backup or nothing.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from tonghop.domain.errors import TonghopError

MANIFEST = "muc-luc.json"
FORMAT = 1
_CHUNK = 1 << 20
_IN_MEMORY = 8 << 20
_TOLD = ("created_at", "software", "province", "revision", "tables")  # beside its files


class ArchiveError(TonghopError):
    """A backup cannot be written, or is not whole."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the backup; `mtime_ns` because a file's time is part of who it is in an inbox."""

    sha256: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself: `about` (keys: _TOLD), its folders and files by name."""

    about: dict[str, Any]
    folders: list[str] = field(default_factory=list)
    files: dict[str, Entry] = field(default_factory=dict)

    def to_json(self) -> bytes:
        content = {"format": FORMAT, **self.about, "folders": self.folders}
        content["files"] = {name: asdict(entry) for name, entry in self.files.items()}
        return json.dumps(content, indent=1, sort_keys=True).encode("ascii") + b"\n"

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """The inverse of `to_json`; ArchiveError for anything else and for a format of later software."""
        try:
            content = json.loads(text)
            written = content.pop("format")
            folders, files = content.pop("folders"), content.pop("files")
            entries = {name: Entry(**entry) for name, entry in files.items()}
            told = {name: content[name] for name in _TOLD}
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise _broken("mục lục không đọc được") from problem
        if written != FORMAT:
            raise ArchiveError(
                "Bản sao lưu do một phiên bản phần mềm khác tạo ra, không đọc được.", "Cập nhật phần mềm rồi chạy lại."
            )
        return cls(told, folders, entries)


class ArchiveWriter:
    """Adds members to an unfinished archive; see `writing`."""

    def __init__(self, tar: tarfile.TarFile, scratch: Path) -> None:
        """Add to `tar`; what needs room for a moment has it in the folder `scratch`."""
        self._tar = tar
        self._scratch = scratch
        self.folders: list[str] = []
        self.files: dict[str, Entry] = {}

    def add_folder(self, name: str) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.mode = tarfile.DIRTYPE, 0o755
        self._tar.addfile(info)
        self.folders.append(name)

    def add(self, name: str, path: Path) -> Entry | None:
        """Add a regular file as it is now, also one that others write to; None when it is gone (it was moved)."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            return None
        with os.fdopen(descriptor, "rb") as file:
            return self.add_stream(name, file, os.fstat(descriptor).st_mtime_ns)

    def add_stream(self, name: str, stream: IO[bytes], mtime_ns: int = 0) -> Entry:
        """Add everything `stream` gives."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(self._scratch)) as spool:
            digest, size = hashlib.sha256(), 0
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                spool.write(chunk)
            spool.seek(0)
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = size, mtime_ns // 10**9, 0o600
            self._tar.addfile(info, spool)
        self.files[name] = Entry(digest.hexdigest(), size, mtime_ns)
        return self.files[name]


@contextmanager
def writing(target: Path, about: Callable[[], dict[str, Any]]) -> Iterator[ArchiveWriter]:
    """A writer on the backup that is to lie at `target`; `about` is asked at the end for what the manifest tells.

    The archive is complete and durable when the block ends; when it is left by an exception nothing is there. Only its
    owner may read it. ArchiveError when `target` exists or the disk is full.
    """
    _must_be_free(target)
    with _disk_faults(target):
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".dang-ghi", dir=target.parent)
    unfinished = Path(name)
    try:
        with _disk_faults(target), os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                writer = ArchiveWriter(tar, target.parent)
                yield writer
                manifest = Manifest(about(), writer.folders, dict(writer.files))
                writer.add_stream(MANIFEST, io.BytesIO(manifest.to_json()))
            file.flush()
            os.fsync(file.fileno())
        read(unfinished)
        _must_be_free(target)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync(target.parent)


def _must_be_free(target: Path) -> None:
    if target.exists():
        raise ArchiveError(f"Đã có tệp {target}, không ghi đè.", "Đặt tên khác cho bản sao lưu mới.")


def read(archive: Path, into: Path | None = None, tick: Callable[[str], None] = lambda _name: None) -> Manifest:
    """Check every byte of a backup against its manifest, unpacking it to the empty folder `into` where given.

    ArchiveError when it is cut off, changed, or holds what a backup does not hold.
    """
    try:
        with tarfile.open(archive, mode="r:") as tar:
            return _read(tar, into, tick)
    except FileNotFoundError as problem:
        raise ArchiveError(f"Không có tệp {archive}.", "Ghi đúng đường dẫn tới bản sao lưu.") from problem
    except tarfile.TarError as problem:
        raise _broken("tệp bị cắt cụt hoặc không phải bản sao lưu") from problem


def _read(tar: tarfile.TarFile, into: Path | None, tick: Callable[[str], None]) -> Manifest:
    found: dict[str, tuple[str, int]] = {}
    folders: list[str] = []
    listed: Manifest | None = None
    for member in tar:
        name, place = member.name, _inside(into, member.name)
        stream = tar.extractfile(member) if member.isreg() else None
        if stream is not None and name == MANIFEST:
            listed = Manifest.from_json(stream.read())
        elif stream is not None:
            found[name] = _copied(stream, place)
            tick(name)
        elif member.isdir():
            folders.append(name)
            if place is not None:
                place.mkdir(parents=True, exist_ok=True)
        else:
            raise _broken(f"có mục lạ {name}")
    if listed is None:
        raise _broken("thiếu mục lục ở cuối tệp")
    _compare(listed, found, folders)
    if into is not None:
        _give_times(listed, into)
    return listed


def _inside(into: Path | None, name: str) -> Path | None:
    """Where a member goes; ArchiveError when its name leads elsewhere."""
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts:
        raise _broken(f"có mục lạ {name}")
    return None if into is None else into / path


def _copied(stream: IO[bytes], place: Path | None) -> tuple[str, int]:
    """SHA-256 and size of what `stream` gives, kept at `place` where given."""
    digest, size = hashlib.sha256(), 0
    if place is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
    with Path(os.devnull).open("wb") if place is None else place.open("xb") as file:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    return digest.hexdigest(), size


def _compare(listed: Manifest, found: dict[str, tuple[str, int]], folders: list[str]) -> None:
    wrong = [name for name, entry in listed.files.items() if found.get(name) != (entry.sha256, entry.size)]
    wrong += found.keys() - listed.files.keys()
    wrong += set(folders) ^ set(listed.folders)
    if wrong:
        raise _broken(f"{len(wrong)} mục thiếu hoặc đã bị thay đổi, trong đó có {min(wrong)}")


def _give_times(listed: Manifest, into: Path) -> None:
    for name, entry in listed.files.items():
        if entry.mtime_ns:
            os.utime(into / name, ns=(entry.mtime_ns, entry.mtime_ns))


def _broken(why: str) -> ArchiveError:
    return ArchiveError(f"Bản sao lưu không nguyên vẹn: {why}.", "Dùng bản sao lưu khác.")


@contextmanager
def _disk_faults(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            problem = f"Ổ đĩa chứa {target.parent} không đủ chỗ; bản sao lưu dở dang đã được bỏ đi."
            raise ArchiveError(problem, "Giải phóng ổ đĩa hoặc chọn nơi khác rồi chạy lại.") from error
        raise


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # a network share keeps the name as well as it can
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
