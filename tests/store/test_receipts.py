"""Receipts and signed PDFs in the store: one chain without gaps, nothing changed after, nothing doubled."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, text, update
from store.samples import NOON, PERIOD, UNIT, arrival, at, submission

from tonghop.domain.errors import StoreError
from tonghop.domain.office import Withdrawal
from tonghop.domain.receipt import BEFORE_THE_FIRST, FilingReceipt, Reason, breaks
from tonghop.domain.submission import State
from tonghop.store import Store
from tonghop.store.attachments import NewAttachment
from tonghop.store.receipt_tables import receipts
from tonghop.store.records import Outcome


def pdf(sha256: str = "p1", name: str = "ban ky.pdf", minutes: int = 0) -> NewAttachment:
    return NewAttachment(arrival(sha256, name), PERIOD, at(minutes), at(minutes), "an")


def told(store: Store) -> list[tuple[int, str, int | None, int]]:
    return [(one.number, one.reason.value, one.submission_id, one.replaces) for one in store.receipts.every()]


def test_every_filing_gets_the_next_receipt_of_the_chain(store: Store) -> None:
    first = store.submissions.record(submission("aa")).submission
    second = store.submissions.record(submission("bb", State.INVALID)).submission
    store.submissions.record_duplicate(arrival("bb", "lan nua.xlsx"), PERIOD, at(3), "an")

    assert told(store) == [
        (1, "filed", first.id, 0),
        (2, "filed", second.id, 0),
        (3, "again", second.id, 2),
    ]
    issued = store.receipts.every()
    assert issued[0].link.previous == BEFORE_THE_FIRST
    assert list(breaks(one.link for one in issued)) == []
    assert issued[2].facts["again"] == {"name": "lan nua.xlsx", "received_at": "2024-09-16T05:03:00+00:00"}
    filing = issued[1].facts["filing"]
    assert (filing["revision"], filing["sha256"], filing["state"]) == (2, "bb", "invalid")
    assert filing["in_force"] == 1
    assert filing["forms"] == [{"code": "II.06a", "nil": False, "revision": 0}]


def test_an_arrival_recorded_twice_gets_one_receipt(store: Store) -> None:
    store.submissions.record(submission())
    store.submissions.record(submission())
    assert len(store.receipts.every()) == 1


def test_a_filing_that_fails_to_be_recorded_leaves_no_receipt_and_no_gap(store: Store) -> None:
    def stumble(_facts: dict[str, Any], _previous: str) -> dict[str, Any]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.submissions.record(submission("aa"), compose=stumble)
    assert store.submissions.of(PERIOD) == ()
    store.submissions.record(submission("bb"))
    assert [one.number for one in store.receipts.every()] == [1]


@pytest.mark.parametrize("how", ["update", "delete"])
def test_receipts_cannot_be_changed(store: Store, how: str) -> None:
    store.submissions.record(submission())
    before = store.receipts.every()
    statement = delete(receipts) if how == "delete" else update(receipts).values(facts="{}")
    with pytest.raises(StoreError) as problem, store.database.writing() as connection:
        connection.execute(statement)
    assert "append-only" in str(problem.value.__cause__)
    assert store.receipts.every() == before


@pytest.mark.postgres
def test_receipts_cannot_be_truncated_on_postgresql(postgres_url: str) -> None:
    with Store.open(postgres_url) as store, store.migrate().database.writing() as connection:
        with pytest.raises(Exception, match="append-only"):
            connection.execute(text("TRUNCATE receipts"))
        connection.rollback()


def test_a_receipt_is_renewed_once(store: Store) -> None:
    filed = store.submissions.record(submission()).submission
    issued = store.receipts.newest(PERIOD, UNIT, filed.id)
    assert issued is not None
    renewed = [store.receipts.renew(issued, at(1), lambda facts, _: facts | {"page": "x"}) for _ in range(2)]
    assert [one.number for one in renewed] == [2, 2]
    assert told(store)[-1] == (2, "renewed", filed.id, 1)
    assert store.receipts.replacing(1) == store.receipts.get(2)


def signed(receipt: FilingReceipt | None) -> list[tuple[str, int]]:
    assert receipt is not None
    return [(one["name"], one["revision"]) for one in receipt.facts["signed"]]


def test_a_signed_pdf_after_the_workbook_is_kept_with_it(store: Store) -> None:
    filed = store.submissions.record(submission()).submission
    kept = store.attachments.record(pdf())
    assert (kept.arrival.outcome, kept.attachment.submission_id, kept.attachment.revision) == (
        Outcome.SIGNED, filed.id, 1
    )  # fmt: skip
    assert told(store) == [(1, "filed", filed.id, 0), (2, "signed", filed.id, 1)]
    assert signed(store.receipts.newest(PERIOD, UNIT, filed.id)) == [("ban ky.pdf", 1)]


def test_a_signed_pdf_before_the_workbook_waits_for_it(store: Store) -> None:
    assert store.attachments.record(pdf()).attachment.submission_id is None
    filed = store.submissions.record(submission(state=State.RETURNED)).submission
    later = store.submissions.record(submission("bb")).submission
    assert [one.submission_id for one in store.attachments.of_unit(PERIOD, UNIT)] == [filed.id]
    assert told(store) == [(1, "signed", None, 0), (2, "filed", filed.id, 1), (3, "filed", later.id, 0)]
    assert signed(store.receipts.newest(PERIOD, UNIT, later.id)) == [("ban ky.pdf", 1)]


def test_the_identical_pdf_is_acknowledged_not_doubled(store: Store) -> None:
    store.attachments.record(pdf())
    store.attachments.record(pdf())
    assert len(store.receipts.every()) == 1, "the same arrival"
    again = store.attachments.record(pdf(name="lan nua.pdf", minutes=5))
    assert again.arrival.outcome is Outcome.SIGNED_AGAIN
    assert [one.name for one in store.attachments.every()] == ["ban ky.pdf"]
    assert store.receipts.every()[-1].reason is Reason.SIGNED_AGAIN
    assert [event.kind.value for event in store.events.of(PERIOD)] == ["opened", "signed", "duplicate"]
    assert [one.name for one in store.attachments.with_digest("p1")] == ["ban ky.pdf"]


def test_a_pdf_another_collector_moved_is_not_recorded_again(store: Store) -> None:
    first = store.attachments.record(pdf())
    store.arrivals.mark_moved(first.arrival.id, "x.pdf", NOON)
    assert store.attachments.record(pdf(), there=lambda: False).arrival.id == first.arrival.id
    assert len(store.receipts.every()) == 1


def test_a_withdrawal_and_what_stands_again_get_further_receipts(store: Store) -> None:
    first = store.submissions.record(submission("aa")).submission
    second = store.submissions.record(submission("bb")).submission
    wanted = Withdrawal(second.id, "Gửi nhầm tệp.", "canbo", at(5))
    store.withdrawals.record(wanted)
    store.withdrawals.record(wanted)
    assert told(store)[2:] == [(3, "withdrawn", second.id, 2), (4, "restored", first.id, 1)]
    assert [one.facts["filing"]["state"] for one in store.receipts.every()[2:]] == ["withdrawn", "accepted"]
    assert store.attachments.record(pdf(minutes=6)).attachment.submission_id == first.id, "the one that counts"
