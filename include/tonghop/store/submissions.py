"""Recording filings: one transaction keeps arrival, verdict, contents and events, and says what stands from now on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from tonghop.domain.errors import OutdatedError, StoreError
from tonghop.domain.finding import Finding
from tonghop.domain.receipt import Reason
from tonghop.domain.submission import Signature, State
from tonghop.domain.units import UnitKey
from tonghop.store import arrivals, contents, periods, receipts, submission_rows
from tonghop.store.database import Database
from tonghop.store.events import log
from tonghop.store.filings import read_findings
from tonghop.store.records import (
    Arrival,
    ArrivalKey,
    Brief,
    Event,
    EventKind,
    NewSubmission,
    Outcome,
    Recorded,
    Submission,
)
from tonghop.store.schema import filed_forms, submissions


class Submissions:
    """The submissions of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, new: NewSubmission, there: Callable[[], bool] = lambda: True, compose: receipts.Compose = receipts.plain
    ) -> Recorded:
        """Keep a workbook and its verdict; once only for each arrival, however often it is called. Issues a receipt.

        An accepted workbook supersedes the one that stood before it and raises the revision of its period. The same
        bytes with the same verdict as the unit's latest revision are a duplicate: no new revision. `there` tells
        whether the file still lies in the inbox: when it does not, and this very file was recorded before, another
        collector has handled it and moved it since it was listed here. OutdatedError when the submission it inherits
        forms from no longer stands.
        """
        with self._database.writing() as connection:
            gone = not there()  # asked before looking: no move can be noted while this transaction writes
            known = _known(connection, new.arrival, gone=gone)
            if known is not None:
                return known
            _check_base(connection, new)
            last = submission_rows.latest(connection, new.period, new.arrival.unit)
            if last is not None and _same(connection, new, last):
                return _duplicate(connection, new.arrival, last, new.received_at, new.actor, compose=compose)
            return _record(connection, new, last.revision + 1 if last else 1, compose)

    def record_duplicate(self, key: ArrivalKey, period: str, received_at: datetime, actor: str) -> Recorded:
        """Acknowledge a file with the bytes of the unit's latest revision; StoreError when there is none."""
        with self._database.writing() as connection:
            known = _known(connection, key)
            if known is not None:
                return known
            last = submission_rows.latest(connection, period, key.unit)
            if last is None or last.sha256 != key.sha256:
                raise StoreError(
                    f"Tệp “{key.name}” không trùng với báo cáo đã nhận gần nhất của đơn vị {key.unit.code}.",
                    "Chạy lại tonghop collect.",
                )
            return _duplicate(connection, key, last, received_at, actor)

    def add_notes(self, submission_id: int, notes: Iterable[Finding], at: datetime, actor: str) -> int:
        """Add findings to a judged submission without changing its state; how many were not there already."""
        with self._database.writing() as connection:
            present = read_findings(connection, submission_id)
            fresh = [note for note in dict.fromkeys(notes) if note not in present]
            if not fresh:
                return 0
            contents.write_findings(connection, submission_id, fresh, len(present) + 1)
            mine = submissions.c.id == submission_id
            connection.execute(update(submissions).where(mine).values(findings_count=len(present) + len(fresh)))
            row = connection.execute(select(submissions).where(mine)).one()
            note = Event(at, actor, EventKind.NOTED, row.period, detail={"codes": [found.code for found in fresh]})
            log(connection, replace(note, unit=submission_rows.to_record(row).unit, submission_id=submission_id))
            return len(fresh)

    def get(self, submission_id: int) -> Submission | None:
        with self._database.reading() as connection:
            return submission_rows.one(connection, select(submissions).where(submissions.c.id == submission_id))

    def latest(self, period: str, unit: UnitKey) -> Submission | None:
        """The unit's submission with the highest revision, whatever its state."""
        with self._database.reading() as connection:
            return submission_rows.latest(connection, period, unit)

    def standing(self, period: str, unit: UnitKey) -> Submission | None:
        """The unit's accepted submission that stands."""
        with self._database.reading() as connection:
            return submission_rows.standing(connection, period, unit)

    def of(self, period: str) -> tuple[Submission, ...]:
        """Every revision of every unit of a period, by unit and revision."""
        columns = submissions.c
        query = (
            select(submissions)
            .where(columns.period == period)
            .order_by(columns.unit_code, columns.unit_valid_from, columns.revision)
        )
        with self._database.reading() as connection:
            return tuple(submission_rows.to_record(row) for row in connection.execute(query))

    def with_digest(self, sha256: str) -> tuple[Submission, ...]:
        """Every filing with these bytes, of any unit and period, in the order they came."""
        query = select(submissions).where(submissions.c.sha256 == sha256).order_by(submissions.c.id)
        with self._database.reading() as connection:
            return tuple(submission_rows.to_record(row) for row in connection.execute(query))

    def briefs(self, period: str) -> tuple[Brief, ...]:
        """The same as `of`, without what only a single submission's page shows: three times as fast."""
        kept = submissions.c
        query = (
            select(
                kept.id, kept.unit_code, kept.unit_valid_from, kept.state, kept.on_time, kept.sha256, kept.received_at
            )
            .where(kept.period == period)
            .order_by(kept.unit_code, kept.unit_valid_from, kept.revision)
        )
        states = {state.value: state for state in State}
        with self._database.reading() as connection:
            return tuple(
                Brief(id_, UnitKey(code, valid_from), states[state], on_time, sha256, received_at)
                for id_, code, valid_from, state, on_time, sha256, received_at in connection.execute(query)
            )

    def of_unit(self, period: str, unit: UnitKey) -> tuple[Submission, ...]:
        """Every revision of one unit for a period, in their order."""
        query = select(submissions).where(submission_rows.of_unit(period, unit)).order_by(submissions.c.revision)
        with self._database.reading() as connection:
            return tuple(submission_rows.to_record(row) for row in connection.execute(query))


