"""Where figures stand: cells of chosen submissions with the sheet and the address they were read from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from sqlalchemy import and_, func, select

from tonghop.domain.value import Value
from tonghop.store.database import Database
from tonghop.store.records import FormPlace
from tonghop.store.schema import cells, filed_forms, filed_rows
from tonghop.store.values import decode

_AT_ONCE = 900  # ids in one statement: databases limit the number of parameters


class SourceCell(NamedTuple):
    """A cell of a filed form that is not blank."""

    submission_id: int
    row_key: str
    row_name: str
    column: int
    value: Value
    address: str


class Provenance:
    """What single figures were read from."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def places(self, submission_ids: Iterable[int], form: str) -> dict[int, FormPlace]:
        """Workbook and sheet from which each of the submissions has `form`; those that lack it are not there."""
        kept = filed_forms.c
        query = select(kept.submission_id, kept.sheet, func.coalesce(kept.origin_id, kept.submission_id), kept.nil)
        found: dict[int, FormPlace] = {}
        with self._database.reading() as connection:
            for some in _portions(submission_ids):
                mine = query.where(kept.form == form, kept.submission_id.in_(some))
                found.update({one: FormPlace(*place) for one, *place in connection.execute(mine)})
        return found

    def inherited(self, submission_ids: Iterable[int]) -> dict[int, dict[int, tuple[str, ...]]]:
        """Submission → submission whose workbook holds them → the forms it took over; whole ones are not there."""
        kept = filed_forms.c
        query = select(kept.submission_id, kept.origin_id, kept.form).where(kept.origin_id.is_not(None))
        found: dict[int, dict[int, tuple[str, ...]]] = {}
        with self._database.reading() as connection:
            for some in _portions(submission_ids):
                mine = query.where(kept.submission_id.in_(some)).order_by(kept.submission_id, kept.origin_id, kept.form)
                for submission, origin, form in connection.execute(mine):
                    origins = found.setdefault(submission, {})
                    origins[origin] = (*origins.get(origin, ()), form)
        return found

    def cells(
        self, submission_ids: Iterable[int], form: str, columns: Collection[int] = (), row: str = ""
    ) -> list[SourceCell]:
        """Cells of `form`, of `columns` and of the row with key `row` where given, by submission, row and column."""
        same = and_(
            cells.c.submission_id == filed_rows.c.submission_id,
            cells.c.form == filed_rows.c.form,
            cells.c.position == filed_rows.c.position,
        )
        query = (
            select(
                filed_rows.c.submission_id,
                filed_rows.c.row_key,
                filed_rows.c.row_name,
                cells.c.column_number,
                cells.c.number,
                cells.c.text,
                cells.c.kind,
                cells.c.address,
            )
            .join(cells, same)
            .where(filed_rows.c.form == form)
            .order_by(filed_rows.c.submission_id, filed_rows.c.position, cells.c.column_number)
        )
        if columns:
            query = query.where(cells.c.column_number.in_(columns))
        if row:
            query = query.where(filed_rows.c.row_key == row)
        found = []
        with self._database.reading() as connection:
            for some in _portions(submission_ids):
                for one in connection.execute(query.where(filed_rows.c.submission_id.in_(some))):
                    submission, key, name, column, number, text, kind, address = one
                    found.append(SourceCell(submission, key, name, column, decode(number, text, kind), address))
        return found


def _portions(ids: Iterable[int]) -> Iterator[list[int]]:
    waiting = iter(sorted(ids))
    while some := list(islice(waiting, _AT_ONCE)):
        yield some
