"""Totals add up, say what stands behind them, and do not depend on the order of the units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.domain.form import Form, OverUnits
from tonghop.domain.rollup import ITEMS, OWN, Rows, Total, TotalKey, UnitFigures, add, addable, roll_up
from tonghop.domain.units import Level
from tonghop.domain.value import recompute

PROVINCE = "70"
FIELDS = ("đất đai", "hộ tịch", "chứng thực")
LEVELS = (Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE)


def row(form: Form, typed: dict[int, int]) -> dict[int, int | Decimal | None]:
    return recompute(form, typed)


def counts(form: Form, number: int) -> dict[int, int | Decimal | None]:
    """A row with `number` in every typed column."""
    return row(form, {column.number: number for column in form.figures if addable(column)})


def unit(code: str, level: Level, rows: Rows | None, district: str = "") -> UnitFigures:
    return UnitFigures(code, level, district, rows, frozenset(FIELDS))


@st.composite
def provinces(draw: st.DrawFn, form: Form, departments: int = 0) -> list[UnitFigures]:
    """At least so many departments, districts and their communes: filed, nil (no rows) or missing (None)."""
    typed = [column.number for column in form.figures if addable(column)]
    figures = st.fixed_dictionaries({number: st.integers(0, 10**6) for number in typed})
    rows = st.none() | st.dictionaries(st.sampled_from(FIELDS), figures.map(lambda values: row(form, values)))
    units = [unit(f"S{n}", Level.DEPARTMENT, draw(rows)) for n in range(draw(st.integers(departments, 3)))]
    for n in range(draw(st.integers(0, 2))):
        units.append(unit(f"H{n}", Level.DISTRICT, draw(rows), f"H{n}"))
        communes = range(draw(st.integers(0, 3)))
        units += [unit(f"H{n}X{i}", Level.COMMUNE, draw(rows), f"H{n}") for i in communes]
    return units


def scopes(units: Sequence[UnitFigures]) -> list[str]:
    return list(dict.fromkeys([*(u.district for u in units if u.district), PROVINCE]))


def number(total: Total | None) -> int | Decimal:
    return (total.value if total else None) or 0


@given(data=st.data())
def test_totals_do_not_depend_on_the_order_of_the_units(forms: dict[str, Form], data: st.DataObject) -> None:
    form = forms["II.06a"]
    units = data.draw(provinces(form))
    shuffled = data.draw(st.permutations(units))
    assert roll_up(form, shuffled, PROVINCE) == roll_up(form, units, PROVINCE)


@given(data=st.data())
def test_groups_add_up_to_their_scope_and_rows_to_their_group(forms: dict[str, Form], data: st.DataObject) -> None:
    form = forms["II.06a"]
    units = data.draw(provinces(form))
    totals = roll_up(form, units, PROVINCE)
    for scope in scopes(units):
        for column in form.figures:
            groups = [totals.get(TotalKey(scope, level, "", column.number)) for level in LEVELS]
            whole = totals[TotalKey(scope, "", "", column.number)]
            assert number(whole) == sum(number(group) for group in groups)
            assert (whole.counted, whole.owed) == (
                sum(group.counted for group in groups if group),
                sum(group.owed for group in groups if group),
            )
            for level, group in zip(LEVELS, groups, strict=True):
                lines = [totals.get(TotalKey(scope, level, name, column.number)) for name in FIELDS]
                assert number(group) == sum(number(line) for line in lines)


@given(data=st.data())
def test_the_view_by_unit_and_the_view_by_field_agree(forms: dict[str, Form], data: st.DataObject) -> None:
    form = forms["II.06a"]
    units = data.draw(provinces(form))
    totals = roll_up(form, units, PROVINCE)
    for column in form.figures:
        by_unit = sum(number(totals[TotalKey(u.code, OWN, "", column.number)]) for u in units)
        by_field = sum(
            number(totals.get(TotalKey(PROVINCE, level, name, column.number))) for level in LEVELS for name in FIELDS
        )
        assert by_unit == by_field == number(totals[TotalKey(PROVINCE, "", "", column.number)])


@given(data=st.data())
def test_computed_columns_of_a_total_balance_like_those_of_a_row(forms: dict[str, Form], data: st.DataObject) -> None:
    form = forms["II.06a"]
    totals = roll_up(form, data.draw(provinces(form)), PROVINCE)
    for key, total in totals.items():
        if key.column == 3:
            parts = [totals[key._replace(column=part)].value for part in (4, 5, 6)]
            assert total.value == (None if None in parts else sum(part or 0 for part in parts))


@given(data=st.data())
def test_a_missing_unit_makes_every_total_above_it_incomplete(forms: dict[str, Form], data: st.DataObject) -> None:
    form = forms["II.06a"]
    units = data.draw(provinces(form, departments=1))
    filed = [replace(u, rows=u.rows or {}) for u in units]
    lost = data.draw(st.sampled_from(range(len(units))))
    gone = replace(filed[lost], rows=None)
    before = roll_up(form, filed, PROVINCE)
    after = roll_up(form, [*filed[:lost], gone, *filed[lost + 1 :]], PROVINCE)
    assert all(total.complete for total in before.values())
    above = [(PROVINCE, ""), (PROVINCE, gone.level)]
    above += [(gone.district, ""), (gone.district, gone.level)] if gone.district else []
    for scope, group in [*above, (gone.code, OWN)]:
        whole = after[TotalKey(scope, group, "", 4)]
        assert not whole.complete
        assert whole.owed - whole.counted == 1
    for key, total in after.items():
        if (key.scope, key.group) not in {*above, (gone.code, OWN)}:
            assert total == before[key], "a total that does not include the unit must not change"


def test_a_missing_unit_is_not_a_zero(forms: dict[str, Form]) -> None:
    form = forms["II.06a"]
    units = [unit("S1", Level.DEPARTMENT, {"đất đai": counts(form, 5)}), unit("S2", Level.DEPARTMENT, None)]
    totals = roll_up(form, units, PROVINCE)
    assert totals[TotalKey(PROVINCE, "", "", 4)] == Total(5, 1, 2)
    assert totals[TotalKey("S2", OWN, "", 4)] == Total(None, 0, 1)
    assert not totals[TotalKey(PROVINCE, "", "", 4)].complete


def test_nobody_filed_is_a_dash_and_not_a_zero(forms: dict[str, Form]) -> None:
    totals = roll_up(forms["II.06a"], [unit("S1", Level.DEPARTMENT, None)], PROVINCE)
    assert {total.value for total in totals.values()} == {None}
    assert not any(total.complete for total in totals.values())


def test_no_unit_at_all_gives_empty_totals(forms: dict[str, Form]) -> None:
    totals = roll_up(forms["II.06a"], [], PROVINCE)
    assert {key.scope for key in totals} == {PROVINCE}
    assert set(totals.values()) == {Total(None, 0, 0)}


def test_a_unit_where_nothing_arose_is_counted_and_adds_nothing(forms: dict[str, Form]) -> None:
    form = forms["II.06a"]
    units = [unit("S1", Level.DEPARTMENT, {"đất đai": counts(form, 5)}), unit("S2", Level.DEPARTMENT, {})]
    totals = roll_up(form, units, PROVINCE)
    assert totals[TotalKey(PROVINCE, "so", "", 4)] == Total(5, 2, 2)
    assert totals[TotalKey(PROVINCE, "so", "hộ tịch", 4)] == Total(None, 2, 2)


@pytest.mark.parametrize("units", [1, 2])
def test_where_nothing_arose_anywhere_the_total_is_zero(forms: dict[str, Form], units: int) -> None:
    nil = [unit(f"S{n}", Level.DEPARTMENT, {}) for n in range(units)]
    totals = roll_up(forms["II.06a"], nil, PROVINCE)
    for group in ("so", ""):
        assert totals[TotalKey(PROVINCE, group, "", 3)] == Total(0, units, units)
    assert totals[TotalKey("S0", OWN, "", 3)].value is None, "a unit's own line says what it filed: nothing"


def test_a_field_row_counts_the_units_that_report_on_it(forms: dict[str, Form]) -> None:
    form = forms["II.06a"]
    own_field = {"karst": counts(form, 2), "đất đai": counts(form, 1)}
    units = [unit("X1", Level.COMMUNE, own_field, "H1"), unit("X2", Level.COMMUNE, None, "H1")]
    totals = roll_up(form, units, PROVINCE)
    assert totals[TotalKey("H1", "xa", "đất đai", 4)] == Total(1, 1, 2)
    assert totals[TotalKey("H1", "xa", "karst", 4)] == Total(2, 1, 1)


def test_a_district_adds_its_own_office_and_its_communes_only(forms: dict[str, Form]) -> None:
    form = forms["II.06a"]
    units = [
        unit("S1", Level.DEPARTMENT, {"đất đai": counts(form, 100)}),
        unit("H1", Level.DISTRICT, {"đất đai": counts(form, 10)}, "H1"),
        unit("X1", Level.COMMUNE, {"đất đai": counts(form, 1)}, "H1"),
        unit("X2", Level.COMMUNE, {"đất đai": counts(form, 7)}, "H2"),
    ]
    totals = roll_up(form, units, PROVINCE)
    assert totals[TotalKey("H1", "", "", 4)] == Total(11, 2, 2)
    assert totals[TotalKey("H1", "huyen", "", 4)].value == 10
    assert totals[TotalKey("H1", OWN, "", 4)].value == 10
    assert totals[TotalKey(PROVINCE, "", "", 4)] == Total(118, 4, 4)
    assert TotalKey("H1", "so", "", 4) not in totals


def test_columns_that_count_procedures_add_over_departments_only(forms: dict[str, Form]) -> None:
    form = forms["II.08"]
    units = [
        unit("S1", Level.DEPARTMENT, {"s1": counts(form, 10)}),
        unit("S2", Level.DEPARTMENT, {"s2": counts(form, 20)}),
        unit("H1", Level.DISTRICT, {"h1": counts(form, 5)}, "H1"),
        unit("X1", Level.COMMUNE, None, "H1"),
    ]
    totals = roll_up(form, units, PROVINCE)
    assert form[3].over_units is OverUnits.DEPARTMENTS_ONLY
    assert totals[TotalKey(PROVINCE, "", "", 3)] == Total(30, 2, 2)
    assert totals[TotalKey(PROVINCE, "huyen", "", 3)] == Total(None, 0, 0)
    assert totals[TotalKey("H1", "", "", 3)] == Total(None, 0, 0)
    assert totals[TotalKey("H1", OWN, "", 3)] == Total(5, 1, 1), "shown per unit elsewhere"
    assert totals[TotalKey(PROVINCE, "", "", 8)] == Total(35, 3, 4)
    assert totals[TotalKey(PROVINCE, "", "", 7)] == Total(70, 3, 4)


def test_a_rate_is_recomputed_from_the_sums_and_never_added_or_averaged(forms: dict[str, Form]) -> None:
    form = forms["II.03"]
    small = row(form, {**dict.fromkeys(range(3, 10), 0), 10: 100, 11: 50})
    large = row(form, {**dict.fromkeys(range(3, 10), 0), 10: 900, 11: 890})
    assert (small[13], large[13]) == (Decimal("50.00"), Decimal("1.11"))
    totals = roll_up(
        form,
        [unit("S1", Level.DEPARTMENT, {"s1": small}), unit("S2", Level.DEPARTMENT, {"s2": large})],
        PROVINCE,
    )
    assert totals[TotalKey(PROVINCE, "", "", 12)].value == 60
    assert totals[TotalKey(PROVINCE, "", "", 13)].value == Decimal("6.00")


def test_a_list_is_counted_and_its_rates_are_never_added(forms: dict[str, Form]) -> None:
    form = forms["II.04"]
    units = [
        unit("S1", Level.DEPARTMENT, {"1": {9: Decimal("10.00")}, "2": {9: Decimal("20.00")}}),
        unit("S2", Level.DEPARTMENT, {}),
        unit("S3", Level.DEPARTMENT, None),
    ]
    totals = roll_up(form, units, PROVINCE)
    assert totals[TotalKey(PROVINCE, "", "", ITEMS)] == Total(2, 2, 3)
    assert totals[TotalKey("S2", OWN, "", ITEMS)] == Total(0, 1, 1)
    assert totals[TotalKey("S3", OWN, "", ITEMS)] == Total(None, 0, 1)
    assert {key.column for key in totals} == {ITEMS}


def test_a_sum_starts_from_what_was_given(forms: dict[str, Form]) -> None:
    form = forms["II.06a"]
    assert set(add(form, []).values()) == {None}
    assert add(form, [{4: 1}, {4: None}, {5: 2}])[4] == 1
    assert add(form, [{3: 99, 4: 1, 5: 1, 6: 1}])[3] == 3, "a computed column follows its parts"
