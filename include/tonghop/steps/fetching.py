"""Fetch the figures of units that have a system instead of a clerk: what it answers is a filing like any other.

The response goes to the vault, is judged, recorded and answered on the path of `collect`. A failing system is our
trouble, never the unit's verdict; what it answers wrongly is the unit's and becomes findings.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tonghop.domain.errors import ExchangeError, SettingError
from tonghop.domain.exchange import ApiSource, Outcome
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.units import Unit
from tonghop.exchange.client import Client, Reply
from tonghop.exchange.connection import Connection
from tonghop.exchange.delivery import persist
from tonghop.exchange.patience import Patience
from tonghop.exchange.unit_report import read_unit_report
from tonghop.files.inbox import Arrived
from tonghop.files.storage import Place, RemotePath
from tonghop.steps.clock import pass_time
from tonghop.steps.collect import Answer, handle
from tonghop.steps.context import Context
from tonghop.steps.intake import Readable, Received, Refusal
from tonghop.steps.replying import reply
from tonghop.store.records import ArrivalKey, Event, EventKind

RESPONSE_LIMIT = 16 << 20  # bytes
_GONE = frozenset({Outcome.UNREACHABLE, Outcome.UNTRUSTED})

Find = Callable[[str], Connection | None]


@dataclass
class FetchReport:
    """`answers` to new responses; names of units whose figures are `unchanged` or not there yet (`waiting`).

    `asked` counts the units with a source; `troubles` are what a person must look at.
    """

    asked: int = 0
    answers: list[Answer] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Question:
    """A unit to be asked for a period."""

    source: ApiSource
    province: Province
    unit: Unit
    period: Period

    @property
    def name(self) -> str:
        return f"so-lieu-{self.period.code}.json"


@dataclass
class _Lines:
    """Clients by connection; one that cannot be reached is not tried again for the next unit of this run."""

    find: Find
    patience: Patience
    clients: dict[str, Client] = field(default_factory=dict)
    down: dict[str, ExchangeError] = field(default_factory=dict)

    def client(self, name: str) -> Client:
        """The client of a connection; SettingError when it is not configured, ExchangeError when it is down."""
        if name in self.down:
            raise self.down[name]
        if name not in self.clients:
            connection = self.find(name)
            if connection is None:
                raise SettingError(f"Chưa cấu hình kết nối {name}.", f"Đặt AIRFLOW_CONN_{name.upper()}.")
            self.clients[name] = Client(connection, self.patience)
        return self.clients[name]


def fetch(
    context: Context,
    sources: Sequence[ApiSource],
    find: Find,
    period: Period | None = None,
    patience: Patience | None = None,
) -> FetchReport:
    """Ask every source for `period` (default: the newest opened period its unit owes); no system stops the others."""
    pass_time(context)  # refuses a clock set back before anything is asked
    report = FetchReport()
    lines = _Lines(find, patience or Patience(turns=3))
    questions = list(_questions(context, sources, period))
    report.asked = len(questions)
    received = {}
    for question in questions:
        one = _response(context, question, lines, report)
        if one is not None:
            received[one.key] = (one, question)
    reader = _Reader({key: question for key, (_, question) in received.items()})
    filings = [one for one, _ in received.values()]
    for done in handle(context, filings, report.troubles, reader):
        report.answers.append(done)
        report.troubles += [done.trouble] if done.trouble else []
    for question in questions:
        _reply(context, question, lines, report)
    return report


@dataclass(frozen=True)
class _Reader:
    """Reads responses where `collect` would read workbooks."""

    questions: dict[ArrivalKey, _Question]

    def __call__(self, _context: Context, received: Sequence[Received]) -> list[Readable | Refusal]:
        return [self._read(one, self.questions[one.key]) for one in received]

    def _read(self, one: Received, asked: _Question) -> Readable | Refusal:
        found = read_unit_report(one.kept.path.read_bytes(), asked.province, asked.unit, asked.period)
        if found.filing is None:
            return Refusal(found.findings, asked.period)
        return Readable(found.filing, asked.period, found.findings)


def _questions(context: Context, sources: Sequence[ApiSource], wanted: Period | None) -> Iterator[_Question]:
    if wanted is not None:
        context.opened(wanted)
    periods = context.opened_periods if wanted is None else (wanted,)
    for code in dict.fromkeys(source.unit_code for source in sources):
        mine = [source for source in sources if source.unit_code == code]
        asked = (question for period in reversed(periods) for question in _question(context, mine, period))
        yield from list(asked)[:1]


def _question(context: Context, sources: Sequence[ApiSource], period: Period) -> Iterator[_Question]:
    """The question to the unit's source of that period, if the unit exists then and owes something."""
    province = context.province_for(period)
    day = province.regime.window(period).last
    for source in sources:
        unit = province.tree(period).get(source.unit_code)
        if source.holds(day) and unit is not None and province.owed_by(unit, period):
            yield _Question(source, province, unit, period)


