"""The data rows of a consolidated sheet as plain lines, before any cell is written.

What a cell may show: a figure; nothing (the unit gave none, or has not filed); "–" for a figure that cannot be:
a percent of nothing, a column that may not be added over these units, or one that does not follow over time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tonghop.domain.consolidated import FormTotals, ListItem
from tonghop.domain.form import Column, ColumnKind, OverTime, OverUnits, RowKind
from tonghop.domain.period import ROMAN
from tonghop.domain.rollup import ITEMS, OWN, Total
from tonghop.domain.units import Unit
from tonghop.domain.value import Value
from tonghop.files.consolidated.scope import ACCEPTED, Scope, filed, state_name

DASH = "–"
INCOMPLETE = "chưa đầy đủ"


class LineKind(StrEnum):
    """How a line is set."""

    GROUP = "group"
    UNIT = "unit"  # the unit above its items in a list
    ROW = "row"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: `index` for column 1, `name` for column 2, `cells` by column number.

    `coverage` is the text of the last column, `complete` false when figures lack in the line.
    """

    kind: LineKind
    index: str | int
    name: str
    cells: dict[int, Value] = field(default_factory=dict)
    coverage: str = ""
    complete: bool = True


def lines(scope: Scope, totals: FormTotals) -> tuple[Line, ...]:
    """The form's own sheet: by field, by unit, or item by item, as the form's rows are."""
    if totals.form.row_kind is RowKind.FIELDS:
        return tuple(_field_lines(scope, totals))
    if totals.form.row_kind is RowKind.LIST:
        return tuple(_item_lines(scope, totals))
    return unit_lines(scope, totals)


def unit_lines(scope: Scope, totals: FormTotals) -> tuple[Line, ...]:
    """One row per owing unit, in groups I, II, III with their subtotals, closed by the total."""
    return tuple(_unit_lines(scope, totals))


def _field_lines(scope: Scope, totals: FormTotals) -> Iterator[Line]:
    owing = {names.level for names, _ in scope.groups(totals)}
    for letter, names in zip("ABCDEFGH", scope.levels, strict=False):
        if names.level not in owing:
            continue
        level = names.level.value
        yield _sum_line(LineKind.GROUP, letter, names.field_group, totals, (scope.code, level, ""))
        for index, row in enumerate(totals.rows_of(scope.code, names.level), start=1):
            name = totals.names.get(row, row)
            yield _sum_line(LineKind.ROW, index, name, totals, (scope.code, level, row))
    yield _total_line(scope, totals)


def _unit_lines(scope: Scope, totals: FormTotals) -> Iterator[Line]:
    for number, (names, units) in enumerate(scope.groups(totals), start=1):
        place = (scope.code, names.level.value, "")
        yield _sum_line(LineKind.GROUP, ROMAN[number], names.unit_group, totals, place)
        for index, (unit, name) in enumerate(_named(scope, units), start=1):
            yield _unit_line(index, name, totals, unit)
    yield _total_line(scope, totals)


def _item_lines(scope: Scope, totals: FormTotals) -> Iterator[Line]:
    of_unit: dict[str, list[ListItem]] = {}
    for item in totals.items:
        of_unit.setdefault(item.unit.code, []).append(item)
    number = 0
    for _, units in scope.groups(totals):
        for unit, name in _named(scope, units):
            yield Line(LineKind.UNIT, "", name, {}, state_name(totals, unit), filed(totals, unit))
            for item in sorted(of_unit.get(unit.code, ()), key=lambda item: item.position):
                number += 1
                first = totals.form.name_column.number
                yield Line(LineKind.ROW, number, str(item.values.get(first) or ""), dict(item.values))
    count = totals.total(scope.code, "", "", ITEMS)
    after_name = totals.form.name_column.number + 1
    cells: dict[int, Value] = {} if count is None or count.value is None else {after_name: count.value}
    yield Line(LineKind.TOTAL, "", totals.form.total_label, cells, *_coverage([count]))


def _total_line(scope: Scope, totals: FormTotals) -> Line:
    return _sum_line(LineKind.TOTAL, "", totals.form.total_label, totals, (scope.code, "", ""))


def _sum_line(kind: LineKind, index: str | int, name: str, totals: FormTotals, place: tuple[str, str, str]) -> Line:
    by_column = {column: totals.total(*place, column.number) for column in totals.form.figures}
    cells = {column.number: shown(column, total, totals.view) for column, total in by_column.items()}
    given = {number: value for number, value in cells.items() if value is not None}
    return Line(kind, index, name, given, *_coverage(by_column.values()))


def _unit_line(index: int, name: str, totals: FormTotals, unit: Unit) -> Line:
    state = state_name(totals, unit)
    if totals.states[unit.code] != ACCEPTED:
        return Line(LineKind.ROW, index, name, {}, state, filed(totals, unit))
    cells: dict[int, Value] = {}
    for column in totals.form.figures:
        value = shown(column, totals.total(unit.code, OWN, "", column.number), totals.view)
        if value is not None:
            cells[column.number] = value
    return Line(LineKind.ROW, index, name, cells, state)


def shown(column: Column, total: Total | None, view: str) -> Value | None:
    """What a cell shows of `total`; None is an empty cell."""
    if view and column.over_time is OverTime.NOT_DERIVABLE:
        return DASH
    if total is None:
        return None if column.over_units is OverUnits.CONCATENATE else DASH
    if not total.owed:
        return DASH
    if total.value is None and column.kind is ColumnKind.PERCENT and total.counted:
        return DASH
    return total.value


def _coverage(totals: Iterable[Total | None]) -> tuple[str, bool]:
    """`110/111 – chưa đầy đủ` and whether nothing lacks, for the column that most units stand behind."""
    pairs = [(total.counted, total.owed) for total in totals if total is not None]
    counted, owed = max(pairs, key=lambda pair: pair[1], default=(0, 0))
    text = f"{counted}/{owed}"
    return (text, True) if counted == owed else (f"{text} – {INCOMPLETE}", False)


def _named(scope: Scope, units: Sequence[Unit]) -> Iterator[tuple[Unit, str]]:
    """Units with the names they go by: two of one name are told apart by their district."""
    times = Counter(unit.name for unit in units)
    for unit in units:
        parent = scope.consolidated.tree.get(unit.parent_code)
        twice = times[unit.name] > 1 and parent is not None
        yield unit, f"{unit.name} ({parent.name})" if twice and parent else unit.name
