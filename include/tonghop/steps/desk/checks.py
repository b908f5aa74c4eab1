"""The catalogue of every check in plain words, with what it demands, its legal source and how often it fired."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tonghop.domain.finding import CATALOGUE, USUAL_CODES, FindingKind
from tonghop.domain.form import Form, Severity
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.steps.context import Context
from tonghop.store.records import Fired

RULE_CODES = USUAL_CODES | {
    "formula-mismatch",
    "balance",
    "balance-soft",
    "carry-over",
    "year-below-quarters",
    "cross-form",
    "not-in-set",
}

_COLUMN = re.compile(r"\((\d+)\)(?: của biểu (\S+))?")  # "(8) của biểu II.08": column and the form it stands in


@dataclass(frozen=True, slots=True)
class Check:
    """A check: `words` says what must hold, `advice` what a unit does. `returns`: the whole file goes back."""

    code: str
    words: str
    advice: str
    severity: Severity
    returns: bool
    findings: int
    units: int
    columns: tuple[tuple[int, str], ...] = ()  # columns the words name by number, with their titles


@dataclass(frozen=True, slots=True)
class FormChecks:
    """The rules of one form, with where they come from."""

    code: str
    title: str
    legal: str
    working: bool
    sources: tuple[str, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Checks:
    """`common` hold for every file, form and cell; `forms` are the rules of each form owed in the period."""

    province: Province
    period: Period
    common: tuple[Check, ...]
    forms: tuple[FormChecks, ...]
    total: int


def checks(context: Context, period: Period) -> Checks:
    """Every check of an opened period with how often it fired there."""
    province = context.opened(period)
    fired = context.store.counts.fired(period.code)
    forms = tuple(_of_form(form, fired) for code, form in province.regime.forms.items() if province.owing(code, period))
    known = {check.code for form in forms for check in form.checks}
    common = tuple(_common(kind, fired) for kind in CATALOGUE.values() if not _by_rule(kind, fired, known))
    return Checks(province, period, common, forms, len(common) + sum(len(form.checks) for form in forms))


def _by_rule(kind: FindingKind, fired: tuple[Fired, ...], known: set[str]) -> bool:
    """Whether the kind only ever reports rules of forms, which are listed there one by one."""
    mine = [one for one in fired if one.code == kind.code]
    return kind.code in RULE_CODES or (bool(mine) and all(one.rule in known for one in mine))


def _common(kind: FindingKind, fired: tuple[Fired, ...]) -> Check:
    mine = [one for one in fired if one.code == kind.code]
    return Check(
        code=kind.code,
        words=kind.title,
        advice=kind.advice,
        severity=kind.severity,
        returns=kind.returns,
        findings=sum(one.findings for one in mine),
        units=max((one.units for one in mine), default=0),
    )


def _of_form(form: Form, fired: tuple[Fired, ...]) -> FormChecks:
    counted: dict[str, list[Fired]] = defaultdict(list)
    for one in fired:
        if one.form == form.code and one.rule:
            counted[one.rule].append(one)
    return FormChecks(
        code=form.code,
        title=form.title,
        legal=form.legal,
        working=form.standing == "working",
        sources=form.sources,
        checks=tuple(_rules(form, counted)),
    )


def _rules(form: Form, counted: dict[str, list[Fired]]) -> Iterator[Check]:
    """Computed columns first, then the declared rules."""
    for column in form.computed:
        head = f"{form.code}:{column.number}="
        mine = [one for rule, found in counted.items() if rule.startswith(head) for one in found]
        yield _check(form, head, f"({column.number}) = {column.formula}", Severity.BLOCKING, mine)
    for rule in form.rules:
        yield _check(form, rule.code, rule.text, rule.severity, counted.get(rule.code, []))


def _check(form: Form, code: str, words: str, severity: Severity, mine: list[Fired]) -> Check:
    numbers = dict.fromkeys(int(found[1]) for found in _COLUMN.finditer(words) if found[2] in {None, form.code})
    return Check(
        code=code,
        words=words,
        advice="",
        severity=severity,
        returns=False,
        findings=sum(one.findings for one in mine),
        units=max((one.units for one in mine), default=0),
        columns=tuple((number, form[number].title) for number in numbers if number in form),
    )
