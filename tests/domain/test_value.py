from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonghop.domain.finding import CATALOGUE
from tonghop.domain.form import Column, ColumnKind
from tonghop.domain.value import BLANK, CellState, Parsed, RawCell, RawValue, parse

LIMIT = 10**13


def read(value: RawValue, kind: ColumnKind = ColumnKind.COUNT, limit: int = LIMIT) -> Parsed:
    return parse(RawCell(CellState.VALUE, value), Column(3, "cot", kind, ("Cột",)), limit)


@pytest.mark.parametrize(
    ("value", "number", "note"),
    [
        (0, 0, ""),
        (12, 12, ""),
        (-3, -3, ""),
        (12.0, 12, ""),
        (-0.0, 0, ""),
        ("12", 12, "number-as-text"),
        ("+12", 12, "number-as-text"),
        ("-12", -12, "number-as-text"),
        ("  12\u00a0", 12, "number-as-text"),
        ("007", 7, "number-as-text"),
        ("1.234", 1234, "grouped-number"),
        ("1.234.567", 1234567, "grouped-number"),
        ("-1.234", -1234, "grouped-number"),
        ("1 234", 1234, "grouped-number"),
        ("1\u00a0234\u00a0567", 1234567, "grouped-number"),
        ("-", 0, "none-word"),
        ("–", 0, "none-word"),
        (" Không ", 0, "none-word"),
        ("KHÔNG CÓ", 0, "none-word"),
    ],
)
def test_counts_are_understood(value: RawValue, number: int, note: str) -> None:
    assert read(value) == Parsed(number, note=note)
    assert type(read(value).value) is int


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (1.5, "decimal-in-count"),
        ("1,5", "decimal-in-count"),
        ("1.5", "decimal-in-count"),
        ("1.23", "decimal-in-count"),
        ("0.123", "decimal-in-count"),
        ("12.3456", "decimal-in-count"),
        ("1,234", "ambiguous-number"),
        ("1,234,567", "ambiguous-number"),
        (float("nan"), "not-a-number"),
        (float("inf"), "not-a-number"),
        (float("-inf"), "not-a-number"),
        (True, "not-a-number"),
        (False, "not-a-number"),
        (date(2024, 9, 14), "not-a-number"),
        (datetime(2024, 9, 14), "not-a-number"),  # noqa: DTZ001 - Excel's moments have no zone
        ("12 hồ sơ", "not-a-number"),
        ("5%", "not-a-number"),
        ("1e3", "not-a-number"),
        ("1_000", "not-a-number"),
        ("0x10", "not-a-number"),
        ("1 23", "not-a-number"),
        ("12..3", "not-a-number"),
        ("--", "not-a-number"),
        (LIMIT + 1, "too-large"),
        (-LIMIT - 1, "too-large"),
        (1e300, "too-large"),
        ("99999999999999", "too-large"),
        ("9" * 5000, "too-large"),
        ("chữ " * 5000, "not-a-number"),
    ],
)
def test_what_is_not_a_count_gets_the_problem_that_says_why(value: RawValue, problem: str) -> None:
    assert read(value) == Parsed(problem=problem)
    assert problem in CATALOGUE


def test_the_limit_itself_is_allowed() -> None:
    assert read(LIMIT).value == LIMIT
    assert read("1.000", limit=1000).value == 1000
    assert read("1.001", limit=1000).problem == "too-large"


@pytest.mark.parametrize("kind", list(ColumnKind))
@pytest.mark.parametrize("raw", [BLANK, RawCell(CellState.VALUE), RawCell(CellState.VALUE, " \u00a0 ")])
def test_a_blank_is_neither_zero_nor_a_problem(kind: ColumnKind, raw: RawCell) -> None:
    assert parse(raw, Column(3, "cot", kind, ("Cột",)), LIMIT) == Parsed()


