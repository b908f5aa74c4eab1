"""The published figures as CSV: UTF-8 with BOM, comma separated, one line per figure.

Columns: `period` code (`20243`); `form`; `view`; `unit`; `row`; `column` (official number); `value`; `state`;
`counted` and `owed` units behind the figure.

`view` says which table the figure stands in:
- `linh_vuc`: the province by field. `unit` is `<province>/<level>` for a group (`70/xa`), `<province>` for the total;
- `don_vi`: by unit. `unit` is a unit's code, `<province>/<level>` for a group, `<province>` for the total;
- `huyen`: a district with its communes. `unit` is `<district>/<level>` for a group, `<district>` for its total;
- the name of a derived view (`6T`, `9T`, `Q4`): the first two in one, told apart by `unit` and `row`.

`row` is the name of the field, "" for a (sub)total or a unit's own total; in a list the number of the item, whose
texts and dates (ISO) stand in `value`, and `column` 0 counts the items. `value` is exact, "" where there is none.
`state`: complete | incomplete (some of the units owed are not counted) | missing (none is) | nil ("không phát sinh") |
not_applicable (a column not added over these units, or not derivable over time). An empty value with `complete` is a
blank. Text that a spreadsheet would take for a formula is led by an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from tonghop.domain.consolidated import Consolidated, FormTotals
from tonghop.domain.form import Column, OverTime, OverUnits, RowKind
from tonghop.domain.rollup import ITEMS, OWN, Total
from tonghop.domain.units import Level, Unit
from tonghop.domain.value import Value
from tonghop.files.consolidated.book import replace_file
from tonghop.files.consolidated.scope import Scope

HEADER = ("period", "form", "view", "unit", "row", "column", "value", "state", "counted", "owed")
BY_FIELD, BY_UNIT, BY_DISTRICT = "linh_vuc", "don_vi", "huyen"
_RISKY = ("=", "+", "-", "@", "\t", "\r")

Record = tuple[str, str, str, int, str, str, int, int]  # view, unit, row, column, value, state, counted, owed


def write_csv(path: Path, consolidated: Consolidated) -> None:
    """Write every published figure of the period to `path`; equal input gives equal bytes.

    Raises StoreError when `path` cannot be written.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(HEADER)
    scope = Scope.of_province(consolidated)
    for totals in (*scope.owed(consolidated.forms), *scope.owed(consolidated.derived)):
        head = (consolidated.period.code, totals.form.code)
        writer.writerows((*head, *record) for record in _records(scope, totals))
    replace_file(path, stream.getvalue().encode("utf-8-sig"))


def _records(scope: Scope, totals: FormTotals) -> Iterator[Record]:
    if totals.form.row_kind is RowKind.FIELDS:
        yield from _scope_records(scope, totals, BY_FIELD)
    yield from _unit_records(scope, totals)
    if totals.view:
        return
    for district in scope.consolidated.tree.at(Level.DISTRICT):
        inside = Scope.of_district(scope.consolidated, district)
        if inside.owing(totals):
            yield from _scope_records(inside, totals, BY_DISTRICT)


def _unit_records(scope: Scope, totals: FormTotals) -> Iterator[Record]:
    for unit in scope.owing(totals):
        yield from _own(totals, unit)
        if totals.form.row_kind is RowKind.LIST:
            yield from _items(totals, unit)
    by_field = totals.form.row_kind is RowKind.FIELDS
    if not (by_field and totals.view):  # a derived view already gave its groups by field
        yield from _scope_records(scope, totals, BY_UNIT, rows=False)


def _scope_records(scope: Scope, totals: FormTotals, view: str, *, rows: bool = True) -> Iterator[Record]:
    """Groups with their rows, then the total."""
    for names, _ in scope.groups(totals):
        group, place = names.level.value, f"{scope.code}/{names.level.value}"
        yield from _line(totals, (view, place, ""), (scope.code, group, ""))
        if rows and totals.form.row_kind is RowKind.FIELDS:
            for row in totals.rows_of(scope.code, names.level):
                name = safe(totals.names.get(row, row))
                yield from _line(totals, (view, place, name), (scope.code, group, row))
    yield from _line(totals, (view, scope.code, ""), (scope.code, "", ""))


def _own(totals: FormTotals, unit: Unit) -> Iterator[Record]:
    nil = totals.states[unit.code] == "nil"
    for record in _line(totals, (BY_UNIT, unit.code, ""), (unit.code, OWN, "")):
        view, code, row, column, value, state, counted, owed = record
        yield view, code, row, column, value, "nil" if nil and state == "complete" else state, counted, owed


def _line(totals: FormTotals, head: tuple[str, str, str], place: tuple[str, str, str]) -> Iterator[Record]:
    view, unit, row = totals.view or head[0], head[1], head[2]
    count = totals.total(*place, ITEMS) if totals.form.row_kind is RowKind.LIST else None
    if count is not None:
        yield view, unit, row, ITEMS, _text(count.value), _state(count), count.counted, count.owed
    for column in totals.form.figures:
        if column.over_units is OverUnits.CONCATENATE:
            continue
        total = totals.total(*place, column.number) or Total(None, 0, 0)
        hidden = bool(totals.view) and column.over_time is OverTime.NOT_DERIVABLE
        value, state = ("", "not_applicable") if hidden else (_text(total.value), _state(total))
        yield view, unit, row, column.number, value, state, total.counted, total.owed


def _items(totals: FormTotals, unit: Unit) -> Iterator[Record]:
    view = totals.view or BY_UNIT
    mine = sorted((item for item in totals.items if item.unit.code == unit.code), key=lambda item: item.position)
    for number, item in enumerate(mine, start=1):
        for column in _reported(totals):
            value = _text(item.values.get(column.number))
            yield view, unit.code, str(number), column.number, value, "complete", 1, 1


def _reported(totals: FormTotals) -> tuple[Column, ...]:
    return totals.form.data_columns


def _state(total: Total) -> str:
    if not total.owed:
        return "not_applicable"
    if not total.counted:
        return "missing"
    return "complete" if total.complete else "incomplete"


def _text(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else safe(value) if isinstance(value, str) else str(value)


def safe(text: str) -> str:
    """`text`, led by an apostrophe when a spreadsheet would run it."""
    return f"'{text}" if text.startswith(_RISKY) else text
