"""Receipts in a chain, signed PDFs beside the workbooks; an arrival may belong to no filing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0009_receipts"
down_revision = "r0008_exemptions"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables, guard the receipts, and let a signed PDF arrive without a filing."""
    _receipts()
    _guard_receipts()
    _attachments()
    with op.batch_alter_table("arrivals") as arrivals:
        arrivals.alter_column("submission_id", existing_type=sa.Integer, nullable=True)


def downgrade() -> None:
    """Remove both tables and what arrived without a filing."""
    op.execute("DELETE FROM arrivals WHERE submission_id IS NULL")
    with op.batch_alter_table("arrivals") as arrivals:
        arrivals.alter_column("submission_id", existing_type=sa.Integer, nullable=False)
    op.drop_table("attachments")
    op.drop_table("receipts")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_receipts()")


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("period", "unit_code")),
        sa.Column("unit_valid_from", sa.Date, nullable=False),
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submissions.id")),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("replaces", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("facts", "previous", "digest")),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_receipts_submission_id", "receipts", ["submission_id"])
    op.create_index("ix_receipts_period_unit_code", "receipts", ["period", "unit_code"])


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("period", "unit_code")),
        sa.Column("unit_valid_from", sa.Date, nullable=False),
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submissions.id")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("sha256", "name")),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.UniqueConstraint("period", "unit_code", "unit_valid_from", "sha256", name="uq_attachments"),
    )
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"])


def _guard_receipts() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change_of_receipts() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'receipts are append-only'; END$$"
        )
        op.execute(
            "CREATE TRIGGER receipts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_receipts()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER receipts_no_{action.lower()} BEFORE {action} ON receipts "
            "BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END"
        )
