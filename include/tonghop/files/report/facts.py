"""What the templates of the report may speak of: figures under names, ready for sentences.

Templates choose and phrase; every figure they print is one of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tonghop.domain.changes import Change, Figure
from tonghop.domain.consolidated import Consolidated, FormTotals, UnitStatus
from tonghop.domain.period import ROMAN, Period
from tonghop.domain.ranking import Ranking, rank, unit_rate
from tonghop.domain.rates import Rate
from tonghop.domain.review import FormReview, RateReview, Review, TargetReview
from tonghop.domain.rollup import Number, Total
from tonghop.domain.units import Level, Unit

_SIGNS = {">=": "≥", "<=": "≤"}
_FEWEST = 2  # fewer units than that are no ranking


@dataclass(frozen=True, slots=True)
class Named:
    """A unit's figure by the name people know it by."""

    name: str
    value: Number


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """One level's subtotals of a form, by column."""

    name: str
    at: Mapping[int, Total]


@dataclass(frozen=True, slots=True)
class FormFacts:
    """A form: `at` gives its provincial figures by column, `missing` names the units that owe it and are not in."""

    code: str
    number: str
    title: str
    standing: str
    counted: int
    owed: int
    missing: tuple[str, ...]
    arose: bool
    items: int
    at: Mapping[int, Figure]
    levels: tuple[LevelFacts, ...]
    review: FormReview
    full_name: Callable[[Unit], str]

    @property
    def complete(self) -> bool:
        return self.counted == self.owed

    def most(self, column: int, count: int) -> tuple[Named, ...]:
        """Units with the largest figures of a column, largest first."""
        return tuple(Named(self.full_name(unit), value) for unit, value in self.review.most(column, count))


@dataclass(frozen=True, slots=True)
class RateFacts:
    """A rate; `better` and `worse` say how it moved since the last period known, neither when it stood still."""

    name: str
    title: str
    value: Decimal | None
    part: Number | None
    whole: Number | None
    complete: bool
    changes: tuple[Change, ...]
    longer: Rate | None
    better: bool
    worse: bool


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """A target beside what was reached; `rate` None when no form holds it, `longer` when judged since January."""

    title: str
    sign: str
    wanted: Decimal
    scope: str
    source: str
    value: Decimal | None
    met: bool | None
    complete: bool
    rate: Rate | None
    longer: bool


@dataclass(frozen=True, slots=True)
class RankingFacts:
    """Units of one level in order, with the names of those left out; `other` gives a unit's further rates."""

    level: str
    title: str
    ranking: Ranking
    left_out: tuple[str, ...]
    review: Review

    def other(self, unit: Unit, name: str) -> Decimal | None:
        """Another declared rate of a ranked unit."""
        whole = self.review.whole
        measure = next(measure for measure in whole.province.regime.measures if measure.name == name)
        return unit_rate(whole.form(measure.form), measure, unit).value


@dataclass(frozen=True, slots=True)
class LongerFacts:
    """A form since the year began: totals by column, units with all parts."""

    at: Mapping[int, Total]
    counted: int
    owed: int

    @property
    def complete(self) -> bool:
        return self.counted == self.owed


def facts(review: Review, words: Mapping[str, str], *, workbook: str = "") -> dict[str, Any]:
    """Everything templates may name; `words` says a unit's state, `workbook` is the file of the forms."""
    whole = review.whole
    province, regime, period = whole.province, whole.province.regime, whole.period
    late = _late(whole)
    return {
        "title": regime.title,
        "period": period.label,
        "period_in_text": period_in_text(period),
        "year": str(period.year),
        "window": str(regime.window(period)),
        "agency": province.agency,
        "agency_in_text": province.agency,
        "recipient": regime.recipient(regime.window(period).last),
        "owed": whole.owed,
        "accepted": whole.accepted,
        "late": len(late),
        "late_names": _names(review, late),
        "missing": [{"name": whole.tree.full_name(s.unit), "words": words[s.state]} for s in whole.missing],
        "references": [reference.label for reference in review.references],
        "like": review.like,
        "forms": {code: _form(review, found) for code, found in review.forms.items()},
        "rates": {found.rate.measure.name: _rate(found) for found in review.rates},
        "targets": [_target(found) for found in review.targets],
        "rankings": {found.rate.measure.name: _rankings(review, found) for found in review.rates},
        "longer": {totals.form.code: _longer(review, totals) for totals in review.longer},
        "longer_title": review.longer_title,
        "longer_window": _longer_window(review),
        "workbook": workbook,
        "correction": review.correction,
    }


