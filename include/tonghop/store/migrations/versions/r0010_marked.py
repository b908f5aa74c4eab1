"""What only follows from a finding, kept with it; which question a giải trình answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0010_marked"
down_revision = "r0009_receipts"
branch_labels = None
depends_on = None

_NEW = (("findings", "follow_ons"), ("explanations", "about"))


def upgrade() -> None:
    """Add both columns; rows made before have nothing in them."""
    for table, column in _NEW:
        op.add_column(table, sa.Column(column, sa.Text, nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    """Remove both columns."""
    for table, column in _NEW:
        with op.batch_alter_table(table) as changed:
            changed.drop_column(column)
