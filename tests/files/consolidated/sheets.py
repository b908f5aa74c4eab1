"""Reading a consolidated workbook back the way a person would: table, lines, text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet


@dataclass(frozen=True)
class Table:
    """The table under the row of column numbers; `rows` end with TỔNG CỘNG, the coverage column is the last."""

    numbers_row: int
    width: int
    rows: tuple[tuple[Any, ...], ...]

    def named(self, name: str, nth: int = 0) -> tuple[Any, ...]:
        return [row for row in self.rows if row[1] == name][nth]

    @property
    def total(self) -> tuple[Any, ...]:
        return self.rows[-1]

    def value(self, row: tuple[Any, ...], column: int) -> Any:
        return row[column - 1]


def workbook(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def table(sheet: Worksheet) -> Table:
    rows = list(sheet.iter_rows(values_only=True))
    for at, row in enumerate(rows):
        numbers = [value for value in row if value is not None]
        if len(numbers) > 2 and numbers == list(range(1, len(numbers) + 1)):
            data = []
            for line in rows[at + 1 :]:
                data.append(line[: len(numbers) + 1])
                if line[1] == "TỔNG CỘNG":
                    return Table(at + 1, len(numbers), tuple(data))
    raise AssertionError(f"{sheet.title}: no row of column numbers, or no TỔNG CỘNG under it")


def texts(sheet: Worksheet) -> list[str]:
    return [value for row in sheet.iter_rows(values_only=True) for value in row if isinstance(value, str)]


def dump(path: Path) -> str:
    """Every sheet as text: name, then one line per row with its non-empty cells."""
    lines = []
    for sheet in workbook(path):
        lines.append(f"== {sheet.title}")
        for row in sheet.iter_rows():
            cells = [f"{cell.coordinate}={cell.value!r}" for cell in row if cell.value is not None]
            if cells:
                lines.append(" | ".join(cells))
    return "\n".join(lines) + "\n"
