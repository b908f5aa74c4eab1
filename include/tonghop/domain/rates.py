"""The rates leaders read, recomputed from sums and never averaged; 0/0 is nothing ("–").

Which columns make a rate is declared in the regime (`Measure`); a target is compared only where its measure exists.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tonghop.domain.consolidated import Consolidated, FormTotals
from tonghop.domain.province import Target
from tonghop.domain.regime import Measure
from tonghop.domain.rollup import Number, Total
from tonghop.domain.value import percent

_COMPARE = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A measure of one scope: `value` in percent with two decimals, None when there is no whole (0/0).

    `part` and `whole` are the sums behind it, None where no counted unit gave a figure; `counted` of `owed` units
    stand behind the weakest of the columns read.
    """

    measure: Measure
    value: Decimal | None
    part: Number | None
    whole: Number | None
    counted: int
    owed: int

    @property
    def complete(self) -> bool:
        return self.counted == self.owed


@dataclass(frozen=True, slots=True)
class Comparison:
    """A target beside what was reached; `met` is None when no form here holds the figure, or nothing arose."""

    target: Target
    rate: Rate | None
    met: bool | None


def rate(measure: Measure, totals: FormTotals, scope: str, group: str = "") -> Rate:
    """`measure` of the units of `scope` (and of one level, with `group`), from the totals of its form."""
    parts = [totals.total(scope, group, "", number) for number in measure.part]
    wholes = [totals.total(scope, group, "", number) for number in measure.whole]
    part, whole = _sum(parts), _sum(wholes)
    counted, owed = min(
        ((total.counted, total.owed) for total in (*parts, *wholes) if total is not None),
        key=lambda pair: pair[0] - pair[1],
        default=(0, 0),
    )
    value = None if part is None or whole is None else percent(part, whole)
    return Rate(measure, value, part, whole, counted, owed)


def rates(consolidated: Consolidated, scope: str = "", view: str = "") -> tuple[Rate, ...]:
    """Every measure whose form is consolidated, in declared order; `scope` "" is the province.

    `view` "" is the period itself, else a derived one (`9T`) as far as its forms are derived.
    """
    scope = scope or consolidated.tree.province.code
    forms = consolidated.derived if view else consolidated.forms
    by_code = {totals.form.code: totals for totals in forms if totals.view == view}
    measures = consolidated.province.regime.measures
    return tuple(rate(measure, by_code[measure.form], scope) for measure in measures if measure.form in by_code)


def compare(targets: Iterable[Target], reached: Iterable[Rate]) -> tuple[Comparison, ...]:
    """Each target beside the rate it names; one that no measure holds is listed and not compared."""
    by_name = {found.measure.name: found for found in reached}
    return tuple(_comparison(target, by_name.get(target.measure)) for target in targets)


def _comparison(target: Target, found: Rate | None) -> Comparison:
    """Compared by the exact sums: 97.996% does not reach 98% by being printed as 98.00."""
    if found is None or found.value is None or found.part is None or found.whole is None:
        return Comparison(target, found, None)
    return Comparison(target, found, _COMPARE[target.operator](found.part * 100, target.value * found.whole))


def _sum(totals: Iterable[Total | None]) -> Number | None:
    """Sum of the totals' values; a missing one makes the whole unknown."""
    values = [None if total is None else total.value for total in totals]
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None
