"""A synthetic quarter of Bình Phước: seeded figures for 142 units, rolled up the way the project does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from tonghop.domain.consolidated import Consolidated, ExplainedFinding, FormTotals, ListItem, UnitStatus
from tonghop.domain.derive import cumulate, derivable
from tonghop.domain.finding import make
from tonghop.domain.form import ColumnKind, Form, RowKind
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.rollup import UnitFigures, roll_up
from tonghop.domain.text import key
from tonghop.domain.units import Level, Unit, UnitTree
from tonghop.domain.value import recompute
from tonghop.specs import load_province

INCLUDE = Path(__file__).parents[3] / "include"
PERIOD = Period(2024, 3)

Rows = dict[str, dict[int, int | Decimal | None]]


@dataclass(frozen=True)
class Quarter:
    """What to build: `states` per unit code (default accepted), `rows` to put in place of the generated ones."""

    states: Mapping[str, str] = field(default_factory=dict)
    nil: frozenset[tuple[str, str]] = frozenset()  # (unit, form)
    rows: Mapping[tuple[str, str], Rows] = field(default_factory=dict)
    late: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()  # unit codes to keep, all when empty
    explained: bool = True
    texts: Mapping[tuple[str, int], str] = field(default_factory=dict)  # (unit, column) of list items


def build(province: Province, quarter: Quarter = Quarter(), period: Period = PERIOD) -> Consolidated:
    """The period as it would be published under `quarter`."""
    tree = province.tree(period)
    if quarter.only:
        tree = UnitTree(tuple(u for u in tree if u.code in quarter.only or u.level is Level.PROVINCE))
    forms = [form for code, form in province.regime.forms.items() if _owing(province, tree, code, period)]
    own = tuple(_totals(province, tree, form, quarter, ("", "", (period,))) for form in forms)
    derived = tuple(
        _totals(
            province, tree, form, quarter, (c.name, c.title, tuple(province.regime.part(period, s) for s in c.parts))
        )
        for c in province.regime.cumulatives
        if c.after == period.slot
        for form in forms
        if derivable(form)
    )
    statuses = tuple(_status(unit, quarter, own) for unit in tree.filing)
    explained = _explained(tree) if quarter.explained else ()
    return Consolidated(province, period, tree, statuses, own, derived, explained, "synthetic")


def _owing(province: Province, tree: UnitTree, form: str, period: Period) -> list[Unit]:
    return [unit for unit in province.owing(form, period) if unit.code in tree]


def _totals(
    province: Province,
    tree: UnitTree,
    form: Form,
    quarter: Quarter,
    of: tuple[str, str, tuple[Period, ...]],
) -> FormTotals:
    view, title, periods = of
    units, states, names, items = [], {}, {}, []
    rows_by_level: dict[Level, dict[str, None]] = {}
    for unit in _owing(province, tree, form.code, PERIOD):
        fields = province.fields_of(unit, PERIOD) if form.row_kind is RowKind.FIELDS else ()
        names |= {row.key: row.name for row in fields}
        parts = [_rows(province, form, unit, quarter, period) for period in periods]
        rows = cumulate(form, parts) if view else parts[0]
        states[unit.code] = _state(unit, form, quarter)
        district = {Level.DISTRICT: unit.code, Level.COMMUNE: unit.parent_code}.get(unit.level, "")
        units.append(UnitFigures(unit.code, unit.level, district, rows, frozenset(row.key for row in fields)))
        rows_by_level.setdefault(unit.level, {}).update(dict.fromkeys([row.key for row in fields] + list(rows or {})))
        if form.row_kind is RowKind.LIST and not view:
            items += _items(form, unit, rows, quarter)
    return FormTotals(
        form,
        view,
        title,
        roll_up(form, units, tree.province.code),
        {level: tuple(rows) for level, rows in rows_by_level.items()},
        names,
        states,
        tuple(items),
    )


def _state(unit: Unit, form: Form, quarter: Quarter) -> str:
    state = quarter.states.get(unit.code, "accepted")
    return "nil" if state == "accepted" and (unit.code, form.code) in quarter.nil else state


def _rows(province: Province, form: Form, unit: Unit, quarter: Quarter, period: Period) -> Rows | None:
    state = _state(unit, form, quarter)
    if state not in {"accepted", "nil"}:
        return None
    if state == "nil":
        return {}
    if (unit.code, form.code) in quarter.rows:
        return quarter.rows[unit.code, form.code]
    rng = Random(f"{unit.code} {form.code} {period.code}")
    if form.row_kind is RowKind.FIELDS:
        keys = [row.key for row in province.fields_of(unit, period)]
        return {row: _figures(form, rng, unit) for row in keys if rng.random() > 0.1}
    if form.row_kind is RowKind.LIST:
        return {str(number): {} for number in range(1, rng.randint(0, 3) + 1)}
    return {key(unit.name): _figures(form, rng, unit)}


def _figures(form: Form, rng: Random, unit: Unit) -> dict[int, int | Decimal | None]:
    high = 40 if unit.level is Level.COMMUNE else 400
    row: dict[int, int | Decimal | None] = {}
    for column in form.inputs:
        if column.is_figure:
            row[column.number] = rng.randint(0, high) * (100_000 if column.kind is ColumnKind.MONEY else 1)
    return recompute(form, row)


def _items(form: Form, unit: Unit, rows: Rows | None, quarter: Quarter) -> list[ListItem]:
    found = []
    for position in range(1, len(rows or {}) + 1):
        values: dict[int, object] = {}
        for column in form.data_columns:
            text = f"{column.label[-1]} số {position} của {unit.name}, nêu đầy đủ theo quyết định công bố"
            code = f"1.00{position:04d}"
            values[column.number] = {
                ColumnKind.NAME: code,
                ColumnKind.TEXT: quarter.texts.get((unit.code, column.number), text),
                ColumnKind.DATE: date(2024, 12, position),
                ColumnKind.PERCENT: Decimal("12.50"),
            }.get(column.kind, 1)
        found.append(ListItem(unit, position, values))  # type: ignore[arg-type]
    return found


def _status(unit: Unit, quarter: Quarter, forms: tuple[FormTotals, ...]) -> UnitStatus:
    state = quarter.states.get(unit.code, "accepted")
    states = {totals.form.code: totals.states[unit.code] for totals in forms if unit.code in totals.states}
    return UnitStatus(unit, state, unit.code not in quarter.late if state == "accepted" else None, states)


def _explained(tree: UnitTree) -> tuple[ExplainedFinding, ...]:
    unit = max(tree.filing, key=lambda unit: unit.level is Level.COMMUNE)
    finding = make(
        "carry-over",
        "(6) của kỳ này là 12, khác (11) của kỳ trước là 10.",
        form="II.06a",
        row_name="Đất đai",
        column=6,
    )
    note = make("on-time-unseen", form="II.06a")
    reason = "=Hai hồ sơ đã được bàn giao từ xã lân cận theo biên bản ngày 20/6/2024."
    return (ExplainedFinding(unit, finding, reason), ExplainedFinding(unit, note, ""))


@pytest.fixture(scope="session")
def province() -> Province:
    return load_province(INCLUDE, "binh-phuoc", date(2024, 9, 14))


@pytest.fixture(scope="session")
def usual() -> Quarter:
    """Six units without an accepted filing, five late, some "không phát sinh", one row with blanks and zeros."""
    missing = {"25216": "missing", "25217": "missing", "25219": "returned", "25220": "invalid"}
    nil = frozenset({("25237", "II.06a"), ("25237", "II.05a"), ("SNV", "II.04"), ("25245", "II.08")})
    return Quarter(
        states={**missing, "SNV": "accepted", "STP": "awaiting_explanation", "689": "missing"},
        nil=nil,
        late=frozenset({"25195", "25198", "25201", "690", "VPUB"}),
    )


@pytest.fixture(scope="session")
def make_quarter(province: Province) -> Callable[..., Consolidated]:
    """Build a quarter from `Quarter(**changes)`."""
    return lambda **changes: build(province, replace(Quarter(), **changes))


@pytest.fixture(scope="session")
def consolidated(province: Province, usual: Quarter) -> Consolidated:
    return build(province, usual)
