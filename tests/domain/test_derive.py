"""The worked example of DOMAIN.md: one commune, one field, three quarters and the year."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tonghop.domain.derive import cumulate, derivable, imply
from tonghop.domain.form import Column, Form, OverTime
from tonghop.domain.rollup import Rows
from tonghop.domain.value import recompute

SHOWN = (3, 4, 5, 6, 7, 11)
Q1, Q2, Q3 = (110, 40, 60, 10, 98, 12), (112, 50, 50, 12, 104, 8), (80, 30, 42, 8, 74, 6)
YEAR = (297, 127, 160, 10, 293, 4)


def filed(form: Form, figures: tuple[int, ...]) -> Rows:
    """A filed row of II.06a whose shown columns are `figures`: all resolved on time, all pending within time."""
    _, online, direct, opening, resolved, pending = figures
    typed = {4: online, 5: direct, 6: opening, 8: 0, 9: resolved, 10: 0, 12: pending, 13: 0}
    row = recompute(form, typed)
    assert tuple(row[number] for number in SHOWN) == figures, "the example itself must balance"
    return {"đất đai": row}


def shown(rows: Rows | None) -> tuple[object, ...]:
    assert rows is not None
    return tuple(rows["đất đai"][number] for number in SHOWN)


@pytest.fixture
def form(forms: dict[str, Form]) -> Form:
    return forms["II.06a"]


@pytest.fixture
def quarters(form: Form) -> list[Rows]:
    return [filed(form, figures) for figures in (Q1, Q2, Q3)]


def test_nine_months_are_282_and_not_the_302_of_added_quarters(form: Form, quarters: list[Rows]) -> None:
    assert Q1[0] + Q2[0] + Q3[0] == 302
    assert shown(cumulate(form, quarters)) == (282, 120, 152, 10, 276, 6)


def test_six_months_open_with_the_first_quarter_and_close_with_the_second(form: Form, quarters: list[Rows]) -> None:
    assert shown(cumulate(form, quarters[:2])) == (210, 90, 110, 10, 202, 8)


def test_the_quarter_nobody_files_is_the_year_less_its_quarters(form: Form, quarters: list[Rows]) -> None:
    assert shown(imply(form, filed(form, YEAR), quarters)) == (21, 7, 8, 6, 17, 4)


def test_four_quarters_make_the_year_again(form: Form, quarters: list[Rows]) -> None:
    fourth = imply(form, filed(form, YEAR), quarters)
    assert shown(cumulate(form, [*quarters, fourth])) == YEAR


def test_what_is_derived_balances_too(form: Form, quarters: list[Rows]) -> None:
    for rows in (cumulate(form, quarters), imply(form, filed(form, YEAR), quarters)):
        assert rows is not None
        for row in rows.values():
            assert row[3] == row[7] + row[11]  # type: ignore[operator]


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_missing_quarter_leaves_the_unit_out(form: Form, quarters: list[Rows], lost: int) -> None:
    parts: list[Rows | None] = [*quarters]
    parts[lost] = None
    assert cumulate(form, parts) is None
    assert imply(form, filed(form, YEAR), parts) is None


def test_a_missing_year_implies_nothing(form: Form, quarters: list[Rows]) -> None:
    assert imply(form, None, quarters) is None


def test_a_quarter_without_anything_is_not_a_missing_one(form: Form, quarters: list[Rows]) -> None:
    assert shown(cumulate(form, [*quarters[:2], {}])) == (210, 90, 110, 10, 202, 0)
    assert cumulate(form, [{}, {}, {}]) == {}


def test_a_field_that_appears_later_opens_with_nothing(form: Form, quarters: list[Rows]) -> None:
    late = {"hộ tịch": recompute(form, {4: 5, 5: 0, 6: 0, 8: 0, 9: 4, 10: 0, 12: 1, 13: 0})}
    rows = cumulate(form, [quarters[0], late])
    assert rows is not None
    assert tuple(rows["hộ tịch"][number] for number in SHOWN) == (5, 5, 0, 0, 4, 1)


def test_a_field_blank_in_every_part_stays_blank(form: Form) -> None:
    blank: Rows = {"đất đai": dict.fromkeys(SHOWN, None)}
    for rows in (cumulate(form, [blank, blank]), imply(form, blank, [blank, blank, blank])):
        assert rows is not None
        assert set(rows["đất đai"].values()) == {None}


def test_an_opening_nothing_carries_over_to_is_not_taken_for_zero(form: Form, quarters: list[Rows]) -> None:
    alone = replace(form, rules=())
    rows = imply(alone, filed(form, YEAR), quarters)
    assert rows is not None
    assert (rows["đất đai"][6], rows["đất đai"][3]) == (None, None)


def test_of_a_stock_the_latest_figure_stands(forms: dict[str, Form]) -> None:
    form = forms["II.07b"]
    stocks: list[Rows] = [
        {"stp": recompute(form, dict.fromkeys((4, 5, 6, 8, 9, 10, 12, 13, 14), n))} for n in (10, 20, 15)
    ]
    rows = cumulate(form, stocks)
    assert rows is not None
    assert (rows["stp"][4], rows["stp"][3]) == (15, 45)
    assert imply(form, stocks[1], stocks)["stp"][4] == 20  # type: ignore[index]
    assert cumulate(form, [stocks[0], {}])["stp"][4] == 10  # type: ignore[index]


def test_contents_of_complaints_are_not_derivable(forms: dict[str, Form]) -> None:
    form = forms["II.05a"]
    typed = {4: 2, 5: 8, 6: 5, 7: 3, 8: 2, 10: 6, 11: 3, 12: 1, 13: 6}
    second = {4: 3, 5: 4, 6: 3, 7: 2, 8: 2, 10: 5, 11: 2, 12: 0, 13: 5}
    rows = cumulate(form, [{"đất đai": recompute(form, typed)}, {"đất đai": recompute(form, second)}])
    assert rows is not None
    row = rows["đất đai"]
    assert [row[number] for number in (6, 7, 8)] == [None, None, None]
    assert [row[number] for number in (3, 4, 5, 9, 10, 11, 12, 13)] == [14, 2, 12, 13, 11, 2, 1, 11]


def test_a_computed_column_declared_not_derivable_is_not_derived_by_its_formula(form: Form) -> None:
    def changed(column: Column) -> Column:
        return replace(column, over_time=OverTime.NOT_DERIVABLE) if column.number == 7 else column

    form = replace(form, columns=tuple(changed(column) for column in form.columns))
    rows = cumulate(form, [filed(form, Q1), filed(form, Q2)])
    assert rows is not None
    assert (rows["đất đai"][7], rows["đất đai"][9]) == (None, 202)


def test_a_list_of_procedures_does_not_follow_over_time(forms: dict[str, Form]) -> None:
    assert not derivable(forms["II.04"])
    assert all(derivable(form) for code, form in forms.items() if code != "II.04")
