"""What officials decide beside the rules: later deadlines and rulings on giải trình, each with what follows from it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from tonghop.domain.errors import UsageError
from tonghop.domain.finding import Finding
from tonghop.domain.form import Severity
from tonghop.domain.office import OFFICE_ACCEPTED, Extension, Ruling
from tonghop.domain.receipt import Reason
from tonghop.domain.submission import State
from tonghop.domain.units import UnitKey
from tonghop.domain.verdict import verdict
from tonghop.store import periods, receipts, submission_rows
from tonghop.store.database import Database
from tonghop.store.events import log
from tonghop.store.filings import read_findings
from tonghop.store.office_tables import extensions, rulings
from tonghop.store.records import Event, EventKind, Submission
from tonghop.store.schema import filed_forms, findings, submissions


class Office:
    """The officials' decisions in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def extend(self, granted: Extension, compose: receipts.Compose = receipts.plain) -> int:
        """Keep a later deadline; filings that came before it count as on time. How many of them were late before.

        They and the unit's latest filing get further receipts.
        """
        with self._database.writing() as connection:
            values = {name: getattr(granted, name) for name in ("period", "deadline", "reason", "login", "granted_at")}
            values |= {"unit_code": granted.unit.code, "unit_valid_from": granted.unit.valid_from}
            connection.execute(insert(extensions).values(values))
            timely = and_(
                submission_rows.of_unit(granted.period, granted.unit),
                submissions.c.on_time.is_(False),
                submissions.c.received_at <= granted.deadline,
            )
            changed = _set_on_time(connection, timely)
            detail = {"deadline": granted.deadline.isoformat(), "reason": granted.reason, "now_on_time": len(changed)}
            kind = EventKind.EXTENDED
            log(connection, Event(granted.granted_at, granted.login, kind, granted.period, granted.unit, None, detail))
            latest = submission_rows.latest(connection, granted.period, granted.unit)
            for one in {found.id: found for found in (*changed, latest) if found}.values():
                receipts.issue(connection, receipts.on_filing(one, Reason.EXTENDED, granted.granted_at), compose)
            return len(changed)

    def extensions(self, period: str, unit: UnitKey | None = None) -> tuple[Extension, ...]:
        """Deadlines granted in a period (to one unit where given), in their order."""
        table = extensions.c
        query = select(extensions).where(table.period == period).order_by(table.id)
        if unit is not None:
            query = query.where(table.unit_code == unit.code, table.unit_valid_from == unit.valid_from)
        with self._database.reading() as connection:
            return tuple(_extension(row) for row in connection.execute(query))

    def rule(self, ruling: Ruling, compose: receipts.Compose = receipts.plain) -> Submission:
        """Keep a ruling and what follows: a giải trình taken may complete an acceptance, a refused one undoes it.

        Only the unit's latest filing can be ruled on, and only a finding that asks for a giải trình; anything else is
        a UsageError, as is refusing where none was given. The filing gets a further receipt.
        """
        with self._database.writing() as connection:
            submission, finding = _subject(connection, ruling)
            connection.execute(insert(rulings).values({name: getattr(ruling, name) for name in Ruling.__slots__}))
            said = finding.explained_by or f"{OFFICE_ACCEPTED}{ruling.reason}"
            mine = and_(findings.c.submission_id == ruling.submission_id, findings.c.position == ruling.position)
            connection.execute(update(findings).where(mine).values(explained_by=said if ruling.accepted else ""))
            log(connection, _event(submission, finding, ruling))
            _follow(connection, submission, ruling)
            row = connection.execute(select(submissions).where(submissions.c.id == submission.id)).one()
            settled = submission_rows.to_record(row)
            receipts.issue(connection, receipts.on_filing(settled, Reason.RULED, ruling.decided_at), compose)
            return settled

    def rulings(self, submission_id: int) -> tuple[Ruling, ...]:
        """Rulings on the findings of one submission, in their order."""
        query = select(rulings).where(rulings.c.submission_id == submission_id).order_by(rulings.c.id)
        with self._database.reading() as connection:
            return tuple(
                Ruling(**{name: getattr(row, name) for name in Ruling.__slots__}) for row in _all(connection, query)
            )

    def refused(self, period: str, unit: UnitKey) -> tuple[tuple[Finding, str], ...]:
        """Findings of a unit's filings with the giải trình that was refused for them."""
        query = (
            select(rulings)
            .join(submissions, submissions.c.id == rulings.c.submission_id)
            .where(submission_rows.of_unit(period, unit), rulings.c.accepted.is_(False))
            .order_by(rulings.c.id)
        )
        with self._database.reading() as connection:
            rows = _all(connection, query)
            kept = {row.submission_id: read_findings(connection, row.submission_id) for row in rows}
        return tuple((kept[row.submission_id][row.position - 1], row.explanation) for row in rows)


