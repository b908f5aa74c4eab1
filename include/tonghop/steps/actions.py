"""What an official does for one unit at the desk: a later deadline, a ruling on a giải trình, a workbook sent for it.

Every action is recorded with who and when. A released report is untouched: releasing belongs to `approving`.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from tonghop.domain.errors import UsageError
from tonghop.domain.finding import Finding
from tonghop.domain.office import Extension, Ruling
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import State
from tonghop.domain.text import clean
from tonghop.domain.units import Unit
from tonghop.files.package import WORKBOOK_SUFFIXES
from tonghop.files.storage.adding import add
from tonghop.steps.afterwards import recheck_later
from tonghop.steps.answering import write_answer
from tonghop.steps.context import SEND, Context
from tonghop.steps.receipts import composer, write_receipt
from tonghop.store.records import Event, EventKind, Submission

MIN_REASON, MAX_REASON = 10, 1000
_NAME_LENGTH = 100
_UNSAFE = re.compile(r"[^\w .,()\[\]+&@=-]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts, on which unit and period."""

    login: str
    period: Period
    unit: Unit


def extend(context: Context, desk: Desk, deadline: datetime, reason: str) -> int:
    """Give the unit until `deadline` (aware); filings that came in before it count as on time: how many changed.

    UsageError when the new deadline is not later than the one that holds, or no reason is given.
    """
    province = _owing(context, desk)
    why = reason_given(reason)
    if deadline <= context.deadline(province, desk.period, desk.unit):
        raise UsageError("Hạn mới phải sau hạn đang áp dụng.", "Chọn một thời điểm muộn hơn.")
    granted = Extension(desk.period.code, desk.unit.key, deadline, why, desk.login, context.clock())
    whose = (desk.unit, province)
    changed = context.store.office.extend(granted, composer(context, whose, deadline))
    for filing in context.store.submissions.of_unit(desk.period.code, desk.unit.key):
        write_receipt(context, desk.unit, desk.period.code, filing)
    return changed


@dataclass(frozen=True, slots=True)
class Judged:
    """What an official says of a giải trình: which finding of which filing, and the `mark` of the words they read."""

    submission_id: int
    position: int
    accepted: bool
    mark: str
    reason: str


def mark(explanation: str) -> str:
    """A short sign of the giải trình that was shown: a ruling on other words than those is refused."""
    return hashlib.sha256(explanation.encode()).hexdigest()[:16]


def rule(context: Context, desk: Desk, judged: Judged) -> Submission:
    """Accept or refuse a giải trình of the unit's latest filing; its answer page is written anew.

    Accepting may complete the acceptance of the filing; refusing undoes it until the unit mends or explains better.
    """
    province = _owing(context, desk)
    submission = context.store.submissions.get(judged.submission_id)
    if submission is None or (submission.period, submission.unit) != (desk.period.code, desk.unit.key):
        raise UsageError("Lần gửi này không phải của đơn vị.", "Mở lại trang của đơn vị.")
    settled = context.store.office.rule(_ruling(context, desk, judged), composer(context, (desk.unit, province)))
    if settled.state is State.ACCEPTED and submission.state is not State.ACCEPTED:
        recheck_later(context, desk.period, [desk.unit])
    write_answer(context, (desk.unit, province), settled, told(context, settled))
    write_receipt(context, desk.unit, desk.period.code, settled)
    return settled


def _ruling(context: Context, desk: Desk, judged: Judged) -> Ruling:
    found = context.store.filings.findings(judged.submission_id)
    if not 1 <= judged.position <= len(found):
        raise UsageError("Không có nội dung này.", "Mở lại trang của đơn vị.")
    said = found[judged.position - 1].explained_by
    if mark(said) != judged.mark:
        raise UsageError("Giải trình vừa được người khác xử lý.", "Mở lại trang của đơn vị để xem kết quả.")
    return Ruling(
        submission_id=judged.submission_id,
        position=judged.position,
        accepted=judged.accepted,
        explanation=said,
        reason=reason_given(judged.reason),
        login=desk.login,
        decided_at=context.clock(),
    )


def upload(context: Context, desk: Desk, name: str, content: bytes) -> str:
    """Put a workbook into the unit's inbox on its behalf, where the next pass finds it; the name it lies under.

    UsageError when it is no workbook by name, empty or larger than the intake takes. Nothing else is judged here.
    """
    _owing(context, desk)
    limit = context.limits.file_bytes
    safe = safe_name(name)
    if Path(safe).suffix.lower() not in WORKBOOK_SUFFIXES:
        kinds = ", ".join(sorted(WORKBOOK_SUFFIXES))
        raise UsageError(f"Chỉ nhận tệp bảng tính ({kinds}).", "Lưu tệp dạng Excel (.xlsx) rồi gửi lại.")
    if not content:
        raise UsageError("Tệp rỗng.", "Chọn lại tệp báo cáo.")
    if len(content) > limit:
        raise UsageError(f"Tệp lớn hơn {limit >> 20} MB.", "Dùng biểu mẫu của đơn vị, không chèn ảnh.")
    placed = add(context.folder(desk.unit, SEND), _numbered(safe), content)
    detail = {"name": placed, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    at = context.clock()
    context.store.events.add(Event(at, desk.login, EventKind.UPLOADED, desk.period.code, desk.unit.key, detail=detail))
    return placed


def safe_name(name: str) -> str:
    """A file name without folders, control characters or a leading dot; letters keep their diacritics."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2]).lstrip(".~$ ")
    stem, suffix = os.path.splitext(clean(_UNSAFE.sub("_", base)))  # noqa: PTH122  a Path would drop trailing dots
    return f"{stem[:_NAME_LENGTH] or 'bao-cao'}{suffix[:6]}"


def _numbered(name: str) -> Iterator[str]:
    """`name`, then `name-2`, `name-3` before its extension."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122  see safe_name
    yield name
    yield from (f"{stem}-{number}{suffix}" for number in count(2))


def _owing(context: Context, desk: Desk) -> Province:
    province = context.opened(desk.period)
    if not province.owed_by(desk.unit, desk.period):
        raise UsageError(f"{desk.unit.name} không phải báo cáo kỳ này.", "Chọn đơn vị khác.")
    return province


def reason_given(text: str) -> str:
    """The reason an official wrote, cleaned; UsageError when it is too short or too long to be one."""
    reason = clean(text)
    if not MIN_REASON <= len(reason) <= MAX_REASON:
        raise UsageError(f"Lý do phải dài từ {MIN_REASON} đến {MAX_REASON} ký tự.", "Ghi rõ lý do.")
    return reason


def told(context: Context, submission: Submission) -> tuple[Finding, ...]:
    """The findings of a filing as the unit is to read them: a refused giải trình with the reason."""
    findings = list(context.store.filings.findings(submission.id))
    last = {ruling.position: ruling for ruling in context.store.office.rulings(submission.id)}
    for position, ruling in last.items():
        if not ruling.accepted:
            finding = findings[position - 1]
            words = f"{finding.message} Giải trình “{ruling.explanation}” chưa được chấp nhận: {ruling.reason}"
            findings[position - 1] = replace(finding, message=words)
    return tuple(findings)
