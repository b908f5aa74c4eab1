"""A day with no collecting run is written down by the pass that comes after it, once, whoever looks first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from toy_office import Q3, YEAR, Office

from tonghop.steps.watching import note_days, note_gap
from tonghop.store.records import EventKind


def told(office: Office) -> list[list[str]]:
    """Days of every event, in every opened period."""
    events = [event for period in office.app.context.opened_periods for event in office.app.events(period)]
    return [event.detail["days"] for event in events if event.kind is EventKind.UNWATCHED]


def test_the_next_pass_notes_the_days_without_any(office: Office) -> None:
    office.at("2024-09-16T23:00:00")
    office.collect()
    office.at("2024-09-17T00:05:00")
    office.collect()
    assert told(office) == [], "nobody missed a day"
    office.at("2024-09-20T07:00:00")
    office.collect()
    office.at("2024-09-20T07:05:00")
    office.collect()
    assert told(office) == [["2024-09-18", "2024-09-19"]]


def test_days_before_the_first_pass_count_from_the_opening(office: Office) -> None:
    office.at("2024-09-19T07:00:00")
    office.collect()
    assert told(office) == [["2024-09-17", "2024-09-18"]]


def test_a_pass_that_missed_files_ends_no_gap(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.at("2024-09-18T07:00:00")
    monkeypatch.setattr("tonghop.steps.collect.take", _trouble)
    office.collect()
    assert told(office) == []
    monkeypatch.undo()
    office.at("2024-09-19T07:00:00")
    office.collect()
    assert told(office) == [["2024-09-17", "2024-09-18"]]


def _trouble(*_: object) -> object:
    from tonghop.steps.taking import Taken

    return Taken(troubles=["không đọc được"])


def test_a_pass_over_some_units_notes_nothing(office: Office) -> None:
    office.at("2024-09-20T07:00:00")
    office.collect(units=["W01"], scan=False)
    assert told(office) == []


def test_what_was_told_in_an_earlier_period_is_not_told_again(office: Office) -> None:
    now = office.app.now()
    note_days(office.app.context, now, [date(2024, 9, 12)])
    office.app.open(YEAR)
    note_days(office.app.context, now, [date(2024, 9, 12), date(2024, 9, 13)])
    assert told(office) == [["2024-09-12"], ["2024-09-13"]]
    assert [event.detail for event in office.app.events(YEAR) if event.kind is EventKind.UNWATCHED] == [
        {"days": ["2024-09-13"]}
    ]


@pytest.mark.both_databases
def test_two_that_look_at_the_same_time_write_it_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both found nothing written; the store takes the first."""
    store = office.app.store
    of = type(store.events).of
    monkeypatch.setattr(type(store.events), "of", lambda _events, _period: ())
    for _ in range(2):
        note_days(office.app.context, office.app.now(), [date(2024, 9, 12)])
    monkeypatch.setattr(type(store.events), "of", of)
    assert told(office) == [["2024-09-12"]]


def test_a_demonstration_that_turns_its_clock_notes_nothing(office: Office) -> None:
    office.at("2024-09-20T07:00:00")
    note_gap(replace(office.app.context, clock_checked=True), office.app.context.clock())
    assert told(office) == []
    note_gap(office.app.context, office.app.context.clock())
    assert len(told(office)) == 1


def test_a_long_silence_is_told_for_sixty_days(office: Office) -> None:
    office.at("2025-06-01T07:00:00")
    office.collect()
    (days,) = told(office)
    assert (len(days), days[-1]) == (60, "2025-05-31")
    assert Q3 in office.app.context.opened_periods
