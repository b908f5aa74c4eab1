"""One table per form for all filings of a batch: what the expectations read, and where each line came from.

A frame has data lines (one per filled row, and one per row that had figures before and is blank or gone now), a total
line per form that closes with TỔNG CỘNG, and a form line where the whole form is compared (with another form, its past,
its peers). `tonghop.suite.columns` says how the columns are called. A figure that is missing or faulty is NA: its
finding is the reader's, no rule runs on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from tonghop.domain.form import ColumnKind, CrossFormRule, Form, InSetRule, RowKind
from tonghop.domain.period import Period
from tonghop.domain.submission import FiledForm, FiledRow
from tonghop.domain.value import Value
from tonghop.suite import usual_frames
from tonghop.suite.columns import Name, Role
from tonghop.suite.usual_frames import Figure, Past, Peers, RowFigures

if TYPE_CHECKING:
    import pandas as pd

PLACE = "place"  # name of the frame's index, 0 … n−1; failing lines come back by it
_COUNTS = frozenset({Role.OTHER, Role.EQUAL, Role.DIFFERENT, Role.PEERS})
IDENTITY = ("submission", "unit", "sheet", "row_key", "row_name", "sheet_row", "line")


@dataclass(frozen=True)
class Entry:
    """One filed form with the figures its rules compare it with.

    `previous` are the rows of the unit's accepted last period, None when there is none; `quarters` those of the three
    accepted quarters of the year, None unless all three stand (and always for a quarter); `others` the totals of other
    forms of the same unit, see `column_total`, without those that are not known. `past` and `peers` (by rate, `8+9/7`)
    are what rules on what is usual compare with.
    """

    submission: str
    unit: str
    level: str
    filed: FiledForm
    previous: RowFigures | None = None
    quarters: tuple[RowFigures, RowFigures, RowFigures] | None = None
    others: Mapping[tuple[str, int], int] = field(default_factory=dict)
    past: Past = ()
    peers: Mapping[str, Peers] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A line of the frame. `row` is the row of the workbook; None when it is gone or the form has no rows."""

    entry: Entry
    kind: str  # data | gone | total | form
    row: FiledRow | None
    row_key: str = ""
    values: Mapping[str, Value | None] = field(default_factory=dict)  # by column of the frame, missing ones are NA

    @property
    def row_name(self) -> str:
        if self.row is not None:
            return self.row.name
        return self.row_key[:1].upper() + self.row_key[1:]


@dataclass(frozen=True)
class FormFrame:
    """The lines of one form as a table (`data`) and as objects (`lines`, in the same order).

    `period` and the `last_day` of its data window, where known: rules retired before that day do not run.
    """

    form: Form
    data: pd.DataFrame
    lines: tuple[Line, ...]
    entries: tuple[Entry, ...]
    period: Period | None = None
    last_day: date | None = None


def is_open(filed: FiledForm) -> bool:
    """Whether rules apply: not an empty form, nor “không phát sinh” beside figures; those findings come first."""
    if filed.nil:
        return all(not cell.problem and not cell.number for row in filed.filled for cell in row.cells.values())
    return bool(filed.filled)


def column_total(filed: FiledForm, number: int) -> int | None:
    """Sum of column `number` over the rows, 0 for “không phát sinh”; None when a filled row does not give it.

    For `Entry.others`: a sum with a missing or faulty part is not a figure to compare with.
    """
    return column_totals(filed, (number,))[number]


def column_totals(filed: FiledForm, numbers: Iterable[int]) -> dict[int, int | None]:
    """`column_total` of several columns."""
    if not is_open(filed):
        return dict.fromkeys(numbers)
    rows = () if filed.nil else filed.filled
    return {number: _sum(rows, number) for number in numbers}