def _response(context: Context, asked: _Question, lines: _Lines, report: FetchReport) -> Received | None:
    """The response as a received file; None when there is nothing new or nothing at all."""
    try:
        body = _ask(asked, lines)
    except (ExchangeError, SettingError) as problem:
        _note(context, asked, problem, lines, report)
        return None
    if body is None:
        report.waiting.append(asked.unit.name)
        return None
    last = context.store.submissions.latest(asked.period.code, asked.unit.key)
    path = context.fetched / asked.unit.folder / asked.name
    if last is not None and last.sha256 == hashlib.sha256(body).hexdigest() and not path.exists():
        report.unchanged.append(asked.unit.name)
        return None
    return _received(context, asked, _written(path, body))


def _ask(asked: _Question, lines: _Lines) -> bytes | None:
    """The body of the answer; None when the system has no figures yet (404, or nothing in the answer)."""
    client = lines.client(asked.source.connection)
    query = {"unit": asked.unit.code, "period": asked.period.code}

    def turn() -> Reply | bytes:
        reply = client.get(asked.source.endpoint, limit=RESPONSE_LIMIT, query=query)
        if reply.outcome is Outcome.UNKNOWN:
            return b""
        return reply.body if reply.outcome is Outcome.RECEIVED else reply

    body = persist(turn, client)
    return body if body.strip() else None


def _note(
    context: Context, asked: _Question, problem: ExchangeError | SettingError, lines: _Lines, report: FetchReport
) -> None:
    if isinstance(problem, ExchangeError) and problem.outcome in _GONE:
        lines.down[asked.source.connection] = problem
    report.troubles.append(f"{asked.unit.name}: {problem.problem} {problem.remedy}")
    detail = {"connection": asked.source.connection, "problem": problem.problem}
    event = Event(
        context.clock(), context.actor, EventKind.FETCH_FAILED, asked.period.code, asked.unit.key, None, detail
    )
    context.store.events.add(event)


def _written(path: Place, body: bytes) -> Place:
    """The response as a file on its way; the same bytes left by an interrupted run stay as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_bytes() == body:
        return path
    if isinstance(path, RemotePath):
        path.write_bytes(body)
    else:
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_bytes(body)
        draft.replace(path)
    return path


def _received(context: Context, asked: _Question, path: Place) -> Received:
    kept = context.vault.keep(path, RESPONSE_LIMIT)
    found = path.stat()
    arrived = Arrived(path, path.name, found.st_size, found.st_mtime_ns)
    key = ArrivalKey(asked.unit.key, arrived.name, arrived.size, arrived.mtime_ns, kept.sha256)
    return Received(asked.unit, asked.province, arrived, kept, key, pass_time(context))


def _reply(context: Context, asked: _Question, lines: _Lines, report: FetchReport) -> None:
    """Tell the unit's system what became of the figures it gave last, if that is still to be told."""
    last = context.store.submissions.latest(asked.period.code, asked.unit.key)
    if last is None or last.original_name != asked.name or asked.source.connection in lines.down:
        return
    try:
        client = lines.client(asked.source.connection)
    except SettingError:
        return  # already told when it was asked
    trouble = reply(context, asked.province, asked.unit, last, client)
    if trouble:
        report.troubles.append(f"{asked.unit.name}: {trouble}")
