from __future__ import annotations

import pytest

from tonghop.domain.consolidated import FormTotals
from tonghop.domain.form import Form
from tonghop.domain.rollup import UnitFigures, roll_up
from tonghop.domain.units import Level

PROVINCE = "70"
FIELD = "đất đai"


@pytest.fixture
def totals(forms: dict[str, Form]) -> FormTotals:
    """II.06a of a department that filed, a district that did not, and a commune without anything to report."""
    form = forms["II.06a"]
    filed = {column.number: 1 for column in form.inputs}
    units = [
        UnitFigures("S1", Level.DEPARTMENT, "", {FIELD: filed}, frozenset({FIELD})),
        UnitFigures("H1", Level.DISTRICT, "H1", None, frozenset({FIELD})),
        UnitFigures("X1", Level.COMMUNE, "H1", {}, frozenset({FIELD})),
    ]
    rows = dict.fromkeys((Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE), (FIELD, "hộ tịch"))
    states = {"S1": "accepted", "H1": "missing", "X1": "nil"}
    return FormTotals(form, "", "", roll_up(form, units, PROVINCE), rows, {FIELD: "Đất đai"}, states)


def test_coverage_says_how_many_of_the_owing_units_stand_behind_a_total(totals: FormTotals) -> None:
    assert totals.coverage(PROVINCE) == (2, 3)
    assert totals.coverage("H1") == (1, 2)
    assert totals.coverage("H1", "huyen") == (0, 1)
    assert totals.coverage("H1", "so") == (0, 0)


def test_only_rows_some_unit_reports_on_have_a_line(totals: FormTotals) -> None:
    assert list(totals.rows_of(PROVINCE, Level.DEPARTMENT)) == [FIELD]
    assert list(totals.rows_of("H1", Level.DEPARTMENT)) == []


def test_a_units_own_figures_are_its_own_line(totals: FormTotals) -> None:
    filed, missing = totals.own("S1", 3), totals.own("H1", 3)
    assert filed is not None
    assert missing is not None
    assert (filed.value, filed.complete) == (3, True)
    assert (missing.value, missing.complete) == (None, False)
    assert totals.own("S9", 3) is None