def _sum(rows: Iterable[FiledRow], number: int, *, blanks: bool = False) -> int | None:
    """Sum over `rows`; None with a faulty cell, and with a blank one unless `blanks` may be left out."""
    cells = [row.cells[number] for row in rows if number in row.cells]
    if any(cell.problem or (cell.number is None and not blanks) for cell in cells):
        return None
    return sum(int(cell.number) for cell in cells if cell.number is not None)


def frame(
    form: Form, entries: Iterable[Entry], period: Period | None = None, last_day: date | None = None
) -> FormFrame:
    """The frame of `form` for `entries` (one per submission), with every column the form's suite may name."""
    import pandas as pd

    kept = tuple(entries)
    lines = tuple(line for entry in kept if is_open(entry.filed) for line in _lines(form, entry))
    identities = [_identity(line) for line in lines]
    columns: dict[str, Any] = {label: [identity[at] for identity in identities] for at, label in enumerate(IDENTITY)}
    for name in names(form):
        label = str(name)
        values = [line.values.get(label) for line in lines]
        columns[label] = pd.Series(values, dtype="Int64" if _is_whole(form, name) else "object")
    places = pd.RangeIndex(len(lines), name=PLACE)
    return FormFrame(form, pd.DataFrame(columns, index=places), lines, kept, period, last_day)


def names(form: Form) -> tuple[Name, ...]:
    """Every column of figures or listed values in the frame of `form`."""
    in_set = {rule.column for rule in form.rules if isinstance(rule, InSetRule)}
    filed = [Name(Role.FILED, c.number) for c in form.columns if c.is_figure or c.number in in_set]
    totals = [Name(Role.TOTAL, c.number) for c in form.figures if form.row_kind is not RowKind.LIST]
    sums = [Name(Role.ROWS, number) for number in summed(form)]
    previous = [Name(Role.PREVIOUS, rule.source) for rule in form.carry_overs]
    quarters = [Name(Role.QUARTERS, number) for number in _in_year(form)]
    over_time = sorted({rule.column for rule in form.carry_overs} | set(_in_year(form)))
    own = sorted({rule.column for rule in form.cross_forms})
    others = [_other(rule) for rule in form.cross_forms]
    compared = [*(Name(Role.OVER_TIME, number) for number in over_time), *(Name(Role.FORM, number) for number in own)]
    usual = usual_frames.names(form)
    return tuple(dict.fromkeys([*filed, *totals, *sums, *compared, *previous, *quarters, *others, *usual]))


def summed(form: Form) -> tuple[int, ...]:
    """Columns whose TỔNG CỘNG is the sum of the rows: all figures but percents; none in a list."""
    if form.row_kind is RowKind.LIST:
        return ()
    return tuple(column.number for column in form.figures if column.kind is not ColumnKind.PERCENT)


def _in_year(form: Form) -> tuple[int, ...]:
    return tuple(sorted({number for rule in form.year_rules for number in rule.columns}))


def _other(rule: CrossFormRule) -> Name:
    return Name(Role.OTHER, rule.other_column, rule.other)


def _is_whole(form: Form, name: Name) -> bool:
    if name.role in _COUNTS:
        return True
    return name.role is not Role.MEDIAN and form[name.number].kind.is_whole


def _identity(line: Line) -> tuple[object, ...]:
    filed, row = line.entry.filed, line.row
    sheet_row = row.sheet_row if row else None
    return line.entry.submission, line.entry.unit, filed.sheet, line.row_key, line.row_name, sheet_row, line.kind


def _lines(form: Form, entry: Entry) -> Iterator[Line]:
    filed = entry.filed
    rows = () if filed.nil else filed.filled
    times = Counter(row.key for row in rows)
    for row in rows:
        compared = _beside_periods(form, entry, row.key, row) if times[row.key] == 1 else {}
        usual = usual_frames.of_row(form, entry.past, row.key) if times[row.key] == 1 else {}
        yield Line(entry, "data", row, row.key, {**_filed(row), **compared, **usual})
    yield from _gone(form, entry, times)
    if filed.total is not None and rows:
        yield Line(entry, "total", filed.total, filed.total.key, _totals(form, rows, filed.total))
    if any(entry.past) or entry.peers or any(True for _ in form.cross_forms):
        sole = rows[0] if form.row_kind is RowKind.UNITS and len(rows) == 1 else None
        place = sole or (filed.total if rows else None)
        yield Line(entry, "form", place, place.key if place else "", _whole(form, entry, rows))


