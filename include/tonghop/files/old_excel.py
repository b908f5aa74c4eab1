"""What the records of an old workbook (.xls, BIFF5 and BIFF8) say that a reader of values does not: whether it is
locked, how far its content reaches, which blanks are errors, which columns are hidden.

Standard library only: the reading children import this module (see `reader`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from tonghop.files.compound import BrokenError, Compound
from tonghop.files.limits import ACCEPTED, Limits, RefusedError, check_cells, check_place, refuse
from tonghop.files.sheet_xml import ERROR, Odd

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _DIMENSIONS, _COLUMNS = 0x0809, 0x000A, 0x002F, 0x0085, 0x0200, 0x007D
_FORMULA, _BOOL_OR_ERROR, _MANY_NUMBERS = 0x0006, 0x0205, 0x00BD
_CELLS = frozenset({0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, _FORMULA, _BOOL_OR_ERROR})
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_VERSIONS = frozenset({0x0500, 0x0600})
_WORKSHEET = 0
_WIDTH_UNIT = 256  # of a column's width, in one digit
_OTHERS = {"worddocument": "tài liệu Word", "powerpoint document": "bài trình chiếu PowerPoint"}


@dataclass
class Look:
    """One sheet: whether it holds cells (not a chart or macro), errors by 1-based place, hidden columns, its reach.

    `widths` are in digits, by 1-based column.
    """

    is_worksheet: bool = True
    odd: Odd = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)
    rows: int = 0
    columns: int = 0
    widths: dict[int, float] = field(default_factory=dict)


def look(content: bytes, limits: Limits) -> tuple[bytes, list[Look]]:
    """Every sheet in workbook order, and `content` as a reader of values may have it; RefusedError when it may not.

    A reader reserves memory for the dimensions that a sheet declares: they are put right.
    """
    try:
        container = Compound(content)
        name = _workbook(container)
        stream = container.read(name)
        looks: list[Look] = []
        for start, is_worksheet in _sheets(stream, limits):
            found = (
                _sheet(stream, start, f"Trang thứ {len(looks) + 1}", limits)
                if is_worksheet
                else Look(is_worksheet=False)
            )
            looks.append(found)
            check_cells(sum(each.rows * each.columns for each in looks), limits)
            if is_worksheet:
                _put_dimensions_right(container, name, stream, start, found)
    except (BrokenError, struct.error, IndexError):
        refuse("damaged", "Tệp Excel bị hỏng, không đọc được; cần tệp mở được bằng Excel.")
    return bytes(container.content), looks


def _workbook(container: Compound) -> str:
    names = container.streams
    if "encryptedpackage" in names:
        _refuse_locked()
    for name in ("workbook", "book"):
        if name in names:
            return name
    kind = next((word for stream, word in _OTHERS.items() if stream in names), "loại tệp khác")
    raise RefusedError("unsupported", f"Đây là {kind}, không phải là bảng tính; {ACCEPTED}.")


def _refuse_locked() -> NoReturn:
    refuse("locked", "Tệp được đặt mật khẩu mở tệp nên không đọc được; cần tệp không có mật khẩu.")


def _records(stream: bytes, start: int) -> Iterator[tuple[int, int, bytes]]:
    """(kind, where its data begins, data) of every record from `start` to the end of that part of the workbook.

    Parts inside (charts) are passed over. BrokenError when the stream ends before.
    """
    at, depth = start, 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        at += 4
        if at + size > len(stream):
            break
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            return
        if depth == 1:
            yield kind, at, stream[at : at + size]
        at += size
    raise BrokenError(f"no end of part {start}")


def _sheets(stream: bytes, limits: Limits) -> list[tuple[int, bool]]:
    """(where it begins, whether it is a worksheet) of every sheet in workbook order."""
    found: list[tuple[int, bool]] = []
    for kind, at, data in _records(stream, 0):
        if at == 4 and (kind != _BOF or struct.unpack_from("<H", data)[0] not in _VERSIONS):
            break
        if kind == _FILEPASS:
            _refuse_locked()
        if kind == _BOUNDSHEET:
            found.append((struct.unpack_from("<L", data)[0], data[5] == _WORKSHEET))
    if len(found) > limits.sheets:
        refuse("too-big", f"Tệp có {len(found)} trang; giới hạn là {limits.sheets} trang.")
    if not found:
        raise BrokenError("no sheet")
    return found


def _sheet(stream: bytes, start: int, sheet: str, limits: Limits) -> Look:
    found = Look()
    for kind, _, data in _records(stream, start):
        if kind in _CELLS or kind == _MANY_NUMBERS:
            row, first = struct.unpack_from("<HH", data)
            last = struct.unpack_from("<H", data, len(data) - 2)[0] if kind == _MANY_NUMBERS else first
            check_place(row + 1, last + 1, sheet, limits)
            found.rows, found.columns = max(found.rows, row + 1), max(found.columns, last + 1)
            if error := _error(kind, data):
                found.odd[row + 1, first + 1] = (ERROR, error)
        elif kind == _COLUMNS:
            first, last, width, _, options = struct.unpack_from("<5H", data)
            columns = range(first + 1, min(last + 1, limits.last_column) + 1)
            found.widths.update(dict.fromkeys(columns, width / _WIDTH_UNIT))
            if options & 1:
                found.hidden += columns
    return found


def _error(kind: int, data: bytes) -> str:
    """The error shown in a cell, "" for none."""
    if kind == _BOOL_OR_ERROR:
        return _ERRORS.get(data[6], "#N/A") if data[7] else ""
    if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        return _ERRORS.get(data[8], "#N/A")
    return ""


def _put_dimensions_right(container: Compound, name: str, stream: bytes, start: int, found: Look) -> None:
    for kind, at, data in _records(stream, start):
        if kind == _DIMENSIONS:
            layout = "<LLHH" if len(data) >= 14 else "<HHHH"
            container.write(name, at, struct.pack(layout, 0, found.rows, 0, found.columns))
            return
