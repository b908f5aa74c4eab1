"""The letters of a morning, in the words of the regime's templates: to units, their superiors and the office."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.reminding import Channel, LetterKind, NewLetter, SentLetter
from tonghop.domain.submission import State
from tonghop.domain.units import Level, Unit
from tonghop.files.letters import render
from tonghop.steps.context import Context
from tonghop.steps.opening import template_name
from tonghop.steps.owing import Matter, Owing, superiors

REMINDER_PAGE, SUMMARY_PAGE = "Don-doc.html", "Tinh-hinh-don-vi-truc-thuoc.html"
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to go by any channel. `about`: (period code, wording) of each period it is about.

    `page` names the file it becomes in a folder, made with the templates in `templates`; `day` belongs to its key: a
    letter goes out once a day, an announcement once.
    """

    kind: str
    unit: Unit
    about: tuple[tuple[str, str], ...]
    subject: str
    text: str
    page: str
    day: date
    province: Province
    templates: Path

    @property
    def key(self) -> str:
        """The same for the same letter, whoever sends it how often."""
        periods = "-".join(period for period, _ in self.about)
        return f"{self.province.slug}-{self.kind}-{periods}-{self.unit.code}-{self.day:%Y%m%d}".lower()


def written(templates: Path, name: str, province: Province, **facts: Any) -> tuple[str, str]:
    """Subject (its first line) and text of template `nhac-<name>.j2` for `province`."""
    whole = render(templates, f"nhac-{name}.j2", office=office(province), contact=province.contact, **facts)
    subject, _, text = whole.strip().partition("\n")
    return subject.strip(), _BLANK_LINES.sub("\n\n", text.strip()) + "\n"


def office(province: Province) -> str:
    """Who writes: `Văn phòng Ủy ban nhân dân tỉnh Bình Phước`."""
    return f"Văn phòng {province.agency}"


def reminders(context: Context, found: Sequence[Owing], now: datetime) -> Iterator[Letter]:
    """One letter per unit about all it still owes, if it is time; none to a unit that exists no longer."""
    mine: dict[Unit, list[tuple[Owing, Matter]]] = {}
    for owing in found:
        for matter in owing.matters:
            if matter.to_remind and matter.unit.valid_on(now.date()):
                mine.setdefault(matter.unit, []).append((owing, matter))
    for unit, matters in mine.items():
        yield _reminder(context, unit, matters, now)


def summaries(context: Context, found: Sequence[Owing], now: datetime) -> Iterator[Letter]:
    """One letter per superior unit about those of its units that still owe."""
    mine: dict[Unit, list[tuple[Owing, tuple[Matter, ...]]]] = {}
    for owing in found:
        for unit, matters in superiors(owing):
            if unit.valid_on(now.date()):
                mine.setdefault(unit, []).append((owing, matters))
    for unit, parts in mine.items():
        last = parts[-1][0].province
        subject, text = written(
            context.letters(last),
            "cap-tren",
            last,
            unit=unit.name,
            today=now.date(),
            parts=[_part(owing, matters, full=False) for owing, matters in parts],
        )
        about = tuple((owing.period.code, "cap-tren") for owing, _ in parts)
        kind = LetterKind.SUMMARY.value
        yield Letter(kind, unit, about, subject, text, SUMMARY_PAGE, now.date(), last, context.letters(last))


def overview(
    context: Context,
    found: Sequence[Owing],
    now: datetime,
    unwatched: Sequence[date],
    failed: Collection[SentLetter],
) -> Letter | None:
    """The letter to the office about all units, days on which nothing ran and letters that did not arrive."""
    timely = [owing for owing in found if owing.timely]
    if not (timely or unwatched or failed):
        return None
    periods = [owing.period for owing in timely] or list(context.opened_periods[-1:])
    province = context.province_for(periods[-1])
    unit = province.tree(periods[-1]).province
    subject, text = written(
        context.letters(province),
        "dau-moi",
        province,
        today=now.date(),
        parts=[_part(owing, owing.matters, full=True) for owing in timely],
        unseen=[_unseen(owing) for owing in timely if any(matter.unseen for matter in owing.matters)],
        unwatched=unwatched,
        failed=[_failure(context, letter) for letter in failed],
    )
    about = tuple((period.code, "dau-moi") for period in periods)
    page = f"Don-doc-{now:%Y-%m-%d}.html"
    kind = LetterKind.OVERVIEW.value
    return Letter(kind, unit, about, subject, text, page, now.date(), province, context.letters(province))


def rows(letter: Letter, channel: Channel, address: str) -> tuple[NewLetter, ...]:
    """What is kept of `letter` going by `channel`: one line for each period."""
    return tuple(
        NewLetter(period, letter.unit.key, letter.day, letter.kind, channel, wording, address, letter.subject)
        for period, wording in letter.about
    )


