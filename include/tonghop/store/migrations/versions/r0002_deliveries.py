"""What is delivered to other systems, and every attempt."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "r0002_deliveries"
down_revision = "r0001"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        *_texts("key", "kind", "period"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submissions.id")),
        *_texts("recipient", "host", "digest"),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("delivered_at", _INSTANT),
        sa.Column("receipt_number", sa.Text),
        sa.Column("receipt_at", _INSTANT),
        sa.Column("receipt", sa.Text),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_deliveries_period", "deliveries", ["period"])
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("delivery_id", sa.Integer, sa.ForeignKey("deliveries.id"), nullable=False),
        *_texts("action"),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("outcome", sa.Text),
        sa.Column("status", sa.Integer),
        *_texts("words"),
    )
    op.create_index("ix_attempts_delivery_id", "attempts", ["delivery_id"])


def downgrade() -> None:
    """Remove both tables."""
    op.drop_table("attempts")
    op.drop_table("deliveries")


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]
