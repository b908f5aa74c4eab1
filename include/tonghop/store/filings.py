"""Reads what was filed: cells that stand accepted in a period, and the contents of one submission."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from tonghop.domain.finding import Finding
from tonghop.domain.form import Severity
from tonghop.domain.submission import Explanation, Paragraph, State
from tonghop.domain.units import UnitKey
from tonghop.store.database import Database
from tonghop.store.records import FormPlace, StandingCell, StandingUnit, StoredCell
from tonghop.store.schema import cells, explanations, filed_forms, filed_rows, findings, paragraphs, submissions
from tonghop.store.values import decode, decode_follow_ons

_Query = Select[*tuple[Any, ...]]

# form, then a `FormPlace`
_PLACE = (
    filed_forms.c.form,
    filed_forms.c.sheet,
    func.coalesce(filed_forms.c.origin_id, filed_forms.c.submission_id),
    filed_forms.c.nil,
)


class Filings:
    """What the submissions of the store hold."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accepted_cells(
        self, period: str, form: str | None = None, units: Collection[str] | None = None, column: int | None = None
    ) -> list[StandingCell]:
        """Cells standing accepted in `period`, of one form, of units with these codes, of one column where given.

        In the order unit code, form, row, column. Blank cells and blank rows are not there.
        """
        query = _standing_cells().where(*_stands(period))
        if form is not None:
            query = query.where(filed_rows.c.form == form)
        if units is not None:
            query = query.where(submissions.c.unit_code.in_(units))
        if column is not None:
            query = query.where(cells.c.column_number == column)
        with self._database.reading() as connection:
            found = connection.execute(query).all()
        read = [
            StandingCell(unit, submission, code, key, name, position, column, decode(number, text, kind), address)
            for unit, submission, code, key, name, position, column, number, text, kind, address in found
        ]
        read.sort(key=lambda cell: (cell.unit_code, cell.form, cell.row_position, cell.column))
        return read

    def accepted_forms(self, period: str) -> dict[str, StandingUnit]:
        """What stands accepted in `period`: unit code → submission and its forms."""
        columns = submissions.c
        query = (
            select(
                columns.unit_code,
                columns.unit_valid_from,
                columns.id,
                columns.sha256,
                filed_forms.c.form,
                filed_forms.c.nil,
            )
            .outerjoin(filed_forms, filed_forms.c.submission_id == columns.id)
            .where(*_stands(period))
            .order_by(columns.unit_code, filed_forms.c.form)
        )
        standing: dict[str, StandingUnit] = {}
        forms: dict[str, dict[str, bool]] = {}
        with self._database.reading() as connection:
            for code, valid_from, submission_id, sha256, form, nil in connection.execute(query):
                mine = forms.setdefault(code, {})
                standing.setdefault(code, StandingUnit(UnitKey(code, valid_from), submission_id, sha256, mine))
                if form is not None:
                    mine[form] = nil
        return standing

    def accepted_places(self, period: str) -> dict[tuple[str, str], FormPlace]:
        """Workbook and sheet in which a form that stands accepted was found, by (unit code, form)."""
        query = (
            select(submissions.c.unit_code, *_PLACE)
            .join(filed_forms, filed_forms.c.submission_id == submissions.c.id)
            .where(*_stands(period))
        )
        with self._database.reading() as connection:
            return {(unit, form): FormPlace(*place) for unit, form, *place in connection.execute(query)}

    def cells(self, submission_id: int) -> tuple[StoredCell, ...]:
        """Every kept cell of one submission, whatever its state."""
        query = (
            select(filed_rows, cells)
            .join(cells, _same_row())
            .where(filed_rows.c.submission_id == submission_id)
            .order_by(filed_rows.c.form, filed_rows.c.position, cells.c.column_number)
        )
        with self._database.reading() as connection:
            return tuple(_stored(row) for row in connection.execute(query))

    def forms(self, submission_id: int) -> dict[str, bool]:
        """Form code → whether the unit states "không phát sinh" on it."""
        query = select(filed_forms.c.form, filed_forms.c.nil).where(filed_forms.c.submission_id == submission_id)
        with self._database.reading() as connection:
            found = connection.execute(query.order_by(filed_forms.c.form)).all()
        return {row.form: row.nil for row in found}

    def places(self, submission_id: int) -> dict[str, FormPlace]:
        """Form code → workbook and sheet in which one submission has it, by code."""
        query = select(*_PLACE).where(filed_forms.c.submission_id == submission_id).order_by(filed_forms.c.form)
        with self._database.reading() as connection:
            return {form: FormPlace(*place) for form, *place in connection.execute(query)}

    def findings(self, submission_id: int) -> tuple[Finding, ...]:
        with self._database.reading() as connection:
            return read_findings(connection, submission_id)

    def accepted_findings(self, period: str) -> dict[str, tuple[Finding, ...]]:
        """Findings of what stands accepted: unit code → findings; units without any are not there."""
        query = (
            select(submissions.c.unit_code, findings)
            .join(findings, findings.c.submission_id == submissions.c.id)
            .where(*_stands(period))
            .order_by(submissions.c.unit_code, findings.c.position)
        )
        found: dict[str, list[Finding]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query):
                found.setdefault(row.unit_code, []).append(_finding(row))
        return {code: tuple(mine) for code, mine in found.items()}

    def explanations(self, submission_id: int) -> tuple[Explanation, ...]:
        given = explanations.c
        query = (
            select(given.form, given.row_key, given.column_number, given.reason, given.about)
            .where(given.submission_id == submission_id)
            .order_by(given.position)
        )
        with self._database.reading() as connection:
            return tuple(Explanation(*row) for row in connection.execute(query))

    def paragraphs(self, submission_id: int) -> tuple[Paragraph, ...]:
        query = select(paragraphs.c.heading, paragraphs.c.words).where(paragraphs.c.submission_id == submission_id)
        with self._database.reading() as connection:
            return tuple(Paragraph(*row) for row in connection.execute(query.order_by(paragraphs.c.position)))

    def accepted_paragraphs(self, period: str) -> dict[str, tuple[Paragraph, ...]]:
        """The units' own words that stand accepted: unit code → paragraphs."""
        query = (
            select(submissions.c.unit_code, paragraphs.c.heading, paragraphs.c.words)
            .join(paragraphs, paragraphs.c.submission_id == submissions.c.id)
            .where(*_stands(period))
            .order_by(submissions.c.unit_code, paragraphs.c.position)
        )
        words: dict[str, list[Paragraph]] = {}
        with self._database.reading() as connection:
            for code, heading, text in connection.execute(query):
                words.setdefault(code, []).append(Paragraph(heading, text))
        return {code: tuple(mine) for code, mine in words.items()}


