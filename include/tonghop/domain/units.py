"""Filing units of a province, valid between dates. A unit's key is (code, valid_from): codes are reused by mergers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from tonghop.domain.text import slug

_IDENTIFIER = re.compile(r"[A-Y][0-9]{2}(\.[0-9]{1,3})*|([0-9]{2,3}\.)+[A-Y][0-9]{2}")


class Level(StrEnum):
    """Administrative level of a filing unit."""

    PROVINCE = "tinh"
    DEPARTMENT = "so"
    DISTRICT = "huyen"
    COMMUNE = "xa"


class UnitKey(NamedTuple):
    """Identity of a unit through mergers: all 40 communes of 1/7/2025 reuse a predecessor's code."""

    code: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Unit:
    """One filing unit (or the province itself, level `tinh`)."""

    code: str
    name: str
    level: Level
    parent_code: str
    valid_from: date
    valid_to: date | None = None
    identifier: str = ""
    email: str = ""

    @property
    def key(self) -> UnitKey:
        return UnitKey(self.code, self.valid_from)

    @property
    def folder(self) -> str:
        """Name of the unit's drop folder: `25217-phuong-long-thuy`."""
        return f"{self.code}-{slug(self.name)}"

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def is_identifier(text: str) -> bool:
    """Whether `text` is an agency identifier of QĐ 20/2020/QĐ-TTg (`H49.22`) or QCVN 102:2016 (`000.00.22.H49`)."""
    return len(text) <= 35 and _IDENTIFIER.fullmatch(text) is not None


@dataclass(frozen=True)
class UnitTree:
    """The units valid on one day, in official order."""

    units: tuple[Unit, ...]
    _by_code: dict[str, Unit] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {unit.code: unit for unit in self.units})

    @classmethod
    def on(cls, units: Iterable[Unit], day: date) -> UnitTree:
        return cls(tuple(unit for unit in units if unit.valid_on(day)))

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.units)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str) -> Unit | None:
        return self._by_code.get(code)

    def __getitem__(self, code: str) -> Unit:
        return self._by_code[code]

    @property
    def province(self) -> Unit:
        return next(unit for unit in self.units if unit.level is Level.PROVINCE)

    @property
    def filing(self) -> tuple[Unit, ...]:
        """Every unit that files its own figures: all but the province."""
        return tuple(unit for unit in self.units if unit.level is not Level.PROVINCE)

    def at(self, level: Level) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.level is level)

    def communes_of(self, district: str) -> tuple[Unit, ...]:
        return tuple(u for u in self.units if u.level is Level.COMMUNE and u.parent_code == district)

    def full_name(self, unit: Unit) -> str:
        """How people tell it from others: `Xã Tân Tiến, huyện Bù Đốp`; only communes share names."""
        district = self.get(unit.parent_code)
        if unit.level is not Level.COMMUNE or district is None or district.level is not Level.DISTRICT:
            return unit.name
        return f"{unit.name}, {district.name[:1].lower()}{district.name[1:]}"
