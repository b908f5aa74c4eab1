"""Sums over the rows of filed forms, added up in the database: a rule that compares whole forms needs no cell."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from tonghop.domain.submission import State
from tonghop.domain.units import UnitKey
from tonghop.store.database import Database
from tonghop.store.schema import cells, filed_forms, submissions

UnitSums = dict[UnitKey, dict[int, int]]  # unit → column → sum of its whole numbers


class Sums:
    """Sums of what stands accepted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accepted(
        self, periods: Collection[str], forms: Collection[str], units: Collection[str] | None = None
    ) -> dict[tuple[str, str], UnitSums]:
        """(period, form) → sums of every unit (with one of the codes `units`) whose form stands accepted.

        A unit that stated “không phát sinh”, and a column without a whole number, have no sum.
        """
        filed = submissions.c
        stands = [filed.period.in_(periods), filed.state == State.ACCEPTED.value]
        if units is not None:
            stands.append(filed.unit_code.in_(units))
        unit = (filed.unit_code, filed.unit_valid_from)
        standing = (
            select(filed.period, filed_forms.c.form, *unit)
            .join(filed_forms, filed_forms.c.submission_id == filed.id)
            .where(*stands, filed_forms.c.form.in_(forms))
        )
        place = (filed.period, cells.c.form, *unit, cells.c.column_number)
        sums = (
            select(*place, func.sum(cells.c.number))
            .join(cells, cells.c.submission_id == filed.id)
            .where(*stands, cells.c.form.in_(forms), cells.c.number.is_not(None))
            .group_by(*place)
        )
        found: dict[tuple[str, str], UnitSums] = {}
        with self._database.reading() as connection:
            for period, form, code, valid_from in connection.execute(standing):
                found.setdefault((period, form), {})[UnitKey(code, valid_from)] = {}
            for period, form, code, valid_from, column, total in connection.execute(sums):
                found[period, form][UnitKey(code, valid_from)][column] = int(total)
        return found
