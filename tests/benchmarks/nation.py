"""Unit lists at the size of the country, as data: the real 34 provinces of 2026 by name and number of communes.

Communes and the fourteen departments of each are made up; forms, rules and deadlines are the real regime's.
`write_nation` makes 34 provinces (3,797 filing units), `write_crowd` one province with any number of units.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tonghop.domain.period import Period
from tonghop.domain.text import slug

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
COUNTS = ROOT / "tests" / "data" / "nation" / "communes_per_province_2026.csv"  # public data set of 2026-07-25
MODEL = INCLUDE / "provinces" / "binh-phuoc"
PERIOD = Period(2026, 1)
SINCE = "2025-07-01"  # no districts from this day on
DEPARTMENTS = (
    "VPUB", "SNV", "STP", "STC", "SCT", "SNNPTNT", "SXD", "SVHTTDL", "SKHCN", "SGDDT", "SYT", "SNGV", "TTRA", "BQLKKT",
)  # fmt: skip
_UNITS = "code,identifier,name,level,parent,valid_from,valid_to,email"
_FIRST_COMMUNE = 40000


def write_nation(include: Path, provinces: int | None = None, communes: int | None = None) -> tuple[str, ...]:
    """The first `provinces` (default all) of the country under `include`, of each the first `communes`; their slugs."""
    with COUNTS.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))[:provinces]
    _share_regimes(include)
    first, slugs = _FIRST_COMMUNE, []
    for row in listed:
        listed_here = int(row["communes"])
        taken = range(first, first + min(listed_here, communes or listed_here))
        slugs.append(_write(include, row["province_code"], row["province"], taken))
        first += listed_here
    return tuple(slugs)


def write_crowd(include: Path, units: int) -> str:
    """One province of `units` filing units under `include`; its slug."""
    _share_regimes(include)
    communes = range(_FIRST_COMMUNE, _FIRST_COMMUNE + units - len(DEPARTMENTS))
    return _write(include, "99", "Tỉnh Đông Đúc", communes)


def _share_regimes(include: Path) -> None:
    include.mkdir(parents=True)
    (include / "regimes").symlink_to(INCLUDE / "regimes", target_is_directory=True)


def _write(include: Path, code: str, name: str, communes: Iterable[int]) -> str:
    place = name.removeprefix("Tỉnh ").removeprefix("Thành phố ")
    folder = include / "provinces" / slug(place)
    folder.mkdir(parents=True)
    (folder / "province.yaml").write_text(yaml.safe_dump(_settings(name, place), allow_unicode=True), encoding="utf-8")
    (folder / "units.csv").write_text("\n".join(_units(code, name, communes)) + "\n", encoding="utf-8")
    (folder / "fields.csv").write_text("\n".join(_fields()) + "\n", encoding="utf-8")
    return folder.name


def _settings(name: str, place: str) -> dict[str, Any]:
    settings: dict[str, Any] = yaml.safe_load((MODEL / "province.yaml").read_text(encoding="utf-8"))
    settings |= {"slug": slug(place), "name": name, "place": place, "owes": {}}
    settings["agency"] = f"Ủy ban nhân dân {name[:1].lower()}{name[1:]}"
    settings["paper"]["issuer"] = ["Ủy ban nhân dân", f"{name[:1].lower()}{name[1:]}"]
    return settings


def _units(code: str, name: str, communes: Iterable[int]) -> Iterator[str]:
    yield _UNITS
    yield f"{code},,{name},tinh,,{SINCE},,"
    with (MODEL / "units.csv").open(encoding="utf-8", newline="") as file:
        names = {row["code"]: row["name"] for row in csv.DictReader(file)}
    for department in DEPARTMENTS:
        yield f'{department},,"{names[department]}",so,{code},{SINCE},,'
    for number in communes:
        yield f"{number},,Xã Số {number},xa,{code},{SINCE},,"


def _fields() -> Iterator[str]:
    """The working field lists of departments that are left and of communes."""
    head, *lines = (MODEL / "fields.csv").read_text(encoding="utf-8").splitlines()
    yield head
    for line in lines:
        level, unit = line.split(",", 2)[:2]
        if level == "xa" or unit in DEPARTMENTS:
            yield line
