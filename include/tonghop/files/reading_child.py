"""The process that parses workbooks on behalf of `reader`: one answer per path, until its input ends.

Light imports only (it must start in some fifty milliseconds): python_calamine and the standard library, no pandas, no
openpyxl. A frame is four bytes of length and a `marshal` dump: plain values only, so that a workbook which got the
better of this process cannot make its parent run anything.
"""

from __future__ import annotations

import io
import marshal
import math
import os
import re
import traceback
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from tonghop.files import old_excel, open_document
from tonghop.files.limits import Limits, RefusedError, check_cells, mib, refuse
from tonghop.files.package import Archive, Kind, check_directory, check_end_record, kind_of, kind_of_package
from tonghop.files.serving import serve
from tonghop.files.sheet_xml import DATE, Odd, Package, SheetPart, area, hidden_columns, odd_cells

BOOK, REFUSED, FAULT = "book", "refused", "fault"
_DAMAGED = (CalamineError, ET.ParseError, ExpatError, UnicodeDecodeError)
_RUST_PANIC = "pyo3_runtime"
_SPACES = re.compile(r"\s+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")

Rows = list[tuple[Any, ...]]
SheetFrame = tuple[str, bool, Rows, Odd, list[int]]  # name, visible, rows, odd cells, hidden columns


def read_book(path: Path, limits: Limits) -> list[SheetFrame]:
    """Values of every sheet but `limits.unread_sheets`, after every check; RefusedError for a file not to be parsed."""
    unread = frozenset(_key(name) for name in limits.unread_sheets)
    kind = kind_of(path, limits)
    if kind is not Kind.COMPOUND:
        check_end_record(path, limits)
    content = path.read_bytes()
    if kind is Kind.COMPOUND:
        return _old_excel(content, limits, unread)
    archive = Archive(content)
    parts = check_directory(archive, limits)
    if kind_of_package(archive, parts) is Kind.OPEN_DOCUMENT:
        return _open_document(archive, parts, limits, unread)
    package = Package(archive, parts, limits)
    package.check_shared()
    looks = [_look(package, sheet, limits) for sheet in package.sheets() if _key(sheet.name) not in unread]
    check_cells(sum(look.area for look in looks), limits)
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return [
            _frame(book.get_sheet_by_name(look.sheet.name), look.sheet.visible, look.odd, look.hidden, limits)
            for look in looks
        ]


class _Look(NamedTuple):
    """What the XML of one sheet says beside its values."""

    sheet: SheetPart
    area: int
    odd: Odd
    hidden: list[int]


def _look(package: Package, sheet: SheetPart, limits: Limits) -> _Look:
    xml = package.xml(sheet.part)
    reach = area(xml, sheet.name, limits)
    check_cells(reach, limits)
    return _Look(sheet, reach, odd_cells(xml, sheet.name), hidden_columns(xml, limits))


def _open_document(
    archive: Archive, parts: dict[str, zipfile.ZipInfo], limits: Limits, unread: frozenset[str]
) -> list[SheetFrame]:
    open_document.check_encryption(archive, parts, limits)
    return [
        (_text(sheet.name, limits), sheet.visible, _plain_rows(sheet.full_rows, limits), sheet.odd, sheet.hidden)
        for sheet in open_document.read_sheets(archive, parts, limits)
        if _key(sheet.name) not in unread
    ]


def _old_excel(content: bytes, limits: Limits, unread: frozenset[str]) -> list[SheetFrame]:
    safe, looks = old_excel.look(content, limits)
    frames = []
    with CalamineWorkbook.from_filelike(io.BytesIO(safe)) as book:
        for index, (meta, look) in enumerate(zip(book.sheets_metadata, looks, strict=True)):
            if look.is_worksheet and _key(meta.name) not in unread:
                visible = meta.visible is SheetVisibleEnum.Visible
                frames.append(_frame(book.get_sheet_by_index(index), visible, look.odd, look.hidden, limits))
    return frames


def _key(name: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFC", name)).strip().casefold()


def _frame(
    sheet: CalamineSheet,
    visible: bool,  # noqa: FBT001
    odd: Odd,
    hidden: list[int],
    limits: Limits,
) -> SheetFrame:
    rows = sheet.to_python(skip_empty_area=False)
    try:
        marshal.dumps(rows)
    except ValueError:
        _take_out_times(rows, odd)
    return _text(sheet.name, limits), visible, _plain_rows(rows, limits), odd, hidden


def _plain_rows(rows: Iterable[Sequence[Any]], limits: Limits) -> Rows:
    """Rows as tuples (they spare the parent's collector) of values that mean the same whatever file they came from.

    Most cells are blank or a finite number (only then is the difference with itself 0): they stay as they are.
    """
    return [
        tuple(
            [
                value if value == "" or (value.__class__ is float and value - value == 0) else _plain(value, limits)
                for value in row
            ]
        )
        for row in rows
    ]


def _plain(value: Any, limits: Limits) -> Any:
    kind = value.__class__
    if kind is str:
        return value if value.isascii() and value.isprintable() and len(value) <= limits.text else _text(value, limits)
    if kind is float:
        return value if math.isfinite(value) else str(value)
    return float(value) if kind is int else value


def _text(text: str, limits: Limits) -> str:
    """`text` without the characters no database and no XML takes, cut to Excel's length."""
    return _CONTROL.sub(" ", text[: limits.text])


def _take_out_times(rows: list[list[Any]], odd: Odd) -> None:
    """Move dates to `odd`, as text: marshal knows only plain values."""
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if isinstance(value, date):
                odd[number, column] = (DATE, value.isoformat())
                row[column - 1] = ""
            elif isinstance(value, time | timedelta):
                row[column - 1] = str(value)


def answer(path: Path, limits: Limits) -> tuple[Any, ...]:
    """(BOOK, sheets), (REFUSED, code, message) for a faulty file, (FAULT, traceback) for a mistake of ours."""
    try:
        sheets = read_book(path, limits)
        names = [name for name, *_ in sheets]
        if len(set(names)) < len(names):
            refuse("damaged", "Tệp có hai trang trùng tên; cần tệp mở được bằng Excel.")
    except RefusedError as refusal:
        return REFUSED, refusal.code, refusal.message
    except _DAMAGED:
        return REFUSED, "damaged", "Tệp bị hỏng, không đọc được; cần tệp mở được bằng Excel."
    except MemoryError:
        most = mib(limits.memory_bytes)
        return REFUSED, "unsafe", f"Tệp cần quá nhiều bộ nhớ để đọc; giới hạn là {most}."
    except BaseException as error:  # noqa: BLE001  the parent raises it; here it would only end the process
        if type(error).__module__ == _RUST_PANIC:
            return REFUSED, "damaged", "Tệp bị hỏng, không đọc được; cần tệp mở được bằng Excel."
        return FAULT, traceback.format_exc()
    return BOOK, sheets


def _packed(request: bytes, limits: Limits) -> bytes:
    """The frame of the answer, or of a refusal when it would be too long for the parent."""
    try:
        frame = marshal.dumps(answer(Path(os.fsdecode(request)), limits))
    except MemoryError:
        frame = b""
    if frame and len(frame) <= limits.answer_bytes:
        return frame
    most = mib(limits.answer_bytes)
    return marshal.dumps((REFUSED, "unsafe", f"Tệp có quá nhiều nội dung; giới hạn là {most} sau khi đọc."))


if __name__ == "__main__":
    serve(_packed)
