"""From a rule on what is usual to the kwargs of its expectation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

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
from tonghop.suite.columns import Name, Role
from tonghop.suite.usual_expectation import Group
from tonghop.suite.usual_frames import history_names, now_name, watched

Kwargs = dict[str, Any]


def usual_check(rule: UsualRule) -> tuple[str, Kwargs]:
    """Finding code and kwargs of the expectation of `rule`: one for all the figures it watches."""
    if isinstance(rule, ShareRule):
        now, whole = (_texts(Name(Role.FORM, number) for number in side) for side in (rule.part, rule.whole))
        beside = _texts(Name(role, 0, rate=rule.rate) for role in (Role.MEDIAN, Role.PEERS))
        limits = {"distance": str(rule.distance), "least": rule.least, "peers": rule.peers}
        return "share", _kwargs("share", [Group(now, beside, whole)], limits)
    if isinstance(rule, VanishedRule):
        now, beside = (_texts(Name(role, number) for number in rule.columns) for role in (Role.OVER_TIME, Role.GONE))
        return "vanished", _kwargs("vanished", [Group(now, beside)], {"least": rule.least})
    if isinstance(rule, JumpRule | ZeroRule | GrowthRule):
        condition, limits = _over_time(rule)
        groups = [Group(_texts([now_name(rule, n)]), _texts(history_names(rule, n))) for n in watched(rule)]
        return condition if rule.per is Per.ROW else f"{condition}-total", _kwargs(condition, groups, limits)
    if isinstance(rule, UnchangedRule):
        group = Group(_texts([Name(Role.DIFFERENT, 1)]), _texts([Name(Role.EQUAL, 1)]))
        return "unchanged", _kwargs("unchanged", [group], {"least": rule.least})
    raise TypeError(f"{type(rule).__name__} is no rule on what is usual")


def _over_time(rule: JumpRule | ZeroRule | GrowthRule) -> tuple[str, Kwargs]:
    if isinstance(rule, JumpRule):
        return "jump", {"factor": str(rule.factor), "least": rule.least}
    if isinstance(rule, ZeroRule):
        return "zero", {"least": rule.least}
    factor = {} if rule.factor is None else {"factor": str(rule.factor)}
    return "growth", {"periods": rule.periods, "least": rule.least, **factor}


def _texts(names: Iterable[Name]) -> tuple[str, ...]:
    return tuple(str(name) for name in names)


def _kwargs(condition: str, groups: Sequence[Group], limits: Kwargs) -> Kwargs:
    named = dict.fromkeys(name for group in groups for name in group.names)
    figures = [str(group) for group in groups]
    return {"column_list": list(named), "condition": condition, "figures": figures, "limits": limits}
