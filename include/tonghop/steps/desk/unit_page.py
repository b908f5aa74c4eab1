"""One unit in one period: what it owes and filed, what was found, what was decided, what changed, what it can fetch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tonghop.domain.errors import UsageError
from tonghop.domain.finding import Finding
from tonghop.domain.form import Severity
from tonghop.domain.office import Exemption, Extension, Ruling, Withdrawal
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import Explanation, State
from tonghop.domain.units import Unit
from tonghop.steps.comparing import Changes, changes
from tonghop.steps.context import Context
from tonghop.steps.desk.downloads import has_template
from tonghop.steps.desk.lines import Line, line
from tonghop.steps.status import unit_status
from tonghop.store.attached import Attachment
from tonghop.store.records import Event, Submission


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of a filing with the last ruling on it; `position` numbers it. `rulable` only in the latest filing."""

    position: int
    finding: Finding
    ruling: Ruling | None
    rulable: bool


@dataclass(frozen=True, slots=True)
class Filed:
    """One filing of the unit, with everything found in it and the giải trình sent along."""

    submission: Submission
    found: tuple[Found, ...]
    explanations: tuple[Explanation, ...]
    withdrawal: Withdrawal | None = None

    @property
    def withdrawable(self) -> bool:
        """Whether it may still be taken back: no other has taken its place."""
        return self.submission.state not in {State.SUPERSEDED, State.WITHDRAWN}

    @property
    def open(self) -> int:
        """Findings still to be mended or explained."""
        return (
            0
            if self.withdrawal
            else sum(f.finding.severity is not Severity.NOTE and not f.finding.explained_by for f in self.found)
        )


@dataclass(frozen=True)
class UnitPage:
    """Everything the page of a unit shows. `filed` newest first; `compared` the revisions behind `changes`.

    `receipts`: number of the receipt that holds for each filing by its id, None for signed PDFs without one.
    """

    province: Province
    period: Period
    unit: Unit
    name: str
    line: Line
    forms: tuple[tuple[str, str, str], ...]  # code, title, state
    duties: tuple[str, ...]  # forms the rules ask for, whatever the unit was exempted from
    deadline: datetime
    extensions: tuple[Extension, ...]
    exemptions: tuple[Exemption, ...]
    filed: tuple[Filed, ...]
    signed: tuple[Attachment, ...]
    receipts: Mapping[int | None, int]
    changes: Changes | None  # of the newest filing that could be read
    events: tuple[Event, ...]
    template: bool
    before: Unit | None
    after: Unit | None


def find_unit(context: Context, period: Period, code: str) -> tuple[Province, Unit]:
    """The unit with `code` among those the rules ask to file for `period`; UsageError when there is none."""
    province = context.opened(period)
    unit = province.tree(period).get(code)
    if unit is None or not province.duties(unit, period):
        raise UsageError("Không có đơn vị này trong kỳ báo cáo.", "Chọn đơn vị trong danh sách.")
    return province, unit


def unit_page(context: Context, period: Period, code: str) -> UnitPage:
    """The page of one unit; UsageError when the rules ask nothing of it in the period."""
    province, unit = find_unit(context, period, code)
    owed = province.owed_by(unit, period)
    store = context.store
    revisions = store.submissions.of_unit(period.code, unit.key)
    extensions = store.office.extensions(period.code, unit.key)
    status = unit_status(store, unit, owed, revisions)
    latest = next((one for one in reversed(revisions) if one.state is not State.WITHDRAWN), None)
    filed = tuple(_filed(context, one, latest=one is latest) for one in revisions)
    before, after = _neighbours(province, period, unit)
    return UnitPage(
        province=province,
        period=period,
        unit=unit,
        name=province.tree(period).full_name(unit),
        line=line(status, owed, {one.unit for one in extensions}),
        forms=tuple((form, province.regime.forms[form].title, status.forms[form]) for form in owed),
        duties=province.duties(unit, period),
        deadline=context.deadline(province, period, unit),
        extensions=extensions,
        exemptions=tuple(one for one in store.exemptions.in_force(period.code) if one.unit == unit.key),
        filed=filed[::-1],
        signed=store.attachments.of_unit(period.code, unit.key),
        receipts={one.submission_id: one.number for one in store.receipts.of_unit(period.code, unit.key)},
        changes=_changes(context, province, revisions),
        events=store.events.of_unit(period.code, unit.key),
        template=has_template(context, period, unit),
        before=before,
        after=after,
    )


def _filed(context: Context, submission: Submission, *, latest: bool) -> Filed:
    store = context.store
    rulings = {ruling.position: ruling for ruling in store.office.rulings(submission.id)}
    findings = store.filings.findings(submission.id) if submission.findings_count else ()
    open_state = latest and submission.state in {State.ACCEPTED, State.AWAITING, State.INVALID}
    found = tuple(
        Found(at, finding, rulings.get(at), open_state and finding.severity is Severity.EXPLAIN)
        for at, finding in enumerate(findings, start=1)
    )
    withdrawal = store.withdrawals.get(submission.id) if submission.state is State.WITHDRAWN else None
    return Filed(submission, found, store.filings.explanations(submission.id), withdrawal)


def _changes(context: Context, province: Province, revisions: Sequence[Submission]) -> Changes | None:
    found = (changes(context.store, province, one) for one in reversed(revisions))
    return next((one for one in found if one is not None), None)


def _neighbours(province: Province, period: Period, unit: Unit) -> tuple[Unit | None, Unit | None]:
    """The owing units before and after this one, in official order."""
    owing = [one for one in province.tree(period).filing if province.duties(one, period)]
    at = owing.index(unit)
    return (owing[at - 1] if at else None), (owing[at + 1] if at + 1 < len(owing) else None)
