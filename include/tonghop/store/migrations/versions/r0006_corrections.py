"""Forms that a correction takes over from the filing that stood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0006_corrections"
down_revision = "r0005_letters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; every form kept so far is its filing's own."""
    op.add_column("filed_forms", sa.Column("origin_id", sa.Integer))


def downgrade() -> None:
    """Remove the column."""
    op.drop_column("filed_forms", "origin_id")
