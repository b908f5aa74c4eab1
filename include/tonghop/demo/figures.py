"""Synthetic figures of one unit for one quarter, on every form it owes, whatever the forms are.

Same seed, same figures. Each quarter opens with what the one before closed with, totals of one form return in
another where a rule says so, and a field without dossiers stays blank. All of it follows from the form specs;
`demo.profile` only says how large figures are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from tonghop.demo.balance import Balance, Dice, Row, split
from tonghop.demo.profile import hint
from tonghop.demo.texts import EXTRA_ROWS, Setting, input_value, item_name
from tonghop.domain.form import CarryOverRule, Column, CrossFormRule, Form, OverTime, RowKind
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.text import key
from tonghop.domain.units import Unit
from tonghop.domain.value import Value, recompute

Figures = dict[int, Value | None]
_ACTIVE, _WAKES, _ADDS, _ZEROS = 0.72, 0.06, 0.05, 0.15  # chances of a field, a new field, an added row, explicit zeros


@dataclass(frozen=True)
class FormFigures:
    """What a unit files on one form: row key → column → figure, computed columns included.

    `rows` {} is "không phát sinh". `names` says what each row is called. Blank field rows are not in it.
    """

    rows: dict[str, Figures]
    names: dict[str, str] = field(default_factory=dict)

    def total(self, column: int) -> int:
        return sum(value for row in self.rows.values() if isinstance(value := row.get(column), int))


UnitForms = dict[str, FormFigures]


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a filing is off on purpose: the first opening, the first figure that another form repeats."""

    carry: int = 0
    cross: int = 0


@dataclass(frozen=True)
class Filer:
    """Whose figures, for when: a unit of `province` that owes a report for `period`."""

    province: Province
    unit: Unit
    period: Period
    seed: int

    @property
    def root(self) -> str:
        """What all chance of the unit grows from."""
        return f"{self.seed}/{self.unit.code}"


def unit_forms(filer: Filer, before: UnitForms | None, shift: Shift | None = None) -> UnitForms:
    """Figures on every form the unit owes; `before` is what it filed for the previous period (None: nothing)."""
    draft = _Draft(filer, before, shift or Shift())
    forms = filer.province.regime.forms
    owed = filer.province.owed_by(filer.unit, filer.period)
    for code in _sources_first([forms[code] for code in owed]):
        draft.add(forms[code])
    return {code: draft.done[code] for code in owed}


def _sources_first(forms: Iterable[Form]) -> list[str]:
    """Codes of `forms` so that a form comes after those its cross-form rules read."""
    waiting = {form.code: {rule.other for rule in form.cross_forms} for form in forms}
    order: list[str] = []
    while waiting:
        ready = [code for code, others in waiting.items() if not others & waiting.keys() - {code}] or [*waiting][:1]
        order += ready
        waiting = {code: others for code, others in waiting.items() if code not in ready}
    return order


