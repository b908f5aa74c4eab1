"""What goes to other systems: each delivery once per key, every attempt at it, and the receipt."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Row, insert, select, update

from tonghop.domain.exchange import Attempt, Outcome, Receipt
from tonghop.store.database import Database
from tonghop.store.delivery_records import Delivery, DeliveryKind, NewDelivery
from tonghop.store.delivery_tables import attempts, deliveries
from tonghop.store.events import log
from tonghop.store.records import Event


class Deliveries:
    """The deliveries of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, new: NewDelivery, at: datetime) -> Delivery:
        """The delivery of this key: the one there is, as it was first written down, else a new one."""
        with self._database.writing() as connection:
            row = connection.execute(select(deliveries).where(deliveries.c.key == new.key)).first()
            if row is None:
                values = {name: getattr(new, name) for name in NewDelivery.__slots__}
                values |= {"kind": new.kind.value, "created_at": at}
                row = connection.execute(insert(deliveries).values(values).returning(deliveries)).one()
            return _delivery(row)

    def begin(self, delivery_id: int, action: str, at: datetime) -> int:
        """Note a request that is about to leave; its id."""
        values = {"delivery_id": delivery_id, "action": action, "started_at": at, "words": ""}
        with self._database.writing() as connection:
            return int(connection.execute(insert(attempts).values(values).returning(attempts.c.id)).scalar_one())

    def end(self, attempt_id: int, ended: Attempt) -> None:
        """Note how a request ended."""
        outcome = ended.outcome.value if ended.outcome else None
        values = {"ended_at": ended.ended_at, "outcome": outcome, "status": ended.status, "words": ended.words}
        with self._database.writing() as connection:
            connection.execute(update(attempts).where(attempts.c.id == attempt_id).values(values))

    def delivered(self, delivery_id: int, receipt: Receipt | None, event: Event | None, at: datetime) -> Delivery:
        """Keep that it arrived, with the receipt where there is one, and the event; said twice, the first stands."""
        values: dict[str, object] = {"delivered_at": at}
        if receipt is not None:
            values |= {"receipt_number": receipt.number, "receipt_at": receipt.received_at, "receipt": receipt.text}
        mine = deliveries.c.id == delivery_id
        with self._database.writing() as connection:
            changed = connection.execute(
                update(deliveries).where(mine, deliveries.c.delivered_at.is_(None)).values(values)
            )
            if changed.rowcount and event is not None:
                log(connection, event)
            return _delivery(connection.execute(select(deliveries).where(mine)).one())

    def of(self, kind: DeliveryKind, period: str | None = None) -> tuple[Delivery, ...]:
        """Deliveries of a kind, of one period where given, oldest first."""
        query = select(deliveries).where(deliveries.c.kind == kind.value).order_by(deliveries.c.id)
        if period is not None:
            query = query.where(deliveries.c.period == period)
        with self._database.reading() as connection:
            return tuple(_delivery(row) for row in connection.execute(query))

    def answered(self, submission_id: int) -> bool:
        """Whether an answer about the submission was taken."""
        taken = select(deliveries.c.id).where(
            deliveries.c.submission_id == submission_id, deliveries.c.delivered_at.is_not(None)
        )
        with self._database.reading() as connection:
            return connection.execute(taken.limit(1)).first() is not None

    def attempts(self, delivery_id: int) -> tuple[Attempt, ...]:
        """Requests for a delivery, oldest first."""
        query = select(attempts).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.id)
        with self._database.reading() as connection:
            return tuple(
                Attempt(
                    row.action,
                    row.started_at,
                    row.ended_at,
                    Outcome(row.outcome) if row.outcome else None,
                    row.status,
                    row.words,
                )
                for row in connection.execute(query)
            )


def _delivery(row: Row[tuple[object, ...]]) -> Delivery:
    what = NewDelivery(
        key=row.key,
        kind=DeliveryKind(row.kind),
        period=row.period,
        recipient=row.recipient,
        host=row.host,
        digest=row.digest,
        version=row.version,
        submission_id=row.submission_id,
    )
    receipt = Receipt(row.key, row.receipt_number, row.receipt_at, row.receipt) if row.receipt is not None else None
    return Delivery(row.id, what, row.created_at, row.delivered_at, receipt)