def _gone(form: Form, entry: Entry, filed: Mapping[str, int]) -> Iterator[Line]:
    """Rows that are blank or gone; those of a form “không phát sinh” did not vanish, the unit speaks of them all."""
    blank = {row.key: row for row in entry.filed.rows if row.key not in filed}
    vanished = () if entry.filed.nil else usual_frames.gone_keys(form, entry.past)
    for key in dict.fromkeys([*_earlier_keys(form, entry), *vanished]):
        if key not in filed:
            usual = usual_frames.of_gone_row(form, entry.past, key) if key in vanished else {}
            yield Line(entry, "gone", blank.get(key), key, {**_beside_periods(form, entry, key, None), **usual})


def _whole(form: Form, entry: Entry, rows: tuple[FiledRow, ...]) -> dict[str, Value | None]:
    """The form's sums beside other forms, its past and its peers."""
    values = {f"f{number}": _sum(rows, number) for number in usual_frames.form_columns(form)}
    usual = usual_frames.of_form(form, entry.past, entry.peers, rows)
    return {**values, **_beside_forms(form, entry, rows), **usual}


def _filed(row: FiledRow) -> dict[str, Value | None]:
    return {f"c{number}": cell.value for number, cell in row.cells.items()}


def _earlier_keys(form: Form, entry: Entry) -> tuple[str, ...]:
    """Rows with a figure ≠ 0 in the periods this one is compared with, in their order."""
    periods = [(entry.previous or {}, {rule.source for rule in form.carry_overs})]
    periods += [(quarter, set(_in_year(form))) for quarter in entry.quarters or ()]
    found = (key for rows, numbers in periods for key, row in rows.items() if any(row.get(n) for n in numbers))
    return tuple(dict.fromkeys(found))


def _beside_periods(form: Form, entry: Entry, key: str, row: FiledRow | None) -> dict[str, Value | None]:
    """Figures of a row beside those of earlier periods; a row that is not filed (None) counts as 0."""
    values: dict[str, Value | None] = {}
    if entry.previous is not None:
        earlier = entry.previous.get(key, {})
        for rule in form.carry_overs:
            values[f"p{rule.source}"] = earlier.get(rule.source) or 0
            values[f"v{rule.column}"] = _now(row, rule.column)
    if entry.quarters is not None:
        for number in _in_year(form):
            parts = (quarter.get(key, {}).get(number) for quarter in entry.quarters)
            values[f"q{number}"] = sum(part for part in parts if part)
            values[f"v{number}"] = _now(row, number)
    return values


def _now(row: FiledRow | None, number: int) -> Figure | None:
    if row is None:
        return 0
    return row.cells[number].number if number in row.cells else None


def _totals(form: Form, rows: tuple[FiledRow, ...], total: FiledRow) -> dict[str, Value | None]:
    values: dict[str, Value | None] = {f"t{number}": value for number, value in total.numbers.items()}
    return values | {f"s{n}": _sum(rows, n, blanks=form[n].optional) for n in summed(form)}


def _beside_forms(form: Form, entry: Entry, rows: tuple[FiledRow, ...]) -> dict[str, Value | None]:
    values: dict[str, Value | None] = {}
    for rule in form.cross_forms:
        if not rule.levels or entry.level in rule.levels:
            values[str(_other(rule))] = entry.others.get((rule.other, rule.other_column))
            values[f"f{rule.column}"] = _sum(rows, rule.column)
    return values
