"""Opened periods, their revision, and the passes over the inboxes."""

from __future__ import annotations

import pytest
from store.samples import NOON, PERIOD, at, submission

from tonghop.domain.errors import StoreError
from tonghop.store import Store
from tonghop.store.records import EventKind, OpenedPeriod, Scan


def test_opening_twice_changes_nothing(store: Store) -> None:
    assert store.periods.open("20242", at(1), "an")
    assert not store.periods.open("20242", at(2), "bình")
    assert store.periods.opened() == (OpenedPeriod("20242", at(1), 0, 0), OpenedPeriod(PERIOD, NOON, 0, 0))
    assert [event.kind for event in store.events.of("20242")] == [EventKind.OPENED]


def test_a_period_that_is_not_open_has_no_revision(store: Store) -> None:
    assert store.periods.get("20191") is None
    with pytest.raises(StoreError, match="chưa được mở") as told:
        store.periods.revision("20191")
    assert told.value.remedy == "Chạy tonghop open 20191 trước."


def test_consolidation_is_marked_forward_only(store: Store) -> None:
    for sha256 in ("aa", "bb"):
        store.submissions.record(submission(sha256))
    store.periods.mark_consolidated(PERIOD, 2, at(1), "an")
    store.periods.mark_consolidated(PERIOD, 1, at(2), "an")
    assert store.periods.get(PERIOD) == OpenedPeriod(PERIOD, NOON, 2, 2)
    told = [event for event in store.events.of(PERIOD) if event.kind is EventKind.CONSOLIDATED]
    assert [dict(event.detail) for event in told] == [{"revision": 2}]


def test_only_a_finished_scan_counts(store: Store) -> None:
    assert store.scans.last_before(at(100)) is None
    first, killed, later = (store.scans.start(at(minutes)) for minutes in (0, 10, 20))
    store.scans.finish(first, at(1))
    store.scans.finish(later, at(21))
    assert killed != first
    assert store.scans.last_before(at(20)) == Scan(first, at(0), at(1))
    assert store.scans.last_before(at(100)) == Scan(later, at(20), at(21))
    assert store.scans.last_before(at(0)) is None
