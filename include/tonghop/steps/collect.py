"""Collect: from files in the inboxes to verdicts in the store and answers in the units' folders.

Order of effects for every file: bytes into the vault, one transaction in the store, answer written, file moved. A run
killed anywhere in between is finished by the next one; two runs at once do the same work once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tonghop.domain.errors import OutdatedError
from tonghop.domain.finding import Finding
from tonghop.domain.period import Period
from tonghop.domain.submission import State
from tonghop.domain.units import Unit, UnitKey
from tonghop.files.inbox import scan_all
from tonghop.steps.afterwards import recheck_later
from tonghop.steps.answering import answer
from tonghop.steps.context import SEND, Context
from tonghop.steps.inheriting import completed
from tonghop.steps.intake import Fault, Readable, Received, Refusal, read
from tonghop.steps.judging import Case, judge
from tonghop.steps.receipts import write_receipt
from tonghop.steps.recording import record_judged, record_refused
from tonghop.steps.signed import SignedCopy, apart, keep_signed
from tonghop.steps.taking import filing_units, take
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


@dataclass
class CollectReport:
    """`answers` in the order given; `waiting` files still being written; `troubles` a person must look at.

    `signed`: PDFs kept beside workbooks. `revisions`: periods whose accepted figures changed, with the new revision.
    """

    answers: list[Answer] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    signed: list[SignedCopy] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)


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
    before = {opened.period: opened.revision for opened in context.store.periods.opened()}
    chosen = {key: pair for key, pair in filing_units(context).items() if units is None or key.code in units}
    taken = take(context, chosen, at)
    report = CollectReport(waiting=taken.waiting, troubles=taken.troubles)
    signed, workbooks = apart(context, taken.received)
    for chunk in _chunks(workbooks, _CHUNK):
        for done in handle(context, chunk, report.troubles):
            report.answers.append(done)
            tick(done)
    with context.timed("answers"):
        report.signed += [keep_signed(context, one) for one in signed]  # after the workbooks they belong to
    for opened in context.store.periods.opened():
        if opened.revision != before.get(opened.period):
            report.revisions[opened.period] = opened.revision
    if scan_id is not None and not report.troubles:
        context.store.scans.finish(scan_id, context.clock())
    return report


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
    for one, recorded, findings in done:
        with context.timed("answers"):
            write_receipt(context, one.unit, recorded.submission.period, recorded.submission)
            answer(context, one, recorded, findings)
        submission = recorded.submission
        duplicate = recorded.arrival.outcome is Outcome.DUPLICATE
        name, period, state = one.arrived.name, submission.period, submission.state
        yield Answer(one.unit, period, name, state, findings, duplicate, one.unit_name)


def _chunks(received: Iterable[Received], size: int) -> Iterator[list[Received]]:
    waiting = iter(received)
    while chunk := list(islice(waiting, size)):
        yield chunk
