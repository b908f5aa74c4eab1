"""Collect: from files in the inboxes to verdicts in the store and answers in the units' folders.

Order of effects for every file: bytes into the vault, one transaction in the store, answer written, file moved. A run
killed anywhere in between is finished by the next one; two runs at once do the same work once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from tonghop.domain.finding import Finding
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import State
from tonghop.domain.units import Unit, UnitKey
from tonghop.files.inbox import Arrived, scan_all
from tonghop.files.vault import Kept, NotAFile, StillChanging, TooBig
from tonghop.steps.afterwards import recheck_later
from tonghop.steps.answering import answer, settle_moved
from tonghop.steps.context import SEND, Context
from tonghop.steps.intake import Received, Refusal, read
from tonghop.steps.judging import Case, in_waves, judge
from tonghop.steps.recording import record_judged, record_refused
from tonghop.store.records import ArrivalKey, Recorded, Submission

VAULT_LIMIT = 2 << 30  # bytes; a larger file is no report and stays where it is
_CHUNK = 150  # files read and judged together: bounds memory, keeps one frame per form worth its while


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one file. `state` of the submission; `duplicate` when its bytes had been judged before."""

    unit: Unit
    period: str
    name: str
    state: State
    findings: tuple[Finding, ...]
    duplicate: bool = False


@dataclass
class CollectReport:
    """`answers` in the order given; `waiting` files still being written; `troubles` a person must look at.

    `revisions`: periods whose accepted figures changed, with their new revision.
    """

    answers: list[Answer] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)


def filing_units(context: Context) -> dict[UnitKey, tuple[Unit, Province]]:
    """Units with an inbox: all that owe something in an opened period, under the newest of those periods."""
    found: dict[UnitKey, tuple[Unit, Province]] = {}
    for period in context.opened_periods:
        province = context.province_for(period)
        for unit in province.tree(period).filing:
            if province.owed_by(unit, period):
                found[unit.key] = (unit, province)
    return found


def batches(context: Context, size: int) -> list[list[str]]:
    """Codes of units with something in their inbox, in batches of `size`; looks only, takes nothing."""
    inboxes = {context.folder(unit, SEND): unit for unit, _ in filing_units(context).values()}
    looks = scan_all(inboxes, 0)
    codes = sorted({inboxes[inbox].code for inbox, look in looks.items() if look.ready or look.waiting})
    return [codes[start : start + size] for start in range(0, len(codes), size)]


def collect(
    context: Context,
    units: Sequence[str] | None = None,
    *,
    scan: bool = True,
    tick: Callable[[Answer], None] = lambda _answer: None,
) -> CollectReport:
    """Take, judge and answer what lies in the inboxes (of `units` by code, default all).

    `scan` records the pass: whether one ran across a deadline decides what counts as late.
    """
    at = context.clock()
    scan_id = context.store.scans.start(at) if scan else None
    report = CollectReport()
    before = {opened.period: opened.revision for opened in context.store.periods.opened()}
    chosen = {key: pair for key, pair in filing_units(context).items() if units is None or key.code in units}
    received = _take(context, chosen, at, report)
    for chunk in _chunks(received, _CHUNK):
        for done in _handle(context, chunk):
            report.answers.append(done)
            tick(done)
    for opened in context.store.periods.opened():
        if opened.revision != before.get(opened.period):
            report.revisions[opened.period] = opened.revision
    if scan_id is not None and not report.troubles:
        context.store.scans.finish(scan_id, context.clock())
    return report


def _take(
    context: Context, units: dict[UnitKey, tuple[Unit, Province]], at: datetime, report: CollectReport
) -> list[Received]:
    """Every settled file into the vault, before anything is made of it."""
    inboxes = {context.folder(unit, SEND): (unit, province) for unit, province in units.values()}
    taken = []
    with context.timed("scan"):
        looks = scan_all(inboxes, context.settle_s)
        listed = {inboxes[i][0].key: {a.name for a in (*look.ready, *look.waiting)} for i, look in looks.items()}
        settle_moved(context, listed, at)
    for inbox, look in looks.items():
        unit, province = inboxes[inbox]
        report.waiting += [f"{unit.name}: {arrived.name}" for arrived in look.waiting]
        report.troubles += [look.trouble] if look.trouble else []
        for arrived in look.ready:
            kept = _keep(context, arrived, unit, report)
            if kept is not None:
                key = ArrivalKey(unit.key, arrived.name, arrived.size, arrived.mtime_ns, kept.sha256)
                taken.append(Received(unit, province, arrived, kept, key, at))
    return sorted(taken, key=lambda one: (one.arrived.mtime_ns, one.arrived.name))


