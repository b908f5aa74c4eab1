"""Submissions as rows: which stands, which is the latest, and the row as a record."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select

from tonghop.domain.submission import Signature, State
from tonghop.domain.units import UnitKey
from tonghop.store.records import Submission
from tonghop.store.schema import submissions


def of_unit(period: str, unit: UnitKey) -> ColumnElement[bool]:
    """The submissions of one unit for one period."""
    table = submissions.c
    return and_(table.period == period, table.unit_code == unit.code, table.unit_valid_from == unit.valid_from)


def latest(connection: Connection, period: str, unit: UnitKey) -> Submission | None:
    """The submission with the highest revision."""
    query = select(submissions).where(of_unit(period, unit)).order_by(submissions.c.revision.desc()).limit(1)
    return one(connection, query)


def last_counted(connection: Connection, period: str, unit: UnitKey) -> Submission | None:
    """The submission with the highest revision among those that were not withdrawn."""
    query = select(submissions).where(of_unit(period, unit), submissions.c.state != State.WITHDRAWN.value)
    return one(connection, query.order_by(submissions.c.revision.desc()).limit(1))


def standing(connection: Connection, period: str, unit: UnitKey) -> Submission | None:
    """The accepted submission no other has superseded."""
    query = select(submissions).where(of_unit(period, unit), submissions.c.state == State.ACCEPTED.value)
    return one(connection, query)


def by_id(connection: Connection, submission_id: int) -> Submission | None:
    """The submission with this id."""
    return one(connection, select(submissions).where(submissions.c.id == submission_id))


def one(connection: Connection, query: Select[*tuple[object, ...]]) -> Submission | None:
    """The only row of `query` as a record."""
    row = connection.execute(query).first()
    return to_record(row) if row else None


def to_record(row: Row[*tuple[object, ...]]) -> Submission:
    """A row of the table `submissions` as a record."""
    return Submission(
        id=row.id,
        period=row.period,
        unit=UnitKey(row.unit_code, row.unit_valid_from),
        revision=row.revision,
        sha256=row.sha256,
        original_name=row.original_name,
        received_at=row.received_at,
        regime=row.regime,
        fingerprint=row.fingerprint,
        state=State(row.state),
        on_time=row.on_time,
        findings_count=row.findings_count,
        signature=Signature(row.compiler, row.head, row.report_number, row.report_date),
        accepted_at=row.accepted_at,
        superseded_by=row.superseded_by,
        superseded_at=row.superseded_at,
    )
