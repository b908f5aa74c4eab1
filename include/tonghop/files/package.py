"""What a file is and whether it is safe to parse, judged from its first bytes and its zip directory alone.

Nothing is inflated here but the few bytes that name a document's type. Standard library only: the reading children
import this module (see `reader`).
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from tonghop.files import compound
from tonghop.files.limits import ACCEPTED, MIB, Limits, RefusedError, mib, refuse

if TYPE_CHECKING:
    from tonghop.files.storage import Place

ZIP_SIGNATURE = b"PK\x03\x04"
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
OPENS = "cần tệp mở được bằng Excel"
_END_SIGNATURE = b"PK\x05\x06"
_END = struct.Struct("<4s4H2LH")
_WORKBOOK_PART, _BINARY_PART = "xl/workbook.xml", "xl/workbook.bin"
_MEDIA_TYPE_PART = "mimetype"
_SPREADSHEETS = frozenset(
    {
        b"application/vnd.oasis.opendocument.spreadsheet",
        b"application/vnd.oasis.opendocument.spreadsheet-template",
    }
)
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    OSError,
    struct.error,
    RuntimeError,
)
_CHUNK = 1 << 18
_KNOWN = {
    b"%PDF": "tệp PDF",
    b"\x89PNG": "tệp ảnh",
    b"\xff\xd8\xff": "tệp ảnh",
    b"GIF8": "tệp ảnh",
    b"Rar!": "tệp nén RAR",
    b"7z\xbc\xaf": "tệp nén 7z",
    b"\x1f\x8b": "tệp nén",
    b"MZ": "chương trình",
    b"\x7fELF": "chương trình",
    b"{\\rtf": "tài liệu RTF",
}
_TEXTS = {
    b"<html": "trang web (HTML)",
    b"<!doctype": "trang web (HTML)",
    b"<table": "trang web (HTML)",
    b"<?xml": "tệp XML",
}


class Kind(Enum):
    """How the content of a workbook is kept."""

    OPEN_XML = auto()  # .xlsx, .xlsm
    OPEN_DOCUMENT = auto()  # .ods
    COMPOUND = auto()  # .xls, and anything encrypted by Excel


@dataclass(frozen=True, slots=True)
class EndRecord:
    """The last record of a zip: how many entries its directory has and how many bytes long that is."""

    entries: int
    directory_bytes: int


def end_record(path: Place) -> EndRecord | None:
    """End-of-central-directory record of the zip at `path`; None when the file has none (not wholly written)."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END.size - 0xFFFF))
        tail = file.read()
    at = tail.rfind(_END_SIGNATURE)
    if at < 0 or at + _END.size > len(tail):
        return None
    _, _, _, _, entries, directory_bytes, _, _ = _END.unpack_from(tail, at)
    return EndRecord(entries, directory_bytes)


def may_be_unfinished(path: Place, limits: Limits | None = None) -> bool:
    """Whether the file looks like a workbook of which a part has yet to be written.

    That is a zip without its end record, an old workbook shorter than its own table of sectors says, and an empty
    file or one that starts with zeros (space reserved by a copying program) when it is named like a workbook.
    """
    most = (limits or Limits()).file_bytes
    with path.open("rb") as file:
        head = file.read(len(compound.SIGNATURE))
        if head == compound.SIGNATURE:
            return path.stat().st_size <= most and _is_short(head + file.read(most))
    zip_head = head[: len(ZIP_SIGNATURE)]
    named = path.suffix.lower() in WORKBOOK_SUFFIXES
    begun = ZIP_SIGNATURE.startswith(head) or compound.SIGNATURE.startswith(head)
    started = zip_head == ZIP_SIGNATURE or (named and (begun or not zip_head.strip(b"\0")))
    return started and end_record(path) is None


def may_be_workbook(path: Path) -> bool:
    """Whether the file begins as a workbook does, whatever it is called; a response of a unit's system does not."""
    with path.open("rb") as file:
        head = file.read(len(compound.SIGNATURE))
    return head == compound.SIGNATURE or head.startswith(ZIP_SIGNATURE)


def _is_short(content: bytes) -> bool:
    try:
        compound.Compound(content).check_whole()
    except compound.ShortError:
        return True
    except compound.BrokenError:
        return False
    return False


def kind_of(path: Path, limits: Limits) -> Kind:
    """COMPOUND, or OPEN_XML for any zip; refuses what is too big, damaged, or another kind of file by its first bytes.

    A file is what it holds, whatever its name ends with.
    """
    size = path.stat().st_size
    if size > limits.file_bytes:
        refuse("too-big", f"Tệp có dung lượng {mib(size)}; giới hạn là {mib(limits.file_bytes)}.")
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(compound.SIGNATURE):
        return Kind.COMPOUND
    if head.startswith(ZIP_SIGNATURE):
        return Kind.OPEN_XML
    if not head.strip(b"\0"):
        refuse("damaged", f"Tệp không có dữ liệu; {OPENS}.")
    known = _known(head)
    if known:
        refuse("unsupported", f"Đây là {known}, không phải là bảng tính; {ACCEPTED}.")
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        refuse("damaged", f"Tệp có nội dung không phải của bảng tính; {OPENS}.")
    raise RefusedError("unsupported", f"Tệp không phải là bảng tính; {ACCEPTED}.")


