"""From a file in the vault to a filing, or to the reasons why it is returned."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tonghop.domain.finding import Finding, make
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import Filing
from tonghop.domain.units import Unit, UnitKey
from tonghop.domain.verdict import is_correction
from tonghop.files.inbox import Arrived
from tonghop.files.interpret import Context as Folder
from tonghop.files.interpret import interpret
from tonghop.files.raw_book import Unreadable
from tonghop.files.reader import Answer, ReaderError, ReaderPool
from tonghop.files.vault import Kept
from tonghop.journal import note, short, where
from tonghop.steps.context import Context
from tonghop.store.records import ArrivalKey, Inherited


@dataclass(frozen=True)
class Received:
    """A file of `unit` whose bytes are in the vault; `received_at` is the pass that first saw them."""

    unit: Unit
    province: Province
    arrived: Arrived
    kept: Kept
    key: ArrivalKey
    received_at: datetime

    @property
    def unit_name(self) -> str:
        """The unit with its district, as several communes share a name."""
        return self.province.full_name(self.unit, self.received_at.date())


@dataclass(frozen=True)
class Refusal:
    """A file that is returned. `period` is the one the unit is reporting now: there the file counts as returned."""

    findings: tuple[Finding, ...]
    period: Period | None


@dataclass(frozen=True)
class Readable:
    """A filing for an opened period, with what the reader found; `inherited` forms are not in the file itself."""

    filing: Filing
    period: Period
    findings: tuple[Finding, ...]
    inherited: Inherited | None = None


@dataclass(frozen=True)
class Fault:
    """A file our own program failed on: it stays in the inbox and a person must look; the unit is not to blame."""

    message: str


Outcome = Refusal | Readable | Fault


def read(context: Context, received: Sequence[Received]) -> list[Outcome]:
    """What each of `received` holds, in their order; no file can stop the others."""
    if not received:
        return []
    opened = context.opened_periods
    with ReaderPool(min(2, len(received)), context.limits) as pool:
        books = pool.read_many(one.kept.path for one in received)
        outcomes = [_outcome(one, book, opened) for one, book in zip(received, books, strict=True)]
    sent = {
        (one.unit.key, outcome.period)
        for one, outcome in zip(received, outcomes, strict=True)
        if isinstance(outcome, Readable)
    }
    return [
        _without_doubt(context, one, outcome, sent, opened) for one, outcome in zip(received, outcomes, strict=True)
    ]


def _outcome(one: Received, book: Answer, opened: Sequence[Period]) -> Outcome:
    now = _current(one, opened)
    if isinstance(book, ReaderError):
        return Fault(book.problem)
    if isinstance(book, Unreadable):
        return Refusal((book.finding,), now)
    try:
        read = interpret(book, Folder(one.province, one.unit, frozenset(opened)))
    except Exception as error:  # noqa: BLE001  a mistake of ours on one file must not keep the other units waiting
        facts = {"unit": one.unit.code, "sha": short(one.kept.sha256), "error": type(error).__name__}
        note("file_unread", level="error", **facts, at=where(error))
        return Fault(f"lỗi của chương trình khi đọc tệp ({type(error).__name__})")
    if read.filing is None or read.period is None:
        return Refusal(read.findings, now)
    return Readable(read.filing, read.period, read.findings)


def _without_doubt(
    context: Context,
    one: Received,
    outcome: Outcome,
    sent: Collection[tuple[UnitKey, Period]],
    opened: Sequence[Period],
) -> Outcome:
    """`outcome`, or a refusal when it may be meant for another period than it says; `sent` came in the same pass."""
    now = _current(one, opened)
    if not isinstance(outcome, Readable) or now is None or (one.unit.key, now) in sent:
        return outcome
    doubt = _doubt(context, one, outcome.filing, outcome.period, now)
    return outcome if doubt is None else Refusal((doubt,), now)


def _current(one: Received, opened: Sequence[Period]) -> Period | None:
    """The newest opened period that the unit owes."""
    owing = [period for period in opened if one.province.owed_by(one.unit, period)]
    return owing[-1] if owing else None


def _doubt(context: Context, one: Received, filing: Filing, period: Period, now: Period) -> Finding | None:
    """An old workbook that may hold the new period's figures is returned, never taken as a correction by guess.

    That is so while the unit has its accepted report of the old period, whose deadline is over, and none of the new
    one; a row “Đính chính” in the sheet “Giải trình” says that a correction is meant.
    """
    if period == now or one.received_at <= context.deadline(one.province, period, one.unit):
        return None
    store = context.store.submissions
    before = store.standing(period.code, one.unit.key)
    if before is None or before.sha256 == one.kept.sha256 or store.standing(now.code, one.unit.key) is not None:
        return None
    if any(is_correction(explanation) for explanation in filing.explanations):
        return None
    message = (
        f"Tệp là biểu mẫu {period.label}, kỳ này đơn vị đã có báo cáo được chấp nhận; kỳ đang báo cáo là {now.label}. "
        f"Nếu báo cáo {now.label}: dùng biểu mẫu của {now.label}. Nếu đính chính {period.label}: ghi một dòng ở trang "
        "“Giải trình” với lý do bắt đầu bằng “Đính chính”, rồi gửi lại."
    )
    return make("wrong-period", message, found=period.label, expected=now.label)
