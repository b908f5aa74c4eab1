"""Receipts for what units file: issued inside the transaction of the change they state, each chained to the last.

One writer at a time (see `database`) keeps the numbers without gaps and the chain in one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, insert, select

from tonghop.domain.form import Severity
from tonghop.domain.receipt import BEFORE_THE_FIRST, FilingReceipt, Link, Reason, canonical, chained
from tonghop.domain.submission import State
from tonghop.domain.units import UnitKey
from tonghop.store import attached, submission_rows
from tonghop.store.column_types import storable
from tonghop.store.database import Database
from tonghop.store.receipt_tables import receipts
from tonghop.store.records import Submission
from tonghop.store.schema import filed_forms, findings, submissions

Facts = dict[str, Any]
Compose = Callable[[Facts, str], Mapping[str, Any]]
"""Adds the words to the facts of the store, given the previous digest; called while the transaction is open."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why and when a receipt is issued, about a filing or (None) about signed PDFs before any workbook.

    `again`: name and time of an identical file that came once more.
    """

    period: str
    unit: UnitKey
    submission: Submission | None
    reason: Reason
    at: datetime
    again: tuple[str, datetime] | None = None


def plain(facts: Facts, _previous: str) -> Mapping[str, Any]:
    """The facts without any words."""
    return facts


def on_filing(
    submission: Submission, reason: Reason, at: datetime, again: tuple[str, datetime] | None = None
) -> Occasion:
    """The occasion for a receipt about a filing as it stands now."""
    return Occasion(submission.period, submission.unit, submission, reason, at, again)


def issue(connection: Connection, occasion: Occasion, compose: Compose = plain) -> FilingReceipt:
    """Write the next receipt of the chain, inside the transaction of the change it states.

    Signed PDFs that waited for a workbook belong to the filing from its first receipt on.
    """
    number, previous = _head(connection)
    replaces = _replaced(connection, occasion)
    unit, submission, again = occasion.unit, occasion.submission, occasion.again
    facts = {
        "number": number + 1,
        "replaces": replaces,
        "reason": occasion.reason.value,
        "issued_at": _instant(occasion.at),
        "period": occasion.period,
        "unit": {"code": unit.code, "valid_from": unit.valid_from.isoformat()},
        "again": {"name": again[0], "received_at": _instant(again[1])} if again else None,
        "signed": [_signed(one) for one in _papers(connection, occasion)],
        "filing": _filing(connection, submission) if submission else None,
    }
    text = storable(canonical(compose(facts, previous)))
    link = Link(number + 1, previous, text, chained(previous, text))
    values: dict[str, Any] = {
        "number": link.number,
        "period": occasion.period,
        "unit_code": unit.code,
        "unit_valid_from": unit.valid_from,
        "submission_id": submission.id if submission else None,
        "reason": occasion.reason.value,
        "issued_at": occasion.at,
        "replaces": replaces,
        "facts": text,
        "previous": previous,
        "digest": link.digest,
    }
    connection.execute(insert(receipts).values(values))
    at = occasion.at.astimezone(UTC)
    return FilingReceipt(link, occasion.period, unit, values["submission_id"], occasion.reason, at, replaces)


class Receipts:
    """The receipts of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, period: str, unit: UnitKey, submission_id: int | None) -> FilingReceipt | None:
        """The receipt that holds for a filing (None: for signed PDFs before any filing); None: issued none."""
        query = select(receipts).where(_of(period, unit), _same(submission_id)).order_by(receipts.c.number.desc())
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
        return _receipt(row) if row else None

    def renew(self, issued: FilingReceipt, at: datetime, compose: Compose) -> FilingReceipt:
        """Issue the receipt again in the words of `compose`; the newest one when another was issued meanwhile."""
        with self._database.writing() as connection:
            query = select(receipts).where(_of(issued.period, issued.unit), _same(issued.submission_id))
            newest = connection.execute(query.order_by(receipts.c.number.desc()).limit(1)).one()
            if newest.number != issued.number:
                return _receipt(newest)
            submission = submission_rows.by_id(connection, issued.submission_id) if issued.submission_id else None
            return issue(connection, Occasion(issued.period, issued.unit, submission, Reason.RENEWED, at), compose)

    def get(self, number: int) -> FilingReceipt | None:
        found = self._read(select(receipts).where(receipts.c.number == number))
        return found[0] if found else None

    def replacing(self, number: int) -> FilingReceipt | None:
        """The receipt that replaces the one with `number`; None while that one holds."""
        found = self._read(select(receipts).where(receipts.c.replaces == number))
        return found[0] if found else None

    def every(self) -> tuple[FilingReceipt, ...]:
        """All receipts by number."""
        return self._read(select(receipts).order_by(receipts.c.number))

    def of_unit(self, period: str, unit: UnitKey) -> tuple[FilingReceipt, ...]:
        """A unit's receipts of a period by number."""
        return self._read(select(receipts).where(_of(period, unit)).order_by(receipts.c.number))

    def _read(self, query: Select[*tuple[Any, ...]]) -> tuple[FilingReceipt, ...]:
        with self._database.reading() as connection:
            return tuple(_receipt(row) for row in connection.execute(query))


