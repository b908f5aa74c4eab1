"""Marked copies as a clerk meets them: opened, filled in, mended and dropped again."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from toy_office import FORM, Q3, XA, Office

RESULT, EXPLANATIONS, KEPT = "Kết quả kiểm tra", "Giải trình", "_tonghop_goc"
RED, AMBER = "FFF6BDB7", "FFFBDD9B"


def copy_path(office: Office, revision: int = 1, code: str = XA) -> Path:
    return office.folder(code, "nhan-ve") / f"Da-kiem-tra-{Q3.code}-lan-{revision}.xlsx"


def copy_of(office: Office, revision: int = 1, code: str = XA) -> Any:
    """The marked copy a unit finds after its `revision`-th filing."""
    return openpyxl.load_workbook(copy_path(office, revision, code))


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def drop(office: Office, book: Any, code: str = XA) -> Any:
    """Save the copy, drop it into the inbox, and give back what became of it."""
    office.put(code, "Da-kiem-tra.xlsx", saved(book))
    (answer,) = office.pass_over().answers
    return answer


def tint(cell: Any) -> str:
    """The colour of a cell that is filled, "" for none."""
    return str(cell.fill.fgColor.rgb) if cell.fill.fill_type == "solid" else ""


def texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def type_in(book: Any, cells: Mapping[str, object], sheet: str = FORM) -> Any:
    for address, value in cells.items():
        book[sheet][address] = value
    return book


def asked(book: Any) -> list[tuple[Any, ...]]:
    """Rows of “Giải trình” made ready: form, row, column, question, reason, words."""
    rows = book[EXPLANATIONS].iter_rows(min_row=5, max_col=7, values_only=True)
    return [row[:6] for row in rows if row[6]]
