"""Formulas of computed columns, and the very results Excel gives for them.

Only functions of Excel 2007 that LibreOffice computes alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from xlsxwriter.utility import xl_col_to_name

from tonghop.domain.form import Column, FormulaKind
from tonghop.files.template.plan import CellValue

Number = int | float | Decimal


def address(line: int, column: int) -> str:
    """`D12` for 1-based line 12, column 4."""
    return f"{xl_col_to_name(column - 1)}{line}"


def spans(line: int, columns: Iterable[int], sheet: str = "") -> str:
    """Cells of one row as few ranges: `D12:E12,H12`; `sheet` is a quoted sheet name."""
    prefix = f"{sheet}!" if sheet else ""
    ranges = []
    for _, run in groupby(enumerate(sorted(columns)), lambda pair: pair[1] - pair[0]):
        members = [column for _, column in run]
        end = f":{address(line, members[-1])}" if len(members) > 1 else ""
        ranges.append(f"{prefix}{address(line, members[0])}{end}")
    return ",".join(ranges)


def quoted(text: str) -> str:
    """`text` as a string literal of a formula."""
    return '"' + text.replace('"', '""') + '"'


def number(value: CellValue) -> Number | None:
    """The number Excel sees in a cell; None for a blank, text or truth value."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return None
    if isinstance(value, date):
        return (value - date(1899, 12, 30)).days
    return value


def used(line: int, columns: Iterable[int], carried: Collection[int], sheet: str = "") -> str:
    """Count that is above 0 when any of `columns` holds something; a carried one of 0 holds nothing."""
    listed = tuple(columns)
    plain_ones = [column for column in listed if column not in carried]
    prefix = f"{sheet}!" if sheet else ""
    places = [f"{prefix}{address(line, column)}" for column in listed if column in carried]
    counts = [f"COUNTA({spans(line, plain_ones, sheet)})"] if plain_ones else []
    return "+".join([*counts, *(f"(N({place})<>0)+ISTEXT({place})" for place in places)])


def computed(column: Column, line: int, carried: Collection[int] = ()) -> str:
    """The formula of a computed column in one row; it stays blank while its parts are (a carried 0 counts as blank)."""
    formula = column.formula
    if formula is None:
        raise ValueError(f"column {column.number} has no formula")
    cells = spans(line, formula.parts)
    first, *rest = [address(line, part) for part in formula.parts]
    if formula.kind is FormulaKind.SUM and set(formula.parts) & set(carried):
        return f'IF({used(line, formula.parts, carried)}=0,"",SUM({cells}))'
    if formula.kind is FormulaKind.SUM:
        return f'IF(COUNT({cells})=0,"",SUM({cells}))'
    if formula.kind is FormulaKind.DIFFERENCE:
        return f'IF(COUNT({cells})<{len(formula.parts)},"",{"-".join([first, *rest])})'
    return f'IF(COUNT({cells})<2,"",IF({rest[0]}=0,"",ROUND({first}/{rest[0]}*100,2)))'


def compute(column: Column, values: Mapping[int, CellValue], carried: Collection[int] = ()) -> Number | str:
    """What `computed` shows for `values` (column number → cell value); "" for a blank."""
    formula = column.formula
    if formula is None:
        raise ValueError(f"column {column.number} has no formula")
    parts = [number(values.get(part)) for part in formula.parts]
    known = [exact(part) for part in parts if part is not None]
    if formula.kind is FormulaKind.SUM:
        if set(formula.parts) & set(carried):
            held = any(values.get(p) not in ({None, "", 0} if p in carried else {None, ""}) for p in formula.parts)
        else:
            held = bool(known)
        return plain(sum(known, Decimal(0))) if held else ""
    if len(known) < len(parts):
        return ""
    if formula.kind is FormulaKind.DIFFERENCE:
        return plain(known[0] - sum(known[1:]))
    if not known[1]:
        return ""
    return (known[0] * 100 / known[1]).quantize(Decimal("0.01"), ROUND_HALF_UP)


def exact(value: Number | None) -> Decimal:
    """A figure for adding and comparing; nothing is 0, as in SUM and N."""
    return Decimal(str(value or 0))


def plain(value: Decimal) -> Number:
    """A whole figure as int, any other unchanged."""
    return int(value) if value == value.to_integral_value() else value
