"""What a new version changes against the one before: figure by figure, each with the units that caused it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from tonghop.domain.consolidated import Consolidated
from tonghop.domain.correction import ChangedFigure, CorrectedUnit, Correction
from tonghop.domain.errors import StoreError
from tonghop.domain.form import Form
from tonghop.domain.period import Period
from tonghop.domain.text import key
from tonghop.domain.units import Level, Unit
from tonghop.domain.value import Value, recompute
from tonghop.files.consolidated.figures_csv import BY_DISTRICT
from tonghop.files.storage import Place
from tonghop.steps.context import Context
from tonghop.steps.reporting import FIGURES
from tonghop.steps.versions import MANIFEST
from tonghop.store.records import Publication, Submission

Rows = dict[tuple[str, str], dict[int, Value | None]]  # (form, row key) → column → value


class Figure(NamedTuple):
    """Where a figure stands in the CSV of figures."""

    form: str
    view: str
    unit: str
    row: str
    column: int


class Printed(NamedTuple):
    """How it stands there."""

    value: str
    state: str


def correction(
    context: Context, whole: Consolidated, used: Iterable[Submission], corrects: Publication, figures: Path
) -> Correction:
    """`whole` (made from `used`, its figures in the CSV `figures`) beside the published version it corrects.

    StoreError when the published version is not as it was released.
    """
    folder = context.published / corrects.path
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        before = read_figures(folder / FIGURES)
    except (OSError, ValueError) as problem:
        raise StoreError(
            f"Không đọc được bản v{corrects.version} đã công bố của {whole.period.label}.",
            f"Khôi phục thư mục {folder} từ bản sao lưu rồi chạy lại.",
        ) from problem
    changed = list(_changed(context, whole, used, told))
    causes = _Causes(whole, {one: _touched(context, whole, one) for one in changed}, changed)
    return Correction(
        version=corrects.version + 1,
        before=corrects.version,
        published=datetime.fromisoformat(told["created_at"]),
        counted=told["coverage"]["accepted"],
        owed=told["coverage"]["owed"],
        units=tuple(_unit(one) for one in changed),
        figures=tuple(_figures(before, read_figures(figures), causes)),
    )


def read_figures(path: Place) -> dict[Figure, Printed]:
    """Every line of a CSV of figures."""
    text = path.read_bytes().decode("utf-8-sig")
    lines = csv.reader(io.StringIO(text, newline=""))
    next(lines, None)
    return {
        Figure(form, view, unit, row, int(column)): Printed(value, state)
        for _, form, view, unit, row, column, value, state, _, _ in lines
    }


@dataclass(frozen=True, slots=True)
class _Refiled:
    """A unit's standing filing now, and the one the version before was made from; None: there is, or was, none."""

    unit: Unit
    period: Period
    new: Submission | None
    old: Submission | None


def _changed(
    context: Context, whole: Consolidated, used: Iterable[Submission], told: Mapping[str, Any]
) -> Iterator[_Refiled]:
    """Filings that stand now and did not then, in the order in which they are used; then those withdrawn since."""
    before = {(entry["period"], entry["unit"]): entry["submission"] for entry in told["inputs"]}
    now = {(one.period, one.unit.code): one for one in used}
    for period, code in dict.fromkeys([*now, *before]):
        unit, old, new = whole.tree.get(code), before.get((period, code)), now.get((period, code))
        if unit is not None and old != (new.id if new else None):
            then = None if old is None else context.store.submissions.get(old)
            yield _Refiled(unit, Period.parse(period), new, then)


def _unit(one: _Refiled) -> CorrectedUnit:
    before = None if one.old is None else one.old.revision
    if one.new is None:
        return CorrectedUnit(one.unit, one.period, before, None, "", None)
    return CorrectedUnit(one.unit, one.period, before, one.new.revision, one.new.sha256, one.new.received_at)


def _touched(context: Context, whole: Consolidated, one: _Refiled) -> set[tuple[str, str, int]]:
    """(form, row key, column) of every figure that differs between the two filings, computed columns derived anew."""
    old = _rows(context, whole, one.old.id) if one.old else {}
    new = _rows(context, whole, one.new.id) if one.new else {}
    touched = set()
    for at in {*old, *new}:
        mine, theirs = new.get(at, {}), old.get(at, {})
        touched |= {(*at, column) for column in {*mine, *theirs} if mine.get(column) != theirs.get(column)}
    return touched


def _rows(context: Context, whole: Consolidated, submission: int) -> Rows:
    rows: Rows = {}
    for cell in context.store.filings.cells(submission):
        rows.setdefault((cell.form, cell.row_key), {})[cell.column] = cell.value
    forms = whole.province.regime.forms
    return {(form, row): _computed(forms.get(form), values) for (form, row), values in rows.items()}


def _computed(form: Form | None, values: dict[int, Value | None]) -> dict[int, Value | None]:
    if form is None:
        return values
    figures = {column.number: values.get(column.number) for column in form.figures}
    return {**values, **recompute(form, figures)}  # type: ignore[arg-type]  # a figure's column holds figures only


class _Causes:
    """Which of the units that filed anew a changed figure comes from."""

    def __init__(
        self, whole: Consolidated, touched: Mapping[_Refiled, set[tuple[str, str, int]]], changed: list[_Refiled]
    ) -> None:
        self.whole = whole
        self.changed = changed
        self.exact = touched
        self.any_row = {
            one: {(form, "", column) for form, _, column in places} for one, places in touched.items()
        }  # what a (sub)total over the rows follows from

    def of(self, at: Figure) -> tuple[Unit, ...]:
        """Units inside the figure's scope whose own figure changed; failing that, all that filed anew there."""
        inside = [one for one in self.changed if self._concerns(one, at)]
        wanted = (at.form, key(at.row.lstrip("'")), at.column)
        places = self.exact if at.row else self.any_row
        found = [one.unit for one in inside if wanted in places[one]]
        owing = [one.unit for one in inside if at.form in self.whole.province.owed_by(one.unit, one.period)]
        return tuple(dict.fromkeys(found or owing))

    def _concerns(self, one: _Refiled, at: Figure) -> bool:
        derived = at.view in {totals.view for totals in self.whole.derived}
        if not derived and one.period != self.whole.period:
            return False
        scope, _, level = at.unit.partition("/")
        if level and one.unit.level.value != level:
            return False
        if scope == self.whole.tree.province.code:
            return True
        if at.view == BY_DISTRICT:
            return one.unit.code == scope or (one.unit.level is Level.COMMUNE and one.unit.parent_code == scope)
        return one.unit.code == scope


def _figures(before: dict[Figure, Printed], now: dict[Figure, Printed], causes: _Causes) -> Iterator[ChangedFigure]:
    nothing = Printed("", "")
    for at in dict.fromkeys((*now, *before)):
        old, new = before.get(at, nothing), now.get(at, nothing)
        if old != new:
            yield ChangedFigure(*at, *old, *new, causes.of(at))
