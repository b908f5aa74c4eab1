"""What an approver reads before deciding: coverage, rates, biggest changes, explained findings, place of the draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tonghop.domain.changes import Past
from tonghop.domain.consolidated import Consolidated, UnitStatus
from tonghop.domain.rates import rates
from tonghop.domain.review import Review
from tonghop.files.letters import render
from tonghop.steps.context import Context
from tonghop.steps.words import STATE_WORDS

TEMPLATE = "tom-tat.md.j2"
_NAMED = 20  # missing units named; the cover names them all
_CHANGES = 8  # figures that changed most
_EXPLAINED = 10  # explained findings; the workbook has them all


def summary(context: Context, review: Review, folder: str) -> str:
    """The summary (Vietnamese, Markdown) of the draft in the folder of that name, from the regime's template."""
    whole = review.whole
    province, period = whole.province, whole.period
    return render(
        context.letters(province),
        TEMPLATE,
        title=province.regime.title,
        period=period.label,
        window=str(province.regime.window(period)),
        accepted=whole.accepted,
        owed=whole.owed,
        late=sum(status.accepted and status.on_time is False for status in whole.statuses),
        rates=rates(whole),
        missing=_missing(whole),
        missing_count=len(whole.missing),
        changes=_changes(review),
        explained=len(whole.explained),
        explained_items=_explained(whole),
        correction=review.correction,
        corrected=_corrected(review),
        folder=f"draft/{period.code}/{folder}",
    )


def _changes(review: Review) -> list[dict[str, Any]]:
    """Figures of all forms that changed most since the last period (by share, over the same units), largest first."""
    found: list[dict[str, Any]] = []
    for code, form in review.forms.items():
        for figure in form.figures.values():
            change = figure.change(Past.PREVIOUS)
            if change is not None and change.delta:
                found.append(
                    {
                        "form": code,
                        "column": figure.column.number,
                        "title": figure.column.title,
                        "before": change.before,
                        "now": change.now,
                        "delta": change.delta,
                        "percent": change.percent,
                        "than": change.than,
                        "units": change.units,
                    }
                )
    headline = review.whole.province.regime.headline_form
    found.sort(key=lambda one: (one["form"] != headline, -abs(one["delta"])))
    return found[:_CHANGES]


def _explained(whole: Consolidated) -> list[dict[str, str]]:
    return [
        {
            "unit": whole.tree.full_name(one.unit),
            "form": one.finding.form,
            "message": one.finding.message,
            "reason": one.reason,
        }
        for one in whole.explained[:_EXPLAINED]
    ]


def _corrected(review: Review) -> list[str]:
    """Names of the units that filed late or anew since the version that is corrected."""
    if review.correction is None:
        return []
    return list(dict.fromkeys(review.whole.tree.full_name(one.unit) for one in review.correction.units))[:_NAMED]


def _missing(whole: Consolidated) -> list[dict[str, Any]]:
    """Units not counted, per level: how many, the first of them by name, how many further ones."""
    room = _NAMED
    groups = []
    for names in whole.province.regime.levels:
        mine = [status for status in whole.missing if status.unit.level is names.level]
        if mine:
            shown = _named(whole, mine[:room])
            room -= len(shown)
            further = len(mine) - len(shown)
            groups.append({"title": names.unit_group, "count": len(mine), "names": shown, "further": further})
    return groups


def _named(whole: Consolidated, missing: Sequence[UnitStatus]) -> list[str]:
    return [f"{whole.tree.full_name(status.unit)} ({STATE_WORDS[status.state]})" for status in missing]
