"""On time or late (DOMAIN.md, "On time"): by the scans that ran, and by the first filing that was later accepted."""

from __future__ import annotations

import pytest
from toy_office import COMPLAINTS, HUYEN, Q2, Q3, XA, Office, because

GOOD, OTHER = {COMPLAINTS: (0, 10, 8, 2)}, {COMPLAINTS: (0, 12, 8, 4)}
BEFORE, ACROSS, AFTER = "2024-09-18T23:59:59", "2024-09-19T00:00:00", "2024-09-19T08:00:00"


def filed(office: Office, at: str, **typed: object) -> bool:
    office.at(at)
    office.send(XA, **typed)
    office.collect()
    return office.revisions(XA)[-1][2]


def test_before_the_deadline_is_on_time_to_the_last_second(office: Office) -> None:
    assert filed(office, BEFORE)


def test_after_the_deadline_with_a_scan_across_it_is_late(office: Office) -> None:
    office.at(ACROSS)
    office.collect()
    assert not filed(office, AFTER)
    assert office.app.status(Q3).as_dict()["accepted_late"] == 1
    assert "muộn 8 giờ 0 phút" in office.answer(XA)
    assert "on-time-unseen" not in office.codes(office.submissions(XA)[0].id)


@pytest.mark.parametrize("last_scan", [None, BEFORE])
def test_after_the_deadline_with_no_scan_across_it_is_on_time_with_a_note(
    office: Office, last_scan: str | None
) -> None:
    if last_scan:
        office.at(last_scan)
        office.collect()
    assert filed(office, AFTER)
    assert "on-time-unseen" in office.codes(office.submissions(XA)[0].id)
    assert office.app.status(Q3).as_dict()["accepted_late"] == 0


def test_a_scan_that_was_killed_is_no_scan_across_the_deadline(office: Office) -> None:
    office.app.store.scans.start(office.app.now().replace(day=19, hour=1))
    assert filed(office, AFTER)


def test_every_level_has_its_own_deadline(office: Office) -> None:
    office.at(ACROSS)
    office.collect()
    office.at(AFTER)
    office.send(HUYEN)
    office.send(XA)
    office.collect()
    assert [office.revisions(HUYEN), office.revisions(XA)] == [[(1, "accepted", True)], [(1, "accepted", False)]]


def test_a_late_correction_of_a_filing_on_time_stays_on_time(office: Office) -> None:
    assert filed(office, BEFORE, rows=GOOD)
    office.at(ACROSS)
    office.collect()
    assert filed(office, AFTER, rows=OTHER)
    assert filed(office, "2024-09-20T08:00:00", rows=GOOD)


def test_a_late_correction_of_an_invalid_filing_is_late(office: Office) -> None:
    filed(office, BEFORE, rows={COMPLAINTS: (0, 10, 8, 3)})
    office.at(ACROSS)
    office.collect()
    assert not filed(office, AFTER, rows=GOOD)


@pytest.fixture
def awaiting(office: Office) -> Office:
    """Filed in time, awaiting only words; then a scan across the deadline."""
    office.app.open(Q2)
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 8, 2)})
    office.collect()
    assert filed(office, BEFORE, rows={COMPLAINTS: (5, 10, 8, 7)})
    assert office.state(XA) == "awaiting_explanation"
    office.at(ACROSS)
    office.collect()
    return office


def test_explained_late_without_a_changed_figure_is_on_time(awaiting: Office) -> None:
    assert filed(awaiting, AFTER, rows={COMPLAINTS: (5, 10, 8, 7)}, explanations=[because()])
    assert awaiting.state(XA) == "accepted"


def test_explained_late_with_a_changed_figure_is_late(awaiting: Office) -> None:
    assert not filed(awaiting, AFTER, rows={COMPLAINTS: (5, 10, 9, 6)}, explanations=[because()])
    assert awaiting.state(XA) == "accepted"
