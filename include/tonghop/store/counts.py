"""Counts over a whole period in one query each: what a page about thousands of units cannot ask unit by unit."""

from __future__ import annotations

from sqlalchemy import distinct, func, select

from tonghop.domain.form import Severity
from tonghop.domain.submission import State
from tonghop.store.database import Database
from tonghop.store.records import Fired
from tonghop.store.schema import filed_forms, findings, submissions


class Counts:
    """The counts of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_findings(self, period: str) -> dict[int, int]:
        """Findings still to be mended or explained, by submission; submissions without any are not there."""
        query = (
            select(findings.c.submission_id, func.count())
            .join(submissions, submissions.c.id == findings.c.submission_id)
            .where(
                submissions.c.period == period,
                findings.c.severity != Severity.NOTE.value,
                findings.c.explained_by == "",
            )
            .group_by(findings.c.submission_id)
        )
        with self._database.reading() as connection:
            return {int(submission_id): int(number) for submission_id, number in connection.execute(query)}

    def nil_forms(self, period: str) -> dict[str, set[str]]:
        """Forms that stand accepted as "không phát sinh", by unit code."""
        query = (
            select(submissions.c.unit_code, filed_forms.c.form)
            .join(filed_forms, filed_forms.c.submission_id == submissions.c.id)
            .where(submissions.c.period == period, submissions.c.state == State.ACCEPTED.value, filed_forms.c.nil)
        )
        found: dict[str, set[str]] = {}
        with self._database.reading() as connection:
            for unit, form in connection.execute(query):
                found.setdefault(unit, set()).add(form)
        return found

    def fired(self, period: str) -> tuple[Fired, ...]:
        """How often each check fired in all filings of a period."""
        asked = findings.c
        query = (
            select(asked.code, asked.form, asked.rule, func.count(), func.count(distinct(submissions.c.unit_code)))
            .join(submissions, submissions.c.id == asked.submission_id)
            .where(submissions.c.period == period)
            .group_by(asked.code, asked.form, asked.rule)
        )
        with self._database.reading() as connection:
            return tuple(Fired(*row) for row in connection.execute(query))
