"""A period looked at beside its past: what the narrative report, its charts and the further sheets are made from.

Everything here follows from published totals; nothing is estimated, and what is unknown is simply not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tonghop.domain.changes import Change, Figure, Pairing, Reference, comparable, pair
from tonghop.domain.consolidated import NIL, Consolidated, FormTotals
from tonghop.domain.correction import Correction
from tonghop.domain.period import Period
from tonghop.domain.rates import Comparison, Rate, compare, rate, rates
from tonghop.domain.rollup import ITEMS, OWN, Number, Total, TotalKey
from tonghop.domain.units import Level, Unit

_STANDING = frozenset({"accepted", NIL})


@dataclass(frozen=True)
class FormReview:
    """One form: its provincial figures by column, and the owing units whose form is not in them."""

    totals: FormTotals
    figures: Mapping[int, Figure] = field(repr=False)
    owing: tuple[Unit, ...] = field(repr=False)
    missing: tuple[Unit, ...]
    province: str

    @property
    def counted(self) -> int:
        return len(self.owing) - len(self.missing)

    @property
    def owed(self) -> int:
        return len(self.owing)

    @property
    def items(self) -> int:
        """Rows of a list form."""
        total = self.totals.total(self.province, "", "", ITEMS)
        return int(total.value or 0) if total else 0

    @property
    def arose(self) -> bool:
        """Whether any counted unit reported anything but nothing or zeros."""
        return bool(self.items) or any(figure.value for figure in self.figures.values())

    def at(self, level: Level, column: int) -> Total | None:
        """Total of one level."""
        return self.totals.total(self.province, level.value, "", column)

    def most(self, column: int, count: int) -> tuple[tuple[Unit, Number], ...]:
        """Up to `count` units with the largest figures of a column, largest first.

        None without a figure, and none that shares it with a unit that would have to be left out.
        """
        owns = ((unit, self.totals.total(unit.code, OWN, "", column)) for unit in self.owing)
        found = [(unit, own.value) for unit, own in owns if own is not None and own.value]
        found.sort(key=lambda pair: -pair[1])
        floor = found[count][1] if len(found) > count else 0
        return tuple((unit, value) for unit, value in found[:count] if value > floor)


@dataclass(frozen=True, slots=True)
class RateReview:
    """A rate of the province, its changes in percentage points, and the same since the year began where derived."""

    rate: Rate
    changes: tuple[Change, ...]
    longer: Rate | None


@dataclass(frozen=True, slots=True)
class TargetReview:
    """A target beside the period and, where derived, beside all periods of the year so far."""

    now: Comparison
    longer: Comparison | None

    @property
    def best_known(self) -> Comparison:
        """What a target of the year is judged by: the year so far, else the period."""
        return self.longer if self.longer is not None and self.longer.met is not None else self.now


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The headline form's provincial total row of one period, by column."""

    period: Period
    figures: Mapping[int, Total]


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A paragraph under a heading of the outline, with every unit that wrote exactly it."""

    heading: str
    text: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a unit's part of a published total stands: `cells` of `sheet` in the file with `sha256`."""

    form: str
    column: int
    unit: Unit
    value: Number
    sheet: str
    cells: str
    count: int
    submission: int
    revision: int
    file: str
    sha256: str


@dataclass(frozen=True)
class Review:
    """The whole. `references` the last period first; `trend` oldest first and ending with this period."""

    whole: Consolidated
    references: tuple[Reference, ...]
    forms: Mapping[str, FormReview] = field(repr=False)
    rates: tuple[RateReview, ...] = field(repr=False)
    targets: tuple[TargetReview, ...] = field(repr=False)
    longer: tuple[FormTotals, ...] = field(repr=False)
    trend: tuple[TrendPoint, ...] = ()
    words: tuple[OwnWords, ...] = ()
    sources: tuple[Source, ...] = ()
    correction: Correction | None = None  # of the version before, when the period was published already

    @property
    def headline(self) -> FormReview:
        return self.forms[self.whole.province.regime.headline_form]

    @property
    def longer_title(self) -> str:
        """`Lũy kế 9 tháng`, "" when nothing is derived."""
        return self.longer[0].title if self.longer else ""

    @property
    def like(self) -> bool:
        """Whether every change compares all units counted: none filed in one period only."""
        changes = [c for form in self.forms.values() for figure in form.figures.values() for c in figure.changes]
        return all(change.like for change in changes)


