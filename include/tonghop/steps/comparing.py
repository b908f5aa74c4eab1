"""What a further filing of a unit changes: cell by cell beside the one before it, as both stand in the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tonghop.domain.province import Province
from tonghop.domain.text import figure
from tonghop.domain.value import Value
from tonghop.store import Store
from tonghop.store.records import FormPlace, StoredCell, Submission

MOST = 200  # changes listed; of more the number is told
BLANK, NIL, NO_FORM = "để trống", "không phát sinh", "không có biểu"


@dataclass(frozen=True, slots=True)
class Change:
    """A cell, or a whole form (`column` 0), that differs; `before` and `after` are the words shown.

    `address` is where the cell stands in the later workbook, or stood in the earlier one when it is blank now.
    """

    form: str
    row: str
    column: int
    title: str
    address: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """How the filing of revision `after` differs from that of `before`: the first `MOST`, and how many `more`."""

    before: int
    after: int
    listed: tuple[Change, ...]
    more: int


@dataclass(frozen=True)
class _Content:
    """What one filing holds."""

    forms: Mapping[str, FormPlace]
    cells: Mapping[tuple[str, str, int], StoredCell]

    def shown(self, form: str, cell: StoredCell | None) -> str:
        """A blank, a 0 and a stated nothing are three different things."""
        if cell is not None:
            return _words(cell.value)
        return NIL if self.forms[form].nil else BLANK


def changes(store: Store, province: Province, submission: Submission) -> Changes | None:
    """`submission` beside the unit's last filing before it that could be read; None when one of the two could not."""
    now = _content(store, submission)
    earlier = store.submissions.of_unit(submission.period, submission.unit) if now.forms else ()
    for one in reversed([one for one in earlier if one.revision < submission.revision]):
        before = _content(store, one)
        if before.forms:
            found = list(_changes(province, before, now))
            return Changes(one.revision, submission.revision, tuple(found[:MOST]), max(0, len(found) - MOST))
    return None


def _content(store: Store, submission: Submission) -> _Content:
    cells = {(cell.form, cell.row_key, cell.column): cell for cell in store.filings.cells(submission.id)}
    return _Content(store.filings.places(submission.id), cells)


def _changes(province: Province, before: _Content, now: _Content) -> Iterator[Change]:
    """By form in official order: what became of the form, then its cells by row and column."""
    for code in province.regime.forms:
        if code in before.forms and code in now.forms:
            yield from _of_form(province, code, before, now)
        elif code in before.forms or code in now.forms:
            yield Change(code, "", 0, "", "", _whole(code, before), _whole(code, now))


def _of_form(province: Province, code: str, before: _Content, now: _Content) -> Iterator[Change]:
    if before.forms[code].nil != now.forms[code].nil:
        yield Change(code, "", 0, "", "", _whole(code, before), _whole(code, now))
    form = province.regime.forms[code]
    known = {at: cell for at, cell in (*before.cells.items(), *now.cells.items()) if at[0] == code}
    rows = {row: cell.position for (_, row, _), cell in known.items()}
    for place in sorted(known, key=lambda at: (rows[at[1]], *at)):
        old, new = before.cells.get(place), now.cells.get(place)
        if (old and old.value) != (new and new.value) or (old is None) != (new is None):
            cell = known[place]
            title = form[cell.column].title if cell.column in form else ""
            shown = before.shown(code, old), now.shown(code, new)
            yield Change(code, cell.row_name, cell.column, title, cell.address, *shown)


def _whole(code: str, content: _Content) -> str:
    if code not in content.forms:
        return NO_FORM
    held = sum(form == code for form, _, _ in content.cells)
    if content.forms[code].nil:
        return NIL
    return f"{figure(held)} ô có số liệu" if held else "chưa có số liệu"


def _words(value: Value) -> str:
    if isinstance(value, int | Decimal):
        return figure(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else f"“{value}”"
