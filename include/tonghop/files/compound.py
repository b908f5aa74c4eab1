"""The container of old Excel files (.xls) and of encrypted ones: an OLE2 compound file as a set of named streams.

Whole in memory (its size is limited before), every chain bounded by the number of sectors, nothing followed twice.
Standard library only: the reading children import this module (see `reader`).
"""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass
from functools import cached_property

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADER_BYTES, _DIFAT, _IN_HEADER = 512, 76, 109
_ENTRY, _END_OF_CHAIN, _LAST_SECTOR = 128, 0xFFFFFFFE, 0xFFFFFFFA
_STREAM, _ROOT = 2, 5
_SHIFTS = (9, 12)


class BrokenError(Exception):
    """The container contradicts itself: a chain that leaves the file, comes back to itself, or is cut off."""


class ShortError(BrokenError):
    """The file ends before the sectors that its own table names: it is not wholly written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A stream of the directory: its first sector and its length in bytes."""

    kind: int
    start: int
    size: int


class Compound:
    """Streams of one compound file; BrokenError when its structure is damaged."""

    def __init__(self, content: bytes) -> None:
        self.content = bytearray(content)
        if len(content) < _HEADER_BYTES or not content.startswith(SIGNATURE):
            raise ShortError("header")
        shifts: tuple[int, int] = struct.unpack_from("<HH", content, 30)
        self._shift, self._small_shift = shifts
        if self._shift not in _SHIFTS or self._small_shift != 6:
            raise BrokenError("sector size")
        self._fats, self._directory_start = _at(content, 44), _at(content, 48)
        self._cutoff, self._small_fat_start, self._more_fats = _at(content, 56), _at(content, 60), _at(content, 68)
        self._sectors = (len(content) - 1) >> self._shift  # the header takes the place of one; the last may be cut

    @cached_property
    def streams(self) -> dict[str, Entry]:
        """Streams by lower-case name; one of a folder inside counts like one at the top, the first of a name wins."""
        found: dict[str, Entry] = {}
        content = self._read(self._directory_start)
        for at in range(0, len(content) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", content, at + 64)
            if kind not in {_STREAM, _ROOT} or not 2 <= length <= 64:
                continue
            name = content[at : at + length - 2].decode("utf-16-le", "replace")
            found.setdefault(name.lower(), Entry(kind, _at(content, at + 116), _at(content, at + 120)))
        return found

    def read(self, name: str) -> bytes:
        """Bytes of the stream called `name` (lower case), which must exist."""
        entry = self.streams[name]
        if entry.size >= self._cutoff:
            return _whole(self._read(entry.start), entry.size)
        places = self._small_places(entry)
        return _whole(b"".join(bytes(self.content[at : at + 64]) for at in places), entry.size)

    def write(self, name: str, offset: int, data: bytes) -> None:
        """Put `data` over the bytes of a stream from `offset` on, inside its length; `content` then holds it."""
        entry = self.streams[name]
        small = entry.size < self._cutoff
        places = self._small_places(entry) if small else [self._place(s) for s in self._chain(entry.start)]
        shift = self._small_shift if small else self._shift
        for index, byte in enumerate(data, offset):
            self.content[places[index >> shift] + (index & ((1 << shift) - 1))] = byte

    def check_whole(self) -> None:
        """ShortError when the table of sectors names more of them than the file holds."""
        used = max((number for number, following in enumerate(self._fat) if following != 0xFFFFFFFF), default=-1)
        if used >= self._sectors:
            raise ShortError(f"{used} ≥ {self._sectors}")

    @cached_property
    def _fat(self) -> array[int]:
        in_header: tuple[int, ...] = struct.unpack_from(f"<{_IN_HEADER}L", self.content, _DIFAT)
        sectors = [sector for sector in in_header if sector <= _LAST_SECTOR]
        following, seen = self._more_fats, 0
        while following <= _LAST_SECTOR and seen <= self._sectors:
            numbers = _numbers(self._sector(following))
            sectors += [s for s in numbers[:-1] if s <= _LAST_SECTOR]
            following, seen = numbers[-1], seen + 1
        fat = array("I")
        for sector in sectors[: self._fats]:
            fat.extend(_numbers(self._sector(sector)))
        return fat

    @cached_property
    def _small_fat(self) -> array[int]:
        return _numbers(self._read(self._small_fat_start))

    def _small_places(self, entry: Entry) -> list[int]:
        """Where in the file each 64-byte sector of a small stream lies: inside the stream of the root."""
        root = next((each for each in self.streams.values() if each.kind == _ROOT), None)
        if root is None:
            raise BrokenError("root")
        holders = self._chain(root.start)
        per = self._shift - self._small_shift
        places = []
        for sector in _follow(self._small_fat, entry.start):
            if sector >> per >= len(holders):
                raise BrokenError("small sector")
            inside = (sector & ((1 << per) - 1)) << self._small_shift
            places.append(self._place(holders[sector >> per]) + inside)
        return places

    def _chain(self, start: int) -> list[int]:
        return _follow(self._fat, start)

    def _read(self, start: int) -> bytes:
        return b"".join(self._sector(sector) for sector in self._chain(start))

    def _place(self, sector: int) -> int:
        return (sector + 1) << self._shift

    def _sector(self, sector: int) -> bytes:
        if sector >= self._sectors:
            raise ShortError(f"{sector} ≥ {self._sectors}")
        at = self._place(sector)
        return bytes(self.content[at : at + (1 << self._shift)])


def _at(content: bytes | bytearray, offset: int) -> int:
    return int.from_bytes(content[offset : offset + 4], "little")


def _numbers(content: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(content[: len(content) // 4 * 4])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _follow(table: array[int], start: int) -> list[int]:
    """Sectors of a chain in order; an end-of-chain mark is the only right end."""
    sectors: list[int] = []
    while start <= _LAST_SECTOR:
        if start >= len(table) or len(sectors) > len(table):
            raise BrokenError(f"chain at {start}")
        sectors.append(start)
        start = table[start]
    if start != _END_OF_CHAIN:
        raise BrokenError(f"chain ends with {start:x}")
    return sectors


def _whole(content: bytes, size: int) -> bytes:
    if len(content) < size:
        raise BrokenError(f"{len(content)} < {size}")
    return content[:size]