def review(
    whole: Consolidated,
    references: Iterable[Reference] = (),
    *,
    trend: Iterable[TrendPoint] = (),
    words: Iterable[OwnWords] = (),
    sources: Iterable[Source] = (),
) -> Review:
    """`whole` with its changes against each reference, its rates and targets also since the year began."""
    past = tuple(references)
    pairs = {totals.form.code: _pairs(whole, totals, past) for totals in whole.forms}
    view = _cumulative(whole)
    return Review(
        whole=whole,
        references=past,
        forms={totals.form.code: _form(whole, totals, pairs[totals.form.code]) for totals in whole.forms},
        rates=tuple(_rates(whole, view, pairs)),
        targets=tuple(_targets(whole, view)),
        longer=tuple(totals for totals in whole.derived if view and totals.view == view),
        trend=tuple(trend),
        words=tuple(words),
        sources=tuple(sources),
    )


def _cumulative(whole: Consolidated) -> str:
    """Name of the view that sums the year so far, "" when the period has none."""
    present = {totals.view for totals in whole.derived}
    return next((c.name for c in whole.province.regime.cumulatives if c.name in present), "")


def _pairs(whole: Consolidated, totals: FormTotals, past: tuple[Reference, ...]) -> list[Pairing]:
    found = (pair(totals, whole.tree, reference) for reference in past)
    return [pairing for pairing in found if pairing is not None]


def _form(whole: Consolidated, totals: FormTotals, pairs: list[Pairing]) -> FormReview:
    figures = {}
    code = whole.tree.province.code
    for column in totals.form.figures:
        total = totals.total(code, "", "", column.number)
        if total is not None:
            changes = (pairing.change(column) for pairing in pairs) if comparable(column) else ()
            figures[column.number] = Figure(column, total, tuple(change for change in changes if change))
    owing = tuple(unit for unit in whole.tree.filing if unit.code in totals.states)
    missing = tuple(unit for unit in owing if totals.states[unit.code] not in _STANDING)
    return FormReview(totals, figures, owing, missing, code)


def _rates(whole: Consolidated, view: str, pairs: Mapping[str, list[Pairing]]) -> Iterable[RateReview]:
    longer = {found.measure.name: found for found in rates(whole, view=view)} if view else {}
    for found in rates(whole):
        changes = (pairing.rate_change(found.measure) for pairing in pairs[found.measure.form])
        kept = tuple(change for change in changes if change)
        yield RateReview(found, kept, longer.get(found.measure.name))


def _targets(whole: Consolidated, view: str) -> Iterable[TargetReview]:
    targets = whole.province.targets
    now = compare(targets, rates(whole))
    longer = compare(targets, rates(whole, view=view)) if view else (None,) * len(targets)
    return (TargetReview(*both) for both in zip(now, longer, strict=True))


def trend_rate(whole: Consolidated, point: TrendPoint, name: str) -> Rate | None:
    """A declared rate of the headline form at one point of the trend."""
    measures = whole.province.regime.measures
    measure = next((m for m in measures if m.name == name and m.form == whole.province.regime.headline_form), None)
    if measure is None:
        return None
    code = whole.tree.province.code
    figures = {TotalKey(code, "", "", column): total for column, total in point.figures.items()}
    return rate(measure, FormTotals(whole.form(measure.form).form, "", "", figures, {}, {}, {}), code)
