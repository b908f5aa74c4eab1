"""Approvals and published versions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store.samples import NOON, PERIOD, at, submission

from tonghop.domain.errors import StoreError
from tonghop.store import Store
from tonghop.store.records import Approval, Decision, EventKind, Publication

FIRST = Publication(PERIOD, 1, "d1", NOON, "20243/v1", "m1")


def test_decisions_are_kept_in_order_and_told(store: Store) -> None:
    rejected = Approval(PERIOD, "phe_duyet", "d1", "bình", "root", "cli", at(1), Decision.REJECTED, "Thiếu 6 xã.")
    approved = replace(rejected, digest="d2", decided_at=at(2), decision=Decision.APPROVED, note="")
    store.approvals.add(rejected)
    store.approvals.add(approved)
    assert store.approvals.of(PERIOD) == (rejected, approved)
    assert store.approvals.of(PERIOD, "d2") == (approved,)
    assert store.approvals.of("20242") == ()
    told = store.events.of(PERIOD)[1:]
    assert [(event.kind, event.actor) for event in told] == [
        (EventKind.REJECTED, "bình"),
        (EventKind.APPROVED, "bình"),
    ]
    assert told[0].detail["note"] == "Thiếu 6 xã."


def test_a_publication_freezes_what_it_used(store: Store) -> None:
    used = store.submissions.record(submission()).submission
    assert store.publications.next_version(PERIOD) == 1
    assert store.publications.record(FIRST, [used.id], "an") == FIRST
    store.submissions.record(submission("bb"))

    assert store.publications.inputs(PERIOD, 1) == (used.id,)
    assert store.publications.for_digest(PERIOD, "d1") == FIRST
    assert store.publications.for_digest(PERIOD, "d2") is None
    assert store.publications.next_version(PERIOD) == 2
    assert EventKind.PUBLISHED in [event.kind for event in store.events.of(PERIOD)]


def test_unchanged_inputs_give_the_version_there_is(store: Store) -> None:
    store.publications.record(FIRST, [], "an")
    assert store.publications.record(replace(FIRST, version=2, created_at=at(5)), [], "an") == FIRST
    second = replace(FIRST, version=2, digest="d2")
    store.publications.record(second, [], "an")
    assert store.publications.of(PERIOD) == (FIRST, second)


def test_two_publishers_do_not_share_a_number(store: Store) -> None:
    store.publications.record(FIRST, [], "an")
    with pytest.raises(StoreError, match="vừa được lệnh khác công bố") as told:
        store.publications.record(replace(FIRST, digest="d2"), [], "bình")
    assert "Chạy lại" in told.value.remedy
    assert store.publications.of(PERIOD) == (FIRST,)


def test_a_version_of_unknown_inputs_is_refused_whole(store: Store) -> None:
    with pytest.raises(StoreError, match="trái với dữ liệu đã lưu"):
        store.publications.record(FIRST, [12345], "an")
    assert store.publications.of(PERIOD) == ()
