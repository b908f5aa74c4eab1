"""The consolidated table of a form and, for one figure of it, every cell it was added up from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tonghop.domain.errors import UsageError
from tonghop.domain.form import Column, ColumnKind, Form, OverUnits, RowKind
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.rollup import ITEMS, Number, Total, TotalKey
from tonghop.domain.units import Level, Unit
from tonghop.steps.context import Context
from tonghop.store.records import StandingCell, StoredTotals, TotalsPlace


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the table: `group` and `row` say which (see `TotalKey`), `title` what it is called, `depth` 0–2."""

    group: str
    row: str
    title: str
    depth: int
    totals: tuple[Total | None, ...]
    items: Total | None  # rows of a list form

    @property
    def mark(self) -> str:
        """A short name of the row for an address; "" for the line over all rows."""
        return mark(self.row)

    @property
    def coverage(self) -> Total | None:
        """Any figure of the line: all tell how many units stand behind it."""
        return next((total for total in (*self.totals, self.items) if total is not None), None)


@dataclass(frozen=True)
class Table:
    """A form over the whole province. `columns` are those with figures; `behind`: filings came in since."""

    province: Province
    period: Period
    form: Form
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    behind: bool

    @property
    def is_list(self) -> bool:
        """A list form: its lines count rows."""
        return self.form.row_kind is RowKind.LIST


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit gives to a figure: `value` None where it states nothing in the row; `cells` are addresses."""

    unit: Unit
    name: str
    value: Number | None
    cells: tuple[str, ...]
    submission: int | None
    nil: bool


@dataclass(frozen=True)
class Trace:
    """A figure with everything behind it; `missing` units owe the form and have nothing standing."""

    province: Province
    period: Period
    form: Form
    column: Column
    level: str
    row: str
    total: Total | None
    parts: tuple[Part, ...]
    missing: tuple[Unit, ...]
    added: Number | None


def table(context: Context, period: Period, code: str) -> Table:
    """The table of form `code` as last consolidated; UsageError when nobody owes it."""
    province, form = _form(context, period, code)
    columns = tuple(column for column in form.figures if column.over_units is not OverUnits.CONCATENATE)
    scope = province.tree(period).province.code
    stored = context.store.totals.read(TotalsPlace(period.code, "", code), scope=scope)
    opened = context.store.periods.get(period.code)
    names = {row.key: row.name for row in stored.rows}

    def line(group: str, row: str, title: str, depth: int) -> TableRow:
        totals = tuple(stored.figures.get(TotalKey(scope, group, row, column.number)) for column in columns)
        return TableRow(group, row, title, depth, totals, stored.figures.get(TotalKey(scope, group, row, ITEMS)))

    def lines() -> Iterator[TableRow]:
        for names_of in province.regime.levels:
            group = names_of.level.value
            mine = {key.row for key in stored.figures if key.group == group}
            if mine:
                yield line(group, "", names_of.field_group, 1)
                yield from (line(group, row, name, 2) for row, name in names.items() if row in mine)
        yield line("", "", form.total_label, 0)

    behind = opened is not None and opened.revision > opened.consolidated_revision
    return Table(province, period, form, columns, tuple(lines()) if stored.figures else (), behind)


def mark(row: str) -> str:
    """A short name of a row key that stays the same whatever other rows there are."""
    return hashlib.sha256(row.encode()).hexdigest()[:10] if row else ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A figure of a table: of one `level` ("" all of them) and one row by its `mark` ("" the line over all rows)."""

    form: str
    column: int
    level: str = ""
    mark: str = ""


def trace(context: Context, period: Period, spot: Spot) -> Trace:
    """Where a figure comes from: every unit's part of it, with the cells it stands in."""
    code, column, level = spot.form, spot.column, spot.level
    province, form = _form(context, period, code)
    if column not in form or not form[column].is_figure:
        raise UsageError("Biểu không có cột số liệu này.", "Chọn một số trong bảng tổng hợp.")
    asked = form[column]
    units = [u for u in province.owing(code, period) if level in {"", u.level.value} and _gives(asked, u)]
    scope = province.tree(period).province.code
    stored = context.store.totals.read(TotalsPlace(period.code, "", code), scope=scope)
    row = _row(stored, spot.mark)
    cells: dict[str, list[StandingCell]] = {}
    for cell in context.store.filings.accepted_cells(period.code, code, column=column):
        if row in {"", cell.row_key}:
            cells.setdefault(cell.unit_code, []).append(cell)
    standing = context.store.filings.accepted_places(period.code)
    tree = province.tree(period)
    parts, missing = [], []
    for unit in units:
        filed = standing.get((unit.code, code))
        if filed is None:
            missing.append(unit)
            continue
        mine = cells.get(unit.code, [])
        addresses = tuple(cell.address for cell in mine)
        parts.append(Part(unit, tree.full_name(unit), _sum(mine, asked), addresses, filed.origin, filed.nil))
    total = stored.figures.get(TotalKey(scope, level, row, column))
    label = next((one.name for one in stored.rows if one.key == row), row)
    values = [part.value for part in parts if part.value is not None]
    added = sum(values) if values and asked.kind is not ColumnKind.PERCENT else None
    return Trace(province, period, form, asked, level, label, total, tuple(parts), tuple(missing), added)


def _form(context: Context, period: Period, code: str) -> tuple[Province, Form]:
    province = context.opened(period)
    form = province.regime.forms.get(code)
    if form is None or not province.owing(code, period):
        raise UsageError("Không có biểu này trong kỳ báo cáo.", "Chọn một biểu trong danh sách.")
    return province, form


def _row(stored: StoredTotals, sought: str) -> str:
    if not sought:
        return ""
    found = next((row.key for row in stored.rows if mark(row.key) == sought), None)
    if found is None:
        raise UsageError("Biểu không có dòng này.", "Chọn một số trong bảng tổng hợp.")
    return found


def _gives(column: Column, unit: Unit) -> bool:
    """Whether the unit's figure is added in this column."""
    return column.over_units is not OverUnits.DEPARTMENTS_ONLY or unit.level is Level.DEPARTMENT


def _sum(cells: list[StandingCell], column: Column) -> Number | None:
    values = [cell.value for cell in cells if isinstance(cell.value, int | Decimal)]
    if not values or (column.kind is ColumnKind.PERCENT and len(values) > 1):
        return None
    return sum(values)
