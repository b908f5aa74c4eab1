"""Announcements: to every unit when a period opens, to every unit and the office when a report is published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.reminding import LetterKind, ReminderPlan, published
from tonghop.domain.units import Unit
from tonghop.steps.context import Context
from tonghop.steps.letter_writing import Letter, written
from tonghop.steps.opening import template_name
from tonghop.steps.publish import MANIFEST
from tonghop.store.records import OpenedPeriod, Publication


def announcements(context: Context, plan: ReminderPlan, now: datetime) -> Iterator[Letter]:
    """Letters about what was opened or published within the days the plan gives; sending sees to it that once."""
    for opened in context.store.periods.opened():
        period = Period.parse(opened.period)
        if _fresh(plan, opened.opened_at, now):
            yield from _opened(context, period, opened, now)
        versions = context.store.publications.of(period.code)
        if versions and _fresh(plan, versions[-1].created_at, now):
            yield from _published(context, period, versions[-1], now)


def _fresh(plan: ReminderPlan, at: datetime, now: datetime) -> bool:
    return 0 <= (now.date() - at.astimezone(now.tzinfo).date()).days <= plan.announce_days


def _opened(context: Context, period: Period, opened: OpenedPeriod, now: datetime) -> Iterator[Letter]:
    """To each unit whose deadline is still ahead: a period opened to enter the past is news to nobody."""
    province = context.opened(period)
    day = opened.opened_at.astimezone(now.tzinfo).date()
    for unit in _units(province, period, now):
        deadline = context.deadline(province, period, unit).astimezone(province.regime.zone)
        if deadline < now:
            continue
        facts: dict[str, Any] = {
            "unit": unit.name,
            "period": period.label,
            "window": str(province.regime.window(period)),
            "forms": province.owed_by(unit, period),
            "template": template_name(period, unit),
            "deadline": deadline,
            "last_working_day": province.regime.calendar.working_day_until(deadline.date()),
        }
        templates = context.letters(province)
        subject, text = written(templates, "mo-ky", province, **facts)
        page = f"Thong-bao-mo-ky-{period.code}.html"
        about = ((period.code, "mo-ky"),)
        yield Letter(LetterKind.OPENED.value, unit, about, subject, text, page, day, province, templates)


def _published(context: Context, period: Period, version: Publication, now: datetime) -> Iterator[Letter]:
    province = context.opened(period)
    templates = context.letters(province)
    coverage = _coverage(context, version)
    page = f"Thong-bao-cong-bo-{period.code}-v{version.version}.html"
    day = version.created_at.astimezone(now.tzinfo).date()
    for unit in (*_units(province, period, now), province.tree(period).province):
        facts = {
            "unit": unit.name,
            "period": period.label,
            "version": version.version,
            "published": version.created_at.astimezone(province.regime.zone),
            "owed": coverage.get("owed"),
            "accepted": coverage.get("accepted"),
        }
        subject, text = written(templates, "cong-bo", province, **facts)
        about = ((period.code, "cong-bo"),)
        yield Letter(published(version.version), unit, about, subject, text, page, day, province, templates)


def _units(province: Province, period: Period, now: datetime) -> tuple[Unit, ...]:
    """Units that owe something in the period and still exist."""
    tree = province.tree(period)
    return tuple(unit for unit in tree.filing if province.owed_by(unit, period) and unit.valid_on(now.date()))


def _coverage(context: Context, version: Publication) -> dict[str, int]:
    """Units counted and owed in the version, from its manifest; {} when its folder is not here."""
    try:
        manifest = json.loads((context.published / version.path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(manifest.get("coverage") or {})
