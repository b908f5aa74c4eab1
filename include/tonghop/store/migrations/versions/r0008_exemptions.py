"""What units need not file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0008_exemptions"
down_revision = "r0007_withdrawals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "exemptions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("unit_code", sa.Text, nullable=False),
        sa.Column("unit_valid_from", sa.Date, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("lifted", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("reason", "login")),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_exemptions_period_unit_code", "exemptions", ["period", "unit_code"])


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("exemptions")
