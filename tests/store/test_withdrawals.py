"""Withdrawn filings on both databases: once, undoing what they had replaced, and never a form of one accepted later."""

from __future__ import annotations

import pytest
from store.samples import PERIOD, UNIT, at, filing, form, row, submission

from tonghop.domain.errors import UsageError
from tonghop.domain.finding import make
from tonghop.domain.office import Ruling, Withdrawal
from tonghop.domain.submission import State
from tonghop.store import Store
from tonghop.store.records import Inherited

WHOLE = filing(form("II.06a", row("Đất đai", {3: 100})), form("II.08", row("Phường", {3: 7})))


def withdrawal(submission_id: int) -> Withdrawal:
    return Withdrawal(submission_id, "Gửi nhầm tệp.", "canbo", at(30))


def states(store: Store) -> list[State]:
    return [one.state for one in store.submissions.of(PERIOD)]


def test_a_withdrawal_is_kept_with_who_when_and_why(store: Store) -> None:
    filed = store.submissions.record(submission("aa")).submission
    assert store.withdrawals.get(filed.id) is None
    done = store.withdrawals.record(withdrawal(filed.id))
    assert (done.submission.state, done.standing, done.fresh) == (State.WITHDRAWN, None, True)
    assert store.withdrawals.get(filed.id) == withdrawal(filed.id)
    assert store.filings.accepted_cells(PERIOD) == []
    assert store.submissions.standing(PERIOD, UNIT) is None
    again = store.withdrawals.record(withdrawal(filed.id))
    assert (again.submission, again.fresh) == (done.submission, False)
    assert store.periods.revision(PERIOD) == 2


def test_a_chain_is_undone_one_by_one(store: Store) -> None:
    filed = [store.submissions.record(submission(sha)).submission for sha in ("aa", "bb", "cc")]
    for last in (2, 1, 0):
        done = store.withdrawals.record(withdrawal(filed[last].id))
        assert (done.standing.id if done.standing else None) == (filed[last - 1].id if last else None)
    assert states(store) == [State.WITHDRAWN] * 3
    assert store.periods.revision(PERIOD) == 6


def test_what_was_replaced_by_another_is_not_restored_by_a_third(store: Store) -> None:
    store.submissions.record(submission("aa"))
    store.submissions.record(submission("bb"))
    invalid = store.submissions.record(submission("cc", State.INVALID)).submission
    done = store.withdrawals.record(withdrawal(invalid.id))
    assert states(store) == [State.SUPERSEDED, State.ACCEPTED, State.WITHDRAWN]
    assert done.standing is not None
    assert done.standing.sha256 == "bb"


def test_a_replaced_filing_or_none_at_all_cannot_be_withdrawn(store: Store) -> None:
    first = store.submissions.record(submission("aa")).submission
    store.submissions.record(submission("bb"))
    for wrong in (first.id, 99):
        with pytest.raises(UsageError):
            store.withdrawals.record(withdrawal(wrong))
    assert states(store) == [State.SUPERSEDED, State.ACCEPTED]


def test_forms_of_a_withdrawn_filing_are_never_accepted_by_a_ruling(store: Store) -> None:
    base = store.submissions.record(submission("aa", filing=WHOLE)).submission
    asked = make("cross-form", form="II.08")
    waiting = store.submissions.record(
        submission(
            "bb", State.AWAITING, filing=WHOLE, findings=(asked,), inherited=Inherited(base.id, 1, {"II.06a": base.id})
        )
    ).submission
    store.withdrawals.record(withdrawal(base.id))
    ruling = Ruling(waiting.id, 1, True, "", "Đã đối chiếu với sổ.", "canbo", at(40))
    with pytest.raises(UsageError, match="lấy theo lần gửi 1, là lần gửi đã được rút"):
        store.office.rule(ruling)
    assert states(store) == [State.WITHDRAWN, State.AWAITING]
    assert store.office.rulings(waiting.id) == ()