@pytest.mark.parametrize("kind", list(ColumnKind))
@pytest.mark.parametrize(
    ("raw", "problem"),
    [(RawCell(CellState.ERROR, "#REF!"), "cell-error"), (RawCell(CellState.UNCACHED), "formula-uncached")],
)
def test_error_cells_and_uncached_formulas_are_not_blanks(kind: ColumnKind, raw: RawCell, problem: str) -> None:
    assert parse(raw, Column(3, "cot", kind, ("Cột",)), LIMIT) == Parsed(problem=problem)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (50, "50.00"),
        (12.5, "12.50"),
        (0.1, "0.10"),
        ("12,5", "12.50"),
        ("12.5 %", "12.50"),
        ("-3%", "-3.00"),
        (12.345, "12.35"),  # half away from zero, as Excel rounds
        (12.344999, "12.34"),
        (1e-9, "0.00"),
    ],
)
def test_percents_are_exact_decimals_with_two_places(value: RawValue, number: str) -> None:
    parsed = read(value, ColumnKind.PERCENT)
    assert isinstance(parsed.value, Decimal)
    assert str(parsed.value) == number


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("nhiều", "not-a-number"),
        ("1.234,5", "not-a-number"),
        ("1_0", "not-a-number"),
        ("NaN", "not-a-number"),
        ("Infinity", "not-a-number"),
        (float("nan"), "not-a-number"),
        (float("inf"), "not-a-number"),
        (True, "not-a-number"),
        (date(2024, 9, 14), "not-a-number"),
        ("1000000000", "too-large"),
        ("9" * 5000, "too-large"),
        (1e300, "too-large"),
    ],
)
def test_what_is_not_a_percent(value: RawValue, problem: str) -> None:
    assert read(value, ColumnKind.PERCENT) == Parsed(problem=problem)


def test_a_dash_for_a_rate_of_nothing_is_a_blank_and_not_zero() -> None:
    assert read("–", ColumnKind.PERCENT) == Parsed()


@pytest.mark.parametrize(
    "value",
    [date(2024, 9, 5), datetime(2024, 9, 5, 8, 30), "5/9/2024", "05/09/2024", "05-09-2024", "5.9.2024", " 5/9/2024 "],  # noqa: DTZ001
)
def test_dates_are_understood(value: RawValue) -> None:
    parsed = read(value, ColumnKind.DATE)
    assert parsed == Parsed(date(2024, 9, 5))
    assert not isinstance(parsed.value, datetime)


@pytest.mark.parametrize("value", ["31/2/2024", "quý III", "9/2024", "5/9/24", 45540, 45540.5, True, "2024-13-01"])
def test_what_is_not_a_date(value: RawValue) -> None:
    assert read(value, ColumnKind.DATE) == Parsed(problem="not-a-date")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  Sửa \u00a0 mẫu đơn\n", "Sửa mẫu đơn"),
        (12.0, "12"),
        (1.5, "1.5"),
        (2024, "2024"),
        (date(2024, 9, 5), "05/09/2024"),
        (datetime(2024, 9, 5, 8, 30), "05/09/2024"),  # noqa: DTZ001
    ],
)
def test_text_is_kept_as_people_read_it(value: RawValue, text: str) -> None:
    assert read(value, ColumnKind.TEXT) == Parsed(text)


ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.datetimes())
DIGITS = st.text(alphabet="0123456789.,- +%e_\u00a0²٣", max_size=60)


@given(st.one_of(ANYTHING, DIGITS), st.sampled_from(ColumnKind))
def test_whatever_was_typed_becomes_a_value_a_blank_or_a_known_problem(value: RawValue, kind: ColumnKind) -> None:
    parsed = read(value, kind)
    assert not (parsed.problem and parsed.value is not None)
    assert {parsed.problem, parsed.note} - {""} <= set(CATALOGUE)
    assert not isinstance(parsed.value, float | bool)


@given(st.integers(-LIMIT, LIMIT))
def test_a_number_means_the_same_however_it_is_written(number: int) -> None:
    grouped = f"{number:,}"
    writings: list[RawValue] = [number, str(number), grouped.replace(",", "."), grouped.replace(",", " ")]
    assert {read(writing).value for writing in writings} == {number}
