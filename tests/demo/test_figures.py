"""The synthetic figures obey the forms: plain arithmetic, written out again here, independent of the specs' rules."""

import itertools
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pytest

from tonghop.demo.synthetic import plan_quarter
from tonghop.domain.errors import UsageError
from tonghop.domain.period import Period
from tonghop.domain.units import Level

QUARTERS = (1, 2, 3)


def rows_of(quarter, form):
    """(unit, row key, figures) of every filled row of a form."""
    return [(u, row, r) for u, forms in quarter.figures.items() for row, r in forms.get(form, {}).items()]


def _faults(quarter, form, *conditions):
    return [
        (unit, row, place)
        for unit, row, r in rows_of(quarter, form)
        for place, holds in enumerate(conditions)
        if not holds(r)
    ]


@pytest.mark.parametrize("number", QUARTERS)
def test_dossiers_balance(quarters, number):
    assert rows_of(quarters[number], "II.06a")
    assert not _faults(
        quarters[number],
        "II.06a",
        lambda r: r[3] == r[4] + r[5] + r[6],
        lambda r: r[7] == r[8] + r[9] + r[10],
        lambda r: r[11] == r[12] + r[13],
        lambda r: r[3] == r[7] + r[11],
    )


@pytest.mark.parametrize("number", QUARTERS)
def test_complaints_balance(quarters, number):
    assert rows_of(quarters[number], "II.05a")
    assert not _faults(
        quarters[number],
        "II.05a",
        lambda r: r[3] == r[4] + r[5] == r[6] + r[7] + r[8] == r[9] + r[12],
        lambda r: r[9] == r[10] + r[11],
        lambda r: r[13] <= r[10],
    )


@pytest.mark.parametrize("number", QUARTERS)
def test_department_forms_balance(quarters, number):
    quarter = quarters[number]
    faults = _faults(quarter, "II.01", lambda r: r[3] == r[4] + r[5] + r[6], lambda r: r[7] == r[8] + r[9])
    faults += _faults(
        quarter, "II.02", lambda r: r[4] == r[5] + r[6] + r[7], lambda r: r[8] == r[9] + r[10], lambda r: r[8] <= r[4]
    )
    faults += _faults(
        quarter,
        "II.03",
        lambda r: r[5] == r[6] + r[7] + r[8] + r[9],
        lambda r: r[5] <= r[4] <= r[3],
        lambda r: r[12] == r[10] - r[11] >= 0,
        lambda r: r[13] == (_rate(r[12], r[10]) if r[10] else None),
    )
    faults += _faults(
        quarter,
        "II.07b",
        lambda r: r[3] == r[4] + r[5] + r[6],
        lambda r: r[7] == r[8] + r[9] + r[10] <= r[3],
        lambda r: r[11] == r[12] + r[13] + r[14] <= r[7],
    )
    assert not faults


def _rate(part, whole):
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


@pytest.mark.parametrize("number", QUARTERS)
def test_electronic_form_balances(quarters, number):
    assert not _faults(
        quarters[number],
        "II.08",
        lambda r: r[4] + r[5] <= r[3],
        lambda r: r[6] <= r[4] + r[5],
        lambda r: r[7] == r[8] + r[9],
        lambda r: r[10] <= r[7],
        lambda r: r[11] <= r[7],
    )


@pytest.mark.parametrize("number", QUARTERS)
def test_no_figure_is_negative_or_a_float(quarters, number):
    wrong = [
        (unit, form, row, column, value)
        for unit, forms in quarters[number].figures.items()
        for form, rows in forms.items()
        for row, figures in rows.items()
        for column, value in figures.items()
        if isinstance(value, bool | float) or (isinstance(value, int | Decimal) and value < 0)
    ]
    assert not wrong


@pytest.mark.parametrize("number", QUARTERS)
def test_totals_return_in_other_forms(quarters, number):
    quarter = quarters[number]
    for code, forms in quarter.figures.items():
        if "II.08" not in forms or code == quarter.flaws.get("cross_form"):
            continue
        online, direct = (sum(r[column] for r in forms["II.06a"].values()) for column in (4, 5))
        row = forms["II.08"].get(code, {3: 0, 8: 0, 9: 0})
        assert (row[8], row[9]) == (online, direct), code
        if "II.07b" in forms:
            assert row[3] == forms["II.07b"][code][3], code


