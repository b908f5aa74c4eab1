"""A filing as the store kept it, for steps that judge or compare what was recorded before."""

from __future__ import annotations

from itertools import groupby

from tonghop.domain.submission import Cell, FiledForm, FiledRow, Filing, Identity
from tonghop.domain.value import CellState, RawCell
from tonghop.store import Store
from tonghop.store.records import StoredCell


def stored_filing(store: Store, submission_id: int) -> Filing:
    """Forms and paragraphs of a submission; the filed TỔNG CỘNG rows and blank rows are not kept."""
    rows: dict[str, list[FiledRow]] = {}
    for (form, _), mine in groupby(store.filings.cells(submission_id), key=lambda cell: (cell.form, cell.position)):
        rows.setdefault(form, []).append(_row(list(mine)))
    forms = {
        code: FiledForm(code, place.sheet, nil=place.nil, rows=tuple(rows.get(code, ())), total=None)
        for code, place in store.filings.places(submission_id).items()
    }
    return Filing(Identity(), forms, paragraphs=store.filings.paragraphs(submission_id))


def _row(cells: list[StoredCell]) -> FiledRow:
    first = cells[0]
    read = {cell.column: Cell(cell.column, cell.address, RawCell(CellState.VALUE), cell.value) for cell in cells}
    return FiledRow(first.row_key, first.row_name, first.sheet_row, read, first.added)
