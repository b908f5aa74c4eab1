"""Which findings of a workbook only repeat an earlier cause: a unit is told the root, not its echoes."""

from __future__ import annotations

from collections.abc import Iterable

from tonghop.domain.finding import Finding
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


def without_follow_ons(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """`findings` of one workbook, root causes first, without those that only repeat an earlier cause.

    A rule is not reported for a row when a cell it reads is itself faulty or already contradicts its parts
    (formula-mismatch); nor are the total row and whole-form comparisons for a column with such a cell. Two balances of
    a row that share a column are both reported: which of its columns is wrong is not known, and hiding one would cost
    the unit another round. Of the rules on what is usual the one that says most about a figure speaks.
    """
    ordered = sorted(findings, key=_rank)
    kept: list[Finding] = []
    bad_cells: set[tuple[str, str, int]] = set()
    for finding in ordered:
        if finding.code in _ORDER and (_follows(finding, bad_cells) or _repeats(finding, kept)):
            continue
        if finding.code in CELL_PROBLEMS or finding.code == "formula-mismatch":
            bad_cells.add((finding.form, finding.row_key, finding.column))
        kept.append(finding)
    return tuple(kept)


def _follows(finding: Finding, bad: set[tuple[str, str, int]]) -> bool:
    columns = {finding.column, *finding.columns}
    return any(
        form == finding.form and column in columns and (finding.code in _WHOLE_COLUMN or row == finding.row_key)
        for form, row, column in bad
    )


def _repeats(finding: Finding, kept: Iterable[Finding]) -> bool:
    """Whether a kept finding of the form already says of the row, the column or the cell what `finding` says."""
    for cause in kept:
        row, column = _REPEATS.get((finding.code, cause.code), (None, None))
        same_row, same_column = cause.row_key == finding.row_key, cause.column == finding.column
        if row is not None and cause.form == finding.form and (same_row or not row) and (same_column or not column):
            return True
    return False


def _rank(finding: Finding) -> tuple[int, int]:
    severity = (Severity.BLOCKING, Severity.EXPLAIN, Severity.NOTE).index(finding.severity)
    return severity, _ORDER.index(finding.code) + 1 if finding.code in _ORDER else 0