def _all(connection: Connection, query: Any) -> list[Row[Any]]:
    return list(connection.execute(query))


def _set_on_time(connection: Connection, late: ColumnElement[bool]) -> tuple[Submission, ...]:
    """Filings that count as on time from now on, in the order of their revisions."""
    changed = update(submissions).where(late).values(on_time=True).returning(submissions)
    rows = map(submission_rows.to_record, connection.execute(changed))
    return tuple(sorted(rows, key=lambda submission: submission.revision))


def _subject(connection: Connection, ruling: Ruling) -> tuple[Submission, Finding]:
    """What is ruled on, as it stands inside this transaction."""
    submission = submission_rows.one(connection, select(submissions).where(submissions.c.id == ruling.submission_id))
    latest = submission and submission_rows.last_counted(connection, submission.period, submission.unit)
    if submission is None or latest is None or latest.id != submission.id:
        raise UsageError("Đơn vị đã gửi lần khác sau lần này.", "Mở lại trang của đơn vị và xem lần gửi mới nhất.")
    found = read_findings(connection, submission.id)
    if not 1 <= ruling.position <= len(found) or found[ruling.position - 1].severity is not Severity.EXPLAIN:
        raise UsageError("Nội dung này không cần giải trình.", "Mở lại trang của đơn vị.")
    finding = found[ruling.position - 1]
    if finding.explained_by != ruling.explanation:
        raise UsageError("Giải trình vừa được người khác xử lý.", "Mở lại trang của đơn vị để xem kết quả.")
    if not ruling.accepted and not finding.explained_by:
        raise UsageError("Đơn vị chưa giải trình nội dung này.", "Chỉ từ chối một giải trình đã có.")
    return submission, finding


def _follow(connection: Connection, submission: Submission, ruling: Ruling) -> None:
    state = verdict(read_findings(connection, submission.id))
    if state is submission.state or submission.state not in {State.ACCEPTED, State.AWAITING}:
        return
    if state is State.ACCEPTED:
        _accept(connection, submission, ruling)
    elif state is State.AWAITING:
        _change(connection, submission.id, state=state.value, accepted_at=None)
        log(connection, _verdict(submission, EventKind.AWAITING, ruling))
        periods.bump(connection, submission.period)


def _accept(connection: Connection, submission: Submission, ruling: Ruling) -> None:
    """The filing stands from now on, in place of the one that stood before it.

    UsageError when a form of it is from a filing that was withdrawn since.
    """
    _check_origins(connection, submission)
    before = submission_rows.standing(connection, submission.period, submission.unit)
    if before is not None:
        gone = {"state": State.SUPERSEDED.value, "superseded_by": submission.id, "superseded_at": ruling.decided_at}
        _change(connection, before.id, **gone)
        log(connection, _verdict(before, EventKind.SUPERSEDED, ruling))
    _change(connection, submission.id, state=State.ACCEPTED.value, accepted_at=ruling.decided_at)
    log(connection, _verdict(submission, EventKind.ACCEPTED, ruling))
    periods.bump(connection, submission.period)


def _check_origins(connection: Connection, submission: Submission) -> None:
    kept = filed_forms.c.submission_id == submission.id, submissions.c.state == State.WITHDRAWN.value
    query = select(filed_forms.c.form, submissions.c.revision)
    row = connection.execute(
        query.join(submissions, submissions.c.id == filed_forms.c.origin_id).where(*kept).order_by(filed_forms.c.form)
    ).first()
    if row is not None:
        raise UsageError(
            f"Biểu {row.form} của lần gửi này lấy theo lần gửi {row.revision}, là lần gửi đã được rút.",
            "Đề nghị đơn vị gửi lại đủ các biểu.",
        )


def _change(connection: Connection, submission_id: int, **values: object) -> None:
    connection.execute(update(submissions).where(submissions.c.id == submission_id).values(**values))


def _event(submission: Submission, finding: Finding, ruling: Ruling) -> Event:
    kind = EventKind.EXPLANATION_ACCEPTED if ruling.accepted else EventKind.EXPLANATION_REFUSED
    detail = {
        "form": finding.form,
        "place": finding.place,
        "message": finding.message,
        "explanation": ruling.explanation,
        "reason": ruling.reason,
    }
    return Event(ruling.decided_at, ruling.login, kind, submission.period, submission.unit, submission.id, detail)


def _verdict(submission: Submission, kind: EventKind, ruling: Ruling) -> Event:
    detail = {"revision": submission.revision, "on_time": submission.on_time}
    return Event(ruling.decided_at, ruling.login, kind, submission.period, submission.unit, submission.id, detail)


def _extension(row: Row[tuple[object, ...]]) -> Extension:
    unit = UnitKey(row.unit_code, row.unit_valid_from)
    return Extension(row.period, unit, row.deadline, row.reason, row.login, row.granted_at)
