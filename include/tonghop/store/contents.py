"""Writes what a workbook holds: forms, rows, cells, findings, explanations, paragraphs, each in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Table, func, insert, literal, select

from tonghop.domain.finding import Finding
from tonghop.domain.submission import Explanation, FiledForm, FiledRow, Filing
from tonghop.store.bulk import insert_rows
from tonghop.store.records import Inherited
from tonghop.store.schema import cells, explanations, filed_forms, filed_rows, findings, paragraphs
from tonghop.store.values import encode, encode_follow_ons

_Rows = list[dict[str, Any]]


def write_filing(
    connection: Connection, submission_id: int, filing: Filing, inherited: Inherited | None = None
) -> None:
    """Keep every form of `filing` with its rows and cells that are not blank; the TỔNG CỘNG row is not kept.

    Forms that are `inherited` are copied as they were kept then, with the submission they are from.
    """
    owner = {"submission_id": submission_id}
    own = [form for form in filing.forms.values() if inherited is None or form.form not in inherited.forms]
    forms = [owner | {"form": form.form, "sheet": form.sheet, "nil": form.nil} for form in own]
    rows: _Rows = []
    values: _Rows = []
    for form in own:
        for position, row in _kept(form):
            rows.append(_row(submission_id, form.form, position, row))
            values.extend(_cells(submission_id, form.form, position, row))
    given = [owner | _explanation(explanation, n) for n, explanation in enumerate(filing.explanations, 1)]
    words = [owner | {"position": n, "heading": p.heading, "words": p.text} for n, p in enumerate(filing.paragraphs, 1)]
    pairs = ((filed_forms, forms), (filed_rows, rows), (cells, values), (explanations, given), (paragraphs, words))
    for table, content in pairs:
        _insert(connection, table, content)
    if inherited is not None:
        _inherit(connection, submission_id, inherited)


def write_findings(connection: Connection, submission_id: int, found: Iterable[Finding], first: int = 1) -> None:
    """Keep findings in their order, numbered from `first`."""
    content = [_finding(finding, submission_id, position) for position, finding in enumerate(found, first)]
    _insert(connection, findings, content)


def _inherit(connection: Connection, submission_id: int, inherited: Inherited) -> None:
    for table in (filed_forms, filed_rows, cells):
        changed: dict[str, Any] = {"submission_id": literal(submission_id)}
        if table is filed_forms:
            changed["origin_id"] = func.coalesce(table.c.origin_id, literal(inherited.base))
        kept = select(*(changed.get(column.name, column) for column in table.columns)).where(
            table.c.submission_id == inherited.base, table.c.form.in_(inherited.forms)
        )
        connection.execute(insert(table).from_select([column.name for column in table.columns], kept))


def _insert(connection: Connection, table: Table, content: _Rows) -> None:
    if content:
        insert_rows(connection, table, tuple(content[0]), (tuple(row.values()) for row in content))


def _kept(form: FiledForm) -> Iterator[tuple[int, FiledRow]]:
    return ((position, row) for position, row in enumerate(form.rows, 1) if not row.is_blank)


def _row(submission_id: int, form: str, position: int, row: FiledRow) -> dict[str, Any]:
    return {
        "submission_id": submission_id,
        "form": form,
        "position": position,
        "row_key": row.key,
        "row_name": row.name,
        "sheet_row": row.sheet_row,
        "added": row.added,
    }


def _cells(submission_id: int, form: str, position: int, row: FiledRow) -> Iterator[dict[str, Any]]:
    for cell in row.cells.values():
        if cell.value is None:
            continue
        number, text, kind = encode(cell.value)
        yield {
            "submission_id": submission_id,
            "form": form,
            "position": position,
            "column_number": cell.column,
            "number": number,
            "text": text,
            "kind": kind,
            "address": cell.address,
        }


def _explanation(explanation: Explanation, position: int) -> dict[str, Any]:
    return {
        "position": position,
        "form": explanation.form,
        "row_key": explanation.row_key,
        "column_number": explanation.column,
        "reason": explanation.reason,
        "about": explanation.about,
    }


def _finding(finding: Finding, submission_id: int, position: int) -> dict[str, Any]:
    return {
        "submission_id": submission_id,
        "position": position,
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "form": finding.form,
        "sheet": finding.sheet,
        "row_key": finding.row_key,
        "row_name": finding.row_name,
        "column_number": finding.column,
        "address": finding.address,
        "found": finding.found,
        "expected": finding.expected,
        "rule": finding.rule,
        "columns_read": ",".join(map(str, finding.columns)),
        "explained_by": finding.explained_by,
        "follow_ons": encode_follow_ons(finding.follow_ons),
    }