def _head(connection: Connection) -> tuple[int, str]:
    query = select(receipts.c.number, receipts.c.digest).order_by(receipts.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return (row.number, row.digest) if row else (0, BEFORE_THE_FIRST)


def _replaced(connection: Connection, occasion: Occasion) -> int:
    """The receipt this one takes the place of: of the same filing, or of the signed PDFs before it; else 0."""
    table = receipts.c
    query = select(table.number, table.submission_id).where(_of(occasion.period, occasion.unit)).order_by(table.number)
    kept = connection.execute(query).all()
    wanted = occasion.submission.id if occasion.submission else None
    mine = [row.number for row in kept if row.submission_id == wanted]
    if mine:
        return int(mine[-1])
    return int(kept[-1].number) if kept and kept[-1].submission_id is None else 0


def _papers(connection: Connection, occasion: Occasion) -> tuple[attached.Attachment, ...]:
    found = attached.of(connection, occasion.period, occasion.unit)
    waiting = any(one.submission_id is None for one in found)
    if occasion.submission is None or occasion.reason is not Reason.FILED or not waiting:
        return found
    attached.adopt(connection, occasion.period, occasion.unit, occasion.submission.id)
    return attached.of(connection, occasion.period, occasion.unit)


def _filing(connection: Connection, submission: Submission) -> Facts:
    standing = None
    if submission.state not in {State.ACCEPTED, State.SUPERSEDED} and submission.period:
        standing = submission_rows.standing(connection, submission.period, submission.unit)
    return {
        "revision": submission.revision,
        "file": submission.original_name,
        "sha256": submission.sha256,
        "received_at": _instant(submission.received_at),
        "state": submission.state.value,
        "on_time": submission.on_time,
        "forms": _forms(connection, submission.id),
        "in_force": standing.revision if standing else 0,
        **_counts(connection, submission.id),
    }


def _forms(connection: Connection, submission_id: int) -> list[Facts]:
    """Forms of a filing; `revision` names the filing whose workbook holds one that was kept, 0: its own."""
    kept = filed_forms.c
    query = (
        select(kept.form, kept.nil, submissions.c.revision)
        .outerjoin(submissions, submissions.c.id == kept.origin_id)
        .where(kept.submission_id == submission_id)
        .order_by(kept.form)
    )
    return [{"code": form, "nil": nil, "revision": held or 0} for form, nil, held in connection.execute(query)]


def _counts(connection: Connection, submission_id: int) -> dict[str, int]:
    """Findings to be mended, to be explained, and explained."""
    kept = findings.c
    query = select(kept.severity, kept.explained_by != "").where(kept.submission_id == submission_id)
    found = Counter((severity, bool(said)) for severity, said in connection.execute(query))
    explain = Severity.EXPLAIN.value
    to_mend = sum(number for (severity, _), number in found.items() if severity == Severity.BLOCKING.value)
    return {"to_mend": to_mend, "to_explain": found[explain, False], "explained": found[explain, True]}


def _signed(one: attached.Attachment) -> Facts:
    return {"name": one.name, "sha256": one.sha256, "received_at": _instant(one.received_at), "revision": one.revision}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _of(period: str, unit: UnitKey) -> Any:
    table = receipts.c
    return and_(table.period == period, table.unit_code == unit.code, table.unit_valid_from == unit.valid_from)


def _same(submission_id: int | None) -> Any:
    column = receipts.c.submission_id
    return column.is_(None) if submission_id is None else column == submission_id


def _receipt(row: Row[*tuple[Any, ...]]) -> FilingReceipt:
    return FilingReceipt(
        link=Link(row.number, row.previous, row.facts, row.digest),
        period=row.period,
        unit=UnitKey(row.unit_code, row.unit_valid_from),
        submission_id=row.submission_id,
        reason=Reason(row.reason),
        issued_at=row.issued_at,
        replaces=row.replaces,
    )
