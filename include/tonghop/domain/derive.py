"""Figures nobody files: six and nine months from the quarters, and the fourth quarter implied by the year.

Every column says in the form spec how it follows over time (`OverTime`). A unit's derived figures need all of the
unit's parts: with one of them missing the unit is not counted, and the derived total is incomplete.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tonghop.domain.form import Column, Form, OverTime
from tonghop.domain.rollup import Figures, Number, Rows
from tonghop.domain.value import recompute


def cumulate(form: Form, parts: Sequence[Rows | None]) -> Rows | None:
    """Rows of several consecutive periods as one: flows added, opening of the first, closing of the last.

    None when a part is missing. A row blank in one part had no dossier then and adds nothing.
    """
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return {row: _derived(form, [part.get(row, {}) for part in known]) for row in _row_keys(known)}


def imply(form: Form, year: Rows | None, quarters: Sequence[Rows | None]) -> Rows | None:
    """The quarter nobody files: year less quarters for flows, opening = closing of the last quarter, rest as the year.

    None when the year or a quarter is missing.
    """
    known = [part for part in quarters if part is not None]
    if year is None or len(known) < len(quarters):
        return None
    implied: dict[str, dict[int, Number | None]] = {}
    for row in _row_keys([year, *known]):
        whole, parts = year.get(row, {}), [part.get(row, {}) for part in known]
        implied[row] = _complete(form, {c.number: _remaining(form, c, whole, parts) for c in form.figures})
    return implied


def derivable(form: Form) -> bool:
    """Whether anything of the form follows over time (a list of procedures does not)."""
    return any(column.over_time is not OverTime.NOT_DERIVABLE for column in form.figures)


def _row_keys(parts: Iterable[Rows]) -> list[str]:
    return list(dict.fromkeys(row for part in parts for row in part))


def _derived(form: Form, parts: Sequence[Figures]) -> dict[int, Number | None]:
    return _complete(form, {column.number: _over_time(column, parts) for column in form.figures})


def _complete(form: Form, figures: dict[int, Number | None]) -> dict[int, Number | None]:
    """`figures` with computed columns derived anew; a column declared not derivable stays “–” even so."""
    kept = (c.number for c in form.figures if c.over_time is OverTime.NOT_DERIVABLE)
    return {**recompute(form, figures), **dict.fromkeys(kept, None)}


def _over_time(column: Column, parts: Sequence[Figures]) -> Number | None:
    values = [part.get(column.number) for part in parts]
    if column.over_time is OverTime.FLOW:
        return _total(values)
    if all(value is None for value in values):
        return None
    if column.over_time is OverTime.OPENING:
        return values[0] or 0
    if column.over_time is OverTime.CLOSING:
        return values[-1] or 0
    if column.over_time is OverTime.STOCK:
        return next(value for value in reversed(values) if value is not None)
    return None


def _remaining(form: Form, column: Column, whole: Figures, parts: Sequence[Figures]) -> Number | None:
    year = whole.get(column.number)
    if column.over_time is OverTime.FLOW:
        before = _total([part.get(column.number) for part in parts])
        return None if year is None and before is None else (year or 0) - (before or 0)
    if column.over_time is OverTime.OPENING:
        closing = _closing_of(form, column)
        if not closing or not parts:
            return None
        last = parts[-1].get(closing)
        return last if last is not None else (0 if year is not None else None)
    if column.over_time in {OverTime.CLOSING, OverTime.STOCK}:
        return year
    return None


def _closing_of(form: Form, column: Column) -> int:
    """Number of the closing column that an opening column carries over, 0 when the form declares none."""
    return next((rule.source for rule in form.carry_overs if rule.column == column.number), 0)


def _total(values: Sequence[Number | None]) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