def _reminder(context: Context, unit: Unit, matters: Sequence[tuple[Owing, Matter]], now: datetime) -> Letter:
    parts = [_matter(context, owing, matter, now) for owing, matter in matters]
    last = matters[-1][0].province
    subject, text = written(context.letters(last), "don-vi", last, unit=unit.name, parts=parts, today=now.date())
    about = tuple((owing.period.code, matter.wording) for owing, matter in matters)
    kind = LetterKind.REMINDER.value
    return Letter(kind, unit, about, subject, text, REMINDER_PAGE, now.date(), last, context.letters(last))


def _matter(context: Context, owing: Owing, matter: Matter, now: datetime) -> dict[str, str]:
    """Title and paragraphs about one period, by the wording that fits."""
    province, period = owing.province, owing.period
    calendar, due = province.regime.calendar, matter.deadline.date()
    last_day = calendar.working_day_until(due)
    title, text = written(
        context.letters(province),
        matter.wording,
        province,
        unit=matter.unit.name,
        period=period.label,
        window=str(province.regime.window(period)),
        forms=matter.forms,
        template=template_name(period, matter.unit),
        deadline=matter.deadline,
        extended=matter.extended,
        days=matter.days,
        last_working_day=last_day,
        last_chance=now.date() == last_day and last_day < due,
        unseen=matter.unseen,
        findings=matter.findings,
        page=matter.page,
    )
    return {"title": title, "text": text.strip()}


def _part(owing: Owing, matters: Sequence[Matter], *, full: bool) -> dict[str, Any]:
    """A period in a summary: what is outstanding, grouped by what is to be done; `full`: of all levels."""
    groups = [
        {"title": title, "count": len(members), "lines": _names(owing, [one.unit for one in members], full=full)}
        for title, members in _grouped(matters)
        if members
    ]
    owed = owing.owed if full else sum(unit.parent_code == matters[0].unit.parent_code for unit in _owed_units(owing))
    deadlines = sorted({matter.deadline for matter in matters})
    return {
        "period": owing.period.label,
        "owed": owed,
        "open": len(matters),
        "overdue": sum(matter.overdue for matter in matters),
        "groups": groups,
        "deadlines": [deadline.date() for deadline in deadlines],
    }


def _names(owing: Owing, units: Sequence[Unit], *, full: bool) -> list[str]:
    """Names on one line, or `full`: a line for each level, and for each district with communes among them."""
    if not full:
        return ["; ".join(unit.name for unit in units)]
    tree, titles = owing.province.tree(owing.period), {names.level: names for names in owing.province.regime.levels}
    lines: dict[str, list[str]] = {}
    for unit in units:
        above = tree.get(unit.parent_code)
        below_district = unit.level is Level.COMMUNE and above is not None and above.level is Level.DISTRICT
        title = above.name if below_district and above else titles[unit.level].unit_group
        lines.setdefault(title, []).append(unit.name)
    return [f"{title} ({len(names)}): {'; '.join(names)}" for title, names in lines.items()]


def _owed_units(owing: Owing) -> Iterator[Unit]:
    tree = owing.province.tree(owing.period)
    return (unit for unit in tree.filing if owing.province.owed_by(unit, owing.period))


def _grouped(matters: Iterable[Matter]) -> list[tuple[str, list[Matter]]]:
    """Every matter in one group."""
    groups: dict[str, list[Matter]] = {
        title: []
        for title in (
            "Quá hạn, chưa gửi",
            "Chưa gửi",
            "Có lỗi phải sửa",
            "Tệp bị trả lại, phải gửi lại",
            "Chờ giải trình",
            "Đã gửi, hệ thống chưa xử lý",
        )
    }
    late, missing, mend, returned, explain, waiting = groups.values()
    by_state = {State.INVALID: mend, State.RETURNED: returned, State.AWAITING: explain}
    for matter in matters:
        if matter.waiting:
            waiting.append(matter)
        elif matter.state is None:
            (late if matter.overdue else missing).append(matter)
        else:
            by_state[matter.state].append(matter)
    return list(groups.items())


def _unseen(owing: Owing) -> dict[str, Any]:
    names = {names.level: names.unit_group for names in owing.province.regime.levels}
    levels = {matter.unit.level for matter in owing.matters if matter.unseen}
    return {"period": owing.period.label, "groups": [name for level, name in names.items() if level in levels]}


def _failure(context: Context, letter: SentLetter) -> dict[str, str]:
    period = Period.parse(letter.what.period)
    tree = context.province_for(period).tree(period)
    unit = tree.get(letter.what.unit.code)
    return {
        "unit": tree.full_name(unit) if unit else letter.what.unit.code,
        "address": letter.what.address,
        "words": letter.words or "bị dừng giữa chừng, chưa rõ đã gửi chưa",
    }