def test_the_first_quarter_opens_freely_and_each_next_one_with_what_the_last_closed(quarters, clean_third):
    chain = [quarters[1], quarters[2], clean_third]
    assert sum(r[6] for _, _, r in rows_of(chain[0], "II.06a")) > 1000
    for former, later in itertools.pairwise(chain):
        for form, opening, closing in (("II.06a", 6, 11), ("II.05a", 4, 11)):
            closed = {(unit, row): r[closing] for unit, row, r in rows_of(former, form) if r[closing]}
            opened = {(unit, row): r[opening] for unit, row, r in rows_of(later, form) if r[opening]}
            assert opened == closed
            assert closed


def test_the_third_quarter_differs_from_a_clean_one_only_where_planned(quarters, clean_third):
    changed = {code for code, forms in quarters[3].figures.items() if forms != clean_third.figures[code]}
    flaws = quarters[3].flaws
    assert changed == {flaws["carry_explained"], flaws["carry_unexplained"], flaws["cross_form"]}


def test_stocks_hardly_move(quarters):
    first, third = ({unit: r[3] for unit, _, r in rows_of(quarters[n], "II.07b")} for n in (1, 3))
    assert len(third) == 19
    assert all(abs(third[unit] - first[unit]) <= 10 for unit in third)


@pytest.mark.parametrize("number", QUARTERS)
def test_sizes_are_those_of_a_province(quarters, number, province):
    tree = province.tree(Period(2024, number))
    rows = [(tree[unit].level, r) for unit, _, r in rows_of(quarters[number], "II.06a")]
    handled = sum(r[7] for _, r in rows)
    assert 0.97 <= sum(r[8] + r[9] for _, r in rows) / handled <= 0.99
    assert 0.4 <= sum(r[4] for _, r in rows) / sum(r[4] + r[5] for _, r in rows) <= 0.7
    received = {code: forms["II.06a"].total(3) for code, forms in quarters[number].forms.items() if "II.06a" in forms}
    limits = {Level.DEPARTMENT: (1000, 11_000), Level.DISTRICT: (900, 3500), Level.COMMUNE: (100, 800)}
    outside = {c: n for c, n in received.items() if not limits[tree[c].level][0] <= n <= limits[tree[c].level][1]}
    assert not outside


@pytest.mark.parametrize("number", QUARTERS)
def test_blank_zero_and_nothing_arose_all_occur(quarters, number, province):
    quarter = quarters[number]
    known = {
        unit.code: {row.key for row in province.fields_of(unit, quarter.period)}
        for unit in province.tree(quarter.period).filing
    }
    filed = [(unit, rows) for unit, forms in quarter.figures.items() if (rows := forms.get("II.06a"))]
    assert any(known[unit] - rows.keys() for unit, rows in filed), "no blank field row"
    assert any(rows.keys() - known[unit] for unit, rows in filed), "no added row"
    assert any(0 in r.values() for _, rows in filed for r in rows.values()), "no zero"
    assert sum(not rows for forms in quarter.figures.values() for rows in forms.values()) > 10, (
        "no form without figures"
    )
    assert any(rows for forms in quarter.figures.values() for code, rows in forms.items() if code == "II.04")


def test_same_seed_same_figures_other_seed_others(site):
    period = Period(2024, 1)
    one, two, other = (plan_quarter(site, period, seed) for seed in (7, 7, 8))
    assert one.figures == two.figures
    assert one.figures != other.figures


def test_a_year_is_refused(site):
    with pytest.raises(UsageError, match="quý I, II hoặc III"):
        plan_quarter(site, Period(2024))


def test_no_form_is_known_by_name():
    folder = Path(__file__).parents[2] / "include" / "tonghop" / "demo"
    for name in ("balance.py", "figures.py", "flaws.py", "profile.py", "synthetic.py", "texts.py", "workbook.py"):
        assert "II.0" not in (folder / name).read_text(encoding="utf-8"), name
