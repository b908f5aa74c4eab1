"""From what stands accepted to totals: the inputs of each form's roll-up, for the period and the derived views."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from tonghop import __version__
from tonghop.domain.derive import cumulate, derivable, imply
from tonghop.domain.form import Form, RowKind
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.rollup import Rows, UnitFigures
from tonghop.domain.units import Level, Unit
from tonghop.steps.history import Standing, standing
from tonghop.store import Store
from tonghop.store.records import StandingUnit

Row = tuple[str, str]  # key, printed name


@dataclass(frozen=True)
class View:
    """One form in one view of a period: which filings it needs, and how a unit's rows follow from them.

    `name` is "" for the period itself, else the derived one's (`9T`). `rows_of` gives a unit's rows, None = missing.
    """

    name: str
    title: str
    form: Form
    periods: tuple[Period, ...]
    rows_of: Callable[[Unit, dict[Period, Standing]], Rows | None] = field(repr=False)


def views(province: Province, period: Period) -> tuple[View, ...]:
    """Every (form, view) of `period` that some unit owes: the period's own first, then the derived ones."""
    owed = [form for form in province.regime.forms.values() if province.owing(form.code, period)]
    own = [View("", "", form, (period,), _own(period)) for form in owed]
    return (*own, *_cumulated(province, period, owed), *_implied(province, period, owed))


def _own(period: Period) -> Callable[[Unit, dict[Period, Standing]], Rows | None]:
    return lambda unit, read: read[period].rows.get(unit.code)


def _cumulated(province: Province, period: Period, owed: list[Form]) -> list[View]:
    found = []
    for cumulative in province.regime.cumulatives:
        if cumulative.after == period.slot:
            parts = tuple(province.regime.part(period, slot) for slot in cumulative.parts)
            found += [
                View(cumulative.name, cumulative.title, form, parts, _cumulate(form, parts))
                for form in owed
                if derivable(form)
            ]
    return found


def _cumulate(form: Form, parts: tuple[Period, ...]) -> Callable[[Unit, dict[Period, Standing]], Rows | None]:
    return lambda unit, read: cumulate(form, [read[part].rows.get(unit.code) for part in parts])


def _implied(province: Province, period: Period, owed: list[Form]) -> list[View]:
    found = []
    for implied in province.regime.implied:
        if implied.after == period.slot:
            parts = tuple(province.regime.part(period, slot) for slot in implied.parts)
            found += [
                View(implied.name, implied.title, form, (period, *parts), _imply(form, period, parts))
                for form in owed
                if derivable(form)
            ]
    return found


def _imply(
    form: Form, year: Period, quarters: tuple[Period, ...]
) -> Callable[[Unit, dict[Period, Standing]], Rows | None]:
    return lambda unit, read: imply(
        form, read[year].rows.get(unit.code), [read[quarter].rows.get(unit.code) for quarter in quarters]
    )


@dataclass(frozen=True)
class Inputs:
    """What a view's totals are computed from; two inputs with one `digest` give the same totals."""

    view: View
    units: tuple[UnitFigures, ...]
    rows: tuple[Row, ...]  # in printing order
    digest: str


@dataclass
class Reading:
    """Standing figures of several periods, each form read once."""

    store: Store
    province: Province
    period: Period
    _read: dict[tuple[str, str], Standing] = field(default_factory=dict)
    _forms: dict[Period, dict[str, StandingUnit]] = field(default_factory=dict)

    def of(self, period: Period, form: Form) -> Standing:
        at = (period.code, form.code)
        if at not in self._read:
            self._read[at] = standing(self.store, period, form)
        return self._read[at]

    def _accepted(self, period: Period) -> dict[str, StandingUnit]:
        if period not in self._forms:
            self._forms[period] = self.store.filings.accepted_forms(period.code)
        return self._forms[period]

    def digest(self, view: View) -> str:
        """SHA-256 over everything the view's totals follow from: submissions, owing units, fields, versions."""
        accepted = {period.code: self._accepted(period) for period in set(view.periods)}
        owing = self.province.owing(view.form.code, self.period)
        content = {
            "software": __version__,
            "regime": self.province.regime.id,
            "form": repr(view.form),
            "view": view.name,
            "units": [[*unit.key, unit.name, unit.parent_code] for unit in owing],
            "fields": [[unit.code, [row.name for row in self.province.fields_of(unit, self.period)]] for unit in owing],
            "filings": [
                [code, unit.code, accepted[code][unit.code].sha256, accepted[code][unit.code].submission_id]
                for code in sorted(accepted)
                for unit in owing
                if unit.code in accepted[code] and view.form.code in accepted[code][unit.code].forms
            ],
        }
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, default=str).encode()).hexdigest()

    def inputs(self, view: View, digest: str) -> Inputs:
        read = {period: self.of(period, view.form) for period in view.periods}
        figures = []
        for unit in self.province.owing(view.form.code, self.period):
            rows = view.rows_of(unit, read)
            figures.append(UnitFigures(unit.code, unit.level, _district(unit), rows, self._expected(view.form, unit)))
        return Inputs(view, tuple(figures), self._rows(view, figures, read), digest)

    def _expected(self, form: Form, unit: Unit) -> frozenset[str]:
        if form.row_kind is not RowKind.FIELDS:
            return frozenset()
        return frozenset(row.key for row in self.province.fields_of(unit, self.period))

    def _rows(self, view: View, figures: list[UnitFigures], read: dict[Period, Standing]) -> tuple[Row, ...]:
        """Official fields in the order of units and positions, then the rows units added, by name."""
        if view.form.row_kind is not RowKind.FIELDS:
            return ()
        official: dict[str, str] = {}
        for unit in self.province.owing(view.form.code, self.period):
            for row in self.province.fields_of(unit, self.period):
                official.setdefault(row.key, row.name)
        added = {row for unit in figures for row in unit.rows or ()} - official.keys()
        printed = {row: name for one in read.values() for row, name in one.names.items()}
        return (*official.items(), *sorted((row, printed.get(row, row)) for row in added))


def _district(unit: Unit) -> str:
    """The district whose consolidated report includes the unit."""
    if unit.level is Level.DISTRICT:
        return unit.code
    return unit.parent_code if unit.level is Level.COMMUNE else ""
