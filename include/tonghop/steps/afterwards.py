"""After an acceptance: later accepted periods are checked again; they get notes, no verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tonghop.domain.finding import Finding, make
from tonghop.domain.form import Severity
from tonghop.domain.period import Period
from tonghop.domain.units import Unit
from tonghop.steps.context import Context
from tonghop.steps.judging import Case, check
from tonghop.steps.stored import stored_filing
from tonghop.store.records import Submission

_OVER_TIME = frozenset({"carry-over", "year-below-quarters"})


def recheck_later(context: Context, period: Period, units: Sequence[Unit]) -> None:
    """Add a note to every standing filing of a later opened period that no longer fits the accepted figures."""
    province = context.province_for(period)
    opened = {found.code for found in context.opened_periods}
    for later in province.regime.following(period):
        if later.code not in opened:
            continue
        standing = {
            unit.code: (unit, found)
            for unit in units
            if (found := context.store.submissions.standing(later.code, unit.key)) is not None
        }
        if not standing:
            continue
        cases = [Case(code, unit, stored_filing(context.store, found.id)) for code, (unit, found) in standing.items()]
        for code, findings in check(context, context.province_for(later), later, cases, usual=False).items():
            _note(context, period, standing[code][1], findings)


def _note(context: Context, period: Period, submission: Submission, findings: Iterable[Finding]) -> None:
    known = {finding.message for finding in context.store.filings.findings(submission.id)}
    notes = [
        make(
            "earlier-period-changed",
            f"Số liệu {period.label} đã thay đổi sau khi báo cáo này được chấp nhận. {finding.message}",
            severity=Severity.NOTE,
            form=finding.form,
            sheet=finding.sheet,
            row_key=finding.row_key,
            row_name=finding.row_name,
            column=finding.column,
            address=finding.address,
        )
        for finding in findings
        if finding.code in _OVER_TIME and finding.message not in known
    ]
    if notes:
        context.store.submissions.add_notes(submission.id, notes, context.clock(), context.actor)
