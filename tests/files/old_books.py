"""Old Excel workbooks (.xls) and other compound files, record by record, for the tests of the intake."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17}


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (version 3) of streams of 4 KiB or more: shorter ones are filled up with zeros."""
    sectors: list[bytes] = []
    following: list[int] = []
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for number, (name, stream) in enumerate(streams.items(), 1):
        content = stream.ljust(4096, b"\0")
        start = len(sectors)
        pieces = [content[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(content), _SECTOR)]
        sectors += pieces
        following += [*range(start + 1, start + len(pieces)), _END]
        entries.append(_entry(name, 2, start, len(content), right=number + 1 if number < len(streams) else _FREE))
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * _SECTOR, b"\0")
    directory_start = len(sectors)
    pieces = [directory[at : at + _SECTOR] for at in range(0, len(directory), _SECTOR)]
    sectors += pieces
    following += [*range(directory_start + 1, directory_start + len(pieces)), _END]
    fats = next(count for count in range(1, 109) if count * 128 >= len(sectors) + count)
    fat_start = len(sectors)
    following += [_FAT] * fats + [_FREE] * (fats * 128 - len(sectors) - fats)
    table = struct.pack(f"<{len(following)}L", *following)
    header = SIGNATURE + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9L", 0, fats, directory_start, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109L", *range(fat_start, fat_start + fats), *[_FREE] * (109 - fats))
    return header + b"".join(sectors) + table


def _entry(name: str, kind: int, start: int, size: int, *, child: int = _FREE, right: int = _FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = text.ljust(64, b"\0") + struct.pack("<HBB3L", len(text), kind, 1, _FREE, right, child)
    return head + bytes(36) + struct.pack("<LQ", start, size)


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


@dataclass
class OldSheet:
    """A sheet as (row, column) → value, 1-based: numbers, texts, `#REF!` as an error; and its odd sides."""

    name: str
    cells: Mapping[tuple[int, int], object]
    visible: bool = True
    hidden: Sequence[int] = ()
    dimensions: tuple[int, int] = (1, 1)
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)  # cells kept as a formula with its result

    def records(self) -> bytes:
        parts = [_record(0x0809, struct.pack("<HHHHLL", 0x0600, 0x0010, 0, 0, 0, 6))]
        rows, columns = self.dimensions
        parts.append(_record(0x0200, struct.pack("<LLHHH", 0, rows, 0, columns, 0)))
        parts += [_record(0x007D, struct.pack("<5HH", at - 1, at - 1, 2000, 0, 1, 0)) for at in self.hidden]
        parts += [self._cell(place, value) for place, value in sorted(self.cells.items())]
        return b"".join((*parts, _record(0x000A, b"")))

    def _cell(self, place: tuple[int, int], value: object) -> bytes:
        head = struct.pack("<HHH", place[0] - 1, place[1] - 1, 0)
        if isinstance(value, str) and value in ERRORS:
            if place in self.formulas:
                return _formula(head, struct.pack("<BBBBHH", 2, 0, ERRORS[value], 0, 0, 0xFFFF))
            return _record(0x0205, head + bytes((ERRORS[value], 1)))
        if isinstance(value, bool):
            return _record(0x0205, head + bytes((int(value), 0)))
        if isinstance(value, int | float):
            number = struct.pack("<d", value)
            return _formula(head, number) if place in self.formulas else _record(0x0203, head + number)
        return _record(0x0204, head + _text(str(value)))


def _formula(head: bytes, result: bytes) -> bytes:
    return _record(0x0006, head + result + struct.pack("<HLH", 0, 0, 3) + b"\x1e\x05\x00")


def workbook_stream(sheets: Sequence[OldSheet], *, locked: bool = False) -> bytes:
    """The stream `Workbook` of BIFF8."""
    opening = _record(0x0809, struct.pack("<HHHHLL", 0x0600, 0x0005, 0, 0, 0, 6))
    opening += _record(0x002F, b"\x01\x00\x01\x00\x01\x00" + bytes(48)) if locked else b""
    opening += _record(0x0042, struct.pack("<H", 1200))
    bodies = [sheet.records() for sheet in sheets]
    bounds = [_bound(sheet, 0) for sheet in sheets]
    at = len(opening) + sum(map(len, bounds)) + 4
    content = opening
    for sheet, body in zip(sheets, bodies, strict=True):
        content += _bound(sheet, at)
        at += len(body)
    return content + _record(0x000A, b"") + b"".join(bodies)


def _bound(sheet: OldSheet, at: int) -> bytes:
    name = bytes((len(sheet.name), 1)) + sheet.name.encode("utf-16-le")
    return _record(0x0085, struct.pack("<LBB", at, 0 if sheet.visible else 1, 0) + name)


def xls(sheets: Sequence[OldSheet], *, locked: bool = False) -> bytes:
    """A whole .xls file."""
    return compound({"Workbook": workbook_stream(sheets, locked=locked)})


def encrypted() -> bytes:
    """What Excel writes for a workbook with a password to open."""
    return compound({"EncryptionInfo": bytes(248), "EncryptedPackage": bytes(range(256)) * 40})


def word_document() -> bytes:
    """An old Word document."""
    return compound({"WordDocument": b"\xec\xa5" + bytes(2000)})
