"""The tables of what officials decide beside the rules, as the newest migration leaves them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text

from tonghop.store.column_types import Instant, Words
from tonghop.store.schema import METADATA


def _must(name: str, kind: Any, *constraints: ForeignKey, index: bool | None = None) -> Column[Any]:
    return Column(name, kind, *constraints, nullable=False, index=index)


# A later deadline for one unit; of several the last one holds.
extensions = Table(
    "extensions",
    METADATA,
    Column("id", Integer, primary_key=True),
    _must("period", Text),
    _must("unit_code", Text),
    _must("unit_valid_from", Date),
    _must("deadline", Instant),
    _must("reason", Words),
    _must("login", Words),
    _must("granted_at", Instant),
    Index("ix_extensions_period_unit_code", "period", "unit_code"),
)

# A filing that was sent by mistake; a filing is withdrawn once.
withdrawals = Table(
    "withdrawals",
    METADATA,
    Column("submission_id", Integer, ForeignKey("submissions.id"), primary_key=True, autoincrement=False),
    _must("reason", Words),
    _must("login", Words),
    _must("withdrawn_at", Instant),
)

# A form ("" all of them) that a unit need not file, or need again when `lifted`; the last decision holds.
exemptions = Table(
    "exemptions",
    METADATA,
    Column("id", Integer, primary_key=True),
    _must("period", Text),
    _must("unit_code", Text),
    _must("unit_valid_from", Date),
    _must("form", Text),
    _must("lifted", Boolean),
    _must("reason", Words),
    _must("login", Words),
    _must("decided_at", Instant),
    Index("ix_exemptions_period_unit_code", "period", "unit_code"),
)

# A giải trình taken or refused by an official; `explanation` are the words that were judged.
rulings = Table(
    "rulings",
    METADATA,
    Column("id", Integer, primary_key=True),
    _must("submission_id", Integer, ForeignKey("submissions.id"), index=True),
    _must("position", Integer),
    _must("accepted", Boolean),
    _must("explanation", Words),
    _must("reason", Words),
    _must("login", Words),
    _must("decided_at", Instant),
)