def _known(head: bytes) -> str:
    """What a file that is no workbook is called, "" when nobody knows."""
    for signature, name in _KNOWN.items():
        if head.startswith(signature):
            return name
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((name for start, name in _TEXTS.items() if text.startswith(start)), "")


def check_end_record(path: Path, limits: Limits) -> None:
    """Refuse a zip cut short, and one whose directory is too long to be read at all."""
    end = end_record(path)
    if end is None:
        refuse("damaged", f"Tệp bị thiếu phần cuối (sao chép chưa xong hoặc bị hỏng); {OPENS}.")
    if end.entries > limits.entries or end.directory_bytes > limits.entries * 1024:
        refuse("unsafe", f"Tệp nén có {end.entries} thành phần; giới hạn là {limits.entries}.")


class Archive:
    """A zip in memory; whatever is wrong with it is the file's damage: RefusedError."""

    def __init__(self, content: bytes) -> None:
        with _damage():
            self._zip = zipfile.ZipFile(io.BytesIO(content))

    @property
    def infos(self) -> list[zipfile.ZipInfo]:
        return self._zip.infolist()

    def read(self, info: zipfile.ZipInfo, most: int) -> bytes:
        """At most `most` bytes of a part."""
        with _damage(), self._zip.open(info) as stream:
            return stream.read(most)

    def chunks(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """A part piece by piece."""
        with _damage(), self._zip.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk


@contextmanager
def _damage() -> Iterator[None]:
    """Zipfile meets a broken package with many kinds of error; none of them can be a fault of our disks here."""
    try:
        yield
    except _BROKEN as error:
        raise RefusedError("damaged", f"Tệp bị hỏng, không đọc được; {OPENS}.") from error


def check_directory(archive: Archive, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """Parts of the package by lower-case name, after judging the zip's directory; RefusedError when it is not safe."""
    infos = archive.infos
    if len(infos) > limits.entries:
        refuse("unsafe", f"Tệp nén có {len(infos)} thành phần; giới hạn là {limits.entries}.")
    parts: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        _check_entry(info, limits)
        name = info.filename.lower()
        if name in parts:
            refuse("unsafe", "Tệp nén có hai thành phần trùng tên; cần tệp do Excel lưu.")
        parts[name] = info
    total = sum(info.file_size for info in infos)
    if total > limits.total_bytes:
        refuse("unsafe", f"Nội dung tệp khi giải nén là {mib(total)}; giới hạn là {mib(limits.total_bytes)}.")
    return parts


def kind_of_package(archive: Archive, parts: Mapping[str, zipfile.ZipInfo]) -> Kind:
    """OPEN_XML or OPEN_DOCUMENT; refuses any other zip, with words about what it is."""
    if _WORKBOOK_PART in parts:
        return Kind.OPEN_XML
    media_type = parts.get(_MEDIA_TYPE_PART)
    if media_type is not None and archive.read(media_type, 200).strip() in _SPREADSHEETS:
        return Kind.OPEN_DOCUMENT
    raise RefusedError(*_other_zip(parts))


def _check_entry(info: zipfile.ZipInfo, limits: Limits) -> None:
    name = info.filename
    if name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/"):
        refuse("unsafe", "Tệp nén có thành phần mang đường dẫn không hợp lệ; cần tệp do Excel lưu.")
    if info.flag_bits & 0x1:
        refuse("locked", "Tệp được đặt mật khẩu nên không đọc được; cần tệp không có mật khẩu.")
    if info.compress_type not in _METHODS:
        refuse("damaged", "Tệp nén theo cách Excel không dùng; cần tệp do Excel lưu dạng .xlsx.")
    if info.file_size > limits.part_bytes:
        size, most = mib(info.file_size), mib(limits.part_bytes)
        refuse("unsafe", f"Một thành phần của tệp khi giải nén là {size}; giới hạn là {most}.")
    if info.file_size > MIB and info.file_size > limits.ratio * max(1, info.compress_size):
        refuse("unsafe", f"Một thành phần của tệp được nén quá {limits.ratio} lần; cần tệp do Excel lưu.")


def _other_zip(parts: Mapping[str, zipfile.ZipInfo]) -> tuple[str, str]:
    """(code, message) for a zip that holds no workbook."""
    if _BINARY_PART in parts:
        return "unsupported", "Tệp có định dạng .xlsb; cần mở bằng Excel và lưu lại dạng .xlsx."
    if "[content_types].xml" in parts and any(name.startswith("xl/worksheets/") for name in parts):
        return "damaged", f"Tệp Excel thiếu thành phần chính; {OPENS}."
    if any(name.startswith("word/") for name in parts):
        return "unsupported", f"Đây là tài liệu Word, không phải là bảng tính; {ACCEPTED}."
    if any(name.endswith(tuple(WORKBOOK_SUFFIXES)) for name in parts):
        return "unsupported", "Đây là tệp nén chứa tệp khác; cần giải nén và gửi chính tệp bảng tính bên trong."
    return "unsupported", f"Tệp không phải là bảng tính; {ACCEPTED}."
