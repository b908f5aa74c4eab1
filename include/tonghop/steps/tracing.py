"""Walk a published figure back to the cells of the filed workbooks in the vault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from tonghop.domain.errors import UsageError
from tonghop.domain.form import Column, Form, OverTime, OverUnits, RowKind
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.rollup import ITEMS, OWN
from tonghop.domain.submission import State
from tonghop.domain.tracing import Leg, Line, Number, Trace, Way, way
from tonghop.domain.units import Level, Unit
from tonghop.domain.value import compute
from tonghop.steps.context import Context
from tonghop.steps.places import Place, find_place, known_views
from tonghop.store import Store
from tonghop.store.provenance import SourceCell
from tonghop.store.records import FormPlace, Submission

__all__ = ["Trace", "Wish", "trace"]


@dataclass(frozen=True, slots=True)
class Wish:
    """Which figure. `row`: a field, a unit, a group, or the total; `district`: of its consolidated report.

    `version` 0: the newest published one, or what stands accepted when `current` or when nothing is published.
    """

    form: str
    row: str
    column: int
    view: str = ""
    level: str = ""
    district: str = ""
    version: int = 0
    current: bool = False


def trace(context: Context, period: Period, wish: Wish) -> Trace:
    """The figure with everything it was added up from; UsageError when there is no such figure."""
    province = context.opened(period)
    form = province.regime.forms.get(wish.form)
    if form is None or not province.owing(wish.form, period):
        raise UsageError(
            f"Kỳ {period.label} không có biểu “{wish.form}”.", f"Các biểu: {', '.join(province.regime.forms)}."
        )
    found = way(province.regime, period, wish.view)
    if found is None:
        raise UsageError(f"{period.label} không có bảng “{wish.view}”.", known_views(province, period))
    with context.store.snapshot() as store:
        used = _used(store, period, found, wish)
        province = _then(store, province, used.values(), form)
        place = find_place(province, period, form, (wish.row, wish.level, wish.district))
        tracer = _Tracer(store, province, period, form, found, place, used)
        traced = tracer.items() if wish.column == ITEMS else tracer.figure(_column(form, wish.column))
    if place.row and not traced.owed:
        rows = dict.fromkeys(row.name for unit in place.units for row in province.fields_of(unit, period))
        raise UsageError(f"Biểu {form.code} không có dòng “{wish.row}”.", f"Các dòng: {', '.join(rows)}.")
    return traced


def _used(store: Store, period: Period, found: Way, wish: Wish) -> dict[tuple[Period, str], Submission]:
    """Filings the figure is made of, by period and unit: those of a published version, or those standing now."""
    published = store.publications.of(period.code)
    version = wish.version or (published[-1].version if published and not wish.current else 0)
    if version and version not in {one.version for one in published}:
        raise UsageError(
            f"{period.label} chưa có bản v{version}.", f"Các bản: {', '.join(f'v{p.version}' for p in published)}."
        )
    ids = set(store.publications.inputs(period.code, version)) if version else set()
    return {
        (then, one.unit.code): one
        for then in found.periods
        for one in store.submissions.of(then.code)
        if (one.id in ids if version else one.state is State.ACCEPTED)
    }


def _then(store: Store, province: Province, used: Iterable[Submission], form: Form) -> Province:
    """`province` with every unit owing `form` that is among the `used`: what it was freed from since, it filed then."""
    if not province.exempt:
        return province
    units = {one.id: one.unit for one in used}
    filed = {units[id_] for id_ in store.provenance.places(units, form.code)}
    return replace(province, exempt=frozenset(one for one in province.exempt if one[1] not in filed))


def _column(form: Form, number: int) -> Column:
    figures = {c.number: c for c in form.figures if c.over_units is not OverUnits.CONCATENATE}
    if number not in figures:
        known = ", ".join(str(one) for one in figures) or "0 (số dòng)"
        raise UsageError(f"Cột {number} của biểu {form.code} không phải cột số liệu tổng hợp.", f"Các cột: {known}.")
    return figures[number]


@dataclass
class _Tracer:
    """One tracing: the same units, place and filings for the figure and all its parts."""

    store: Store
    province: Province
    period: Period
    form: Form
    way: Way
    place: Place
    used: dict[tuple[Period, str], Submission]
    places: dict[int, FormPlace] = field(init=False)
    by_id: dict[int, Submission] = field(init=False)  # those used, and those whose workbooks hold their forms
    units: dict[int, Unit] = field(init=False)
    periods: dict[int, Period] = field(init=False)

    def __post_init__(self) -> None:
        tree = self.province.tree(self.period)
        here = {at: one for at, one in self.used.items() if at[1] in tree}
        self.by_id = {one.id: one for one in here.values()}
        self.units = {one.id: tree[code] for (_, code), one in here.items()}
        self.periods = {one.id: then for (then, _), one in here.items()}
        self.places = self.store.provenance.places((one.id for one in self.used.values()), self.form.code)
        for origin in {place.origin for place in self.places.values()} - self.by_id.keys():
            if (one := self.store.submissions.get(origin)) is not None:
                self.by_id[origin] = one

    def figure(self, column: Column) -> Trace:
        """A computed column by its parts; any other by its cells."""
        derivable = not self.way.view or column.over_time is not OverTime.NOT_DERIVABLE
        if column.formula is None or not derivable:
            return self._leaf(column)
        parts = tuple(self.figure(self.form[number]) for number in dict.fromkeys(column.formula.parts))
        values = {part.column: part.value for part in parts}
        counted, owed = self._coverage(column)
        value = compute(column.formula, values)
        made = self._made(column.number, column.title, value, (counted, owed))
        return replace(made, parts=parts, formula=str(column.formula))

    def items(self) -> Trace:
        """How many rows a list has: one line per row, by its first cell."""
        if self.form.row_kind is not RowKind.LIST or self.way.view:
            raise UsageError(f"Biểu {self.form.code} không phải danh sách.", "Cột 0 chỉ có ở biểu dạng danh sách.")
        first: dict[tuple[int, str], SourceCell] = {}
        for cell in self._cells([]):
            first.setdefault((cell.submission_id, cell.row_key), cell)
        leg = Leg(self.period, ITEMS)
        lines = tuple(
            self._line(cell, leg) for cell in first.values() if self.units[cell.submission_id] in self._counted(None)
        )
        counted, owed = self._coverage(None)
        made = self._made(ITEMS, "Số dòng", len(lines) if counted else None, (counted, owed))
        return replace(made, lines=lines)

    def _leaf(self, column: Column) -> Trace:
        legs = self.way.legs(self.form, column)
        cells = self._cells({column.number, *(leg.column for leg in legs)})
        units = {unit.code for unit in self._counted(column)}
        mine = [cell for cell in cells if self.units[cell.submission_id].code in units]
        wanted = {(leg.period, leg.column): leg for leg in legs}
        found = ((cell, wanted.get((self.periods[cell.submission_id], cell.column))) for cell in mine)
        lines = [self._line(cell, leg) for cell, leg in found if leg is not None]
        if self.way.view and column.over_time is OverTime.STOCK:
            lines.sort(key=lambda line: line.period)
            lines = list({(line.unit.code, line.row): line for line in lines}.values())  # the latest of each row
        shown = self.way.shown_by(column)
        present = any(cell.column == column.number and self.periods[cell.submission_id] in shown for cell in mine)
        value = self._sum(lines, present=present and bool(legs), counted=bool(units) and bool(legs))
        made = self._made(column.number, column.title, value, self._coverage(column))
        return replace(made, lines=tuple(self._ordered(lines)))

    def _sum(self, lines: Iterable[Line], *, present: bool, counted: bool) -> Number | None:
        """As totals are: units that stated nothing make a (sub)total 0; a row nobody filled stays unknown."""
        known = [line.value * line.sign for line in lines if isinstance(line.value, int | Decimal)]
        if known:
            return sum(known)
        return 0 if present or (counted and not self.place.row and self.place.group != OWN) else None

    def _cells(self, columns: Iterable[int]) -> list[SourceCell]:
        inside = {unit.code for unit in self.place.units}
        ids = [one.id for (_, code), one in self.used.items() if code in inside and one.id in self.places]
        return self.store.provenance.cells(ids, self.form.code, sorted(columns), self.place.row)

    def _counted(self, column: Column | None) -> list[Unit]:
        """Units whose form stands in every period the view needs."""
        return [
            unit
            for unit in self._adding(column)
            if all(
                (one := self.used.get((then, unit.code))) is not None and one.id in self.places
                for then in self.way.periods
            )
        ]

    def _adding(self, column: Column | None) -> list[Unit]:
        only = column is not None and column.over_units is OverUnits.DEPARTMENTS_ONLY and self.place.group != OWN
        return [unit for unit in self.place.units if not only or unit.level is Level.DEPARTMENT]

    def _coverage(self, column: Column | None) -> tuple[int, int]:
        """Units counted and owed; of a row only units that are known to report on it or did."""
        owing, counted = self._adding(column), self._counted(column)
        if not self.place.row:
            return len(counted), len(owing)
        codes = {unit.code for unit in counted}
        mine = {unit.code for unit in owing if self._expects(unit) or unit.code in codes & self._filed}
        return len(mine & codes), len(mine)

    def _expects(self, unit: Unit) -> bool:
        return any(row.key == self.place.row for row in self.province.fields_of(unit, self.period))

    @cached_property
    def _filed(self) -> set[str]:
        """Units with anything in the row."""
        return {self.units[cell.submission_id].code for cell in self._cells([])}

    def _line(self, cell: SourceCell, leg: Leg) -> Line:
        held = self.places[cell.submission_id]
        submission = self.by_id[held.origin]
        return Line(
            unit=self.units[cell.submission_id],
            period=leg.period,
            row=cell.row_name,
            column=cell.column,
            value=cell.value,
            sign=leg.sign,
            sheet=held.sheet,
            address=cell.address,
            submission=submission.id,
            revision=submission.revision,
            file=submission.original_name,
            sha256=submission.sha256,
        )

    def _ordered(self, lines: Iterable[Line]) -> list[Line]:
        """By unit in official order, then by period; the rows of a form stay in their order."""
        places = {unit.code: at for at, unit in enumerate(self.place.units)}
        return sorted(lines, key=lambda line: (places[line.unit.code], line.period))

    def _made(self, number: int, title: str, value: Number | None, coverage: tuple[int, int]) -> Trace:
        place = self.place
        return Trace(self.form.code, self.way.view, place.name, place.row_name, number, title, value, *coverage)