def _known(connection: Connection, key: ArrivalKey, *, gone: bool = False) -> Recorded | None:
    arrival = arrivals.last(connection, key) if gone else arrivals.unmoved(connection, key)
    return _recorded(connection, arrival, fresh=False) if arrival else None


def _recorded(connection: Connection, arrival: Arrival, *, fresh: bool = True) -> Recorded:
    row = connection.execute(select(submissions).where(submissions.c.id == arrival.submission_id)).one()
    return Recorded(arrival, submission_rows.to_record(row), fresh)


def _check_base(connection: Connection, new: NewSubmission) -> None:
    """A mixture of a workbook and forms that stand no more is never kept."""
    if new.inherited is None:
        return
    stands = submission_rows.standing(connection, new.period, new.arrival.unit)
    if stands is None or stands.id != new.inherited.base:
        raise OutdatedError(
            f"Báo cáo có hiệu lực của đơn vị {new.arrival.unit.code} vừa thay đổi trong khi kiểm tra tệp mới.",
            "Chạy lại tonghop collect.",
        )


def _same(connection: Connection, new: NewSubmission, last: Submission) -> bool:
    """Whether the workbook says what the last one said: its bytes, its verdict, and the forms they take over."""
    if (last.sha256, last.state) != (new.arrival.sha256, new.state):
        return False
    origins = filed_forms.c.submission_id == last.id, filed_forms.c.origin_id.is_not(None)
    kept = connection.execute(select(filed_forms.c.form, filed_forms.c.origin_id).where(*origins))
    return {row.form: row.origin_id for row in kept} == dict(new.inherited.forms if new.inherited else {})


def _duplicate(  # noqa: PLR0913 - who, what and when of an arrival
    connection: Connection,
    key: ArrivalKey,
    last: Submission,
    at: datetime,
    actor: str,
    *,
    compose: receipts.Compose = receipts.plain,
) -> Recorded:
    arrival = arrivals.add(connection, key, at, Outcome.DUPLICATE, last.id)
    detail = {"name": key.name, "sha256": key.sha256, "revision": last.revision}
    log(connection, Event(at, actor, EventKind.DUPLICATE, last.period, key.unit, last.id, detail))
    receipt = receipts.issue(connection, receipts.on_filing(last, Reason.AGAIN, at, (key.name, at)), compose)
    return Recorded(arrival, last, fresh=True, receipt=receipt)


def _record(connection: Connection, new: NewSubmission, revision: int, compose: receipts.Compose) -> Recorded:
    before = submission_rows.standing(connection, new.period, new.arrival.unit) if _accepted(new) else None
    if before is not None:
        _change(connection, before.id, state=State.SUPERSEDED.value, superseded_at=new.at)
    made = insert(submissions).values(_columns(new, revision)).returning(submissions.c.id)
    submission_id = int(connection.execute(made).scalar_one())
    if new.filing is not None:
        contents.write_filing(connection, submission_id, new.filing, new.inherited)
    contents.write_findings(connection, submission_id, new.findings)
    arrival = arrivals.add(connection, new.arrival, new.received_at, Outcome.RECORDED, submission_id)
    log(connection, _verdict(new, submission_id, revision))
    if before is not None:
        _change(connection, before.id, superseded_by=submission_id)
        log(connection, _superseded(new, before, submission_id))
    if _accepted(new):
        periods.bump(connection, new.period)
    recorded = _recorded(connection, arrival)
    receipt = receipts.issue(connection, receipts.on_filing(recorded.submission, Reason.FILED, new.at), compose)
    return replace(recorded, receipt=receipt)


def _accepted(new: NewSubmission) -> bool:
    return new.state is State.ACCEPTED


def _change(connection: Connection, submission_id: int, **values: object) -> None:
    connection.execute(update(submissions).where(submissions.c.id == submission_id).values(**values))


def _verdict(new: NewSubmission, submission_id: int, revision: int) -> Event:
    detail = {
        "name": new.arrival.name,
        "sha256": new.arrival.sha256,
        "revision": revision,
        "on_time": new.on_time,
        "findings": len(new.findings),
    }
    return Event(new.at, new.actor, EventKind(new.state.value), new.period, new.arrival.unit, submission_id, detail)


def _superseded(new: NewSubmission, before: Submission, submission_id: int) -> Event:
    detail = {"revision": before.revision, "superseded_by": submission_id}
    return Event(new.at, new.actor, EventKind.SUPERSEDED, new.period, new.arrival.unit, before.id, detail)


def _columns(new: NewSubmission, revision: int) -> dict[str, object]:
    signature = new.filing.signature if new.filing else Signature()
    return {
        "period": new.period,
        "unit_code": new.arrival.unit.code,
        "unit_valid_from": new.arrival.unit.valid_from,
        "revision": revision,
        "sha256": new.arrival.sha256,
        "original_name": new.arrival.name,
        "received_at": new.received_at,
        "regime": new.regime,
        "fingerprint": new.filing.identity.fingerprint if new.filing else "",
        "state": new.state.value,
        "on_time": new.on_time,
        "findings_count": len(new.findings),
        "compiler": signature.compiler,
        "head": signature.head,
        "report_number": signature.report_number,
        "report_date": signature.report_date,
        "accepted_at": new.at if _accepted(new) else None,
    }
