"""Taking back a filing that a unit sent by mistake: recorded by an official with the reason, nothing is deleted."""

from __future__ import annotations

from tonghop.domain.errors import UsageError
from tonghop.domain.office import Withdrawal
from tonghop.domain.submission import State
from tonghop.steps.actions import Desk, reason_given, told
from tonghop.steps.afterwards import recheck_later
from tonghop.steps.answering import write_answer
from tonghop.steps.context import Context
from tonghop.steps.receipts import composer, write_receipt
from tonghop.store.records import Submission
from tonghop.store.withdrawals import Withdrawn


def withdraw(context: Context, desk: Desk, submission_id: int, reason: str) -> Withdrawn:
    """Withdraw one filing of the unit; what it had taken the place of stands again, answer pages say so.

    Done twice it changes nothing more. UsageError for a filing that another has taken the place of, one of another unit
    or period, or no reason.
    """
    province = context.opened(desk.period)
    submission = context.store.submissions.get(submission_id)
    if submission is None or (submission.period, submission.unit) != (desk.period.code, desk.unit.key):
        raise UsageError("Lần gửi này không phải của đơn vị.", "Mở lại trang của đơn vị.")
    why = reason_given(reason)
    wanted = Withdrawal(submission_id, why, desk.login, context.clock())
    done = context.store.withdrawals.record(wanted, composer(context, (desk.unit, province)))
    if done.standing is not None:
        recheck_later(context, desk.period, [desk.unit])
    for one in (done.submission, done.standing):
        if one is not None:
            write_answer(context, (desk.unit, province), one, told(context, one))
            write_receipt(context, desk.unit, desk.period.code, one)
    return done


def revision_of(context: Context, desk: Desk, revision: int = 0) -> Submission:
    """The unit's filing of that revision; 0: its latest, which may be withdrawn already.

    UsageError when there is none, or when another one than the latest stands: then which is meant must be said.
    """
    filed = context.store.submissions.of_unit(desk.period.code, desk.unit.key)
    found = [one for one in filed if one.revision == revision] if revision else filed[-1:]
    if not found:
        which = f"lần gửi {revision}" if revision else "lần gửi nào"
        raise UsageError(f"{desk.unit.name} không có {which} cho {desk.period.label}.", "Xem: tonghop status.")
    standing = next((one for one in filed if one.state is State.ACCEPTED), None)
    if not revision and standing not in {None, found[0]} and found[0].state is not State.WITHDRAWN:
        raise UsageError(
            f"Lần gửi {found[0].revision} là lần gửi sau cùng, nhưng lần gửi {standing.revision} đang có hiệu lực.",
            "Ghi rõ lần gửi cần rút: --revision SỐ.",
        )
    return found[0]
