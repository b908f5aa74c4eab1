"""Letters to units: reminders, summaries and announcements, once a day and channel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0005_letters"
down_revision = "r0004_office"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "letters_sent",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("unit_code", sa.Text, nullable=False),
        sa.Column("unit_valid_from", sa.Date, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "channel", "step", "address", "subject")),
        sa.Column("begun_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("outcome", sa.Text),
        sa.Column("words", sa.Text, nullable=False),
        sa.UniqueConstraint("period", "unit_code", "unit_valid_from", "day", "kind", "channel", name="uq_letters_sent"),
    )
    op.create_index("ix_letters_sent_day", "letters_sent", ["day"])


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("letters_sent")