def period_in_text(period: Period) -> str:
    """`quý III năm 2024`, `năm 2024`."""
    return f"quý {ROMAN[period.quarter]} năm {period.year}" if period.quarter else f"năm {period.year}"


def _late(whole: Consolidated) -> list[UnitStatus]:
    return [status for status in whole.statuses if status.accepted and status.on_time is False]


def _names(review: Review, statuses: Iterable[UnitStatus]) -> list[str]:
    return [review.whole.tree.full_name(status.unit) for status in statuses]


def _form(review: Review, found: FormReview) -> FormFacts:
    form, full_name = found.totals.form, review.whole.tree.full_name
    return FormFacts(
        code=form.code,
        number=form.number,
        title=form.title,
        standing=form.standing,
        counted=found.counted,
        owed=found.owed,
        missing=tuple(full_name(unit) for unit in found.missing),
        arose=found.arose,
        items=found.items,
        at=found.figures,
        levels=tuple(_levels(review, found)),
        review=found,
        full_name=full_name,
    )


def _levels(review: Review, found: FormReview) -> Iterable[LevelFacts]:
    present = {unit.level for unit in found.owing}
    for names in review.whole.province.regime.levels:
        if names.level in present:
            totals = ((number, found.at(names.level, number)) for number in found.figures)
            yield LevelFacts(names.field_group, {number: total for number, total in totals if total is not None})


def _rate(found: RateReview) -> RateFacts:
    rate, measure = found.rate, found.rate.measure
    moved = found.changes[0].delta if found.changes else 0
    gain = moved if measure.better == "high" else -moved
    return RateFacts(
        name=measure.name,
        title=measure.title,
        value=rate.value,
        part=rate.part,
        whole=rate.whole,
        complete=rate.complete,
        changes=found.changes,
        longer=found.longer,
        better=gain > 0,
        worse=gain < 0,
    )


def _target(found: TargetReview) -> TargetFacts:
    known = found.best_known
    target, rate = known.target, known.rate
    return TargetFacts(
        title=target.title,
        sign=_SIGNS.get(target.operator, target.operator),
        wanted=target.value,
        scope=target.scope,
        source=target.source,
        value=None if rate is None else rate.value,
        met=known.met,
        complete=rate is None or rate.complete,
        rate=rate,
        longer=known is found.longer,
    )


def _rankings(review: Review, found: RateReview) -> list[RankingFacts]:
    """Departments and districts; communes are too many to name in a text."""
    whole, measure = review.whole, found.rate.measure
    rankings = []
    for level in (Level.DEPARTMENT, Level.DISTRICT):
        ranking = rank(whole, measure, level)
        if len(ranking.places) >= _FEWEST:
            left = tuple(whole.tree.full_name(unit) for unit in ranking.left_out)
            rankings.append(RankingFacts(level.value, level_title(review, level), ranking, left, review))
    return rankings


def level_title(review: Review, level: Level) -> str:
    """`Sở, ban, ngành`; districts are told to stand for their communes as well."""
    regime = review.whole.province.regime
    title = regime.level_names(level).unit_group
    below = [names.unit_group for names in regime.levels if names.level is Level.COMMUNE]
    return f"{title} (gồm các {below[0][:1].lower()}{below[0][1:]})" if level is Level.DISTRICT and below else title


def _longer(review: Review, totals: FormTotals) -> LongerFacts:
    code = review.whole.tree.province.code
    found = ((column.number, totals.total(code, "", "", column.number)) for column in totals.form.figures)
    counted, owed = totals.coverage(code)
    return LongerFacts({number: total for number, total in found if total is not None}, counted, owed)


def _longer_window(review: Review) -> str:
    regime, period = review.whole.province.regime, review.whole.period
    view = review.longer[0].view if review.longer else ""
    parts = next((c.parts for c in regime.cumulatives if c.name == view), ())
    if not parts:
        return ""
    first = regime.window(regime.part(period, parts[0])).first
    return f"từ ngày {first:%d/%m/%Y} đến ngày {regime.window(period).last:%d/%m/%Y}"
