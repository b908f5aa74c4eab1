"""What a file is and whether it is safe to parse, judged from its first bytes and its zip directory alone.

Nothing is inflated here. Standard library only: the reading children import this module (see `reader`).
"""

from __future__ import annotations

import os
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

MIB = 1024 * 1024
ZIP_SIGNATURE = b"PK\x03\x04"
OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm"})
_END_SIGNATURE = b"PK\x05\x06"
_END = struct.Struct("<4s4H2LH")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_PART = "xl/workbook.xml"
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(frozen=True)
class Limits:
    """What one workbook may cost. The defaults fit a department's eight forms some fifty times over.

    `ratio` (inflated to packed) counts only for parts of more than a MiB; `cells` is the area of all sheets together;
    `memory_bytes` and `seconds` bound the child process per file; `unread_sheets` are ours and hold no figures.
    """

    file_bytes: int = 20 * MIB
    entries: int = 500
    part_bytes: int = 40 * MIB
    total_bytes: int = 100 * MIB
    ratio: int = 200
    sheets: int = 60
    last_column: int = 200
    last_row: int = 20_000
    cells: int = 1_000_000
    memory_bytes: int = 700 * MIB
    seconds: float = 20.0
    unread_sheets: tuple[str, ...] = ("Kiểm tra", "Hướng dẫn")


class RefusedError(Exception):
    """The file at hand must not or cannot be parsed: `code` of the finding catalogue and Vietnamese words.

    Never leaves `reading_child`, which turns it into an answer.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


@dataclass(frozen=True, slots=True)
class EndRecord:
    """The last record of a zip: how many entries its directory has and how many bytes long that is."""

    entries: int
    directory_bytes: int


def end_record(path: Path) -> EndRecord | None:
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


def may_be_unfinished(path: Path) -> bool:
    """Whether the file looks like a workbook of which a part has yet to be written: a zip without its end record.

    An empty file or one that starts with zeros (space reserved by a copying program) counts when it is named .xlsx.
    """
    with path.open("rb") as file:
        head = file.read(len(ZIP_SIGNATURE))
    named = path.suffix.lower() in WORKBOOK_SUFFIXES
    started = head == ZIP_SIGNATURE or (named and not head.strip(b"\0")) or (named and ZIP_SIGNATURE.startswith(head))
    return started and end_record(path) is None


def check_signature(path: Path, limits: Limits) -> None:
    """Refuse what is no .xlsx: too big, locked (encrypted), the old .xls, other kinds of file, damaged."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        _refuse("too-big", f"Tệp có dung lượng {_mib(size)}; giới hạn là {_mib(limits.file_bytes)}.")
    with path.open("rb") as file:
        head = file.read(8)
        if head == OLE_SIGNATURE:
            _refuse_ole(file.read())
    if head.startswith(ZIP_SIGNATURE):
        return
    if path.suffix.lower() in WORKBOOK_SUFFIXES or not head:
        found = "không có dữ liệu" if not head else "nội dung không phải của tệp Excel"
        _refuse("damaged", f"Tệp {found}; cần tệp Excel (.xlsx) mở được.")
    _refuse("unsupported", "Tệp không phải là tệp Excel; cần tệp Excel (.xlsx) theo biểu mẫu trong thư mục nhan-ve.")


def _refuse_ole(rest: bytes) -> NoReturn:
    if _ENCRYPTED_STREAM in rest:
        _refuse("locked", "Tệp được đặt mật khẩu mở tệp nên không đọc được; cần tệp không có mật khẩu.")
    _refuse("unsupported", "Tệp có định dạng cũ (.xls hoặc tương tự); cần tệp Excel (.xlsx).")


def check_directory(archive: zipfile.ZipFile, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """Parts of the package by lower-case name, after judging the zip's directory; RefusedError when it is not safe."""
    infos = archive.infolist()
    if len(infos) > limits.entries:
        _refuse("unsafe", f"Tệp nén có {len(infos)} thành phần; giới hạn là {limits.entries}.")
    parts: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        _check_entry(info, limits)
        name = info.filename.lower()
        if name in parts:
            _refuse("unsafe", "Tệp nén có hai thành phần trùng tên; cần tệp do Excel lưu.")
        parts[name] = info
    total = sum(info.file_size for info in infos)
    if total > limits.total_bytes:
        _refuse("unsafe", f"Nội dung tệp khi giải nén là {_mib(total)}; giới hạn là {_mib(limits.total_bytes)}.")
    if _WORKBOOK_PART not in parts:
        _refuse_other_zip(parts)
    return parts


def check_end_record(path: Path, limits: Limits) -> None:
    """Refuse a zip cut short, and one whose directory is too long to be read at all."""
    end = end_record(path)
    if end is None:
        _refuse("damaged", "Tệp bị thiếu phần cuối (sao chép chưa xong hoặc bị hỏng); cần tệp Excel (.xlsx) mở được.")
    if end.entries > limits.entries or end.directory_bytes > limits.entries * 1024:
        _refuse("unsafe", f"Tệp nén có {end.entries} thành phần; giới hạn là {limits.entries}.")


def _check_entry(info: zipfile.ZipInfo, limits: Limits) -> None:
    name = info.filename
    if name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/"):
        _refuse("unsafe", "Tệp nén có thành phần mang đường dẫn không hợp lệ; cần tệp do Excel lưu.")
    if info.flag_bits & 0x1:
        _refuse("locked", "Tệp được đặt mật khẩu nên không đọc được; cần tệp không có mật khẩu.")
    if info.compress_type not in _METHODS:
        _refuse("damaged", "Tệp nén theo cách Excel không dùng; cần tệp do Excel lưu dạng .xlsx.")
    if info.file_size > limits.part_bytes:
        size, most = _mib(info.file_size), _mib(limits.part_bytes)
        _refuse("unsafe", f"Một thành phần của tệp khi giải nén là {size}; giới hạn là {most}.")
    if info.file_size > MIB and info.file_size > limits.ratio * max(1, info.compress_size):
        _refuse("unsafe", f"Một thành phần của tệp được nén quá {limits.ratio} lần; cần tệp do Excel lưu.")


def _refuse_other_zip(parts: dict[str, zipfile.ZipInfo]) -> NoReturn:
    if "[content_types].xml" in parts and any(name.startswith("xl/worksheets/") for name in parts):
        _refuse("damaged", "Tệp Excel thiếu thành phần chính; cần tệp Excel (.xlsx) mở được.")
    _refuse("unsupported", "Tệp không phải là tệp Excel (.xlsx); cần tệp theo biểu mẫu trong thư mục nhan-ve.")


def _refuse(code: str, message: str) -> NoReturn:
    raise RefusedError(code, message)


def _mib(size: int) -> str:
    return f"{size / MIB:.1f} MB".replace(".", ",")
