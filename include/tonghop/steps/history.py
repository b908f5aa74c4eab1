"""What stands accepted, as rows of figures: the past that openings, carry-overs and derived figures come from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tonghop.domain.form import Form
from tonghop.domain.period import Period
from tonghop.domain.rollup import Number
from tonghop.domain.value import Value
from tonghop.store import Store
from tonghop.store.records import StandingUnit

UnitRows = dict[str, dict[int, Number | None]]  # row key → column → figure


@dataclass
class Standing:
    """One form in one period: per unit code its rows; a unit absent has nothing standing, {} is "không phát sinh"."""

    rows: dict[str, UnitRows] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # row key → printed name
    values: dict[str, dict[str, dict[int, Value]]] = field(default_factory=dict)  # every value, for list forms
    nil: set[str] = field(default_factory=set)
    submissions: dict[str, int] = field(default_factory=dict)


def standing(
    store: Store,
    period: Period,
    form: Form,
    units: Collection[str] | None = None,
    forms: Mapping[str, StandingUnit] | None = None,
) -> Standing:
    """What stands accepted of `form` in `period` (of `units`, with the units' `forms` where they were read before)."""
    found = Standing()
    for code, unit in (store.filings.accepted_forms(period.code) if forms is None else forms).items():
        if form.code in unit.forms and (units is None or code in units):
            found.rows[code] = {}
            found.submissions[code] = unit.submission_id
            if unit.forms[form.code]:
                found.nil.add(code)
    blank = {column.number: None for column in form.figures}
    for cell in store.filings.accepted_cells(period.code, form.code, units):
        mine = found.rows.setdefault(cell.unit_code, {})
        row = mine.setdefault(cell.row_key, dict(blank))
        if cell.column in blank and isinstance(cell.value, int | Decimal):
            row[cell.column] = cell.value
        found.names.setdefault(cell.row_key, cell.row_name)
        found.values.setdefault(cell.unit_code, {}).setdefault(cell.row_key, {})[cell.column] = cell.value
    for code in found.nil:
        found.rows[code] = {}
    return found
