"""Answering a filing: a page in the unit's `nhan-ve/`, then the file from `gui-len/` to `da-nhan/`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tonghop.domain.finding import Finding
from tonghop.domain.form import Severity
from tonghop.domain.period import Period
from tonghop.domain.submission import State
from tonghop.files.inbox import move_handled
from tonghop.files.letters import render, write
from tonghop.files.vault import StillChanging
from tonghop.steps.context import ANSWERS, HANDLED, Context
from tonghop.steps.intake import Received
from tonghop.steps.words import HEADLINES, NEXT_STEPS, TONES
from tonghop.store.records import Outcome, Recorded, Submission

TEMPLATE = "ket-qua.html.j2"


def answer(context: Context, one: Received, recorded: Recorded, findings: tuple[Finding, ...]) -> None:
    """Write the answer to a recorded filing and put its file away; both may be done again without harm."""
    submission = recorded.submission
    folder = context.folder(one.unit, ANSWERS)
    folder.mkdir(parents=True, exist_ok=True)
    duplicate = recorded.arrival.outcome is Outcome.DUPLICATE
    facts = _facts(context, one, submission, findings, duplicate=duplicate)
    letters = context.letters(one.province)
    write(folder / answer_name(submission), render(letters, TEMPLATE, **facts))
    try:
        place = move_handled(one.arrived.path, context.folder(one.unit, HANDLED), one.received_at, expected=one.arrived)
    except (FileNotFoundError, StillChanging):
        return  # another collector moved it, or the unit put a newer file under the same name: the next pass sees it
    context.store.arrivals.mark_moved(recorded.arrival.id, place.name, context.clock())


def answer_name(submission: Submission) -> str:
    """`Ket-qua-20243-lan-1.html`; a file whose period is not known: `Ket-qua-lan-3.html`."""
    period = f"-{submission.period}" if submission.period else ""
    return f"Ket-qua{period}-lan-{submission.revision}.html"


def _facts(
    context: Context, one: Received, submission: Submission, findings: tuple[Finding, ...], *, duplicate: bool
) -> dict[str, Any]:
    province, state = one.province, submission.state
    period = Period.parse(submission.period) if submission.period else None
    zone = province.regime.zone
    deadline = province.regime.deadline(period, one.unit.level) if period else None
    received = submission.received_at.astimezone(zone)
    headline = HEADLINES[state]
    return {
        "office": f"Văn phòng {province.agency}",
        "title": "Kết quả tiếp nhận báo cáo",
        "regime": province.regime.title,
        "period": period.label if period else "",
        "unit": one.unit.name,
        "tone": TONES[state],
        "headline": f"Tệp giống hệt lần gửi thứ {submission.revision}. {headline}" if duplicate else headline,
        "next_step": NEXT_STEPS[state],
        "file": submission.original_name,
        "received": received,
        "deadline": deadline,
        "punctual": _punctual(submission, received, deadline),
        "revision": submission.revision,
        "forms": _forms(context, submission),
        "sha256": submission.sha256,
        "groups": _groups(findings),
        "contact": province.contact,
    }


def _punctual(submission: Submission, received: datetime, deadline: datetime | None) -> str:
    if deadline is None or submission.state is State.RETURNED:
        return ""
    if submission.on_time:
        return "đúng hạn"
    late = received - deadline
    return f"muộn {_span(late)}" if late > timedelta() else "đúng hạn"


def _span(late: timedelta) -> str:
    hours = int(late.total_seconds() // 3600)
    if late.days:
        return f"{late.days} ngày {hours % 24} giờ"
    return f"{hours} giờ {int(late.total_seconds() // 60) % 60} phút"


def _forms(context: Context, submission: Submission) -> list[dict[str, Any]]:
    return [{"code": code, "nil": nil} for code, nil in context.store.filings.forms(submission.id).items()]


def _groups(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    known = list(findings)
    titles = {
        Severity.BLOCKING: "Nội dung phải sửa",
        Severity.EXPLAIN: "Nội dung cần giải trình",
        Severity.NOTE: "Lưu ý",
    }
    return [
        {"title": title, "findings": [finding for finding in known if finding.severity is severity]}
        for severity, title in titles.items()
    ]
