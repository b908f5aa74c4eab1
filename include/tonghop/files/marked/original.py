"""The unit's own file as a workbook to write in: an .xlsx without what is not wanted, anything else built from values.

Every check of reading comes first (`reading_child.read_book`), for all sheets.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from tonghop.files.limits import Limits
from tonghop.files.marked.rebuilt import rebuilt
from tonghop.files.package import ZIP_SIGNATURE, Archive, check_directory
from tonghop.files.raw_book import Grid
from tonghop.files.reading_child import read_book
from tonghop.files.sheet_xml import Package

# What leads out of the workbook or runs something: such a formula gives way to its value.
_OUTWARD = re.compile(
    r"[\[|]|\b(?:HYPERLINK|WEBSERVICE|RTD|DDE\w*|CALL|REGISTER(?:\.ID)?|EXEC|IMAGE|FILTERXML|IMPORT\w+)\s*\(",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Original:
    """The workbook to write in; `grids` are its values by sheet as they were read, results of formulas included."""

    book: Workbook
    grids: Mapping[str, Grid]


def open_original(path: Path, limits: Limits) -> Original:
    """The file at `path`; RefusedError when it must not be parsed.

    An .xlsx that our library cannot open although its values can be read is built anew from them.
    """
    grids = {frame[0]: Grid(*frame) for frame in read_book(path, replace(limits, unread_sheets=()))}
    content = path.read_bytes()
    if content.startswith(ZIP_SIGNATURE):
        _check_parts(content, limits)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  openpyxl meets another program's file with any kind of error
        return Original(rebuilt(path, grids, limits), grids)
    _strip_book(book)
    for sheet in book.worksheets:
        _strip_sheet(sheet)
        _strip_cells(sheet, grids.get(sheet.title))
    return Original(book, grids)


def _check_parts(content: bytes, limits: Limits) -> None:
    """Refuse entities in any part: our library reads more of them than the reader of values did."""
    archive = Archive(content)
    parts = check_directory(archive, limits)
    package = Package(archive, parts, limits)
    for name in parts:
        if name.endswith((".xml", ".rels", ".vml")):
            package.xml(name)


def _strip_book(book: Any) -> None:
    for chart in list(book.chartsheets):
        book.remove(chart)
    for holder in (book, *book.worksheets):
        for name, defined in list(holder.defined_names.items()):
            if defined.hidden or _leads_out(defined.attr_text):
                del holder.defined_names[name]
    while book.custom_doc_props.props:
        book.custom_doc_props.props.pop()


def _strip_sheet(sheet: Any) -> None:
    """Without pictures, charts, pivot tables and rules that read other files."""
    sheet._images, sheet._charts, sheet._pivots = [], [], []  # noqa: SLF001  no public way
    sheet.legacy_drawing = None
    sheet.sheet_properties.codeName = None
    sheet.data_validations.dataValidation = [
        rule
        for rule in sheet.data_validations.dataValidation
        if not _leads_out(rule.formula1) and not _leads_out(rule.formula2)
    ]
    rules = sheet.conditional_formatting
    sheet.conditional_formatting = ConditionalFormattingList()
    for area in rules:
        for rule in area.rules:
            if not any(map(_leads_out, rule.formula)):
                sheet.conditional_formatting.add(str(area.sqref), rule)


def _strip_cells(sheet: Worksheet, grid: Grid | None) -> None:
    for cell in _cells(sheet):
        if cell.hyperlink is not None and (cell.hyperlink.target or not cell.hyperlink.location):
            cell.hyperlink = None
        if cell.data_type == "f" and _leads_out(_formula(cell)):
            value = grid.value(cell.row, cell.column) if grid else None
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"


def _cells(sheet: Worksheet) -> Iterator[Cell]:
    return (cell for cell in list(sheet._cells.values()) if isinstance(cell, Cell))  # noqa: SLF001  no blanks made


def _formula(cell: Cell) -> str:
    value = cell.value
    if isinstance(value, ArrayFormula):
        return value.text or ""
    return "[" if isinstance(value, DataTableFormula) else str(value)


def _leads_out(formula: object) -> bool:
    return formula is not None and _OUTWARD.search(str(formula)) is not None
