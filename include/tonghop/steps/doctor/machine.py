"""The machine: LibreOffice, type faces, room on its disks."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tonghop.domain.text import figure
from tonghop.files.report.machine import PAPER_FACE, face_for, office_program, office_version
from tonghop.steps.doctor.findings import Found, bad, ok, warn

_GIB, _MIB = 1 << 30, 1 << 20
LITTLE, TOO_LITTLE = 5 * _GIB, 500 * _MIB  # free bytes of a disk
_FEW_FILES = 10_000
# Set as Times New Roman line for line: the report looks on this machine as it will on the reader's.
_EQUAL = ("times new roman", "liberation serif", "tinos", "thorndale amt")
_INSTALL_FACE = "Cài bộ phông Liberation (gói fonts-liberation) hoặc phông Times New Roman."
_INSTALL_OFFICE = "Cài LibreOffice (gói libreoffice-writer); không có thì báo cáo chỉ có bản Word."


def libreoffice() -> Found:
    """Whether reports can also be made as PDF."""
    program = office_program()
    if program is None:
        return warn("Chưa cài LibreOffice, không lập được báo cáo dạng PDF.", _INSTALL_OFFICE)
    version = office_version(program)
    if not version:
        return bad(f"LibreOffice ({program}) không khởi động được.", "Cài lại LibreOffice rồi chạy lại.")
    return ok(f"{version}.")


def fonts() -> Found:
    """Whether text laid out here takes the room it takes in Times New Roman."""
    face = face_for(PAPER_FACE)
    if not face:
        return warn("Không hỏi được hệ thống về phông chữ (thiếu fontconfig).", _INSTALL_FACE)
    if face.casefold() in _EQUAL:
        return ok(f"{PAPER_FACE} hiện bằng phông {face}.")
    words = f"Không có phông cùng cỡ chữ với {PAPER_FACE} (thay bằng {face}): bản PDF có thể sai dòng, sai trang."
    return warn(words, _INSTALL_FACE)


def disks(places: Iterable[tuple[str, Path]]) -> Iterator[Found]:
    """Room on the disks of `places` (what lies there, where) and of temporary files, each disk once."""
    seen: dict[int, tuple[str, Path]] = {}
    for what, path in (*places, ("tệp tạm", Path(tempfile.gettempdir()))):
        there = _existing(path)
        seen.setdefault(there.stat().st_dev, (what, there))
    looks = [_room(what, path) for what, path in seen.values()]
    wrong = [found for found in looks if found.mend]
    yield from wrong or [ok(" ".join(found.words for found in looks))]


def _existing(path: Path) -> Path:
    """`path`, or the nearest folder above it that there is."""
    return next(one for one in (path, *path.parents) if one.exists())


def _room(what: str, path: Path) -> Found:
    free = shutil.disk_usage(path).free
    words = f"Ổ đĩa chứa {what} ({path}) còn trống {_shown(free)}."
    how = f"Giải phóng hoặc mở rộng ổ đĩa này, cần còn trống từ {_shown(LITTLE)}; không xóa gì trong kho lưu (vault)."
    if free < TOO_LITTLE:
        return bad(words, how)
    counted = os.statvfs(path)
    if counted.f_files and counted.f_favail < _FEW_FILES:
        return warn(f"Ổ đĩa chứa {what} ({path}) sắp hết chỗ ghi thêm tệp (inode).", how)
    return warn(words, how) if free < LITTLE else ok(words)


def _shown(count: int) -> str:
    return f"{figure(count // _GIB)} GB" if count >= _GIB else f"{figure(count // _MIB)} MB"
