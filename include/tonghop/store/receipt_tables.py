"""The tables of receipts and of signed PDFs beside the workbooks, as the newest migration leaves them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from tonghop.store.column_types import Instant, Words
from tonghop.store.schema import METADATA


def _must(name: str, kind: Any, *constraints: ForeignKey, index: bool | None = None) -> Column[Any]:
    return Column(name, kind, *constraints, nullable=False, index=index)


# Receipts in one chain for the whole installation: number 1, 2, 3 … without gaps; `facts` is the canonical JSON the
# digest covers. `submission_id` null: a signed PDF came before any workbook. Triggers refuse UPDATE and DELETE.
receipts = Table(
    "receipts",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    _must("period", Text),
    _must("unit_code", Text),
    _must("unit_valid_from", Date),
    Column("submission_id", Integer, ForeignKey("submissions.id"), index=True),
    _must("reason", Text),
    _must("issued_at", Instant),
    _must("replaces", Integer),
    _must("facts", Text),
    _must("previous", Text),
    _must("digest", Text),
    UniqueConstraint("digest"),
    Index("ix_receipts_period_unit_code", "period", "unit_code"),
)

# A signed PDF of a unit for a period, whose bytes lie in the vault. `submission_id` is the filing it came with: null
# until there is one, never changed after.
attachments = Table(
    "attachments",
    METADATA,
    Column("id", Integer, primary_key=True),
    _must("period", Text),
    _must("unit_code", Text),
    _must("unit_valid_from", Date),
    Column("submission_id", Integer, ForeignKey("submissions.id")),
    _must("sha256", Text, index=True),
    _must("name", Words),
    _must("size", BigInteger),
    _must("received_at", Instant),
    UniqueConstraint("period", "unit_code", "unit_valid_from", "sha256", name="uq_attachments"),
)
