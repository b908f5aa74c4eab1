"""Consolidate a period: totals of every form up the tree of units, only where inputs changed; district workbooks."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from tonghop import __version__
from tonghop.domain.consolidated import Consolidated
from tonghop.domain.errors import StoreError
from tonghop.domain.period import Period
from tonghop.domain.rollup import roll_up
from tonghop.domain.units import Level, Unit
from tonghop.files.consolidated import write_district
from tonghop.files.letters import write
from tonghop.files.storage import Place
from tonghop.steps.context import ANSWERS, Context, unwritable
from tonghop.steps.figures import Inputs, Reading, views
from tonghop.steps.picture import picture
from tonghop.steps.revisions import revision
from tonghop.store.records import RowLabel, TotalsPlace


@dataclass(frozen=True, slots=True)
class ConsolidateReport:
    """`revision` of the store now consolidated; `recomputed`: forms (and views) whose inputs changed.

    `districts` whose workbook was written anew; `troubles`: those whose folder could not be written, with what to do.
    """

    period: Period
    revision: int
    digest: str
    recomputed: tuple[str, ...]
    districts: int
    troubles: tuple[str, ...] = ()


def consolidate(context: Context, period: Period) -> ConsolidateReport:
    """Bring the totals of `period` up to what stands accepted now; run again it changes nothing."""
    context.opened(period)
    with context.alone(context.drafts / period.code):
        wanted = revision(context, period)
        recomputed = _totals(context, period)
        with context.timed("picture"):
            whole = picture(context, period)
        with context.timed("districts"):
            districts, troubles = _district_workbooks(context, whole)
        context.store.periods.mark_consolidated(period.code, wanted, context.clock(), context.actor)
    return ConsolidateReport(period, wanted, whole.digest, recomputed, districts, troubles)


def _totals(context: Context, period: Period) -> tuple[str, ...]:
    province = context.opened(period)
    code = province.tree(period).province.code
    recomputed = []
    with context.store.snapshot() as frozen:
        reading = Reading(frozen, province, period)
        changed: list[tuple[TotalsPlace, Inputs]] = []
        for view in views(province, period):
            place = TotalsPlace(period.code, view.name, view.form.code)
            digest = reading.digest(view)
            if frozen.totals.digest(place) != digest:
                changed.append((place, reading.inputs(view, digest)))
    for place, inputs in changed:
        with context.timed("roll_up"):
            figures = roll_up(inputs.view.form, inputs.units, code)
        labels = [RowLabel(key, name, at) for at, (key, name) in enumerate(inputs.rows, start=1)]
        context.store.totals.replace(place, inputs.digest, figures, labels)
        recomputed.append(" ".join(filter(None, (place.form, place.view))))
    return tuple(recomputed)


def _district_workbooks(context: Context, whole: Consolidated) -> tuple[int, tuple[str, ...]]:
    """Each district's computed workbook into its `nhan-ve/`: to check, sign and keep.

    What it was last made from is noted after it, so that an interrupted run is made good and an unchanged one is left.
    A folder that cannot be written is a trouble of its district only.
    """
    code = whole.period.code
    written, troubles = 0, []
    for district in whole.tree.at(Level.DISTRICT):
        target = context.folder(district, ANSWERS) / f"Tong-hop-{code}-{district.code}.xlsx"
        noted = context.drafts / code / f"huyen-{district.code}.sha256"
        digest = _district_digest(whole, district)
        if target.exists() and noted.exists() and noted.read_text(encoding="ascii") == digest:
            continue
        trouble = _put(context, whole, district, target)
        if trouble:
            troubles.append(trouble)
            continue
        write(noted, digest)
        written += 1
    return written, tuple(troubles)


def _put(context: Context, whole: Consolidated, district: Unit, target: Place) -> str:
    """Write a district's workbook; "" or why its folder does not take it."""
    what = f"{district.name}: chưa gửi được bảng tổng hợp"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_district(target, whole, district)
    except OSError as error:
        return unwritable(context, what, target.parent, error)
    except StoreError as problem:
        if isinstance(problem.__cause__, OSError):
            return unwritable(context, what, target.parent, problem.__cause__)
        raise
    return ""


def _district_digest(whole: Consolidated, district: Unit) -> str:
    """SHA-256 over everything the district's workbook is made from: its own filings and its communes'."""
    mine = {district.code, *(unit.code for unit in whole.tree.communes_of(district.code))}
    statuses = [asdict(status) for status in whole.statuses if status.unit.code in mine]
    forms = [repr(totals.form) for totals in whole.forms]
    names = [sorted(totals.names.items()) for totals in whole.forms]
    content = [__version__, whole.province.regime.id, whole.province.agency, forms, names, statuses]
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()
