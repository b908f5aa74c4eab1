"""Collect: from files in the inboxes to verdicts in the store and answers in the units' folders.

Order of effects for every file: bytes into the vault, one transaction in the store, answer written, file moved. A run
killed anywhere in between is finished by the next one; two runs at once do the same work once.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tonghop.domain.errors import OutdatedError
from tonghop.domain.finding import Finding
from tonghop.domain.period import Period
from tonghop.domain.submission import State
from tonghop.domain.units import Unit, UnitKey
from tonghop.files.inbox import scan_all
from tonghop.journal import note, short
from tonghop.steps.afterwards import recheck_later
from tonghop.steps.answering import answer, kept_to_unit
from tonghop.steps.clock import pass_time
from tonghop.steps.context import SEND, Context
from tonghop.steps.inheriting import completed
from tonghop.steps.intake import Fault, Readable, Received, Refusal, read
from tonghop.steps.judging import Case, judge
from tonghop.steps.marking import Checked, marked_copies
from tonghop.steps.receipts import write_receipt
from tonghop.steps.recording import record_judged, record_refused
from tonghop.steps.signed import SignedCopy, apart, keep_signed
from tonghop.steps.taking import filing_units, take
from tonghop.steps.watching import note_gap
from tonghop.steps.waves import Waiting, Wave, in_waves
from tonghop.store.records import Outcome, Recorded, Submission

_CHUNK = 150  # files read and judged together: bounds memory, keeps one frame per form worth its while

Done = tuple[Received, Recorded, tuple[Finding, ...]]
Reader = Callable[[Context, Sequence[Received]], Sequence[Readable | Refusal | Fault]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one file. `state` of the submission; `duplicate` when its bytes had been judged before."""

    unit: Unit
    period: str
    name: str
    state: State
    findings: tuple[Finding, ...]
    duplicate: bool = False
    unit_name: str = ""  # with the district of a commune
    sha256: str = ""
    trouble: str = ""  # why it is recorded, but not answered or not put away


