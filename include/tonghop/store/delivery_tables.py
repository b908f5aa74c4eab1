"""The tables of what goes to other systems, as the newest migration leaves them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from tonghop.store.column_types import Instant, Words
from tonghop.store.schema import METADATA


def _must(name: str, kind: Any, *constraints: ForeignKey, index: bool | None = None) -> Column[Any]:
    return Column(name, kind, *constraints, nullable=False, index=index)


# What is to reach another system: kind report (a published version) or answer (to fetched figures). One per key.
deliveries = Table(
    "deliveries",
    METADATA,
    Column("id", Integer, primary_key=True),
    _must("key", Text),
    _must("kind", Text),
    _must("period", Text, index=True),
    _must("version", Integer),
    Column("submission_id", Integer, ForeignKey("submissions.id")),
    _must("recipient", Words),
    _must("host", Words),
    _must("digest", Text),
    _must("created_at", Instant),
    Column("delivered_at", Instant),
    Column("receipt_number", Words),
    Column("receipt_at", Instant),
    Column("receipt", Words),
    UniqueConstraint("key"),
)

# A request for a delivery, noted before it leaves; `outcome` null: the process ended before the request did.
attempts = Table(
    "attempts",
    METADATA,
    Column("id", Integer, primary_key=True),
    _must("delivery_id", Integer, ForeignKey("deliveries.id"), index=True),
    _must("action", Text),
    _must("started_at", Instant),
    Column("ended_at", Instant),
    Column("outcome", Text),
    Column("status", Integer),
    _must("words", Words),
)