def read_findings(connection: Connection, submission_id: int) -> tuple[Finding, ...]:
    """Findings of one submission in their order."""
    query = select(findings).where(findings.c.submission_id == submission_id).order_by(findings.c.position)
    return tuple(_finding(row) for row in connection.execute(query))


def _stands(period: str) -> tuple[ColumnElement[bool], ...]:
    return submissions.c.period == period, submissions.c.state == State.ACCEPTED.value


def _same_row() -> ColumnElement[bool]:
    return and_(
        cells.c.submission_id == filed_rows.c.submission_id,
        cells.c.form == filed_rows.c.form,
        cells.c.position == filed_rows.c.position,
    )


def _standing_cells() -> _Query:
    return (
        select(
            submissions.c.unit_code,
            submissions.c.id,
            filed_rows.c.form,
            filed_rows.c.row_key,
            filed_rows.c.row_name,
            filed_rows.c.position,
            cells.c.column_number,
            cells.c.number,
            cells.c.text,
            cells.c.kind,
            cells.c.address,
        )
        .join(filed_rows, filed_rows.c.submission_id == submissions.c.id)
        .join(cells, _same_row())
    )


def _stored(row: Row[*tuple[Any, ...]]) -> StoredCell:
    return StoredCell(
        row.form,
        row.row_key,
        row.row_name,
        row.position,
        row.sheet_row,
        row.added,
        row.column_number,
        decode(row.number, row.text, row.kind),
        row.address,
    )


def _finding(row: Row[*tuple[Any, ...]]) -> Finding:
    return Finding(
        code=row.code,
        severity=Severity(row.severity),
        message=row.message,
        form=row.form,
        sheet=row.sheet,
        row_key=row.row_key,
        row_name=row.row_name,
        column=row.column_number,
        address=row.address,
        found=row.found,
        expected=row.expected,
        rule=row.rule,
        columns=tuple(int(number) for number in row.columns_read.split(",") if number),
        explained_by=row.explained_by,
        follow_ons=decode_follow_ons(row.follow_ons),
    )