@dataclass
class CollectReport:
    """`answers` in the order given; `waiting` files still being written; `troubles` a person must look at.

    `missed`: those troubles that kept a file from being seen or recorded; such a pass cannot tell what is late.
    `signed`: PDFs kept beside workbooks. `revisions`: periods whose accepted figures changed, with the new revision.
    """

    answers: list[Answer] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    signed: list[SignedCopy] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)

    @property
    def troubles(self) -> list[str]:
        return [*self.missed, *self.unanswered]


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

    `scan` records the pass: whether one ran across a deadline decides what counts as late. A folder that cannot be
    written keeps only its own unit waiting. SettingError when the clock was set back.
    """
    begun_at = time.perf_counter()
    at = pass_time(context) if units is None or units else context.clock()
    scan_id = context.store.scans.start(at) if scan else None
    before = {opened.period: opened.revision for opened in context.store.periods.opened()}
    chosen = {key: pair for key, pair in filing_units(context).items() if units is None or key.code in units}
    taken = take(context, chosen, at)
    report = CollectReport(waiting=taken.waiting, missed=taken.troubles)
    report.unanswered += _finish_gone(context, taken.gone)
    signed, workbooks = apart(context, taken.received)
    for chunk in _chunks(workbooks, _CHUNK):
        for done in handle(context, chunk, report.missed):
            report.answers.append(done)
            _note_answer(done, begun_at)
            report.unanswered += [done.trouble] if done.trouble else []
            tick(done)
    for one in signed:  # after the workbooks they belong to
        with context.timed("answers"), kept_to_unit(context, one, report.unanswered):
            report.signed.append(keep_signed(context, one))
    for opened in context.store.periods.opened():
        if opened.revision != before.get(opened.period):
            report.revisions[opened.period] = opened.revision
    if scan_id is not None and not report.missed:
        note_gap(context, at)
        context.store.scans.finish(scan_id, context.clock())
    _note_pass(report, begun_at, scan=scan)
    return report


def _note_answer(done: Answer, begun_at: float) -> None:
    facts = {"unit": done.unit.code, "period": done.period, "state": done.state.value, "sha": short(done.sha256)}
    note("filing_answered", **facts, duplicate=int(done.duplicate), seconds=time.perf_counter() - begun_at)


def _note_pass(report: CollectReport, begun_at: float, *, scan: bool) -> None:
    states = Counter(f"state_{answer.state.value}" for answer in report.answers)
    counts = {"files": len(report.answers), "waiting": len(report.waiting), "troubles": len(report.troubles)}
    facts: dict[str, int | float] = {"scan": int(scan), **counts, **states, "seconds": time.perf_counter() - begun_at}
    note("pass_ended", level="info", **facts)


def _finish_gone(context: Context, gone: Sequence[Received]) -> list[str]:
    """Finish what an earlier run recorded and no inbox holds any more; troubles met."""
    signed, workbooks = apart(context, gone)
    begun, _ = _begun(context, workbooks)
    troubles = [done.trouble for done in _finish(context, begun) if done.trouble]
    for one in signed:
        with kept_to_unit(context, one, troubles):
            keep_signed(context, one)
    return troubles


def handle(
    context: Context, received: Sequence[Received], troubles: list[str], reader: Reader = read
) -> Iterator[Answer]:
    """Finish what an earlier run began, read the rest by `reader`, judge it, record it and answer."""
    begun, fresh = _begun(context, received)
    yield from _finish(context, begun)
    with context.timed("read"):
        outcomes = reader(context, fresh)
    files = []
    for at, (one, outcome) in enumerate(zip(fresh, outcomes, strict=True)):
        if isinstance(outcome, Fault):
            troubles.append(f"{one.unit_name}: {one.arrived.name}: {outcome.message}. Báo người quản trị hệ thống.")
        else:
            files.append(Waiting(str(at), one, outcome))
    for wave in in_waves(files):
        yield from _finish(context, _record(context, wave))


def _begun(context: Context, received: Sequence[Received]) -> tuple[list[Done], list[Received]]:
    """Files an interrupted run recorded but did not put away, and the files nobody has seen yet."""
    fresh: list[Received] = []
    begun: list[Done] = []
    for one in received:
        known = context.store.arrivals.known(one.key)
        submission = context.store.submissions.get(known.submission_id) if known and known.submission_id else None
        if known is None or submission is None:
            fresh.append(one)
        else:
            findings = context.store.filings.findings(submission.id)
            begun.append((one, Recorded(known, submission, fresh=False), findings))
    return begun, fresh


def _record(context: Context, wave: Wave) -> list[Done]:
    """Judge the wave and keep every verdict, each in a transaction of its own.

    A file judged with forms of a filing that was replaced or withdrawn meanwhile is judged again.
    """
    whole = [_completed(context, waiting) for waiting in wave.files]
    judged = _judge(context, Wave(wave.period, whole))
    earlier = _revisions(context, wave.period)
    done: list[Done] = []
    for file, waiting in zip(wave.files, whole, strict=True):
        try:
            with context.timed("store"):
                done.append(_keep(context, waiting, judged, earlier))
        except OutdatedError:
            done += _record(context, Wave(wave.period, [file]))
    return done


def _completed(context: Context, waiting: Waiting) -> Waiting:
    outcome = waiting.outcome
    return waiting if isinstance(outcome, Refusal) else waiting.of(completed(context, waiting.one.unit, outcome))


def _keep(
    context: Context,
    waiting: Waiting,
    judged: Mapping[str, tuple[Finding, ...]],
    earlier: Mapping[UnitKey, list[Submission]],
) -> Done:
    one, outcome = waiting.one, waiting.outcome
    if isinstance(outcome, Refusal):
        return one, record_refused(context, one, outcome), outcome.findings
    before = earlier.get(one.unit.key, [])
    recorded, findings = record_judged(context, one, outcome, judged[waiting.token], before)
    return one, recorded, findings


def _judge(context: Context, wave: Wave) -> dict[str, tuple[Finding, ...]]:
    cases = [
        Case(waiting.token, waiting.one.unit, found.filing, found.findings, _taken_over(found))
        for waiting in wave.files
        if isinstance(found := waiting.outcome, Readable)
    ]
    if not cases or wave.period is None:
        return {}
    return judge(context, context.province_for(wave.period), wave.period, cases)


def _taken_over(found: Readable) -> Collection[str]:
    return found.inherited.forms if found.inherited else ()


def _revisions(context: Context, period: Period | None) -> dict[UnitKey, list[Submission]]:
    found: dict[UnitKey, list[Submission]] = {}
    for submission in context.store.submissions.of(period.code) if period else ():
        found.setdefault(submission.unit, []).append(submission)
    return found


def _finish(context: Context, done: Sequence[Done]) -> Iterator[Answer]:
    """What follows from recorded filings; all of it may be done again: later periods, answers, files put away."""
    changed: dict[str, list[Unit]] = {}
    for one, recorded, _ in done:
        if recorded.submission.state is State.ACCEPTED and recorded.arrival.outcome is Outcome.RECORDED:
            changed.setdefault(recorded.submission.period, []).append(one.unit)
    for period, units in changed.items():
        recheck_later(context, Period.parse(period), units)
    checked = [Checked(one.unit, one.province, recorded.submission, findings) for one, recorded, findings in done]
    for (one, recorded, findings), copy in zip(done, marked_copies(context, checked), strict=True):
        troubles: list[str] = []
        with context.timed("answers"), kept_to_unit(context, one, troubles):
            write_receipt(context, one.unit, recorded.submission.period, recorded.submission, recorded.receipt)
            answer(context, one, recorded, findings, copy)
        submission = recorded.submission
        duplicate = recorded.arrival.outcome is Outcome.DUPLICATE
        name, period, state = one.arrived.name, submission.period, submission.state
        told = (one.unit_name, recorded.arrival.key.sha256, "".join(troubles))
        yield Answer(one.unit, period, name, state, findings, duplicate, *told)


def _chunks(received: Iterable[Received], size: int) -> Iterator[list[Received]]:
    waiting = iter(received)
    while chunk := list(islice(waiting, size)):
        yield chunk
