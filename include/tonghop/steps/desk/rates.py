"""Headline rates of the province beside their targets and earlier periods, read line by line from stored totals."""

from __future__ import annotations

from dataclasses import dataclass, field

from tonghop.domain.consolidated import FormTotals
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.rates import Comparison, Rate, compare, rate
from tonghop.domain.regime import Measure
from tonghop.domain.rollup import Total, TotalKey
from tonghop.steps.context import Context
from tonghop.store import Store
from tonghop.store.records import TotalsPlace

TREND = 8  # periods of one kind: two years of quarters


@dataclass(frozen=True, slots=True)
class RateLine:
    """A headline rate: this period, the year so far where derived, its target, earlier periods oldest first."""

    now: Rate
    longer: Rate | None
    target: Comparison | None
    trend: tuple[tuple[Period, Rate], ...]


@dataclass
class _Lines:
    """Provincial lines of stored totals, each read once."""

    store: Store
    read: dict[TotalsPlace, dict[TotalKey, Total]] = field(default_factory=dict)

    def rate(self, province: Province, period: Period, measure: Measure, view: str = "") -> Rate:
        """A declared rate of the whole province."""
        place = TotalsPlace(period.code, view, measure.form)
        code = province.tree(period).province.code
        if place not in self.read:
            self.read[place] = self.store.totals.line(place, code)
        form = province.regime.forms[measure.form]
        return rate(measure, FormTotals(form, view, "", self.read[place], {}, {}, {}), code)


def rate_lines(
    context: Context, store: Store, province: Province, period: Period
) -> tuple[tuple[RateLine, ...], tuple[Comparison, ...], str]:
    """Rate lines, the targets no form holds, and the title of the year so far ("" when none is derived)."""
    lines, regime = _Lines(store), province.regime
    view, title = next(((c.name, c.title) for c in regime.cumulatives if c.after == period.slot), ("", ""))
    now = [lines.rate(province, period, measure) for measure in regime.measures]
    longer = [lines.rate(province, period, measure, view) if view else None for measure in regime.measures]
    # A target of the year is judged by the year so far where it is known.
    best = [far if far is not None and far.value is not None else near for near, far in zip(now, longer, strict=True)]
    compared = compare(province.targets, best)
    by_measure = {found.target.measure: found for found in compared if found.target.measure}
    past = [at for at in context.opened_periods if at.is_year == period.is_year and at <= period][-TREND:]
    found = tuple(
        RateLine(near, far, by_measure.get(near.measure.name), _trend(context, lines, near.measure, past))
        for near, far in zip(now, longer, strict=True)
    )
    return found, tuple(one for one in compared if not one.target.measure), title


def _trend(context: Context, lines: _Lines, measure: Measure, past: list[Period]) -> tuple[tuple[Period, Rate], ...]:
    """The rate in each of `past` whose regime knows the form and that has figures."""
    found = []
    for at in past:
        province = context.province_for(at)
        if measure.form in province.regime.forms:
            found.append((at, lines.rate(province, at, measure)))
    return tuple(pair for pair in found if pair[1].value is not None)
