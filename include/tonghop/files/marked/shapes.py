"""Merged areas, widths and hidden columns of a workbook our library does not write in: .xls, .ods, an odd .xlsx."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineSheet, CalamineWorkbook

from tonghop.files import old_excel, open_document
from tonghop.files.limits import Limits
from tonghop.files.package import Archive, Kind, check_directory, kind_of, kind_of_package

Area = tuple[int, int, int, int]  # first row, first column, last row, last column, 1-based
_LARGEST = 4000  # cells of a merged area that is kept


@dataclass(frozen=True)
class Shape:
    """What is kept of a sheet beside its values; widths in digits, by 1-based column."""

    merged: Sequence[Area] = ()
    widths: Mapping[int, float] = field(default_factory=dict)
    hidden: Sequence[int] = ()


def shapes(path: Path, limits: Limits) -> dict[str, Shape]:
    """Shape by sheet of a file that passed every check of reading."""
    content = path.read_bytes()
    if kind_of(path, limits) is Kind.COMPOUND:
        return _old_excel(content, limits)
    archive = Archive(content)
    parts = check_directory(archive, limits)
    if kind_of_package(archive, parts) is Kind.OPEN_DOCUMENT:
        return {
            sheet.name: Shape(_sensible(sheet.merged), sheet.widths, sheet.hidden)
            for sheet in open_document.read_sheets(archive, parts, limits)
        }
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return {name: Shape(_merged(book.get_sheet_by_name(name), limits)) for name in book.sheet_names}


def _old_excel(content: bytes, limits: Limits) -> dict[str, Shape]:
    safe, looks = old_excel.look(content, limits)
    with CalamineWorkbook.from_filelike(io.BytesIO(safe)) as book:
        return {
            meta.name: Shape(_merged(book.get_sheet_by_index(index), limits), look.widths, look.hidden)
            for index, (meta, look) in enumerate(zip(book.sheets_metadata, looks, strict=True))
            if look.is_worksheet
        }


def _merged(sheet: CalamineSheet, limits: Limits) -> tuple[Area, ...]:
    areas = (
        (first_row + 1, first_column + 1, last_row + 1, last_column + 1)
        for (first_row, first_column), (last_row, last_column) in sheet.merged_cell_ranges or ()
    )
    return _sensible(area for area in areas if area[2] <= limits.last_row and area[3] <= limits.last_column)


def _sensible(areas: Iterable[Area]) -> tuple[Area, ...]:
    return tuple(area for area in areas if (area[2] - area[0] + 1) * (area[3] - area[1] + 1) <= _LARGEST)
