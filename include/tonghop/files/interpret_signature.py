"""Who answers for a workbook: the four labels in the footer of a form, each with its value to the right."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from tonghop.domain.finding import Finding, make
from tonghop.domain.submission import Signature
from tonghop.domain.text import clean, key
from tonghop.domain.value import RawValue
from tonghop.files.raw_book import Grid

LABELS = {
    "compiler": "Người lập biểu",
    "head": "Thủ trưởng đơn vị",
    "report_number": "Số, ký hiệu báo cáo",
    "report_date": "Ngày báo cáo",
}
_KEYS = {key(label): part for part, label in LABELS.items()}
_FIRST_LETTERS = {label[0] for label in _KEYS}
_EMPTY = re.compile(r"[.…_\s/-]*|\(.*\)")
_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})|ngày (\d{1,2}) tháng (\d{1,2}) năm (\d{4})")
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(36_526, 73_051)  # 2000 to 2099 as Excel counts days


def _label(text: str) -> str:
    """Which part of the signature `text` introduces: the label alone, with a colon, or with a remark in brackets."""
    wanted = key(text)
    for label, part in _KEYS.items():
        if wanted.startswith(label) and wanted[len(label) :].lstrip()[:1] in {"", ":", "("}:
            return part
    return ""


def is_label(text: str) -> bool:
    """Whether `text` introduces a part of the signature; such a row lies below the table."""
    return text.lstrip()[:1].casefold() in _FIRST_LETTERS and bool(_label(text))


def read_signature(footers: Iterable[tuple[Grid, int]]) -> Signature:
    """The signature from the footers (sheet, first row): for each part the first value found."""
    found: dict[str, RawValue] = {}
    for grid, first in footers:
        for row in range(first, grid.nrows + 1):
            for part, value in _row_values(grid, row):
                found.setdefault(part, value)
    return Signature(
        compiler=_text(found.get("compiler")),
        head=_text(found.get("head")),
        report_number=_text(found.get("report_number")),
        report_date=_day(found.get("report_date")),
    )


def _row_values(grid: Grid, row: int) -> list[tuple[str, RawValue]]:
    """(part, value) of every label in the row that has a value: after its colon, or in the next cell not empty."""
    pairs: list[tuple[str, RawValue]] = []
    open_part = ""
    for _, value in grid.values(row):
        text = value if isinstance(value, str) else ""
        if text and _EMPTY.fullmatch(clean(text)):
            continue
        part = _label(text)
        if part:
            inline = clean(text.partition(":")[2])
            open_part = "" if inline else part
            if inline and not _EMPTY.fullmatch(inline):
                pairs.append((part, inline))
        elif open_part:
            pairs.append((open_part, value))
            open_part = ""
    return pairs


def _text(value: RawValue) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else clean(str(value if value is not None else ""))


def _day(value: RawValue) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return _SERIAL_ZERO + timedelta(days=int(value)) if int(value) in _SERIALS else None
    match = _DAY.search(key(str(value)))
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def signature_findings(signature: Signature, sheet: str) -> tuple[Finding, ...]:
    """One note that names every part nobody filled in."""
    missing = ", ".join(label for part, label in LABELS.items() if not getattr(signature, part))
    if not missing:
        return ()
    message = f"Trang “{sheet}”: phần cuối biểu chưa ghi: {missing}; cần ghi đủ."
    return (make("signature-missing", message, sheet=sheet, found="chưa ghi", expected=missing),)
