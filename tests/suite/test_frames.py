"""What stands in a check frame, line by line; a missing figure is NA, never 0."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from tonghop.domain.regime import Regime
from tonghop.domain.submission import FiledForm
from tonghop.suite.columns import Name, Role, Term, side_words
from tonghop.suite.frames import Entry, FormFrame, frame

ROW = {3: 110, 4: 40, 5: 60, 6: 10, 7: 98, 8: 50, 9: 40, 10: 8, 11: 12, 12: 10, 13: 2}


@pytest.fixture
def two(regime: Regime, file_form: Callable[..., FiledForm]) -> FormFrame:
    form = regime.forms["II.06a"]
    first = file_form(form, {"Đất đai": ROW | {4: None}, "Hộ tịch": {}, "Y tế": ROW})
    second = file_form(form, {"Đất đai": {}}, nil=True)
    return frame(
        form, [Entry("a", "25195", "xa", first, previous={"hộ tịch": {11: 3}}), Entry("b", "25198", "xa", second)]
    )


def test_lines_of_a_filing_in_the_order_of_the_form(two: FormFrame) -> None:
    assert list(zip(two.data["submission"], two.data["line"], two.data["row_key"], strict=True)) == [
        ("a", "data", "đất đai"),
        ("a", "data", "y tế"),
        ("a", "gone", "hộ tịch"),
        ("a", "total", "tổng cộng"),
    ]
    assert [line.row.sheet_row if line.row else None for line in two.lines] == list(two.data["sheet_row"])


def test_a_blank_cell_is_missing_not_zero(two: FormFrame) -> None:
    assert two.data["c4"].tolist() == [pd.NA, 40, pd.NA, pd.NA]
    assert two.data["s4"].isna().all()


def test_figures_stay_whole_numbers(two: FormFrame) -> None:
    assert {str(two.data[name].dtype) for name in two.data if name[0] in "cvtsp" and name[1:].isdigit()} == {"Int64"}


def test_the_last_period_stands_beside_every_row(two: FormFrame) -> None:
    assert two.data["p11"].tolist() == [0, 0, 3, pd.NA]
    assert two.data["v6"].tolist() == [10, 10, 0, pd.NA]


def test_totals_stand_only_in_the_total_line(two: FormFrame) -> None:
    assert two.data["t3"].tolist() == [pd.NA, pd.NA, pd.NA, 220]
    assert two.data["s3"].tolist() == [pd.NA, pd.NA, pd.NA, 220]


def test_every_submission_is_known_even_without_a_line(two: FormFrame) -> None:
    assert [entry.submission for entry in two.entries] == ["a", "b"]


@pytest.mark.parametrize("text", ["c4", "p11", "x_II.06a_4", "x_toy_form_1_12"])
def test_names_read_back(text: str) -> None:
    assert str(Name.parse(text)) == text


@pytest.mark.parametrize("text", ["", "c", "c0", "4", "z4", "x_4", "place"])
def test_other_names_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="không có cột"):
        Name.parse(text)


def test_another_form_keeps_its_whole_code() -> None:
    assert Name.parse("x_toy_form_1_12") == Name(Role.OTHER, 12, "toy_form_1")


def test_sides_in_words() -> None:
    assert side_words([Term.parse("c10"), Term.parse("-c11")]) == "(10) − (11)"
    assert side_words([Term.parse("-c10"), Term.parse("x_II.06a_4")]) == "−(10) + (4) của biểu II.06a"
