"""Signed PDFs as rows: those of a unit for a period, and the filing each came with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select, update

from tonghop.domain.units import UnitKey
from tonghop.store.receipt_tables import attachments
from tonghop.store.schema import submissions


@dataclass(frozen=True, slots=True)
class Attachment:
    """A signed PDF. `submission_id` None and `revision` 0: no workbook of the period has come yet."""

    id: int
    period: str
    unit: UnitKey
    submission_id: int | None
    revision: int
    sha256: str
    name: str
    size: int
    received_at: datetime


def of(connection: Connection, period: str, unit: UnitKey) -> tuple[Attachment, ...]:
    """Signed PDFs of a unit for a period in the order they came."""
    return tuple(map(record, connection.execute(query().where(_of_unit(period, unit)).order_by(attachments.c.id))))


def adopt(connection: Connection, period: str, unit: UnitKey, submission_id: int) -> None:
    """The unit's signed PDFs that came before any workbook now belong to this filing."""
    waiting = and_(_of_unit(period, unit), attachments.c.submission_id.is_(None))
    connection.execute(update(attachments).where(waiting).values(submission_id=submission_id))


def query() -> Select[*tuple[Any, ...]]:
    """Attachments with the revision they came with; `record` reads its rows."""
    revision = submissions.c.revision.label("revision")
    return select(attachments, revision).outerjoin(submissions, submissions.c.id == attachments.c.submission_id)


def record(row: Row[*tuple[Any, ...]]) -> Attachment:
    """A row of `query` as a record."""
    return Attachment(
        id=row.id,
        period=row.period,
        unit=UnitKey(row.unit_code, row.unit_valid_from),
        submission_id=row.submission_id,
        revision=row.revision or 0,
        sha256=row.sha256,
        name=row.name,
        size=row.size,
        received_at=row.received_at,
    )


def _of_unit(period: str, unit: UnitKey) -> ColumnElement[bool]:
    table = attachments.c
    return and_(table.period == period, table.unit_code == unit.code, table.unit_valid_from == unit.valid_from)
