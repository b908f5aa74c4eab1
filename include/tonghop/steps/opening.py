"""Open a period: every unit that owes something finds its folders and its workbook. Filed things are never touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tonghop.domain.form import Form
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.units import Unit
from tonghop.files.template import plan, write_template
from tonghop.steps.context import ANSWERS, HANDLED, SEND, Context, unwritable
from tonghop.steps.history import Standing, UnitRows, standing


@dataclass(frozen=True, slots=True)
class OpenReport:
    """`units` that owe something in `period`; `first` is False when the period had been opened before.

    `troubles`: units whose workbook could not be written, with what to do; opening again gives it to them.
    """

    period: Period
    units: tuple[Unit, ...]
    first: bool
    troubles: tuple[str, ...] = ()

    @property
    def written(self) -> int:
        return len(self.units) - len(self.troubles)


def template_name(period: Period, unit: Unit) -> str:
    """File name of the blank workbook: `Bieu-mau-20243-25217.xlsx`."""
    return f"Bieu-mau-{period.code}-{unit.code}.xlsx"


def open_period(context: Context, period: Period, tick: Callable[[str], None] = lambda _name: None) -> OpenReport:
    """Record the period as open and (re)write every unit's blank workbook; `tick` is told each unit's name."""
    province = context.province_for(period)
    province.regime.slot(period)
    owing = tuple(unit for unit in province.tree(period).filing if province.owed_by(unit, period))
    past = _past(context, province, period)
    troubles = []
    for unit in owing:
        try:
            _place(context, province, period, unit, past)
        except OSError as error:
            who = province.full_name(unit, province.regime.window(period).last)
            troubles.append(unwritable(context, f"{who}: chưa có biểu mẫu", context.folder(unit, ANSWERS), error))
        tick(unit.name)
    first = context.store.periods.open(period.code, context.clock(), context.actor)
    return OpenReport(period, owing, first, tuple(troubles))


def renew_template(context: Context, period: Period, unit: Unit) -> None:
    """(Re)write the blank workbook of one unit, as far as it owes anything."""
    province = context.province_for(period)
    if province.owed_by(unit, period):
        _place(context, province, period, unit, _past(context, province, period))


def _place(context: Context, province: Province, period: Period, unit: Unit, past: dict[str, Standing]) -> None:
    for part in (SEND, ANSWERS, HANDLED):
        context.folder(unit, part).mkdir(parents=True, exist_ok=True)
    _write(context, province, period, unit, past)


def _past(context: Context, province: Province, period: Period) -> dict[str, Standing]:
    """What stands in the period before, for the forms that carry figures over."""
    previous = province.regime.previous(period)
    forms = [form for form in province.regime.forms.values() if any(form.carry_overs)]
    return {form.code: standing(context.store, previous, form) for form in forms}


def _write(context: Context, province: Province, period: Period, unit: Unit, past: dict[str, Standing]) -> None:
    openings = {
        code: _openings(province.regime.forms[code], before.rows[unit.code])
        for code, before in past.items()
        if unit.code in before.rows
    }
    names = {row: name for before in past.values() for row, name in before.names.items()}
    target = context.folder(unit, ANSWERS) / template_name(period, unit)
    write_template(target, plan(province, unit, period, openings, row_names=names))


def _openings(form: Form, rows: UnitRows) -> dict[str, dict[int, int]]:
    """Closing figures of the period before under the opening columns of this one; a blank row closed with nothing."""
    carried: dict[str, dict[int, int]] = {}
    for row, figures in rows.items():
        found = {rule.column: figures.get(rule.source) for rule in form.carry_overs}
        carried[row] = {column: value for column, value in found.items() if isinstance(value, int)}
    return carried
