"""The whole of a period as it stands: states of units, stored totals, explained findings. Computes nothing new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from tonghop.domain.consolidated import Consolidated, ExplainedFinding, FormTotals, ListItem
from tonghop.domain.form import RowKind, Severity
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.units import UnitTree
from tonghop.steps.context import Context
from tonghop.steps.figures import View, views
from tonghop.steps.history import standing
from tonghop.steps.status import statuses
from tonghop.store import Store
from tonghop.store.records import StoredTotals, TotalsPlace


def picture(context: Context, period: Period) -> Consolidated:
    """Everything that is published of `period`, from one snapshot of the store."""
    province = context.opened(period)
    with context.store.snapshot() as store:
        units = statuses(store, province, period)
        states = {status.unit.code: status.forms for status in units}
        own, derived, digests = [], [], []
        for view in views(province, period):
            place = TotalsPlace(period.code, view.name, view.form.code)
            digests.append(store.totals.digest(place) or "")
            totals = _form_totals(store, province, period, view, states)
            (derived if view.name else own).append(totals)
        explained = tuple(_explained(store, province.tree(period), period))
    coverage = [[*status.unit.key, status.state] for status in units]
    content = json.dumps([digests, coverage], default=str)
    digest = hashlib.sha256(content.encode()).hexdigest()
    tree = province.tree(period)
    return Consolidated(province, period, tree, units, tuple(own), tuple(derived), explained, digest)


def _form_totals(
    store: Store, province: Province, period: Period, view: View, states: dict[str, dict[str, str]]
) -> FormTotals:
    form = view.form
    stored = store.totals.read(TotalsPlace(period.code, view.name, form.code))
    owing = province.owing(form.code, period)
    items = tuple(_items(store, province, period, view)) if form.row_kind is RowKind.LIST and not view.name else ()
    return FormTotals(
        form=form,
        view=view.name,
        title=view.title,
        totals=dict(stored.figures),
        rows={level: _rows_at(province, period, view, stored, level) for level in {unit.level for unit in owing}},
        names={row.key: row.name for row in stored.rows},
        states={unit.code: states[unit.code].get(form.code, "missing") for unit in owing},
        items=items,
    )


def _rows_at(province: Province, period: Period, view: View, stored: StoredTotals, level: object) -> tuple[str, ...]:
    """Row keys of one level in printing order: its units' official fields, then rows that were added."""
    official = [
        row.key
        for unit in province.owing(view.form.code, period)
        if unit.level is level
        for row in province.fields_of(unit, period)
    ]
    present = {key.row for key in stored.figures if key.group == level and key.row}
    added = [row.key for row in stored.rows if row.key in present]
    return tuple(dict.fromkeys((*(row for row in official if row in present), *added)))


def _items(store: Store, province: Province, period: Period, view: View) -> Iterable[ListItem]:
    filed = standing(store, period, view.form).values
    for unit in province.owing(view.form.code, period):
        for position, values in enumerate(filed.get(unit.code, {}).values(), start=1):
            yield ListItem(unit, position, values)


def _explained(store: Store, tree: UnitTree, period: Period) -> Iterable[ExplainedFinding]:
    found = store.filings.accepted_findings(period.code)
    for unit in tree.filing:
        for finding in found.get(unit.code, ()):
            if finding.severity is Severity.EXPLAIN and finding.explained_by:
                yield ExplainedFinding(unit, finding, finding.explained_by)
