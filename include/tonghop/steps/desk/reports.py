"""Published versions of a period: what each covers, who approved it, its files, and how two versions differ."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tonghop.domain.errors import TonghopError
from tonghop.domain.form import RowKind
from tonghop.domain.period import Period
from tonghop.domain.province import ApprovalStep, Province
from tonghop.domain.rollup import Number
from tonghop.domain.units import Unit
from tonghop.files.consolidated.figures_csv import BY_UNIT
from tonghop.steps.context import Context
from tonghop.steps.desk.downloads import find_version, manifest, published
from tonghop.steps.drafting import FIGURES
from tonghop.store.records import Approval, OpenedPeriod, Publication

Place = tuple[str, str, str, str, int]  # form, view, unit, row, column
DIFFERENCES = 300


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of a version, as its manifest lists it."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Version:
    """A published version; `problem` says why its manifest cannot be read, then the rest is empty."""

    publication: Publication
    created_at: datetime
    accepted: int
    owed: int
    approvals: tuple[Mapping[str, Any], ...]
    files: tuple[PublishedFile, ...]
    working: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True)
class Reports:
    """Versions newest first; `decisions` every approval and refusal; `behind`: figures changed since the newest."""

    province: Province
    period: Period
    opened: OpenedPeriod
    steps: tuple[ApprovalStep, ...]
    versions: tuple[Version, ...]
    decisions: tuple[Approval, ...]
    forms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A provincial figure that differs between two versions; None where a version does not have it."""

    form: str
    view: str
    row: str
    column: int
    title: str
    before: Number | None
    after: Number | None


@dataclass(frozen=True, slots=True)
class InputChange:
    """A unit whose filing differs between two versions: its revision in either, None where it was not counted."""

    unit: Unit | None
    code: str
    period: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Difference:
    """How `new` differs from `old`: filings and figures of the whole province."""

    old: int
    new: int
    inputs: tuple[InputChange, ...]
    figures: tuple[FigureChange, ...]
    more: int


def reports(context: Context, period: Period) -> Reports:
    """Published versions and decisions of an opened period."""
    province = context.opened(period)
    opened = context.store.periods.get(period.code)
    if opened is None:
        raise AssertionError("unreachable: opened above")
    owed = {code for unit in province.tree(period).filing for code in province.owed_by(unit, period)}
    return Reports(
        province=province,
        period=period,
        opened=opened,
        steps=province.approvals,
        versions=tuple(_version(context, one) for one in reversed(context.store.publications.of(period.code))),
        decisions=context.store.approvals.of(period.code),
        forms=tuple((code, form.title) for code, form in province.regime.forms.items() if code in owed),
    )


def _version(context: Context, publication: Publication) -> Version:
    try:
        told = manifest(context, publication)
    except TonghopError as problem:
        return Version(publication, publication.created_at, 0, 0, (), (), (), str(problem))
    files = tuple(PublishedFile(name, kept["sha256"], kept["size"]) for name, kept in told["outputs"].items())
    return Version(
        publication=publication,
        created_at=publication.created_at,
        accepted=told["coverage"]["accepted"],
        owed=told["coverage"]["owed"],
        approvals=tuple(told["approvals"]),
        files=files,
        working=tuple(told["regime"]["working_forms"]),
    )


def difference(context: Context, period: Period, old: int, new: int) -> Difference:
    """What changed between two published versions, as their own files say; StoreError when one was tampered with."""
    province = context.opened(period)
    inputs = tuple(_inputs(context, period, old, new))
    before, after = (_figures(context, period, version) for version in (old, new))
    found = []
    for place in sorted(before.keys() | after.keys()):
        if before.get(place) != after.get(place):
            form, view, _, row, column = place
            known = province.regime.forms.get(form)
            title = known[column].title if known and column in known else ""
            found.append(FigureChange(form, view, row, column, title, before.get(place), after.get(place)))
    return Difference(old, new, inputs, tuple(found[:DIFFERENCES]), max(0, len(found) - DIFFERENCES))


def _inputs(context: Context, period: Period, old: int, new: int) -> list[InputChange]:
    tree = context.province_for(period).tree(period)
    before, after = (_used(context, period, version) for version in (old, new))
    return [
        InputChange(tree.get(code), code, at, _revision(before.get((at, code))), _revision(after.get((at, code))))
        for at, code in sorted(before.keys() | after.keys())
        if before.get((at, code)) != after.get((at, code))
    ]


def _revision(entry: tuple[int, str] | None) -> int | None:
    return entry[0] if entry else None


def _used(context: Context, period: Period, version: int) -> dict[tuple[str, str], tuple[int, str]]:
    """(period, unit) → revision and SHA-256 of the filing a version used."""
    told = manifest(context, find_version(context, period, version))["inputs"]
    return {(one.get("period", period.code), one["unit"]): (one["revision"], one["sha256"]) for one in told}


def _figures(context: Context, period: Period, version: int) -> dict[Place, Number]:
    """Figures of the whole province and its levels in the published CSV."""
    code = context.province_for(period).tree(period).province.code
    forms = context.province_for(period).regime.forms
    found: dict[Place, Number] = {}
    path = published(context, period, version, FIGURES).path
    with io.TextIOWrapper(path.open("rb"), encoding="utf-8-sig", newline="") as stream:
        for one in csv.DictReader(stream):
            twice = one["view"] == BY_UNIT and forms[one["form"]].row_kind is RowKind.FIELDS
            if one["value"] and one["unit"].split("/")[0] == code and not twice:
                place = (one["form"], one["view"], one["unit"], one["row"], int(one["column"]))
                found[place] = _number(one["value"])
    return found


def _number(text: str) -> Number:
    return Decimal(text) if "." in text else int(text)
