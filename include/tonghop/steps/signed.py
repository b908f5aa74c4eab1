"""Signed PDFs beside the workbooks: kept unread, noted with the filing they belong to, named on its receipt.

The order of effects is that of a workbook: bytes in the vault, one transaction, receipt written, file moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tonghop.domain.period import Period
from tonghop.domain.submission import State
from tonghop.domain.text import key
from tonghop.domain.units import Unit
from tonghop.steps.answering import put_away
from tonghop.steps.context import Context
from tonghop.steps.intake import Received
from tonghop.steps.receipts import composer, write_receipt
from tonghop.steps.taking import still_there
from tonghop.store.attachments import NewAttachment
from tonghop.store.records import Outcome, Submission

SUFFIX, SIGNATURE = ".pdf", b"%PDF-"
_TOGETHER = timedelta(days=1)  # a PDF this soon after a workbook belongs to it
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class SignedCopy:
    """What became of a signed PDF: kept for `period` beside the filing with `revision` (0: none has come yet)."""

    unit: Unit
    unit_name: str
    period: str
    name: str
    revision: int
    duplicate: bool


def apart(context: Context, received: Iterable[Received]) -> tuple[list[Received], list[Received]]:
    """Signed PDFs, and everything else; a false or too large PDF is treated, and returned, like any other file."""
    signed: list[Received] = []
    others: list[Received] = []
    for one in received:
        (signed if _is_signed(one, context.limits.file_bytes) else others).append(one)
    return signed, others


def keep_signed(context: Context, one: Received) -> SignedCopy:
    """Keep one signed PDF with the filing it belongs to, and put it away; may be done again without harm."""
    new = NewAttachment(one.key, _period(context, one).code, one.received_at, context.clock(), context.actor)
    compose = composer(context, (one.unit, one.province))
    recorded = context.store.attachments.record(new, compose, lambda: still_there(one.arrived.path, one.arrived))
    period, filing = recorded.attachment.period, recorded.filing
    write_receipt(context, one.unit, period, filing)
    put_away(context, one, recorded.arrival)
    duplicate = recorded.arrival.outcome is Outcome.SIGNED_AGAIN
    revision = filing.revision if filing else 0
    return SignedCopy(one.unit, one.unit_name, period, one.arrived.name, revision, duplicate)


def _is_signed(one: Received, limit: int) -> bool:
    if Path(one.arrived.name).suffix.lower() != SUFFIX or one.kept.size > limit:
        return False
    with one.kept.path.open("rb") as file:
        return file.read(len(SIGNATURE)) == SIGNATURE


def _period(context: Context, one: Received) -> Period:
    """The period a signed PDF is for: that of the workbook it came with, else the one its name or the calendar says.

    It came with a workbook of the same name received within a day before, else with the last one of that day; a name
    may hold the code of a quarter (`20243`). Otherwise it is for the newest opened period the unit owes.
    """
    owing = [period for period in context.opened_periods if one.province.owed_by(one.unit, period)]
    beside = [(period, filing) for period in owing if (filing := _beside(context, one, period)) is not None]
    namesakes = [period for period, filing in beside if _stem(filing.original_name) == _stem(one.arrived.name)]
    if namesakes:
        return namesakes[-1]
    codes = set(_DIGITS.findall(one.arrived.name))
    coded = [period for period in owing if not period.is_year and period.code in codes]
    if coded:
        return coded[-1]
    return max(beside, key=lambda found: found[1].id)[0] if beside else owing[-1]


def _beside(context: Context, one: Received, period: Period) -> Submission | None:
    """The unit's latest filing of the period when it came within a day before the PDF and was not withdrawn."""
    filing = context.store.submissions.latest(period.code, one.unit.key)
    if filing is None or filing.state is State.WITHDRAWN:
        return None
    return filing if one.received_at - filing.received_at <= _TOGETHER else None


def _stem(name: str) -> str:
    return key(Path(name).stem)
