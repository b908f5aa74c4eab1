"""The overview of a period: deadlines, who stands where, headline rates beside their targets and their past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tonghop.domain.calendar import DeadlineFlag
from tonghop.domain.office import Exemption, Extension, in_force
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.rates import Comparison
from tonghop.domain.units import Level, Unit, UnitKey
from tonghop.steps.context import Context
from tonghop.steps.desk.lines import Counts, Filters, Line, count, line, matching
from tonghop.steps.desk.rates import RateLine, rate_lines
from tonghop.steps.status import statuses
from tonghop.store.records import OpenedPeriod

INLINE = 400  # with more units the groups are opened one at a time
PAGE = 200  # lines shown at once


@dataclass(frozen=True, slots=True)
class LevelLine:
    """A level with its deadline (None for the sum of all) and where its units stand."""

    title: str
    level: str
    deadline: datetime | None
    flags: tuple[DeadlineFlag, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Group:
    """Units shown together: `head` is the district itself. `lines` are those to show now, of `matching` in all."""

    code: str
    title: str
    head: Line | None
    lines: tuple[Line, ...]
    matching: int
    counts: Counts
    opened: bool


@dataclass(frozen=True)
class Overview:
    """Everything the first page shows. `provincial` is the province's own deadline."""

    province: Province
    period: Period
    opened: OpenedPeriod
    levels: tuple[LevelLine, ...]
    provincial: datetime | None
    forms: tuple[str, ...]
    groups: tuple[Group, ...]
    matching: int
    extensions: tuple[Extension, ...]
    exemptions: tuple[tuple[Exemption, str], ...]  # with the name of the unit
    rates: tuple[RateLine, ...]
    longer_title: str
    uncompared: tuple[Comparison, ...]
    page: int
    pages: int


def overview(
    context: Context, period: Period, filters: Filters | None = None, *, opened: str = "", page: int = 1
) -> Overview:
    """The overview of an opened period; `opened` is the code of the group to unfold where there are too many units."""
    province = context.opened(period)
    wanted = filters or Filters()
    with context.store.snapshot() as store:
        found = store.periods.get(period.code)
        extensions = in_force(store.office.extensions(period.code))
        exempt = store.exemptions.in_force(period.code)
        forms = _forms(province, period)
        lines = [line(status, forms, extensions) for status in statuses(store, province, period)]
        rates, uncompared, longer = rate_lines(context, store, province, period)
    if found is None:
        raise AssertionError("unreachable: opened above")
    shown = matching(lines, wanted, forms)
    groups = _groups(province, period, lines, shown)
    folded = len(shown) > INLINE
    last = max((-(-group.matching // PAGE) for group in groups), default=1)
    deadlines = province.regime.deadlines_of(period)
    return Overview(
        province=province,
        period=period,
        opened=found,
        levels=tuple(_levels(province, period, lines)),
        provincial=deadlines.get(Level.PROVINCE),
        forms=forms,
        groups=tuple(_part(group, opened, page, folded=folded, unfolded=wanted.active) for group in groups),
        matching=len(shown),
        extensions=tuple(extensions.values()),
        exemptions=tuple((one, _name(province, period, one.unit)) for one in exempt),
        rates=rates,
        longer_title=longer,
        uncompared=uncompared,
        page=page,
        pages=last if folded else 1,
    )


def _name(province: Province, period: Period, key: UnitKey) -> str:
    unit = province.tree(period).get(key.code)
    return province.tree(period).full_name(unit) if unit else key.code


def _forms(province: Province, period: Period) -> tuple[str, ...]:
    owed = {code for unit in province.tree(period).filing for code in province.owed_by(unit, period)}
    return tuple(code for code in province.regime.forms if code in owed)


def _levels(province: Province, period: Period, lines: Sequence[Line]) -> Iterable[LevelLine]:
    regime = province.regime
    flags = regime.flags(period)
    for names in regime.levels:
        mine = [one for one in lines if one.unit.level is names.level]
        if mine:
            deadline = regime.deadline(period, names.level)
            said = tuple(flag for flag in flags if flag.level == names.level.value)
            yield LevelLine(names.unit_group, names.level.value, deadline, said, count(mine))
    yield LevelLine("", "", None, (), count(lines))


def _groups(province: Province, period: Period, lines: Sequence[Line], shown: Sequence[Line]) -> list[Group]:
    """Departments, then every district with its communes; units without a district under their level."""
    tree = province.tree(period)
    homes: dict[str, tuple[str, str, list[Line], list[Line]]] = {}
    for names in province.regime.levels:
        if names.level is Level.DISTRICT:
            homes |= {d.code: (d.code, d.name, [], []) for d in tree.at(Level.DISTRICT)}
        else:
            homes[names.level.value] = (names.level.value, names.unit_group, [], [])
    for one in lines:
        homes[_home(one.unit, homes)][2].append(one)
    for one in shown:
        homes[_home(one.unit, homes)][3].append(one)
    return [_group(code, title, every, some) for code, title, every, some in homes.values() if some]


def _home(unit: Unit, homes: dict[str, tuple[str, str, list[Line], list[Line]]]) -> str:
    if unit.level is Level.DISTRICT:
        return unit.code
    return unit.parent_code if unit.level is Level.COMMUNE and unit.parent_code in homes else unit.level.value


def _group(code: str, title: str, every: list[Line], some: list[Line]) -> Group:
    head = next((one for one in every if one.unit.level is Level.DISTRICT), None)
    rest = tuple(one for one in some if one is not head)
    return Group(code, title, head, rest, len(rest), count(every), opened=False)


def _part(group: Group, opened: str, page: int, *, folded: bool, unfolded: bool) -> Group:
    """The lines of the group to show now: all of them while they are few, else one page of the chosen group."""
    chosen = opened == group.code
    lines = group.lines
    if folded:
        lines = lines[(page - 1) * PAGE : page * PAGE] if chosen else ()
    is_open = chosen or (not folded and (unfolded or group.head is None))
    return Group(group.code, group.title, group.head, lines, group.matching, group.counts, is_open)
