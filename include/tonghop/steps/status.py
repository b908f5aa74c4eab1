"""Where every unit stands in a period, counted so that nothing is left over: owed is the sum of the five states."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tonghop.domain.consolidated import MISSING, NIL, UnitStatus
from tonghop.domain.form import Severity
from tonghop.domain.office import Exemption
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import State
from tonghop.domain.units import Level, Unit, UnitKey
from tonghop.steps.context import Context
from tonghop.store import Store
from tonghop.store.records import Brief, Submission

STATES = (State.ACCEPTED.value, State.INVALID.value, State.AWAITING.value, State.RETURNED.value, MISSING)


@dataclass(frozen=True)
class Status:
    """The period as officials ask for it. `deadlines` per level; `units` that owe something, in official order."""

    province: Province
    period: Period
    deadlines: dict[Level, datetime]
    units: tuple[UnitStatus, ...]
    exempt: tuple[Exemption, ...] = ()

    def count(self, state: str) -> int:
        return sum(unit.state == state for unit in self.units)

    @property
    def accepted_late(self) -> int:
        return sum(unit.accepted and unit.on_time is False for unit in self.units)

    def as_dict(self) -> dict[str, Any]:
        """The contract of `tonghop status PERIOD --json`; `exempt` is there when a unit is freed of something."""
        window = self.province.regime.window(self.period)
        exempt = [{"code": one.unit.code, "form": one.form, "reason": one.reason} for one in self.exempt]
        return {
            "period": self.period.code,
            "window": {"from": window.first.isoformat(), "to": window.last.isoformat()},
            "deadlines": {level.value: at.isoformat() for level, at in self.deadlines.items()},
            "owed": len(self.units),
            "accepted": self.count(State.ACCEPTED.value),
            "accepted_late": self.accepted_late,
            "invalid": self.count(State.INVALID.value),
            "awaiting_explanation": self.count(State.AWAITING.value),
            "returned": self.count(State.RETURNED.value),
            "missing": self.count(MISSING),
            "units": [_unit(status) for status in self.units],
            **({"exempt": exempt} if exempt else {}),
        }


def status(context: Context, period: Period) -> Status:
    """Status of an opened period."""
    province = context.opened(period)
    regime = province.regime
    deadlines = {level: regime.deadline(period, level) for level in regime.deadlines}
    with context.store.snapshot() as store:
        exempt = store.exemptions.in_force(period.code)
        return Status(province, period, deadlines, statuses(store, province, period), exempt)


def statuses(store: Store, province: Province, period: Period) -> tuple[UnitStatus, ...]:
    """State of every unit that owes something in `period`, in official order."""
    filed: dict[UnitKey, list[Brief | Submission]] = {}
    for submission in store.submissions.briefs(period.code):
        filed.setdefault(submission.unit, []).append(submission)
    nil = store.counts.nil_forms(period.code)
    open_findings = store.counts.open_findings(period.code)
    again = store.exemptions.lifted(period.code)
    owing = ((unit, province.owed_by(unit, period)) for unit in province.tree(period).filing)
    return tuple(
        _complete(store, _status(unit, owed, filed.get(unit.key, []), nil.get(unit.code, set()), open_findings), again)
        for unit, owed in owing
        if owed
    )


def _complete(store: Store, status: UnitStatus, again: Collection[UnitKey]) -> UnitStatus:
    """`status`; but what stands is not all there is to file when it came while the unit was exempt from a form."""
    if status.unit.key not in again or not status.accepted or status.submission is None:
        return status
    lacking = status.forms.keys() - store.filings.forms(status.submission).keys()
    if not lacking:
        return status
    forms = {form: MISSING if form in lacking else state for form, state in status.forms.items()}
    return UnitStatus(status.unit, MISSING, None, forms)


def unit_status(store: Store, unit: Unit, owed: tuple[str, ...], revisions: Sequence[Submission]) -> UnitStatus:
    """State of one unit with its `revisions` of the period, in their order."""
    counted = _counted(revisions)
    if not counted:
        return _status(unit, owed, counted, set(), {})
    stands = next((submission for submission in counted if submission.state is State.ACCEPTED), None)
    nil = {form for form, nothing in store.filings.forms(stands.id).items() if nothing} if stands else set()
    latest = counted[-1].id
    asked = [finding for finding in store.filings.findings(latest) if finding.severity is not Severity.NOTE]
    found = _status(unit, owed, revisions, nil, {latest: sum(not finding.explained_by for finding in asked)})
    return _complete(store, found, store.exemptions.lifted(revisions[0].period))


def _status(
    unit: Unit,
    owed: tuple[str, ...],
    revisions: Sequence[Brief | Submission],
    nil: set[str],
    findings: Mapping[int, int],
) -> UnitStatus:
    counted = _counted(revisions)
    if not counted:
        return UnitStatus(unit, MISSING, None, dict.fromkeys(owed, MISSING))
    latest = counted[-1]
    stands = next((submission for submission in counted if submission.state is State.ACCEPTED), None)
    shown = stands or latest
    state = shown.state.value
    forms = {form: NIL if stands and form in nil else state for form in owed}
    return UnitStatus(
        unit,
        state,
        shown.on_time,
        forms,
        shown.id,
        shown.sha256,
        shown.received_at,
        findings.get(latest.id, 0),
    )


def _counted(revisions: Sequence[Brief | Submission]) -> list[Brief | Submission]:
    """A filing that was withdrawn counts as never sent."""
    return [one for one in revisions if one.state is not State.WITHDRAWN]


def _unit(status: UnitStatus) -> dict[str, Any]:
    return {
        "code": status.unit.code,
        "valid_from": status.unit.valid_from.isoformat(),
        "name": status.unit.name,
        "level": status.unit.level.value,
        "parent": status.unit.parent_code,
        "state": status.state,
        "on_time": status.on_time,
        "forms": status.forms,
        "submission": status.submission,
        "sha256": status.sha256,
        "received_at": status.received_at.isoformat() if status.received_at else None,
        "findings": status.findings,
    }
