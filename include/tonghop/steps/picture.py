"""The whole of a period as it stands: states of units, stored totals, explained findings. Computes nothing new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from tonghop.domain.consolidated import Consolidated, ExplainedFinding, FormTotals, ListItem
from tonghop.domain.form import RowKind, Severity
from tonghop.domain.office import OFFICE_ACCEPTED, in_force
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import State
from tonghop.domain.units import UnitTree
from tonghop.steps.context import Context
from tonghop.steps.figures import View, views
from tonghop.steps.history import standing
from tonghop.steps.revisions import sources
from tonghop.steps.status import statuses
from tonghop.store import Store
from tonghop.store.records import StoredTotals, Submission, TotalsPlace


@dataclass(frozen=True)
class Picture:
    """`whole` as it stands; `used`: every filing it follows from; `computed`: whether all its totals ever were."""

    whole: Consolidated
    used: tuple[Submission, ...]
    computed: bool


def picture(context: Context, period: Period) -> Consolidated:
    """Everything that is published of `period`, from one snapshot of the store."""
    return photograph(context, period).whole


def photograph(context: Context, period: Period) -> Picture:
    """The same, with the filings behind it."""
    province = context.opened(period)
    tree = province.tree(period)
    own: list[FormTotals] = []
    derived: list[FormTotals] = []
    digests: list[str] = []
    with context.store.snapshot() as store:
        units = statuses(store, province, period)
        states = {status.unit.code: status.forms for status in units}
        for view in views(province, period):
            digests.append(store.totals.digest(TotalsPlace(period.code, view.name, view.form.code)) or "")
            totals = _form_totals(store, province, period, view, states)
            (derived if view.name else own).append(totals)
        explained = tuple(_explained(store, tree, period))
        used = tuple(_used(store, province, period))
        extended = tuple(in_force(store.office.extensions(period.code)).values())
        exempt = store.exemptions.in_force(period.code)
    inputs: list[object] = [digests, [[*status.unit.key, status.state] for status in units]]
    office = [found.reason for found in explained if found.reason.startswith(OFFICE_ACCEPTED)]
    if extended or office:  # decisions of officials stand in the report like figures do
        inputs.append([[[*one.unit, one.deadline, one.reason] for one in extended], office])
    if exempt:
        inputs.append([[*one.unit, one.form, one.reason] for one in exempt])
    digest = hashlib.sha256(json.dumps(inputs, default=str).encode()).hexdigest()
    whole = Consolidated(province, period, tree, units, tuple(own), tuple(derived), explained, digest, extended, exempt)
    return Picture(whole, used, all(digests))


def _used(store: Store, province: Province, period: Period) -> Iterable[Submission]:
    """Standing filings of the period and of every period its derived views are made of, by owing unit."""
    owing = {unit.code for unit in province.tree(period).filing if province.owed_by(unit, period)}
    for source in sources(province.regime, period):
        for submission in store.submissions.of(source.code):
            if submission.state is State.ACCEPTED and submission.unit.code in owing:
                yield submission


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
