"""Filings taken back because they were sent by mistake: the one that stood before stands again, nothing is deleted."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from tonghop.domain.errors import UsageError
from tonghop.domain.office import Withdrawal
from tonghop.domain.receipt import Reason
from tonghop.domain.submission import State
from tonghop.store import periods, receipts, submission_rows
from tonghop.store.database import Database
from tonghop.store.events import log
from tonghop.store.office_tables import withdrawals
from tonghop.store.records import Event, EventKind, Submission
from tonghop.store.schema import submissions


class Withdrawn(NamedTuple):
    """The withdrawn filing and the one that stands now, if any; `fresh` is False when it was withdrawn before."""

    submission: Submission
    standing: Submission | None
    fresh: bool


class Withdrawals:
    """The withdrawn filings of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, wanted: Withdrawal, compose: receipts.Compose = receipts.plain) -> Withdrawn:
        """Withdraw a filing, once; what it had taken the place of stands again if nothing else does.

        Both get further receipts.

        UsageError for a filing that another has taken the place of: what follows from it stands.
        """
        with self._database.writing() as connection:
            submission = _get(connection, wanted.submission_id)
            if submission.state is State.SUPERSEDED:
                raise UsageError(
                    f"Lần gửi {submission.revision} đã được thay thế bằng lần gửi sau, không rút được.",
                    "Rút lần gửi đang có hiệu lực; lần gửi được chấp nhận trước đó sẽ có hiệu lực trở lại.",
                )
            fresh = submission.state is not State.WITHDRAWN
            if fresh:
                _withdraw(connection, submission, wanted, compose)
            standing = submission_rows.standing(connection, submission.period, submission.unit)
            return Withdrawn(_get(connection, submission.id), standing, fresh)

    def get(self, submission_id: int) -> Withdrawal | None:
        """Why, by whom and when a filing was withdrawn; None when it was not."""
        query = select(withdrawals).where(withdrawals.c.submission_id == submission_id)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            return Withdrawal(*row) if row else None


def _get(connection: Connection, submission_id: int) -> Submission:
    found = submission_rows.one(connection, select(submissions).where(submissions.c.id == submission_id))
    if found is None:
        raise UsageError("Không có lần gửi này.", "Mở lại trang của đơn vị.")
    return found


def _withdraw(connection: Connection, submission: Submission, wanted: Withdrawal, compose: receipts.Compose) -> None:
    values = {name: getattr(wanted, name) for name in Withdrawal.__slots__}
    connection.execute(insert(withdrawals).values(values))
    _change(connection, submission.id, state=State.WITHDRAWN.value)
    log(connection, _event(EventKind.WITHDRAWN, submission, wanted))
    restored = _restored(connection, submission)
    if restored is not None:
        _change(connection, restored.id, state=State.ACCEPTED.value, superseded_by=None, superseded_at=None)
        log(connection, _event(EventKind.RESTORED, restored, wanted))
    if restored is not None or submission.state is State.ACCEPTED:
        periods.bump(connection, submission.period)
    for one, reason in ((submission, Reason.WITHDRAWN), (restored, Reason.RESTORED)):
        if one is not None:
            now = _get(connection, one.id)
            receipts.issue(connection, receipts.on_filing(now, reason, wanted.withdrawn_at), compose)


def _restored(connection: Connection, submission: Submission) -> Submission | None:
    """The filing that `submission` had taken the place of, unless another one stands by now."""
    if submission_rows.standing(connection, submission.period, submission.unit) is not None:
        return None
    replaced = submissions.c.superseded_by == submission.id, submissions.c.state == State.SUPERSEDED.value
    return submission_rows.one(connection, select(submissions).where(*replaced))


def _change(connection: Connection, submission_id: int, **values: object) -> None:
    connection.execute(update(submissions).where(submissions.c.id == submission_id).values(**values))


def _event(kind: EventKind, submission: Submission, wanted: Withdrawal) -> Event:
    detail = {"revision": submission.revision, "reason": wanted.reason, "state": submission.state.value}
    at, login = wanted.withdrawn_at, wanted.login
    return Event(at, login, kind, submission.period, submission.unit, submission.id, detail)
