"""Like is compared with like: units of both periods, columns over the units they add, codes with their dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tonghop.domain.changes import Pairing, Past, Reference, comparable, pair
from tonghop.domain.consolidated import FormTotals
from tonghop.domain.form import Form
from tonghop.domain.regime import Measure, Regime
from tonghop.domain.rollup import Rows, UnitFigures, roll_up
from tonghop.domain.units import Level, Unit, UnitTree
from tonghop.domain.value import recompute
from tonghop.specs import load_regime

FIRST = date(2020, 12, 15)
PROVINCE = Unit("70", "Tỉnh", Level.PROVINCE, "", FIRST)
DEPARTMENT = Unit("SYT", "Sở Y tế", Level.DEPARTMENT, "70", FIRST)
DISTRICT = Unit("689", "Huyện", Level.DISTRICT, "70", FIRST)
COMMUNE = Unit("25195", "Xã", Level.COMMUNE, "689", FIRST)
TREE = UnitTree((PROVINCE, DEPARTMENT, DISTRICT, COMMUNE))
RATE = Measure("on_time_rate", "Đúng hạn", "II.06a", (8, 9), (7,))


@pytest.fixture(scope="module")
def regime() -> Regime:
    return load_regime(Path(__file__).parents[2] / "include", "kstthc", "2020-12-15")


@pytest.fixture(scope="module")
def dossiers(regime: Regime) -> Form:
    return regime.forms["II.06a"]


def row(form: Form, **figures: int) -> Rows:
    given = {int(name[1:]): value for name, value in figures.items()}
    zeros = {column.number: 0 for column in form.inputs}
    return {"đất đai": recompute(form, zeros | given)}


def totals(form: Form, filed: dict[Unit, Rows | None], view: str = "") -> FormTotals:
    district = {Level.DISTRICT: "689", Level.COMMUNE: "689"}
    units = [UnitFigures(u.code, u.level, district.get(u.level, ""), rows) for u, rows in filed.items()]
    states = {u.code: "missing" if rows is None else "nil" if not rows else "accepted" for u, rows in filed.items()}
    return FormTotals(form, view, view, roll_up(form, units, "70"), {}, {}, states)


def paired(form: Form, now: dict[Unit, Rows | None], before: dict[Unit, Rows | None], view: str = "") -> Pairing:
    past = Reference(Past.PREVIOUS, "Quý II/2024", TREE, {form.code: totals(form, before, view)})
    found = pair(totals(form, now), TREE, past)
    assert found is not None
    return found


def test_a_unit_that_filed_in_one_period_only_is_left_out_of_the_change(dossiers: Form) -> None:
    now = {DEPARTMENT: row(dossiers, c4=10), COMMUNE: None}
    before = {DEPARTMENT: row(dossiers, c4=8), COMMUNE: row(dossiers, c4=100)}
    change = paired(dossiers, now, before).change(dossiers[4])
    assert change is not None
    assert (change.now, change.before, change.delta, change.units, change.like) == (10, 8, 2, 1, False)
    assert change.percent == Decimal("25.00")


def test_units_that_all_filed_twice_are_like(dossiers: Form) -> None:
    both = {DEPARTMENT: row(dossiers, c4=10), COMMUNE: row(dossiers, c4=1)}
    change = paired(dossiers, both, both).change(dossiers[3])
    assert change is not None
    assert (change.delta, change.units, change.like) == (0, 2, True)


def test_nothing_arose_counts_as_zero_and_growth_from_nothing_has_no_percent(dossiers: Form) -> None:
    change = paired(dossiers, {COMMUNE: row(dossiers, c4=3)}, {COMMUNE: {}}).change(dossiers[4])
    assert change is not None
    assert (change.before, change.now, change.percent) == (0, 3, None)


def test_no_unit_in_both_periods_is_no_change(dossiers: Form) -> None:
    found = paired(dossiers, {DEPARTMENT: row(dossiers, c4=3)}, {DEPARTMENT: None, COMMUNE: row(dossiers, c4=3)})
    assert found.change(dossiers[4]) is None
    assert found.rate_change(RATE) is None


def test_a_rate_is_recomputed_over_the_units_of_both_periods(dossiers: Form) -> None:
    now = {DEPARTMENT: row(dossiers, c8=9, c10=1), COMMUNE: row(dossiers, c8=1, c10=99)}
    before = {DEPARTMENT: row(dossiers, c8=8, c10=2), COMMUNE: None}
    change = paired(dossiers, now, before).rate_change(RATE)
    assert change is not None
    assert (change.now, change.before, change.delta) == (Decimal("90.00"), Decimal("80.00"), Decimal("10.00"))


def test_a_rate_of_nothing_does_not_change(dossiers: Form) -> None:
    assert paired(dossiers, {COMMUNE: {}}, {COMMUNE: row(dossiers, c8=1)}).rate_change(RATE) is None


def test_columns_of_departments_compare_departments(regime: Regime) -> None:
    form = regime.forms["II.08"]
    both = {DEPARTMENT: row(form, c3=5, c8=1), COMMUNE: row(form, c3=900, c8=2)}
    found = paired(form, both, both)
    procedures, received = found.change(form[3]), found.change(form[8])
    assert procedures is not None
    assert received is not None
    assert (procedures.now, procedures.units) == (5, 1)
    assert (received.now, received.units) == (3, 2)


def test_a_commune_with_the_code_of_one_it_replaced_is_another_unit(dossiers: Form) -> None:
    merged = replace(COMMUNE, valid_from=date(2025, 7, 1))
    tree = UnitTree((PROVINCE, DEPARTMENT, DISTRICT, merged))
    past = Reference(Past.PREVIOUS, "Quý II/2025", TREE, {"II.06a": totals(dossiers, {COMMUNE: row(dossiers, c4=5)})})
    found = pair(totals(dossiers, {merged: row(dossiers, c4=9)}), tree, past)
    assert found is not None
    assert found.change(dossiers[4]) is None


def test_what_does_not_follow_over_time_is_not_compared_with_a_derived_view(regime: Regime) -> None:
    form = regime.forms["II.05a"]
    both = {COMMUNE: row(form, c5=4, c6=4)}
    found = paired(form, both, both, view="Q4")
    assert found.change(form[6]) is None
    assert found.change(form[5]) is not None


def test_a_form_with_other_columns_then_is_not_compared(dossiers: Form) -> None:
    older = replace(dossiers, columns=dossiers.columns[:-1], rules=())
    past = Reference(Past.PREVIOUS, "Quý II/2024", TREE, {"II.06a": totals(older, {COMMUNE: {}})})
    assert pair(totals(dossiers, {COMMUNE: {}}), TREE, past) is None
    assert pair(totals(dossiers, {COMMUNE: {}}), TREE, replace(past, forms={})) is None


def test_only_counts_and_money_change_in_figures(regime: Regime) -> None:
    form = regime.forms["II.03"]
    assert [column.number for column in form.figures if not comparable(column)] == [13]
