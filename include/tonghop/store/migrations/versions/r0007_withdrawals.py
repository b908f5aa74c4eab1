"""Filings withdrawn because they were sent by mistake."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0007_withdrawals"
down_revision = "r0006_corrections"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "withdrawals",
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submissions.id"), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("reason", "login")),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("withdrawals")
