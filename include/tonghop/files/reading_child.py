"""The process that parses workbooks on behalf of `reader`: one answer per path, until its input ends.

Light imports only (it must start in some fifty milliseconds): python_calamine and the standard library, no pandas, no
openpyxl. A frame is four bytes of length and a `marshal` dump: plain values only, so that a workbook which got the
better of this process cannot make its parent run anything.
"""

from __future__ import annotations

import json
import marshal
import os
import re
import resource
import signal
import struct
import sys
import traceback
import unicodedata
import zipfile
import zlib
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook

from tonghop.files.package import Limits, RefusedError, check_directory, check_end_record, check_signature
from tonghop.files.sheet_xml import Odd, Package, SheetPart, area, odd_cells

LENGTH = struct.Struct("<I")
BOOK, REFUSED, FAULT = "book", "refused", "fault"
_DAMAGED = (CalamineError, zipfile.BadZipFile, zlib.error, ET.ParseError, EOFError, UnicodeDecodeError)
_RUST_PANIC = "pyo3_runtime"
_SPACES = re.compile(r"\s+")

SheetFrame = tuple[str, bool, list[tuple[Any, ...]], Odd]  # name, visible, rows, odd cells


def read_book(path: Path, limits: Limits) -> list[SheetFrame]:
    """Values of every sheet but `limits.unread_sheets`, after every check; RefusedError for a file not to be parsed."""
    check_signature(path, limits)
    check_end_record(path, limits)
    unread = {_key(name) for name in limits.unread_sheets}
    with zipfile.ZipFile(path) as archive:
        package = Package(archive, check_directory(archive, limits), limits)
        package.check_shared()
        sheets = [sheet for sheet in package.sheets() if _key(sheet.name) not in unread]
        odd = _check_sheets(package, sheets, limits)
    with CalamineWorkbook.from_path(str(path)) as book:
        return [_values(book, sheet, odd[sheet.name]) for sheet in sheets]


def _check_sheets(package: Package, sheets: list[SheetPart], limits: Limits) -> dict[str, Odd]:
    odd: dict[str, Odd] = {}
    cells = 0
    for sheet in sheets:
        xml = package.xml(sheet.part)
        cells += area(xml, sheet.name, limits)
        if cells > limits.cells:
            raise RefusedError(
                "unsafe", f"Các trang có quá {limits.cells} ô; cần tệp theo biểu mẫu trong thư mục nhan-ve."
            )
        odd[sheet.name] = odd_cells(xml, sheet.name)
    return odd


def _key(name: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFC", name)).strip().casefold()


def _values(book: CalamineWorkbook, sheet: SheetPart, odd: Odd) -> SheetFrame:
    rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    try:
        marshal.dumps(rows)
    except ValueError:
        _take_out_times(rows, odd)
    return sheet.name, sheet.visible, [tuple(row) for row in rows], odd  # tuples spare the parent's garbage collector


def _take_out_times(rows: list[list[Any]], odd: Odd) -> None:
    """Move dates to `odd`, as text: marshal knows only plain values."""
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if isinstance(value, date):
                odd[number, column] = ("date", value.isoformat())
                row[column - 1] = ""
            elif isinstance(value, time | timedelta):
                row[column - 1] = str(value)


def answer(path: Path, limits: Limits) -> tuple[str, ...] | tuple[str, list[SheetFrame]]:
    """(BOOK, sheets), (REFUSED, code, message) for a faulty file, (FAULT, traceback) for a mistake of ours."""
    try:
        return BOOK, read_book(path, limits)
    except RefusedError as refusal:
        return REFUSED, refusal.code, refusal.message
    except _DAMAGED:
        return REFUSED, "damaged", "Tệp Excel bị hỏng, không đọc được; cần tệp mở được bằng Excel."
    except MemoryError:
        return REFUSED, "unsafe", "Tệp cần quá nhiều bộ nhớ để đọc; cần tệp theo biểu mẫu trong thư mục nhan-ve."
    except BaseException as error:  # noqa: BLE001  the parent raises it; here it would only end the process
        if type(error).__module__ == _RUST_PANIC:
            return REFUSED, "damaged", "Tệp Excel bị hỏng, không đọc được; cần tệp mở được bằng Excel."
        return FAULT, traceback.format_exc()


def main() -> None:
    """Serve frames from standard input until it ends; `sys.argv[1]` is the limits as JSON."""
    settings = json.loads(sys.argv[1])
    limits = Limits(**{**settings, "unread_sheets": tuple(settings["unread_sheets"])})
    requests, answers = _take_standard_streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    while header := requests.read(LENGTH.size):
        path = Path(os.fsdecode(requests.read(LENGTH.unpack(header)[0])))
        signal.setitimer(signal.ITIMER_REAL, limits.seconds * 2)  # ends this process should its parent be gone
        frame = marshal.dumps(answer(path, limits))
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(LENGTH.pack(len(frame)) + frame)
        answers.flush()


def _take_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Input and output for frames; whatever a library prints (an abort's last words) goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return sys.stdin.buffer, answers


if __name__ == "__main__":
    main()
