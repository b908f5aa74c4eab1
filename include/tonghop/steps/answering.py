"""Answering a filing: marked copy and page in the unit's `nhan-ve/`, then the file from `gui-len/` to `da-nhan/`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from tonghop.domain.finding import Finding
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import State
from tonghop.domain.units import Unit
from tonghop.files.inbox import move_handled
from tonghop.files.letters import render, write
from tonghop.files.vault import StillChanging
from tonghop.steps.comparing import changes
from tonghop.steps.context import ANSWERS, HANDLED, Context, unwritable
from tonghop.steps.intake import Received
from tonghop.steps.marking import Checked, addressee, groups, marked_copies, office, put_copy
from tonghop.steps.words import HEADLINES, NEXT_STEPS, TONES
from tonghop.store.records import Arrival, Outcome, Recorded, Submission

TEMPLATE = "ket-qua.html.j2"


def answer(
    context: Context, one: Received, recorded: Recorded, findings: tuple[Finding, ...], copy: bytes | None
) -> None:
    """Write the answer to a recorded filing and put its file away; all may be done again without harm.

    `copy` is its marked copy, if there is one (see `marking`).
    """
    duplicate = recorded.arrival.outcome is Outcome.DUPLICATE
    _write(context, Checked(one.unit, one.province, recorded.submission, findings), copy, duplicate=duplicate)
    put_away(context, one, recorded.arrival)


def put_away(context: Context, one: Received, arrival: Arrival) -> None:
    """Move a recorded file out of the inbox and note where it went; done again after a kill under the same name."""
    seen = arrival.received_at.astimezone(one.received_at.tzinfo)
    try:
        place = move_handled(one.arrived.path, context.folder(one.unit, HANDLED), seen, expected=one.arrived)
    except (FileNotFoundError, StillChanging):
        moved_to = ""  # another collector moved it, or the unit took it away or put a newer file in its place
    else:
        moved_to = place.name
    context.store.arrivals.mark_moved(arrival.id, moved_to, context.clock())


@contextmanager
def kept_to_unit(context: Context, one: Received, troubles: list[str]) -> Iterator[None]:
    """A folder of the unit that cannot be written becomes one of `troubles`, and keeps no other unit waiting."""
    try:
        yield
    except OSError as error:
        if error.errno is None:  # not the system's: a template that is not there
            raise
        what = f"{one.unit_name}: {one.arrived.name}: đã ghi nhận nhưng chưa trả xong kết quả"
        troubles.append(unwritable(context, what, context.folder(one.unit, ANSWERS), error))


def write_answer(
    context: Context, whose: tuple[Unit, Province], submission: Submission, findings: tuple[Finding, ...]
) -> None:
    """(Re)write the answer page to a filing and its marked copy as it stands now."""
    unit, province = whose
    checked = Checked(unit, province, submission, findings)
    (copy,) = marked_copies(context, [checked])
    _write(context, checked, copy, duplicate=False)


def _write(context: Context, checked: Checked, copy: bytes | None, *, duplicate: bool) -> None:
    folder = context.folder(checked.unit, ANSWERS)
    folder.mkdir(parents=True, exist_ok=True)
    marked = put_copy(context, checked, copy)
    facts = _facts(context, checked, marked, duplicate=duplicate)
    name = answer_name(checked.submission.period, checked.submission.revision)
    write(folder / name, render(context.letters(checked.province), TEMPLATE, **facts))


def answer_name(period: str, revision: int) -> str:
    """`Ket-qua-20243-lan-1.html`; a file whose period is not known: `Ket-qua-lan-3.html`."""
    return f"Ket-qua{f'-{period}' if period else ''}-lan-{revision}.html"


def _facts(context: Context, checked: Checked, marked: str, *, duplicate: bool) -> dict[str, Any]:
    """What the page tells; `marked` is the name of the marked copy, "" for none."""
    unit, province, submission = checked.unit, checked.province, checked.submission
    state = submission.state
    period = Period.parse(submission.period) if submission.period else None
    zone = province.regime.zone
    deadline = context.deadline(province, period, unit) if period else None
    received = submission.received_at.astimezone(zone)
    headline = HEADLINES[state]
    return {
        "office": office(province),
        "title": "Kết quả tiếp nhận báo cáo",
        "regime": province.regime.title,
        "period": period.label if period else "",
        "unit": addressee(province, unit, received.date()),
        "tone": TONES[state],
        "headline": f"Tệp giống hệt lần gửi thứ {submission.revision}. {headline}" if duplicate else headline,
        "next_step": NEXT_STEPS[state],
        "marked": marked,
        "in_force": _in_force(context, unit, submission),
        "file": submission.original_name,
        "received": received,
        "deadline": deadline,
        "punctual": punctual(state, received, deadline, on_time=submission.on_time),
        "revision": submission.revision,
        **_forms(context, submission),
        "changes": changes(context.store, province, submission) if submission.revision > 1 else None,
        "sha256": submission.sha256,
        "groups": [] if state is State.WITHDRAWN else groups(checked.findings, returned=state is State.RETURNED),
        "withdrawal": context.store.withdrawals.get(submission.id) if state is State.WITHDRAWN else None,
        "contact": province.contact,
    }


def _in_force(context: Context, unit: Unit, submission: Submission) -> int:
    """Number of the unit's filing that stays in force although this one was not accepted; 0 for none."""
    if submission.state in {State.ACCEPTED, State.SUPERSEDED} or not submission.period:
        return 0
    standing = context.store.submissions.standing(submission.period, unit.key)
    return standing.revision if standing else 0


def punctual(state: State, received: datetime, deadline: datetime | None, *, on_time: bool) -> str:
    """What is said beside the deadline; only what was accepted is on time or late."""
    if deadline is None or state is State.WITHDRAWN:
        return ""
    late = received - deadline
    if state is State.AWAITING and on_time:
        return "chỉ bổ sung giải trình, không sửa số liệu thì vẫn tính đúng hạn"
    if state not in {State.ACCEPTED, State.SUPERSEDED}:
        return "đã quá hạn" if late > timedelta() else ""
    return "đúng hạn" if on_time or late <= timedelta() else f"muộn {_span(late)}"


def _span(late: timedelta) -> str:
    hours = int(late.total_seconds() // 3600)
    if late.days:
        return f"{late.days} ngày {hours % 24} giờ"
    return f"{hours} giờ {int(late.total_seconds() // 60) % 60} phút"


def _forms(context: Context, submission: Submission) -> dict[str, list[dict[str, Any]]]:
    """Forms in the file itself, and those kept from earlier ones with the revision that holds them."""
    forms: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    for code, place in context.store.filings.places(submission.id).items():
        if place.origin == submission.id:
            forms.append({"code": code, "nil": place.nil})
        elif (origin := context.store.submissions.get(place.origin)) is not None:
            kept.append({"code": code, "nil": place.nil, "revision": origin.revision})
    return {"forms": forms, "kept": kept}
