"""What rules found in all filings of a period, and which forms each filing held: two queries for a whole report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from tonghop.domain.form import Severity
from tonghop.store.database import Database
from tonghop.store.schema import filed_forms, findings, submissions


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """A finding by a rule that may be explained or only informs; `explained` when it stands with a giải trình."""

    submission_id: int
    code: str
    rule: str
    form: str
    row_key: str
    column: int
    found: str
    severity: Severity
    explained: bool


class RuleFindings:
    """Findings of rules in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, period: str) -> list[RuleFinding]:
        """Every finding of a soft rule in the filings of `period`, by submission."""
        asked = findings.c
        query = (
            select(
                asked.submission_id,
                asked.code,
                asked.rule,
                asked.form,
                asked.row_key,
                asked.column_number,
                asked.found,
                asked.severity,
                asked.explained_by,
            )
            .join(submissions, submissions.c.id == asked.submission_id)
            .where(submissions.c.period == period, asked.rule != "", asked.severity != Severity.BLOCKING.value)
            .order_by(asked.submission_id, asked.position)
        )
        with self._database.reading() as connection:
            return [_finding(row) for row in connection.execute(query)]

    def forms(self, period: str) -> dict[int, frozenset[str]]:
        """Forms of every filing of `period` that could be read, by submission."""
        query = (
            select(filed_forms.c.submission_id, filed_forms.c.form)
            .join(submissions, submissions.c.id == filed_forms.c.submission_id)
            .where(submissions.c.period == period)
        )
        held: dict[int, set[str]] = {}
        with self._database.reading() as connection:
            for submission_id, form in connection.execute(query):
                held.setdefault(submission_id, set()).add(form)
        return {submission_id: frozenset(forms) for submission_id, forms in held.items()}


def _finding(row: Row[*tuple[Any, ...]]) -> RuleFinding:
    return RuleFinding(
        submission_id=row.submission_id,
        code=row.code,
        rule=row.rule,
        form=row.form,
        row_key=row.row_key,
        column=row.column_number,
        found=row.found,
        severity=Severity(row.severity),
        explained=bool(row.explained_by),
    )
