"""Deliveries, their attempts and receipts, on both databases."""

from __future__ import annotations

from store.samples import NOON, PERIOD, at, submission

from tonghop.domain.exchange import Attempt, Outcome, Receipt
from tonghop.store import Store
from tonghop.store.delivery_records import DeliveryKind, NewDelivery
from tonghop.store.records import Event, EventKind

NEW = NewDelivery(
    "khoa-1", DeliveryKind.REPORT, PERIOD, "Văn phòng Chính phủ", "nhan.example:443", "ab" * 32, version=1
)
RECEIPT = Receipt("khoa-1", "GN-0001", at(3), '{"receipt": "GN-0001"}')


def sent() -> Event:
    return Event(at(3), "an", EventKind.SENT, PERIOD)


def test_one_delivery_per_key_as_first_written(store: Store) -> None:
    first = store.deliveries.open(NEW, NOON)
    again = store.deliveries.open(
        NewDelivery("khoa-1", DeliveryKind.REPORT, PERIOD, "Bộ Tư pháp", "x", "cd" * 32), at(9)
    )
    assert again == first
    assert (first.what, first.created_at, first.delivered_at, first.receipt) == (NEW, NOON, None, None)


def test_attempts_keep_their_beginning_and_their_end(store: Store) -> None:
    delivery = store.deliveries.open(NEW, NOON)
    ended = store.deliveries.begin(delivery.id, "ask", at(1))
    store.deliveries.end(ended, Attempt("ask", at(1), at(2), Outcome.UNKNOWN, 404, "chưa có"))
    store.deliveries.begin(delivery.id, "post", at(2))
    assert store.deliveries.attempts(delivery.id) == (
        Attempt("ask", at(1), at(2), Outcome.UNKNOWN, 404, "chưa có"),
        Attempt("post", at(2)),
    )


def test_the_first_receipt_stands_and_is_told_once(store: Store) -> None:
    delivery = store.deliveries.open(NEW, NOON)
    kept = store.deliveries.delivered(delivery.id, RECEIPT, sent(), at(3))
    other = Receipt("khoa-1", "GN-0002", at(5), "{}")
    assert store.deliveries.delivered(delivery.id, other, sent(), at(5)) == kept
    assert (kept.receipt, kept.delivered_at) == (RECEIPT, at(3))
    assert [event.kind for event in store.events.of(PERIOD)].count(EventKind.SENT) == 1


def test_deliveries_are_found_by_kind_and_period(store: Store) -> None:
    report = store.deliveries.open(NEW, NOON)
    filed = store.submissions.record(submission()).submission
    note = NewDelivery("khoa-2", DeliveryKind.ANSWER, PERIOD, "Xã", "x", "cd" * 32, submission_id=filed.id)
    answer = store.deliveries.open(note, NOON)
    assert store.deliveries.of(DeliveryKind.REPORT) == (report,)
    assert store.deliveries.of(DeliveryKind.REPORT, "20241") == ()
    assert not store.deliveries.answered(filed.id)
    store.deliveries.delivered(answer.id, None, None, at(4))
    assert store.deliveries.answered(filed.id)
