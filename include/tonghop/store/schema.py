"""The tables, as the newest migration leaves them (a test compares the two). What each keeps is said beside it.

Nothing is ever deleted from the tables of filings; only totals are replaced. A unit's key is (code, valid_from).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tonghop.store.column_types import Instant, Words

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _must(name: str, kind: Any, *constraints: ForeignKey, index: bool | None = None) -> Column[Any]:
    return Column(name, kind, *constraints, nullable=False, index=index)


def _key(name: str, kind: Any, *constraints: ForeignKey) -> Column[Any]:
    return Column(name, kind, *constraints, primary_key=True, autoincrement=False)


def _of_submission() -> Column[Any]:
    return _key("submission_id", Integer, ForeignKey("submissions.id"))


# An opened period; `revision` grows by one whenever what stands accepted in it changes.
periods = Table(
    "periods",
    METADATA,
    _key("period", Text),
    _must("opened_at", Instant),
    _must("revision", Integer),
    _must("consolidated_revision", Integer),
)

# A pass over the inboxes; `finished_at` is null while it runs, and for ever when it was killed.
scans = Table(
    "scans", METADATA, Column("id", Integer, primary_key=True), _must("at", Instant), Column("finished_at", Instant)
)

# One verdict on one workbook. `period` "" when the file does not say which period it is for.
submissions = Table(
    "submissions",
    METADATA,
    Column("id", Integer, primary_key=True),
    _must("period", Text),
    _must("unit_code", Text),
    _must("unit_valid_from", Date),
    _must("revision", Integer),
    _must("sha256", Text),
    _must("original_name", Words),
    _must("received_at", Instant),
    _must("regime", Text),
    _must("fingerprint", Words),
    _must("state", Text),
    _must("on_time", Boolean),
    _must("findings_count", Integer),
    _must("compiler", Words),
    _must("head", Words),
    _must("report_number", Words),
    Column("report_date", Date),
    Column("accepted_at", Instant),
    Column("superseded_by", Integer, ForeignKey("submissions.id")),
    Column("superseded_at", Instant),
    UniqueConstraint("period", "unit_code", "unit_valid_from", "revision"),
    Index("ix_submissions_period_state", "period", "state"),
    Index(
        "uq_submissions_standing",
        "period",
        "unit_code",
        "unit_valid_from",
        unique=True,
        sqlite_where=text("state = 'accepted'"),
        postgresql_where=text("state = 'accepted'"),
    ),
)

# A file seen in an inbox. `generation` counts moved arrivals of the same bytes, name and time: a file filed again
# after it was handled is a new arrival, one whose handling was interrupted is not. `submission_id` null: a signed PDF.
arrivals = Table(
    "arrivals",
    METADATA,
    Column("id", Integer, primary_key=True),
    _must("unit_code", Text),
    _must("unit_valid_from", Date),
    _must("name", Words),
    _must("size", BigInteger),
    _must("mtime_ns", BigInteger),
    _must("sha256", Text),
    _must("generation", Integer),
    _must("received_at", Instant),
    _must("outcome", Text),
    Column("submission_id", Integer, ForeignKey("submissions.id")),
    Column("moved_to", Words),
    Column("moved_at", Instant),
    UniqueConstraint("unit_code", "unit_valid_from", "name", "size", "mtime_ns", "sha256", "generation"),
)

# A form of a filing. `origin_id` is null when the filing's own workbook holds it, else the submission whose workbook
# does: a correction of single forms keeps the others of the filing that stood, copied with their rows and cells.
filed_forms = Table(
    "filed_forms",
    METADATA,
    _of_submission(),
    _key("form", Text),
    _must("sheet", Words),
    _must("nil", Boolean),
    Column("origin_id", Integer),
)

# A data row that is not wholly blank; `position` counts the form's data rows from 1, blank ones included.
filed_rows = Table(
    "filed_rows",
    METADATA,
    _of_submission(),
    _key("form", Text),
    _key("position", Integer),
    _must("row_key", Words),
    _must("row_name", Words),
    _must("sheet_row", Integer),
    _must("added", Boolean),
    sqlite_with_rowid=False,
)

# A cell that is not blank, of the row at `position`; `kind` says how to read number and text (see `values`).
# No foreign key: rows and cells are only written together, and the check would cost more than the insert.
cells = Table(
    "cells",
    METADATA,
    _key("submission_id", Integer),
    _key("form", Text),
    _key("position", Integer),
    _key("column_number", SmallInteger),
    Column("number", BigInteger),
    Column("text", Words),
    _must("kind", Text),
    _must("address", Text),
    sqlite_with_rowid=False,
)

# `follow_ons` is a JSON list (see `values`), "" for none.
findings = Table(
    "findings",
    METADATA,
    _of_submission(),
    _key("position", Integer),
    _must("code", Text),
    _must("severity", Text),
    _must("message", Words),
    _must("form", Text),
    _must("sheet", Words),
    _must("row_key", Words),
    _must("row_name", Words),
    _must("column_number", SmallInteger),
    _must("address", Text),
    _must("found", Words),
    _must("expected", Words),
    _must("rule", Text),
    _must("columns_read", Text),
    _must("explained_by", Words),
    Column("follow_ons", Words, nullable=False, server_default=text("''")),
)

explanations = Table(
    "explanations",
    METADATA,
    _of_submission(),
    _key("position", Integer),
    _must("form", Text),
    _must("row_key", Words),
    _must("column_number", SmallInteger),
    _must("reason", Words),
    Column("about", Words, nullable=False, server_default=text("''")),
)

paragraphs = Table(
    "paragraphs", METADATA, _of_submission(), _key("position", Integer), _must("heading", Words), _must("words", Words)
)

# Totals of `rollup`. `view` is "" for the period itself or a derived one: "6T", "9T", "Q4".
totals = Table(
    "totals",
    METADATA,
    _key("period", Text),
    _key("view", Text),
    _key("form", Text),
    _key("scope", Text),
    _key("grp", Text),
    _key("row_key", Words),
    _key("column_number", SmallInteger),
    Column("number", BigInteger),
    Column("text", Text),
    _must("kind", Text),
    _must("counted", Integer),
    _must("owed", Integer),
    sqlite_with_rowid=False,
)

total_rows = Table(
    "total_rows",
    METADATA,
    _key("period", Text),
    _key("view", Text),
    _key("form", Text),
    _key("row_key", Words),
    _must("row_name", Words),
    _must("row_position", Integer),
)

# Digest of what a form's totals were computed from: an unchanged form is not computed again.
total_inputs = Table(
    "total_inputs", METADATA, _key("period", Text), _key("view", Text), _key("form", Text), _must("digest", Text)
)

approvals = Table(
    "approvals",
    METADATA,
    Column("id", Integer, primary_key=True),
    _must("period", Text, index=True),
    _must("step", Text),
    _must("digest", Text),
    _must("login", Words),
    _must("os_user", Words),
    _must("via", Text),
    _must("decided_at", Instant),
    _must("decision", Text),
    _must("note", Words),
)

publications = Table(
    "publications",
    METADATA,
    _key("period", Text),
    _key("version", Integer),
    _must("digest", Text),
    _must("created_at", Instant),
    _must("path", Words),
    _must("manifest_sha256", Text),
    UniqueConstraint("period", "digest"),
)

publication_inputs = Table(
    "publication_inputs", METADATA, _key("period", Text), _key("version", Integer), _of_submission()
)

# Everything that happened, in order. Triggers refuse UPDATE and DELETE on both databases.
events = Table(
    "events",
    METADATA,
    Column("id", Integer, primary_key=True),
    _must("at", Instant),
    _must("actor", Words),
    _must("kind", Text),
    _must("period", Text, index=True),
    _must("unit_code", Text),
    Column("unit_valid_from", Date),
    Column("submission_id", Integer),
    _must("detail", Words),
)
