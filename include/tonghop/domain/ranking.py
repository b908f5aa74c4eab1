"""Who leads and who lags: units of one kind ordered by a rate, by name.

A district stands for its own office and its communes. A rate of few dossiers says little: a measure declares how
large its whole must be (`Measure.least`) for a unit to be ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tonghop.domain.consolidated import Consolidated, FormTotals
from tonghop.domain.rates import Rate, rate
from tonghop.domain.regime import Measure
from tonghop.domain.rollup import OWN
from tonghop.domain.units import Level, Unit


@dataclass(frozen=True, slots=True)
class Place:
    """One unit's place: 1 is best, units of the same rate share it."""

    number: int
    unit: Unit
    name: str
    rate: Rate

    @property
    def value(self) -> Decimal:
        return Decimal(0) if self.rate.value is None else self.rate.value


@dataclass(frozen=True, slots=True)
class Ranking:
    """Units of `level` by `measure`, best first; `left_out` were not ranked: too few dossiers, or nothing filed."""

    measure: Measure
    level: Level
    places: tuple[Place, ...]
    left_out: tuple[Unit, ...]

    @property
    def first(self) -> tuple[Place, ...]:
        """Those who share the best rate."""
        return tuple(place for place in self.places if place.number == 1)

    def best(self, count: int) -> tuple[Place, ...]:
        """The first `count`, with those who share the last of their places."""
        return tuple(place for place in self.places if place.number <= count)

    def last(self, count: int) -> tuple[Place, ...]:
        """The lowest `count` with those who share the highest of them, worst first; none that is among the best."""
        tail = self.places[len(self.best(count)) :]
        ceiling = tail[-count:][:1]
        kept = [place for place in tail if ceiling and place.number >= ceiling[0].number]
        return tuple(reversed(kept))


def rank(consolidated: Consolidated, measure: Measure, level: Level) -> Ranking:
    """Units of `level` by `measure`; a district with its communes."""
    totals = consolidated.form(measure.form)
    units = [unit for unit in consolidated.tree.at(level) if unit.code in totals.states]
    found = [(unit, unit_rate(totals, measure, unit)) for unit in units]
    ranked = [(unit, of) for unit, of in found if of.value is not None and (of.whole or 0) >= measure.least]
    ranked.sort(key=lambda pair: _order(measure, pair[1]))
    names = consolidated.tree.full_name
    places: list[Place] = []
    for at, (unit, of) in enumerate(ranked, start=1):
        shared = bool(places) and places[-1].rate.value == of.value
        places.append(Place(places[-1].number if shared else at, unit, names(unit), of))
    kept = {unit.code for unit, _ in ranked}
    return Ranking(measure, level, tuple(places), tuple(unit for unit in units if unit.code not in kept))


def unit_rate(totals: FormTotals, measure: Measure, unit: Unit) -> Rate:
    """The unit's own rate; a district's is that of its office and communes together."""
    return rate(measure, totals, unit.code, "" if unit.level is Level.DISTRICT else OWN)


def _order(measure: Measure, of: Rate) -> tuple[Decimal, int | Decimal]:
    """Better rates first; among equals the unit with more dossiers."""
    value = of.value or Decimal(0)
    return (-value if measure.better == "high" else value, -(of.whole or 0))
