"""One cell of a filed form: what stood there, and what it means.

Blank, 0, "không phát sinh" and "not filed" are four different things. Here live the first two and every way a cell
can be wrong; "không phát sinh" belongs to a filed form, "not filed" to a unit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from tonghop.domain.form import Column, ColumnKind, Form, Formula, FormulaKind
from tonghop.domain.text import clean

Value = int | Decimal | str | date
RawValue = None | bool | int | float | str | date


class CellState(StrEnum):
    """How a cell came out of the workbook."""

    BLANK = "blank"
    VALUE = "value"
    ERROR = "error"  # #REF!, #VALUE! …
    UNCACHED = "uncached"  # a formula whose result was never stored in the file


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as the reader found it; `value` is None unless `state` is VALUE (ERROR: the error text)."""

    state: CellState
    value: RawValue = None


BLANK = RawCell(CellState.BLANK)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a cell means in its column: a value, or nothing with the code of the finding that says why.

    `note` is the code of a note when the value stands but was written in an unusual way.
    """

    value: Value | None = None
    problem: str = ""
    note: str = ""


NOTHING = Parsed()
_GROUPED = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+")
_GROUPED_SPACES = re.compile(r"-?[1-9]\d{0,2}( \d{3})+")
_WHOLE = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?\d+([.,]\d+)?")
_AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+")
_MOST_DIGITS = 40  # Python refuses to read whole numbers of thousands of digits; no count has more than a few
_NONE_WORDS = frozenset({"-", "–", "—", "không", "không có"})
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def parse(raw: RawCell, column: Column, limit: int) -> Parsed:
    """Read `raw` as a value of `column`; whole numbers above `limit` in size are a problem.

    Never raises: whatever a clerk wrote becomes a value, a blank or a problem code of the finding catalogue.
    """
    if raw.state is CellState.ERROR:
        return Parsed(problem="cell-error")
    if raw.state is CellState.UNCACHED:
        return Parsed(problem="formula-uncached")
    if raw.state is CellState.BLANK or raw.value is None or (isinstance(raw.value, str) and not clean(raw.value)):
        return NOTHING
    return _meaning(raw.value, column.kind, limit)


def _meaning(value: RawValue, kind: ColumnKind, limit: int) -> Parsed:
    if kind.is_whole:
        return _whole(value, limit)
    if kind is ColumnKind.PERCENT:
        return _percent(value)
    if kind is ColumnKind.DATE:
        return _day(value)
    return Parsed(clean(_plain(value)))


def _plain(value: RawValue) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _whole(value: RawValue, limit: int) -> Parsed:
    if isinstance(value, bool | date):
        return Parsed(problem="not-a-number")
    if isinstance(value, str):
        return _whole_from_text(clean(value), limit)
    if isinstance(value, float) and not value.is_integer():
        return Parsed(problem="decimal-in-count" if math.isfinite(value) else "not-a-number")
    return _bounded(int(value or 0), limit)


def _bounded(value: int, limit: int, note: str = "") -> Parsed:
    return Parsed(problem="too-large") if abs(value) > limit else Parsed(value, note=note)


def _whole_from_text(text: str, limit: int) -> Parsed:
    if text.casefold() in _NONE_WORDS:
        return Parsed(0, note="none-word")
    if len(text) > _MOST_DIGITS:
        return Parsed(problem="too-large" if _WHOLE.fullmatch(text) else "not-a-number")
    if _WHOLE.fullmatch(text):
        return _bounded(int(text), limit, "number-as-text")
    if _GROUPED.fullmatch(text) or _GROUPED_SPACES.fullmatch(text):
        return _bounded(int(text.replace(".", "").replace(" ", "")), limit, "grouped-number")
    if _AMBIGUOUS.fullmatch(text):
        return Parsed(problem="ambiguous-number")
    return Parsed(problem="decimal-in-count" if _DECIMAL.fullmatch(text) else "not-a-number")


def _percent(value: RawValue) -> Parsed:
    """A dash is how a rate of nothing (0/0) is printed, so it is a blank here, not 0."""
    if isinstance(value, bool | date) or value is None:
        return Parsed(problem="not-a-number")
    text = clean(str(value)).removesuffix("%").strip()
    if text.casefold() in _NONE_WORDS:
        return NOTHING
    if isinstance(value, str) and not _DECIMAL.fullmatch(text):
        return Parsed(problem="not-a-number")
    number = Decimal(text.replace(",", "."))
    if not number.is_finite():
        return Parsed(problem="not-a-number")
    return Parsed(_two_places(number)) if abs(number) < 10**9 else Parsed(problem="too-large")


def _day(value: RawValue) -> Parsed:
    if isinstance(value, datetime):
        return Parsed(value.date())
    if isinstance(value, date):
        return Parsed(value)
    match = _DATE.fullmatch(clean(str(value)))
    if match is None:
        return Parsed(problem="not-a-date")
    try:
        return Parsed(date(int(match[3]), int(match[2]), int(match[1])))
    except ValueError:
        return Parsed(problem="not-a-date")


def compute(formula: Formula, row: Mapping[int, int | Decimal | None]) -> int | Decimal | None:
    """Result of `formula` over one row of figures (column number → value); None when a part is missing.

    A percent of nothing (0/0) is None, shown as “–”; percents are exact decimals with two places.
    """
    parts = [row.get(number) for number in formula.parts]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if formula.kind is FormulaKind.SUM:
        return sum(known)
    if formula.kind is FormulaKind.DIFFERENCE:
        return known[0] - sum(known[1:])
    return percent(known[0], known[1])


def percent(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """`part` of `whole` in percent with two places; None when there is no whole."""
    return _two_places(Decimal(part) * 100 / Decimal(whole)) if whole else None


def _two_places(number: Decimal) -> Decimal:
    """Rounded as Excel and offices do, half away from zero: 0.125 is 0.13."""
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def recompute(form: Form, row: Mapping[int, int | Decimal | None]) -> dict[int, int | Decimal | None]:
    """`row` with every computed column derived anew from its parts."""
    full = dict(row)
    for column in form.computed:
        if column.formula is not None:
            full[column.number] = compute(column.formula, full)
    return full
