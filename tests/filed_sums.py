"""An oracle for published totals: sums of what units filed, added up here and not by the program under test."""

from __future__ import annotations

import csv
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path

from tonghop.demo.synthetic import Quarter

# Figures that are added over all units: form → (view, columns).
ADDED = {
    "II.05a": ("linh_vuc", (4, 5, 10, 11, 12, 13)),
    "II.06a": ("linh_vuc", (4, 5, 6, 8, 9, 10, 12, 13)),
    "II.08": ("don_vi", (8, 9, 10, 11, 12)),
}
Sums = dict[int, tuple[Decimal | int, int]]  # column → sum, units counted


def published(folder: Path, form: str) -> Sums:
    """Totals of the province in a published version."""
    view, columns = ADDED[form]
    with (folder / "so-lieu.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {
            int(line["column"]): (Decimal(line["value"]), int(line["counted"]))
            for line in csv.DictReader(stream)
            if (line["form"], line["view"], line["unit"], line["row"]) == (form, view, "70", "")
            and int(line["column"]) in columns
        }


def filed(quarter: Quarter, form: str, accepted: Collection[str]) -> Sums:
    """Sums over the `accepted` units (codes) that filed `form`."""
    _, columns = ADDED[form]
    counted = {code: forms[form] for code, forms in quarter.figures.items() if code in accepted and form in forms}
    return {
        column: (sum(Decimal(row.get(column) or 0) for rows in counted.values() for row in rows.values()), len(counted))
        for column in columns
    }
