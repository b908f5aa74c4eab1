"""Judging filings: the rules of every form by Great Expectations, beside the unit's past and its other forms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tonghop.domain.finding import USUAL_CODES, Finding
from tonghop.domain.follow_ons import fold_follow_ons
from tonghop.domain.form import Form
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import FiledForm, Filing
from tonghop.domain.units import Unit
from tonghop.domain.verdict import explain
from tonghop.steps.context import Context
from tonghop.steps.history import Standing, standing
from tonghop.steps.past import UsualPast
from tonghop.store.records import StandingUnit
from tonghop.suite.frames import Entry, column_total, frame
from tonghop.suite.usual_frames import Peers


@dataclass(frozen=True)
class Case:
    """A readable filing waiting for judgement; `token` names it among the others, `findings` are known already.

    Of the forms `taken_over` from the filing that stands it is not asked again whether their figures are usual.
    """

    token: str
    unit: Unit
    filing: Filing
    findings: tuple[Finding, ...] = ()
    taken_over: Collection[str] = ()


@dataclass
class Past:
    """What stands accepted in other periods, read once per form for all units of a batch."""

    context: Context
    province: Province
    period: Period
    units: frozenset[str]
    usual: bool = True  # whether rules on what is usual are asked too
    _read: dict[tuple[str, str], Standing] = field(default_factory=dict)
    _forms: dict[Period, dict[str, StandingUnit]] = field(default_factory=dict)

    @cached_property
    def longer(self) -> UsualPast:
        return UsualPast(self.context.store, self.province, self.period, self.units, self.of)

    def peers(self, form: Form, filed: Sequence[tuple[Case, FiledForm]]) -> dict[str, dict[str, Peers]]:
        """Unit code → rate → the other units of its level."""
        return self.longer.peers(form, [(case.unit, mine) for case, mine in filed]) if self.usual else {}

    def of(self, period: Period, form: Form) -> Standing:
        at = (period.code, form.code)
        if at not in self._read:
            if period not in self._forms:
                self._forms[period] = self.context.store.filings.accepted_forms(period.code)
            self._read[at] = standing(self.context.store, period, form, self.units, self._forms[period])
        return self._read[at]

    def entry(self, case: Case, form: Form, filed: FiledForm, peers: Mapping[str, Peers]) -> Entry:
        """The filed form with every figure its rules compare it with."""
        regime, code = self.province.regime, case.unit.code
        previous = self.of(regime.previous(self.period), form).rows.get(code) if any(form.carry_overs) else None
        quarters = [self.of(quarter, form).rows.get(code) for quarter in self.period.quarters]
        complete = tuple(rows for rows in quarters if rows is not None)
        return Entry(
            submission=case.token,
            unit=code,
            level=case.unit.level.value,
            filed=filed,
            previous=previous,
            quarters=(complete[0], complete[1], complete[2]) if len(complete) == 3 else None,
            others=self._others(case, form),
            past=self.longer.of(case.unit, form) if self.usual else (),
            peers=peers,
        )

    def _others(self, case: Case, form: Form) -> dict[tuple[str, int], int]:
        found: dict[tuple[str, int], int] = {}
        for rule in form.cross_forms:
            beside = case.filing.forms.get(rule.other)
            total = (
                column_total(beside, rule.other_column)
                if beside
                else self._accepted_total(case, rule.other, rule.other_column)
            )
            if total is not None:
                found[rule.other, rule.other_column] = total
        return found

    def _accepted_total(self, case: Case, other: str, column: int) -> int | None:
        form = self.province.regime.forms[other]
        rows = self.of(self.period, form).rows.get(case.unit.code)
        return None if rows is None else sum(int(row.get(column) or 0) for row in rows.values())


def judge(
    context: Context, province: Province, period: Period, cases: Sequence[Case]
) -> dict[str, tuple[Finding, ...]]:
    """Findings of every case by token: root causes first, soft ones marked where the unit explained them."""
    found = check(context, province, period, cases)
    judged = {}
    for case in cases:
        asked = [f for f in found[case.token] if f.code not in USUAL_CODES or f.form not in case.taken_over]
        findings = fold_follow_ons((*case.findings, *asked))
        judged[case.token] = explain(findings, case.filing.explanations)
    return judged


def check(
    context: Context, province: Province, period: Period, cases: Sequence[Case], *, usual: bool = True
) -> dict[str, list[Finding]]:
    """What the rules of the forms find: one combined frame per form for all `cases`.

    `usual`: also ask whether figures are usual; not when a figure that stands is only compared again.
    """
    past = Past(context, province, period, frozenset(case.unit.code for case in cases), usual)
    last_day = province.regime.window(period).last
    found: dict[str, list[Finding]] = {case.token: [] for case in cases}
    for form in province.regime.forms.values():
        filed = [(case, case.filing.forms[form.code]) for case in cases if form.code in case.filing.forms]
        if not filed:
            continue
        with context.timed("frames"):
            peers = past.peers(form, filed)
            entries = [past.entry(case, form, mine, peers.get(case.unit.code, {})) for case, mine in filed]
            combined = frame(form, entries, period, last_day)
        with context.timed("gx_checks"):
            _gather(found, context.checker.check(province.regime, combined))
    return found


def _gather(found: dict[str, list[Finding]], more: dict[str, list[Finding]]) -> None:
    for token, findings in more.items():
        found[token] += findings
