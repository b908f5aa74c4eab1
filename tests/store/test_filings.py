"""Cells come back as they were filed; what stands is read per period, form and unit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store.samples import PERIOD, UNIT, arrival, cell, filing, form, row, submission

from tonghop.domain.submission import FiledRow, State
from tonghop.domain.units import UnitKey
from tonghop.domain.value import Value
from tonghop.store import Store
from tonghop.store.records import StandingCell, StoredCell
from tonghop.store.values import decode, encode

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
VALUES = st.one_of(
    st.integers(-(10**25), 10**25),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    TEXTS,
)
ROWS = st.lists(st.tuples(TEXTS, st.dictionaries(st.integers(3, 14), st.none() | VALUES), st.booleans()), max_size=4)
_serial = count()


@given(VALUES)
def test_a_value_survives_its_two_columns(value: Value) -> None:
    back = decode(*encode(value))
    assert back == value
    assert type(back) is type(value)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, ROWS)
def test_cells_come_back_as_they_were_filed(store: Store, first: list[tuple], second: list[tuple]) -> None:
    filed = {
        code: [row(name, values, 12 + n, added=added) for n, (name, values, added) in enumerate(rows)]
        for code, rows in (("II.04", first), ("II.06a", second))
    }
    new = submission(f"sha-{next(_serial)}", filing=filing(*(form(code, *rows) for code, rows in filed.items())))
    kept = store.submissions.record(new).submission
    expected = [
        StoredCell(code, one.key, one.name, position, one.sheet_row, one.added, column, value.value, value.address)
        for code, rows in filed.items()
        for position, one in enumerate(rows, 1)
        for column, value in sorted(one.cells.items())
        if value.value is not None
    ]
    back = list(store.filings.cells(kept.id))
    assert back == expected
    assert [type(one.value) for one in back] == [type(one.value) for one in expected]


def test_blank_zero_nil_and_not_filed_stay_apart(store: Store) -> None:
    forms = (
        form("II.06a", row("Đất đai", {3: 0, 4: None}), row("Hộ tịch", {3: None, 4: None})),
        form("II.05a", nil=True),
    )
    kept = store.submissions.record(submission(filing=filing(*forms))).submission
    standing = store.filings.accepted_forms(PERIOD)
    assert standing[UNIT.code].forms == {"II.05a": True, "II.06a": False} == store.filings.forms(kept.id)
    assert (standing[UNIT.code].submission_id, standing[UNIT.code].unit) == (kept.id, UNIT)
    cells = store.filings.accepted_cells(PERIOD)
    assert [(one.row_name, one.column, one.value) for one in cells] == [("Đất đai", 3, 0)]
    assert type(cells[0].value) is int


def test_the_filed_total_row_is_not_kept(store: Store) -> None:
    store.submissions.record(submission())
    assert {one.row_name for one in store.filings.accepted_cells(PERIOD)} == {"Đất đai"}


def test_two_rows_of_one_name_in_a_faulty_filing_are_both_kept(store: Store) -> None:
    faulty = filing(form("II.06a", row("Đất đai", {3: 1}), row("Đất đai", {3: 2}), row("", {3: 3})))
    kept = store.submissions.record(submission(state=State.INVALID, filing=faulty)).submission
    assert [one.value for one in store.filings.cells(kept.id)] == [1, 2, 3]
    assert store.filings.accepted_cells(PERIOD) == []
    assert store.filings.accepted_forms(PERIOD) == {}


def test_a_cell_with_a_problem_holds_no_value(store: Store) -> None:
    line = FiledRow("đất đai", "Đất đai", 12, {3: cell(3, None, "not-a-number"), 4: cell(4, 7, address="E12")})
    kept = store.submissions.record(submission(state=State.INVALID, filing=filing(form("II.06a", line)))).submission
    assert [(one.column, one.address) for one in store.filings.cells(kept.id)] == [(4, "E12")]


def test_what_stands_is_read_by_form_and_unit(store: Store) -> None:
    other = UnitKey("25220", date(2019, 1, 1))
    both = filing(
        form("II.06a", row("Đất đai", {3: 5})),
        form("II.03", row("x", {13: Decimal("12.50"), 14: date(2024, 9, 1)})),
    )
    first = store.submissions.record(submission(filing=both)).submission
    store.submissions.record(submission(arrival=arrival(unit=other)))

    place = (UNIT.code, first.id)
    assert store.filings.accepted_cells(PERIOD, "II.03") == [
        StandingCell(*place, "II.03", "x", "x", 1, 13, Decimal("12.50"), "N12"),
        StandingCell(*place, "II.03", "x", "x", 1, 14, date(2024, 9, 1), "O12"),
    ]
    assert {one.unit_code for one in store.filings.accepted_cells(PERIOD, units=[other.code])} == {other.code}
    assert {one.unit_code for one in store.filings.accepted_cells(PERIOD, "II.06a")} == {UNIT.code, other.code}
    assert store.filings.accepted_cells("20242") == []


def test_a_superseded_filing_no_longer_counts(store: Store) -> None:
    store.submissions.record(submission("aa"))
    store.submissions.record(submission("bb", filing=filing(form("II.06a", row("Đất đai", {3: 7})))))
    assert [one.value for one in store.filings.accepted_cells(PERIOD)] == [7]
