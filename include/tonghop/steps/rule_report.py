"""How soft rules fared over past periods: asked, fired, explained, mended; so that one that only annoys can be retired.

Counted from what the store holds. A unit counts once per period and form, whatever the number of its revisions; a case
is one figure of one unit that a rule once found fault with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tonghop.domain.finding import CATALOGUE
from tonghop.domain.form import CarryOverRule, CrossFormRule, Form, Rule, Severity, YearRule
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import State
from tonghop.domain.units import Unit, UnitKey
from tonghop.domain.usual import ShareRule, UsualRule
from tonghop.steps.context import Context
from tonghop.store.records import StandingUnit, Submission
from tonghop.store.rule_findings import RuleFinding

_ACCEPTED = frozenset({State.ACCEPTED, State.SUPERSEDED})
_NOT_ASKED = frozenset({"carry-over-unchecked"})  # says that the rule could not be asked
_MANY, _HARDLY = 10, 10  # from so many cases on, a rule after which less than a tenth of the figures changed is named

Place = tuple[UnitKey, str, str, int]  # unit, rule, row, column


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """What became of one rule in one period (`period` "": over several).

    `asked`: units it was run for; `units`: of these, those it found fault with; `cases`: figures it found fault with.
    Of the cases, `explained` were accepted with a giải trình, `changed` have another figure or are gone in a later
    revision (one that was changed and then explained is both), `pending` still wait for a giải trình.
    """

    period: str
    form: str
    rule: str
    text: str
    severity: Severity
    retired: str
    asked: int = 0
    units: int = 0
    cases: int = 0
    explained: int = 0
    changed: int = 0
    pending: int = 0

    @property
    def annoys(self) -> bool:
        """Whether it fires often and hardly ever leads to another figure."""
        return not self.retired and self.cases >= _MANY and self.changed * _HARDLY < self.cases and not self.pending


def rule_report(context: Context, periods: Iterable[Period]) -> list[RuleRecord]:
    """The record of every soft rule in each of the opened `periods`, by period, form and rule."""
    return [record for period in periods for record in _Report(context, period).records()]


def over_periods(records: Iterable[RuleRecord]) -> list[RuleRecord]:
    """`records` added up over their periods, in the order rules first appear; words are the newest ones."""
    whole: dict[tuple[str, str], RuleRecord] = {}
    for record in records:
        known = whole.get((record.form, record.rule))
        numbers = {
            name: getattr(record, name) + (getattr(known, name) if known else 0)
            for name in ("asked", "units", "cases", "explained", "changed", "pending")
        }
        whole[record.form, record.rule] = replace(record, period="", **numbers)
    return list(whole.values())


class _Report:
    """One period."""

    def __init__(self, context: Context, period: Period) -> None:
        self.context, self.period = context, period
        self.province: Province = context.opened(period)
        self.store = context.store
        self.forms = self.store.rule_findings.forms(period.code)
        self.filings: dict[UnitKey, list[Submission]] = {}
        for one in self.store.submissions.of(period.code):
            if one.state not in {State.RETURNED, State.WITHDRAWN}:
                self.filings.setdefault(one.unit, []).append(one)
        self.found: dict[int, list[RuleFinding]] = {}
        for finding in self.store.rule_findings.of(period.code):
            self.found.setdefault(finding.submission_id, []).append(finding)
        self._standing: dict[Period, Mapping[str, StandingUnit]] = {}

    def records(self) -> Iterator[RuleRecord]:
        cases = self._cases()
        last_day = self.province.regime.window(self.period).last
        for form in self.province.regime.forms.values():
            filed = self._filed(form.code)
            for rule in form.rules:
                if rule.severity is Severity.BLOCKING:
                    continue
                mine = cases.pop(rule.code, {})
                retired = rule.retired.isoformat() if isinstance(rule, UsualRule) and rule.retired else ""
                blank = RuleRecord(self.period.code, form.code, rule.code, rule.text, rule.severity, retired)
                in_force = not isinstance(rule, UsualRule) or rule.in_force(last_day)
                asked = sum(self._could_ask(form, rule, unit, filed) for unit in filed) if in_force else 0
                yield self._counted(replace(blank, asked=asked), mine)
        for code, mine in cases.items():  # rules that are no longer declared
            [first, *_] = next(iter(mine.values()))
            text = CATALOGUE[first.code].title
            yield self._counted(RuleRecord(self.period.code, first.form, code, text, first.severity, ""), mine)

    def _filed(self, form: str) -> list[Unit]:
        """Units that filed the form in some readable revision."""
        tree = self.province.tree(self.period)
        held = {key.code for key, mine in self.filings.items() if any(form in self._held(one) for one in mine)}
        return [unit for unit in tree.filing if unit.code in held]

    def _held(self, submission: Submission) -> frozenset[str]:
        return self.forms.get(submission.id, frozenset())

    def _cases(self) -> dict[str, dict[Place, list[RuleFinding]]]:
        """Rule → place → its findings, one per revision in which it was found."""
        cases: dict[str, dict[Place, list[RuleFinding]]] = {}
        for unit, filings in self.filings.items():
            for submission in filings:
                for found in self.found.get(submission.id, ()):
                    if found.code in _NOT_ASKED:
                        continue
                    place = (unit, found.rule, found.row_key, found.column)
                    cases.setdefault(found.rule, {}).setdefault(place, []).append(found)
        return cases

    def _counted(self, record: RuleRecord, cases: Mapping[Place, Sequence[RuleFinding]]) -> RuleRecord:
        return replace(
            record,
            asked=max(record.asked, len({place[0] for place in cases})),
            units=len({place[0] for place in cases}),
            cases=len(cases),
            explained=sum(self._explained(place[0], found) for place, found in cases.items()),
            changed=sum(self._changed(place[0], found) for place, found in cases.items()),
            pending=sum(self._pending(place[0], found) for place, found in cases.items()),
        )

    def _explained(self, unit: UnitKey, found: Sequence[RuleFinding]) -> bool:
        accepted = {one.id for one in self.filings[unit] if one.state in _ACCEPTED}
        return any(one.explained and one.submission_id in accepted for one in found)

    def _changed(self, unit: UnitKey, found: Sequence[RuleFinding]) -> bool:
        """Whether a later revision with the form has another figure there, or nothing to find fault with any more."""
        by_revision = {one.submission_id: one for one in found}
        later = [one.id for one in self._holding(unit, found[0].form) if one.id > found[0].submission_id]
        return any(at not in by_revision or by_revision[at].found != found[0].found for at in later)

    def _pending(self, unit: UnitKey, found: Sequence[RuleFinding]) -> bool:
        last = self._holding(unit, found[0].form)[-1]
        open_there = [one for one in found if one.submission_id == last.id and not one.explained]
        return any(one.severity is Severity.EXPLAIN for one in open_there)

    def _holding(self, unit: UnitKey, form: str) -> list[Submission]:
        return [one for one in self.filings[unit] if form in self._held(one)]

    def _could_ask(self, form: Form, rule: Rule, unit: Unit, filed: Sequence[Unit]) -> bool:
        """Whether what the rule compares with was there: the unit's past, its peers, its other form."""
        regime = self.province.regime
        if isinstance(rule, ShareRule):
            peers = sum(other.level is unit.level for other in filed) - 1
            return rule.applies_to(unit.level.value) and peers >= rule.peers
        if isinstance(rule, UsualRule):
            earlier = regime.earlier(self.period, rule.depth)
            return rule.can_run([self._stood(then, unit, form) for then in earlier])
        if isinstance(rule, CarryOverRule):
            return self._stood(regime.previous(self.period), unit, form)
        if isinstance(rule, YearRule):
            return self.period.is_year and all(self._stood(then, unit, form) for then in self.period.quarters)
        if isinstance(rule, CrossFormRule):
            both = any(rule.other in self._held(one) for one in self.filings[unit.key])
            return both and (not rule.levels or unit.level.value in rule.levels)
        return True

    def _stood(self, then: Period, unit: Unit, form: Form) -> bool:
        if then not in self._standing:
            self._standing[then] = self.store.filings.accepted_forms(then.code)
        found = self._standing[then].get(unit.code)
        return found is not None and found.unit == unit.key and form.code in found.forms