def _keep(context: Context, arrived: Arrived, unit: Unit, report: CollectReport) -> Kept | None:
    where = f"{unit.name}: {arrived.name}"
    try:
        with context.timed("vault"):
            return context.vault.keep(arrived.path, VAULT_LIMIT)
    except StillChanging:
        report.waiting.append(where)
    except TooBig:
        report.troubles.append(f"{where}: tệp lớn hơn 2 GB, không phải báo cáo; để nguyên trong thư mục.")
    except (NotAFile, FileNotFoundError):  # replaced or taken away since it was listed
        pass
    except PermissionError:
        report.troubles.append(f"{where}: không có quyền đọc tệp. Cấp quyền đọc thư mục gui-len cho hệ thống.")
    return None


def _handle(context: Context, received: Sequence[Received]) -> Iterator[Answer]:
    """Finish what an earlier run began, read the rest, judge it, record it and answer."""
    fresh = []
    for one in received:
        known = context.store.arrivals.known(one.key)
        if known is None:
            fresh.append(one)
        else:
            submission = context.store.submissions.get(known.submission_id)
            yield _finish(context, one, Recorded(known, submission, fresh=False))
    with context.timed("read"):
        outcomes = list(read(context, fresh))
    by_token = {str(number): one for number, one in enumerate(fresh)}
    cases: list[tuple[Case, Period]] = []
    for token, outcome in zip(by_token, outcomes, strict=True):
        one = by_token[token]
        if isinstance(outcome, Refusal):
            with context.timed("store"):
                recorded = record_refused(context, one, outcome)
            yield _finish(context, one, recorded, outcome.findings)
        else:
            cases.append((Case(token, one.unit, outcome.filing, outcome.findings), outcome.period))
    for period, wave in in_waves(cases):
        yield from _judge_wave(context, period, wave, by_token)


def _judge_wave(
    context: Context, period: Period, wave: list[Case], by_token: dict[str, Received]
) -> Iterator[Answer]:
    province = context.province_for(period)
    judged = judge(context, province, period, wave)
    changed: list[Unit] = []
    earlier = _revisions(context, period)
    for case in wave:
        one = by_token[case.token]
        with context.timed("store"):
            recorded, findings = record_judged(
                context, one, case, period, judged[case.token], earlier.get(one.unit.key, [])
            )
        if recorded.fresh and recorded.submission.state is State.ACCEPTED:
            changed.append(case.unit)
        yield _finish(context, one, recorded, findings)
    recheck_later(context, period, changed)


def _revisions(context: Context, period: Period) -> dict[UnitKey, list[Submission]]:
    found: dict[UnitKey, list[Submission]] = {}
    for submission in context.store.submissions.of(period.code):
        found.setdefault(submission.unit, []).append(submission)
    return found


def _finish(
    context: Context, one: Received, recorded: Recorded, findings: Iterable[Finding] | None = None
) -> Answer:
    """Answer in the unit's folder, then the file out of its inbox. `findings` None: as the store has them."""
    submission = recorded.submission
    known = context.store.filings.findings(submission.id) if findings is None else tuple(findings)
    with context.timed("answers"):
        answer(context, one, recorded, known)
    duplicate = recorded.arrival.outcome.value == "duplicate"
    return Answer(one.unit, submission.period, one.arrived.name, submission.state, known, duplicate)


def _chunks(received: Iterable[Received], size: int) -> Iterator[list[Received]]:
    waiting = iter(received)
    while chunk := list(islice(waiting, size)):
        yield chunk
