"""Recording a verdict: state, whether on time, contents and findings of one filing in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from tonghop.domain.finding import Finding, make
from tonghop.domain.office import reopen
from tonghop.domain.submission import Filing, State
from tonghop.domain.value import Value
from tonghop.domain.verdict import Punctuality, carry, punctuality, verdict
from tonghop.steps.context import Context
from tonghop.steps.intake import Readable, Received, Refusal
from tonghop.steps.receipts import composer
from tonghop.steps.taking import still_there
from tonghop.store.records import Inherited, NewSubmission, Recorded, Submission

_NOT_COUNTED = frozenset({State.RETURNED, State.WITHDRAWN})


def record_judged(
    context: Context, one: Received, read: Readable, findings: tuple[Finding, ...], earlier: Sequence[Submission]
) -> tuple[Recorded, tuple[Finding, ...]]:
    """Keep a readable filing; `earlier` are the unit's revisions of the period. Returns it with all its findings.

    OutdatedError when it was judged with forms of a filing that stands no more.
    """
    filing, period = read.filing, read.period
    refused = context.store.office.refused(period.code, one.unit.key)
    findings = reopen(carry(findings, _explained(context, earlier, read.inherited)), refused)
    state = verdict(findings)
    province = context.province_for(period)
    deadline = context.deadline(province, period, one.unit)
    timely = _punctuality(context, one, deadline)
    if timely.unseen:
        findings = (*findings, make("on-time-unseen"))
    on_time = timely.on_time or (state is State.ACCEPTED and _was_on_time(context, filing, earlier))
    new = NewSubmission(
        arrival=one.key,
        received_at=one.received_at,
        period=period.code,
        state=state,
        on_time=on_time,
        filing=filing,
        findings=findings,
        regime=province.regime.id,
        actor=context.actor,
        decided_at=context.clock(),
        inherited=read.inherited,
    )
    compose = composer(context, (one.unit, one.province), deadline)
    return context.store.submissions.record(new, _there(one), compose), findings


def record_refused(context: Context, one: Received, refusal: Refusal) -> Recorded:
    """Keep a file that is returned: its bytes are in the vault, its reason in the store, its figures nowhere."""
    period = refusal.period
    timely = Punctuality(on_time=True)
    if period is not None:
        timely = _punctuality(context, one, context.deadline(context.province_for(period), period, one.unit))
    new = NewSubmission(
        arrival=one.key,
        received_at=one.received_at,
        period=period.code if period else "",
        state=State.RETURNED,
        on_time=timely.on_time,
        findings=refusal.findings,
        regime=one.province.regime.id,
        actor=context.actor,
        decided_at=context.clock(),
    )
    return context.store.submissions.record(new, _there(one), composer(context, (one.unit, one.province)))


def _there(one: Received) -> Callable[[], bool]:
    return lambda: still_there(one.arrived.path, one.arrived)


def _explained(context: Context, earlier: Sequence[Submission], inherited: Inherited | None) -> tuple[Finding, ...]:
    """Findings whose giải trình carry over: of the unit's last readable revision and the one it takes forms from."""
    readable = [submission.id for submission in earlier if submission.state not in _NOT_COUNTED]
    before = dict.fromkeys([*([inherited.base] if inherited else []), *readable[-1:]])
    return tuple(finding for submission in before for finding in context.store.filings.findings(submission))


def _punctuality(context: Context, one: Received, deadline: datetime) -> Punctuality:
    before = context.store.scans.last_before(one.received_at)
    return punctuality(one.received_at, deadline, before.at if before else None)


def _was_on_time(context: Context, filing: Filing, earlier: Sequence[Submission]) -> bool:
    """A unit is on time by its first filing that was accepted, or that only words were missing from (DOMAIN.md)."""
    for submission in earlier:
        if submission.on_time and submission.state in {State.ACCEPTED, State.SUPERSEDED}:
            return True
        if submission.on_time and submission.state is State.AWAITING and _same(context, filing, submission):
            return True
    return False


def _same(context: Context, filing: Filing, submission: Submission) -> bool:
    """Whether the filing has every figure of an earlier submission unchanged."""
    kept = {(c.form, c.row_key, c.column): c.value for c in context.store.filings.cells(submission.id)}
    return kept == _values(filing)


def _values(filing: Filing) -> dict[tuple[str, str, int], Value]:
    return {
        (form.form, row.key, column): cell.value
        for form in filing.forms.values()
        for row in form.filled
        for column, cell in row.cells.items()
        if cell.value is not None
    }
