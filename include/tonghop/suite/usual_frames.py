"""The columns of a check frame that rules on what is usual read: the unit's own past, its peers, what is unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tonghop.domain.form import Form, OverTime
from tonghop.domain.period import Period
from tonghop.domain.submission import FiledRow
from tonghop.domain.usual import (
    GrowthRule,
    JumpRule,
    Per,
    ShareRule,
    UnchangedRule,
    UsualRule,
    VanishedRule,
    ZeroRule,
)
from tonghop.domain.value import Value
from tonghop.suite.columns import Name, Role

Figure = int | Decimal
RowFigures = Mapping[str, Mapping[int, Figure | None]]  # row key → column → figure
Values = dict[str, Value | None]


@dataclass(frozen=True, slots=True)
class PastPeriod:
    """A unit's accepted form of an earlier period: sums over its rows (a column without figures is not there).

    `rows` None: not read, because no rule needs them.
    """

    period: Period
    totals: Mapping[int, Figure]
    rows: RowFigures | None = None


@dataclass(frozen=True, slots=True)
class Peers:
    """The other units of a unit's level: the median of a rate in percent, and of how many units it is."""

    median: Decimal
    count: int


Past = tuple[PastPeriod | None, ...]  # the last period of the kind first; None where nothing stands accepted


def watched(rule: UsualRule) -> tuple[int, ...]:
    """Columns whose figures `rule` follows over time."""
    if isinstance(rule, JumpRule | ZeroRule):
        return rule.columns
    return (rule.column,) if isinstance(rule, GrowthRule) else ()


def now_name(rule: UsualRule, number: int) -> Name:
    """Where the present figure of a watched column stands."""
    per = rule.per if isinstance(rule, JumpRule | ZeroRule | GrowthRule) else Per.FORM
    return Name(Role.FILED if per is Per.ROW else Role.FORM, number)


def history_names(rule: UsualRule, number: int) -> tuple[Name, ...]:
    """Where the earlier figures of a watched column stand, the last period first."""
    return tuple(Name(Role.HISTORY, number, back=back) for back in range(1, rule.depth + 1))


def names(form: Form) -> Iterator[Name]:
    """Every column of the frame the rules read, some more than once."""
    for rule in form.usual_rules:
        for number in watched(rule):
            yield now_name(rule, number)
            yield from history_names(rule, number)
        if isinstance(rule, ShareRule):
            yield from (Name(Role.FORM, number) for number in (*rule.part, *rule.whole))
            yield Name(Role.MEDIAN, 0, rate=rule.rate)
            yield Name(Role.PEERS, 0, rate=rule.rate)
        elif isinstance(rule, VanishedRule):
            yield from (Name(role, number) for number in rule.columns for role in (Role.OVER_TIME, Role.GONE))
        elif isinstance(rule, UnchangedRule):
            yield Name(Role.DIFFERENT, 1)
            yield Name(Role.EQUAL, 1)


def of_row(form: Form, past: Past, key: str) -> Values:
    """Earlier figures of one data row; a row that was not filed then counts as 0."""
    values: Values = {}
    for rule in _per(form, Per.ROW):
        for number in watched(rule):
            for name in history_names(rule, number):
                then = _back(past, name.back)
                if then is not None and then.rows is not None:
                    values[str(name)] = then.rows.get(key, {}).get(number) or 0
    return values


def of_gone_row(form: Form, past: Past, key: str) -> Values:
    """The last period's figures of a row that is not filed now, and 0 for now."""
    then = _back(past, 1)
    if then is None or then.rows is None:
        return {}
    earlier = then.rows.get(key, {})
    gone: Values = {f"{Role.GONE}{number}": earlier.get(number) or 0 for number in _vanishing(form)}
    return gone | {f"{Role.OVER_TIME}{number}": 0 for number in _vanishing(form)}


def gone_keys(form: Form, past: Past) -> tuple[str, ...]:
    """Rows that had a figure in the last period which must not vanish."""
    then, numbers = _back(past, 1), _vanishing(form)
    if then is None or then.rows is None or not numbers:
        return ()
    return tuple(key for key, row in then.rows.items() if any(row.get(number) for number in numbers))


def of_form(form: Form, past: Past, peers: Mapping[str, Peers], rows: Iterable[FiledRow]) -> Values:
    """Earlier figures of the whole form, its peers, and how much of it is as in the last period."""
    values: Values = {}
    for rule in _per(form, Per.FORM):
        for number in watched(rule):
            for name in history_names(rule, number):
                then = _back(past, name.back)
                if then is not None:
                    values[str(name)] = then.totals.get(number, 0)
    for rate, found in peers.items():
        values[f"{Role.MEDIAN}_{rate}"], values[f"{Role.PEERS}_{rate}"] = found.median, found.count
    then = _back(past, 1)
    if then is not None and then.rows is not None and any(isinstance(r, UnchangedRule) for r in form.usual_rules):
        now = {row.key: row.numbers for row in rows}
        values[f"{Role.EQUAL}1"], values[f"{Role.DIFFERENT}1"] = _compared(form, now, then.rows)
    return values


def form_columns(form: Form) -> tuple[int, ...]:
    """Columns whose sum over the rows some rule reads."""
    return tuple(dict.fromkeys(name.number for name in names(form) if name.role is Role.FORM))


def _compared(form: Form, now: RowFigures, then: RowFigures) -> tuple[int, int]:
    """How many typed figures are the same and not 0 (stocks not counted), and how many differ; a blank is 0."""
    same = different = 0
    for key in now.keys() | then.keys():
        one, other = now.get(key, {}), then.get(key, {})
        for column in form.inputs:
            if column.kind.is_whole:
                figure, before = one.get(column.number) or 0, other.get(column.number) or 0
                different += figure != before
                same += figure == before != 0 and column.over_time is not OverTime.STOCK
    return same, different


def _vanishing(form: Form) -> tuple[int, ...]:
    return tuple(number for rule in form.usual_rules if isinstance(rule, VanishedRule) for number in rule.columns)


def _per(form: Form, per: Per) -> Iterator[UsualRule]:
    for rule in form.usual_rules:
        if isinstance(rule, JumpRule | ZeroRule | GrowthRule) and rule.per is per:
            yield rule


def _back(past: Past, back: int) -> PastPeriod | None:
    return past[back - 1] if back <= len(past) else None
