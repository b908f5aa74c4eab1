"""Which findings of a workbook only repeat an earlier cause: a unit is told the root, its echoes folded under it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tonghop.domain.finding import Finding, FollowOn
from tonghop.domain.form import Severity

CELL_PROBLEMS = frozenset(
    {
        "blank-cell",
        "not-a-number",
        "decimal-in-count",
        "ambiguous-number",
        "too-large",
        "not-a-date",
        "cell-error",
        "formula-uncached",
        "negative",
    }
)
_ORDER = (
    "formula-mismatch",
    "balance",
    "balance-soft",
    "total-mismatch",
    "carry-over",
    "year-below-quarters",
    "cross-form",
    "unchanged",
    "zero-total",
    "vanished",
    "zero",
    "jump",
    "jump-total",
    "growth",
    "growth-total",
    "share",
)
_WHOLE_COLUMN = frozenset({"total-mismatch", "cross-form", "zero-total", "jump-total", "growth-total", "share"})
_ROW, _COLUMN, _CELL = (True, False), (False, True), (True, True)  # must row, must column be the same?
# (what is said, what was said before) → where the second says nothing new beside the first.
_REPEATS = {
    ("vanished", "carry-over"): _ROW,
    ("vanished", "year-below-quarters"): _ROW,
    ("zero", "zero-total"): _COLUMN,
    ("jump", "zero-total"): _COLUMN,
    ("jump", "zero"): _CELL,
    ("jump-total", "zero-total"): _COLUMN,
    ("jump-total", "jump"): _COLUMN,
    ("growth", "jump"): _CELL,
    ("growth-total", "jump-total"): _COLUMN,
    ("growth-total", "growth"): _COLUMN,
}


_Cell = tuple[str, str, int]  # form, row key, column


def fold_follow_ons(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """`findings` of one workbook, root causes first, each holding those that only repeat it.

    A rule is not reported for a row when a cell it reads is itself faulty or already contradicts its parts
    (formula-mismatch); nor are the total row and whole-form comparisons for a column with such a cell. Two balances of
    a row that share a column are both reported: which of its columns is wrong is not known, and hiding one would cost
    the unit another round. Of the rules on what is usual the one that says most about a figure speaks.
    """
    kept: list[Finding] = []
    echoes: dict[int, list[FollowOn]] = {}
    bad_cells: dict[_Cell, int] = {}
    for finding in sorted(findings, key=_rank):
        cause = _cause(finding, bad_cells, kept) if finding.code in _ORDER else None
        if cause is not None:
            echoes.setdefault(cause, []).append(finding.as_follow_on)
            continue
        if finding.code in CELL_PROBLEMS or finding.code == "formula-mismatch":
            bad_cells.setdefault((finding.form, finding.row_key, finding.column), len(kept))
        kept.append(finding)
    return tuple(
        replace(finding, follow_ons=tuple(echoes[at])) if at in echoes else finding for at, finding in enumerate(kept)
    )


def _cause(finding: Finding, bad: dict[_Cell, int], kept: Sequence[Finding]) -> int | None:
    """Place in `kept` of what `finding` only repeats; None when it says something of its own."""
    followed = _followed(finding, bad)
    return _repeated(finding, kept) if followed is None else followed


def _followed(finding: Finding, bad: dict[_Cell, int]) -> int | None:
    columns = {finding.column, *finding.columns}
    for (form, row, column), cause in bad.items():
        same_row = finding.code in _WHOLE_COLUMN or row == finding.row_key
        if form == finding.form and column in columns and same_row:
            return cause
    return None


def _repeated(finding: Finding, kept: Sequence[Finding]) -> int | None:
    """The kept finding of the form that already says of the row, the column or the cell what `finding` says."""
    for at, cause in enumerate(kept):
        row, column = _REPEATS.get((finding.code, cause.code), (None, None))
        same_row, same_column = cause.row_key == finding.row_key, cause.column == finding.column
        if row is not None and cause.form == finding.form and (same_row or not row) and (same_column or not column):
            return at
    return None


def _rank(finding: Finding) -> tuple[int, int]:
    severity = (Severity.BLOCKING, Severity.EXPLAIN, Severity.NOTE).index(finding.severity)
    return severity, _ORDER.index(finding.code) + 1 if finding.code in _ORDER else 0
