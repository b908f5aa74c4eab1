"""Later deadlines granted to units, and rulings on their giải trình."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0004_office"
down_revision = "r0002_deliveries"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("unit_code", sa.Text, nullable=False),
        sa.Column("unit_valid_from", sa.Date, nullable=False),
        sa.Column("deadline", _INSTANT, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("granted_at", _INSTANT, nullable=False),
    )
    op.create_index("ix_extensions_period_unit_code", "extensions", ["period", "unit_code"])
    op.create_table(
        "rulings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("explanation", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
    )
    op.create_index("ix_rulings_submission_id", "rulings", ["submission_id"])


def downgrade() -> None:
    """Remove both tables."""
    op.drop_table("rulings")
    op.drop_table("extensions")
