"""The first tables: filings, totals, publications, events."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "events",
    "publication_inputs",
    "publications",
    "approvals",
    "total_inputs",
    "total_rows",
    "totals",
    "paragraphs",
    "explanations",
    "findings",
    "cells",
    "filed_rows",
    "filed_forms",
    "arrivals",
    "submissions",
    "scans",
    "periods",
)
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make every table, then the guard of the event log."""
    _periods()
    _submissions()
    _arrivals()
    _contents()
    _remarks()
    _totals()
    _release()
    _events()
    _guard_events()


def downgrade() -> None:
    """Remove everything."""
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_events()")


def _must(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _key(name: str, kind: Any, *constraints: sa.ForeignKey) -> sa.Column[Any]:
    return sa.Column(name, kind, *constraints, primary_key=True, autoincrement=False)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _of_submission() -> sa.Column[Any]:
    return _key("submission_id", sa.Integer, sa.ForeignKey("submissions.id"))


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [_must(name, sa.Text) for name in names]


def _periods() -> None:
    op.create_table(
        "periods",
        _key("period", sa.Text),
        _must("opened_at", _INSTANT),
        _must("revision", sa.Integer),
        _must("consolidated_revision", sa.Integer),
    )
    op.create_table("scans", _id(), _must("at", _INSTANT), sa.Column("finished_at", _INSTANT))


def _submissions() -> None:
    op.create_table(
        "submissions",
        _id(),
        *_texts("period", "unit_code"),
        _must("unit_valid_from", sa.Date),
        _must("revision", sa.Integer),
        *_texts("sha256", "original_name"),
        _must("received_at", _INSTANT),
        *_texts("regime", "fingerprint", "state"),
        _must("on_time", sa.Boolean),
        _must("findings_count", sa.Integer),
        *_texts("compiler", "head", "report_number"),
        sa.Column("report_date", sa.Date),
        sa.Column("accepted_at", _INSTANT),
        sa.Column("superseded_by", sa.Integer, sa.ForeignKey("submissions.id")),
        sa.Column("superseded_at", _INSTANT),
        sa.UniqueConstraint("period", "unit_code", "unit_valid_from", "revision"),
    )
    op.create_index("ix_submissions_period_state", "submissions", ["period", "state"])
    op.create_index(
        "uq_submissions_standing",
        "submissions",
        ["period", "unit_code", "unit_valid_from"],
        unique=True,
        sqlite_where=sa.text("state = 'accepted'"),
        postgresql_where=sa.text("state = 'accepted'"),
    )


def _arrivals() -> None:
    op.create_table(
        "arrivals",
        _id(),
        _must("unit_code", sa.Text),
        _must("unit_valid_from", sa.Date),
        _must("name", sa.Text),
        _must("size", sa.BigInteger),
        _must("mtime_ns", sa.BigInteger),
        _must("sha256", sa.Text),
        _must("generation", sa.Integer),
        _must("received_at", _INSTANT),
        _must("outcome", sa.Text),
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("moved_to", sa.Text),
        sa.Column("moved_at", _INSTANT),
        sa.UniqueConstraint("unit_code", "unit_valid_from", "name", "size", "mtime_ns", "sha256", "generation"),
    )


def _contents() -> None:
    op.create_table("filed_forms", _of_submission(), _key("form", sa.Text), *_texts("sheet"), _must("nil", sa.Boolean))
    op.create_table(
        "filed_rows",
        _of_submission(),
        _key("form", sa.Text),
        _key("position", sa.Integer),
        *_texts("row_key", "row_name"),
        _must("sheet_row", sa.Integer),
        _must("added", sa.Boolean),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cells",
        _key("submission_id", sa.Integer),
        _key("form", sa.Text),
        _key("position", sa.Integer),
        _key("column_number", sa.SmallInteger),
        sa.Column("number", sa.BigInteger),
        sa.Column("text", sa.Text),
        *_texts("kind", "address"),
        sqlite_with_rowid=False,
    )


def _remarks() -> None:
    op.create_table(
        "findings",
        _of_submission(),
        _key("position", sa.Integer),
        *_texts("code", "severity", "message", "form", "sheet", "row_key", "row_name"),
        _must("column_number", sa.SmallInteger),
        *_texts("address", "found", "expected", "rule", "columns_read", "explained_by"),
    )
    op.create_table(
        "explanations",
        _of_submission(),
        _key("position", sa.Integer),
        *_texts("form", "row_key"),
        _must("column_number", sa.SmallInteger),
        *_texts("reason"),
    )
    op.create_table("paragraphs", _of_submission(), _key("position", sa.Integer), *_texts("heading", "words"))


def _totals() -> None:
    place = ("period", "view", "form")
    op.create_table(
        "totals",
        *(_key(name, sa.Text) for name in (*place, "scope", "grp", "row_key")),
        _key("column_number", sa.SmallInteger),
        sa.Column("number", sa.BigInteger),
        sa.Column("text", sa.Text),
        *_texts("kind"),
        _must("counted", sa.Integer),
        _must("owed", sa.Integer),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "total_rows",
        *(_key(name, sa.Text) for name in (*place, "row_key")),
        *_texts("row_name"),
        _must("row_position", sa.Integer),
    )
    op.create_table("total_inputs", *(_key(name, sa.Text) for name in place), *_texts("digest"))


def _release() -> None:
    op.create_table(
        "approvals",
        _id(),
        *_texts("period", "step", "digest", "login", "os_user", "via"),
        _must("decided_at", _INSTANT),
        *_texts("decision", "note"),
    )
    op.create_index("ix_approvals_period", "approvals", ["period"])
    op.create_table(
        "publications",
        _key("period", sa.Text),
        _key("version", sa.Integer),
        *_texts("digest"),
        _must("created_at", _INSTANT),
        *_texts("path", "manifest_sha256"),
        sa.UniqueConstraint("period", "digest"),
    )
    op.create_table("publication_inputs", _key("period", sa.Text), _key("version", sa.Integer), _of_submission())


def _events() -> None:
    op.create_table(
        "events",
        _id(),
        _must("at", _INSTANT),
        *_texts("actor", "kind", "period", "unit_code"),
        sa.Column("unit_valid_from", sa.Date),
        sa.Column("submission_id", sa.Integer),
        *_texts("detail"),
    )
    op.create_index("ix_events_period", "events", ["period"])


def _guard_events() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change_of_events() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'events are append-only'; END$$"
        )
        op.execute(
            "CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER events_no_{action.lower()} BEFORE {action} ON events "
            "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        )
