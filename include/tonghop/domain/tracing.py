"""Where a figure comes from: the cells that add up to it, and for a computed figure the figures it follows from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tonghop.domain.form import Column, Form, OverTime
from tonghop.domain.period import Period
from tonghop.domain.regime import Regime
from tonghop.domain.units import Unit
from tonghop.domain.value import Value

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One cell of a filed workbook; it counts `sign` (+1 or −1) times towards the figure."""

    unit: Unit
    period: Period
    row: str
    column: int
    value: Value
    sign: int
    sheet: str
    address: str
    submission: int
    revision: int
    file: str
    sha256: str


@dataclass(frozen=True)
class Trace:
    """A figure: `lines` add up to `value`, or `value` follows from `parts` by `formula`.

    `counted` of `owed` units stand behind it. `value` None: nobody gave a figure, or it cannot be derived.
    """

    form: str
    view: str
    scope: str
    row: str
    column: int
    title: str
    value: Number | None
    counted: int
    owed: int
    formula: str = ""
    parts: tuple[Trace, ...] = ()
    lines: tuple[Line, ...] = ()

    def every_line(self) -> Iterator[Line]:
        """Lines of the figure and of all its parts."""
        yield from self.lines
        for part in self.parts:
            yield from part.every_line()


@dataclass(frozen=True, slots=True)
class Leg:
    """One step of the way over time: `column` of `period`, taken `sign` times."""

    period: Period
    column: int
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Way:
    """How a view's figures follow from filed periods. `implied`: the first of `periods` is the year, then quarters."""

    view: str
    periods: tuple[Period, ...]
    implied: bool = False

    def legs(self, form: Form, column: Column) -> tuple[Leg, ...]:
        """What is read for a column that is not computed; () when it cannot be derived."""
        number = column.number
        if not self.view:
            return (Leg(self.periods[0], number),)
        if column.over_time is OverTime.NOT_DERIVABLE:
            return ()
        return tuple(self._implied(form, column) if self.implied else self._cumulated(column))

    def shown_by(self, column: Column) -> tuple[Period, ...]:
        """Periods of which one that gives the column makes it a figure (0 at least) and not unknown."""
        return self.periods[:1] if self.implied and column.over_time is not OverTime.FLOW else self.periods

    def _cumulated(self, column: Column) -> Iterator[Leg]:
        kept = {OverTime.OPENING: self.periods[:1], OverTime.CLOSING: self.periods[-1:]}
        return (Leg(period, column.number) for period in kept.get(column.over_time, self.periods))

    def _implied(self, form: Form, column: Column) -> Iterator[Leg]:
        year, *quarters = self.periods
        if column.over_time is OverTime.OPENING:
            closing = next((rule.source for rule in form.carry_overs if rule.column == column.number), 0)
            if closing and quarters:
                yield Leg(quarters[-1], closing)
            return
        yield Leg(year, column.number)
        if column.over_time is OverTime.FLOW:
            yield from (Leg(quarter, column.number, -1) for quarter in quarters)


def way(regime: Regime, period: Period, view: str) -> Way | None:
    """The way to `view` of `period` ("" the period itself); None when the period has no such view."""
    if not view:
        return Way("", (period,))
    for cumulative in regime.cumulatives:
        if cumulative.after == period.slot and cumulative.name == view:
            return Way(view, tuple(regime.part(period, slot) for slot in cumulative.parts))
    for implied in regime.implied:
        if implied.after == period.slot and implied.name == view:
            return Way(view, (period, *(regime.part(period, slot) for slot in implied.parts)), implied=True)
    return None


def views(regime: Regime, period: Period) -> tuple[str, ...]:
    """Names of the derived views of a period."""
    cumulated = [one.name for one in regime.cumulatives if one.after == period.slot]
    return (*cumulated, *(one.name for one in regime.implied if one.after == period.slot))
