"""Gather what the report says of a period: earlier periods, the trend, the units' own words, where figures stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tonghop.domain.changes import Past, Reference
from tonghop.domain.consolidated import Consolidated
from tonghop.domain.form import Column, Form, OverUnits, RowKind
from tonghop.domain.period import Period
from tonghop.domain.review import OwnWords, Review, Source, TrendPoint, review
from tonghop.domain.rollup import Number, addable
from tonghop.domain.text import clean
from tonghop.domain.units import Level, Unit
from tonghop.steps.context import Context
from tonghop.steps.picture import picture
from tonghop.store.records import StandingCell, TotalsPlace

TREND_LENGTH = 8  # periods of one kind: two years of quarters
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")


def reviewed(context: Context, whole: Consolidated) -> Review:
    """`whole` beside its past, as far as earlier periods are in the store."""
    return review(
        whole,
        _references(context, whole),
        trend=_trend(context, whole),
        words=_words(context, whole),
        sources=tuple(_sources(context, whole)),
    )


def _references(context: Context, whole: Consolidated) -> Iterator[Reference]:
    period = whole.period
    previous, view = _previous(whole)
    candidates = [(Past.PREVIOUS, previous, view)]
    if not period.is_year:
        candidates.append((Past.YEAR_AGO, Period(period.year - 1, period.quarter), ""))
    for past, then, name in candidates:
        if context.store.periods.get(then.code) is None:
            continue
        found = picture(context, then)
        forms = found.derived if name else found.forms
        by_code = {totals.form.code: totals for totals in forms if totals.view == name}
        if any(totals.totals for totals in by_code.values()):
            label = f"{Period(then.year, 4).label} (suy ra)" if name else then.label
            yield Reference(past, label, found.tree, by_code)


def _previous(whole: Consolidated) -> tuple[Period, str]:
    """The period before of the same length, with the view it stands in: quarter IV is implied by its year."""
    period, regime = whole.period, whole.province.regime
    before = regime.previous(period)
    if period.is_year or not before.is_year:
        return before, ""
    return before, next((implied.name for implied in regime.implied if implied.after == before.slot), "")


def _trend(context: Context, whole: Consolidated) -> list[TrendPoint]:
    """Provincial totals of the headline form over periods of this kind up to this one, oldest first."""
    period, form = whole.period, whole.province.regime.headline_form
    same = [p for p in context.opened_periods if p.is_year == period.is_year and p <= period]
    points = []
    for at in same[-TREND_LENGTH:]:
        code = whole.tree.province.code if at == period else context.province_for(at).tree(at).province.code
        stored = context.store.totals.read(TotalsPlace(at.code, "", form), scope=code).figures
        figures = {key.column: total for key, total in stored.items() if not key.group and not key.row}
        if any(total.counted for total in figures.values()):
            points.append(TrendPoint(at, figures))
    return points


def _words(context: Context, whole: Consolidated) -> tuple[OwnWords, ...]:
    """Paragraphs in the order of headings and units; one that several units wrote alike stands once, with them all."""
    found = context.store.filings.accepted_paragraphs(whole.period.code)
    authors: dict[tuple[str, str], list[Unit]] = {}
    for unit in whole.tree.filing:
        for paragraph in found.get(unit.code, ()):
            lines = [clean(line) for line in paragraph.text.splitlines()]
            text = "\n".join(line for line in lines if line)
            if text:
                mine = authors.setdefault((paragraph.heading, text), [])
                if unit not in mine:
                    mine.append(unit)
    return tuple(OwnWords(heading, text, tuple(units)) for (heading, text), units in authors.items())


def _sources(context: Context, whole: Consolidated) -> Iterator[Source]:
    """Per form and typed column, every unit's part of the provincial total with the cells it was read from."""
    filed = {submission.id: submission for submission in context.store.submissions.of(whole.period.code)}
    places = context.store.filings.accepted_places(whole.period.code)
    cells: dict[tuple[str, int, str], list[StandingCell]] = {}
    for cell in context.store.filings.accepted_cells(whole.period.code):
        cells.setdefault((cell.form, cell.column, cell.unit_code), []).append(cell)
    for totals in whole.forms:
        for column in _added(totals.form):
            for unit in _adding(whole, column):
                mine = cells.get((totals.form.code, column.number, unit.code), ())
                if mine and totals.states.get(unit.code) == "accepted":
                    place = places[unit.code, totals.form.code]
                    submission = filed[place.origin]
                    yield Source(
                        form=totals.form.code,
                        column=column.number,
                        unit=unit,
                        value=_value(mine),
                        sheet=place.sheet,
                        cells=_range([cell.address for cell in mine]),
                        count=len(mine),
                        submission=submission.id,
                        revision=submission.revision,
                        file=submission.original_name,
                        sha256=submission.sha256,
                    )


def _added(form: Form) -> list[Column]:
    return [] if form.row_kind is RowKind.LIST else [column for column in form.figures if addable(column)]


def _adding(whole: Consolidated, column: Column) -> tuple[Unit, ...]:
    """Units whose figures make up the provincial total of the column."""
    only = column.over_units is OverUnits.DEPARTMENTS_ONLY
    return whole.tree.at(Level.DEPARTMENT) if only else whole.tree.filing


def _value(cells: Sequence[StandingCell]) -> Number:
    return sum((cell.value for cell in cells if isinstance(cell.value, Number)), 0)


def _range(addresses: Sequence[str]) -> str:
    """`D9`, `D9:D21` for cells of one column from the first to the last, else every address."""
    found = [_ADDRESS.fullmatch(address) for address in addresses]
    places = [(match[1], int(match[2])) for match in found if match is not None]
    if len(places) < len(addresses) or len({letter for letter, _ in places}) > 1:
        return ", ".join(addresses)
    letter, rows = places[0][0], [row for _, row in places]
    return f"{letter}{rows[0]}" if len(rows) == 1 else f"{letter}{min(rows)}:{letter}{max(rows)}"
