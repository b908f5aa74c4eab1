"""A correction of an earlier period: notes in later ones, derived figures pending, no verdict changed."""

from __future__ import annotations

import pytest
from toy_office import COMPLAINTS, FORM, Q1, Q2, Q3, XA, YEAR, Office

from tonghop.domain.rollup import TotalKey
from tonghop.domain.submission import Explanation
from tonghop.store.records import TotalsPlace

pytestmark = pytest.mark.both_databases

CORRECTION = Explanation(FORM, "", 0, "Đính chính theo biên bản kiểm tra")


@pytest.fixture
def three_quarters(office: Office) -> Office:
    """Q1 to Q3 of the commune accepted, each carrying over; everything consolidated."""
    for period in (Q1, Q2):
        office.app.open(period)
    for period, row in ((Q1, (0, 10, 8, 2)), (Q2, (2, 10, 8, 4)), (Q3, (4, 10, 8, 6))):
        office.send(XA, period, {COMPLAINTS: row})
    assert office.collect() == [f"{XA} accepted"] * 3
    for period in (Q1, Q2, Q3):
        office.app.consolidate(period)
    assert office.app.pending() == {}
    return office


def correct(office: Office, *, left: int = 3) -> None:
    office.send(XA, Q2, {COMPLAINTS: (2, 10, 12 - left, left)}, explanations=[CORRECTION])
    assert office.collect() == [f"{XA} accepted"]


def nine_months(office: Office, column: int) -> int | None:
    figures = office.app.store.totals.read(TotalsPlace("20243", "9T", FORM)).figures
    return figures[TotalKey(XA, "own", "", column)].value


def test_later_accepted_periods_get_a_note_and_keep_their_state(three_quarters: Office) -> None:
    before = three_quarters.submissions(XA, Q3)
    assert "earlier-period-changed" not in three_quarters.codes(before[0].id)
    correct(three_quarters)
    (after,) = three_quarters.submissions(XA, Q3)
    assert after.state is before[0].state
    notes = [f for f in three_quarters.app.store.filings.findings(after.id) if f.code == "earlier-period-changed"]
    assert len(notes) == 1
    assert notes[0].severity.value == "note"
    assert "Quý II/2024 đã thay đổi" in notes[0].message
    assert three_quarters.event_kinds(Q3).count("noted") == 1


def test_a_correction_that_changes_no_closing_adds_no_note(three_quarters: Office) -> None:
    three_quarters.send(XA, Q2, {COMPLAINTS: (2, 11, 9, 4)}, explanations=[CORRECTION])
    assert three_quarters.collect() == [f"{XA} accepted"]
    assert "earlier-period-changed" not in three_quarters.codes(three_quarters.submissions(XA, Q3)[0].id)


def test_the_note_is_not_repeated(three_quarters: Office) -> None:
    correct(three_quarters)
    correct(three_quarters)  # the same file again
    codes = three_quarters.codes(three_quarters.submissions(XA, Q3)[0].id)
    assert codes.count("earlier-period-changed") == 1


def test_nine_months_are_pending_and_then_follow(three_quarters: Office) -> None:
    assert nine_months(three_quarters, 6) == 24
    correct(three_quarters)
    assert set(three_quarters.app.pending()) == {"20242", "20243"}
    report = three_quarters.app.consolidate(Q3)
    assert report.recomputed == (f"{FORM} 9T",)
    assert nine_months(three_quarters, 6) == 25
    assert set(three_quarters.app.pending()) == {"20242"}
    assert three_quarters.app.consolidate(Q2).recomputed == (FORM, f"{FORM} 6T")


def test_a_corrected_quarter_notes_the_accepted_year(office: Office) -> None:
    office.at("2025-01-02T08:00:00")
    for period in (Q1, Q2, YEAR):
        office.app.open(period)
    for period in (Q1, Q2, Q3):
        office.send(XA, period, {COMPLAINTS: (0, 10, 10, 0)})
    office.send(XA, YEAR, {COMPLAINTS: (0, 31, 31, 0)})
    assert office.collect()[-1] == f"{XA} accepted"
    office.send(XA, Q2, {COMPLAINTS: (0, 20, 20, 0)}, explanations=[CORRECTION])
    assert office.collect() == [f"{XA} accepted"]
    (year,) = office.submissions(XA, YEAR)
    assert year.state.value == "accepted"
    assert "earlier-period-changed" in office.codes(year.id)