class _Draft:
    """The forms of one unit in the making."""

    def __init__(self, filer: Filer, before: UnitForms | None, shift: Shift) -> None:
        self.province, self.unit, self.period, self.root = filer.province, filer.unit, filer.period, filer.root
        self.before, self.shift = before, shift
        self.size = Random(self.root).random() ** 1.4  # small units are more common than large ones
        fields = tuple(row.name for row in self.province.fields_of(self.unit, self.period))
        self.setting = Setting(self.unit, fields, self.province.regime.window(self.period).last)
        self.done: UnitForms = {}

    def add(self, form: Form) -> None:
        here = f"{self.root}/{form.code}"
        dice = Dice(now=Random(f"{here}/{self.period.code}"), ever=Random(here))
        self.done[form.code] = self._items(form, dice) if form.row_kind is RowKind.LIST else self._form(form, dice)

    # Lists -----------------------------------------------------------------------------------------------------

    def _items(self, form: Form, dice: Dice) -> FormFigures:
        count = min(self._counted_elsewhere(hint(form.name_column.key).needs, dice.now), form.spare_rows)
        rows: dict[str, Figures] = {}
        for place in range(1, count + 1):
            row: Figures = {c.number: input_value(form, c, self.setting, place, dice.now) for c in form.inputs}
            row[form.name_column.number] = item_name(self.unit, place)
            rows[str(place)] = row
        return FormFigures(rows, {place: str(row[form.name_column.number]) for place, row in rows.items()})

    def _counted_elsewhere(self, needs: str, rng: Random) -> int:
        for code, filed in self.done.items():
            for column in self.province.regime.forms[code].figures:
                if column.key == needs:
                    return filed.total(column.number)
        return rng.randint(0, 3)

    # Forms with figures ----------------------------------------------------------------------------------------

    def _form(self, form: Form, dice: Dice) -> FormFigures:
        known = self._known_elsewhere(form)
        balance = Balance(form, known)
        weights = {column.number: dice.ever.uniform(*hint(column.key).weight) for column in form.inputs}
        openings = self._openings(form)
        totals = {
            number: known[number] if number in known else self._total(form[number], dice)
            for number in sorted({*balance.free, *known})
            if number not in openings
        }
        names = self._row_names(form, dice)
        if not any(totals.values()) and not any(any(rows.values()) for rows in openings.values()):
            return self._nothing_arose(form, names, weights, balance, dice)
        keys = self._active(form, names)
        parts = self._spread(totals, keys, dice.now)
        rows: dict[str, Figures] = {}
        for place, row in enumerate(keys, start=1):
            given = parts[row] | {number: closing.get(row, 0) for number, closing in openings.items()}
            if form.row_kind is RowKind.FIELDS and not any(given.values()) and dice.now.random() > _ZEROS:
                continue
            rows[row] = self._row(form, balance.complete(given, dice, weights), place, dice)
        return FormFigures(rows, {row: names[row] for row in rows})

    def _nothing_arose(
        self, form: Form, names: Mapping[str, str], weights: Mapping[int, float], balance: Balance, dice: Dice
    ) -> FormFigures:
        """ "Không phát sinh", or now and then a row of zeros where the form has one row."""
        if form.row_kind is RowKind.FIELDS or dice.now.random() > _ZEROS:
            return FormFigures({})
        full = balance.complete(dict.fromkeys(balance.free, 0), dice, weights)
        return FormFigures({row: self._row(form, full, 1, dice) for row in names}, dict(names))

    def _row(self, form: Form, whole: Row, place: int, dice: Dice) -> Figures:
        row: Figures = dict(recompute(form, whole))
        for column in form.inputs:
            if not column.kind.is_whole:
                row[column.number] = input_value(form, column, self.setting, place, dice.now)
        return row

    # What is known before any chance -----------------------------------------------------------------------------

    def _known_elsewhere(self, form: Form) -> dict[int, int]:
        """Column → total that another form of the unit already states."""
        known: dict[int, int] = {}
        for rule in form.cross_forms:
            if self._holds(rule) and form[rule.column].formula is None:
                off = 0 if known else self.shift.cross
                known[rule.column] = self.done[rule.other].total(rule.other_column) + off
        return known

    def _holds(self, rule: CrossFormRule) -> bool:
        return rule.other in self.done and (not rule.levels or self.unit.level.value in rule.levels)

    def _openings(self, form: Form) -> dict[int, dict[str, int]]:
        """Opening column → row → what the period before closed with; {} in the first period of all."""
        if self.before is None or form.code not in self.before:
            return {}
        former = self.before[form.code].rows
        found = {rule.column: _closings(rule, former) for rule in form.carry_overs}
        for column, closing in found.items():
            if self.shift.carry and closing and form.code == self._first_carried():
                row = max(closing, key=lambda name: closing[name])
                found[column] = closing | {row: closing[row] + self.shift.carry}
        return found

    def _first_carried(self) -> str:
        """The form that opens with most: where a shifted opening is like a real oversight."""
        before = self.before or {}
        carried = [
            (sum(_closings(rule, filed.rows).values()), code)
            for code, filed in before.items()
            for rule in self.province.regime.forms[code].carry_overs
        ]
        return max(carried)[1]

    # Sizes and rows ----------------------------------------------------------------------------------------------

    def _total(self, column: Column, dice: Dice) -> int:
        """The unit's figure in a column that follows from nothing else."""
        least, most = hint(column.key).sized(self.unit.level)
        steady = 0.85 if most >= 50 else 0.5
        if column.over_time is OverTime.STOCK:
            place = dice.ever.random()
        else:
            place = steady * self.size + (1 - steady) * dice.now.random()
        value = max(round(least + (most - least) * place), 0)
        return value - value % hint(column.key).step

    def _row_names(self, form: Form, dice: Dice) -> dict[str, str]:
        """Row keys and names: the unit itself, or its fields with those it added before and perhaps a new one."""
        if form.row_kind is RowKind.UNITS:
            return {self.unit.code: self.unit.name}
        names = {row.key: row.name for row in self.province.fields_of(self.unit, self.period)}
        former = self.before.get(form.code) if self.before else None
        names |= {row: name for row, name in (former.names if former else {}).items() if row not in names}
        extras = {key(name): name for name in EXTRA_ROWS if key(name) not in names}
        adds = not names or Random(f"{self.root}/{form.code}/thêm").random() < _ADDS
        if adds and len(extras) == len(EXTRA_ROWS):
            added = dice.ever.choice(sorted(extras))
            names[added] = extras[added]
        return names

    def _active(self, form: Form, names: Mapping[str, str]) -> list[str]:
        """Rows in which something may arise: those of last time, most fields, never none."""
        former = self.before.get(form.code) if self.before else None
        earlier = former.rows if former else {}
        awake = [
            row
            for row in names
            if row in earlier
            or Random(f"{self.root}/{row}").random() < _ACTIVE
            or Random(f"{self.root}/{row}/{self.period.code}").random() < _WAKES
        ]
        return awake or list(names)[:1]

    def _spread(self, totals: Mapping[int, int], keys: list[str], rng: Random) -> dict[str, Row]:
        weights = [
            Random(f"{self.root}/{row}/cỡ").lognormvariate(0, 0.9) / (place + 1) ** 0.7
            for place, row in enumerate(keys)
        ]
        parts: dict[str, Row] = {row: {} for row in keys}
        for number in sorted(totals):
            for row, part in zip(keys, split(totals[number], weights, rng), strict=True):
                parts[row][number] = part
        return parts


def _closings(rule: CarryOverRule, former: Mapping[str, Figures]) -> dict[str, int]:
    return {row: value for row, figures in former.items() if isinstance(value := figures.get(rule.source), int)}
