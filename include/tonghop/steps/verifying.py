"""Whether a receipt, a workbook or a signed PDF is the one that was issued or received.

With the register (the store) the answer is certain. Without it (another machine) a receipt can only be found whole or
changed, and a file only compared with a receipt: whoever could make up a whole receipt has to make up a register too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tonghop.domain.errors import UsageError
from tonghop.domain.period import Period
from tonghop.domain.receipt import breaks
from tonghop.files import receipt_page
from tonghop.files.receipt_page import ReadPage
from tonghop.steps.context import Context
from tonghop.steps.words import STATE_WORDS
from tonghop.store.attached import Attachment
from tonghop.store.records import Submission


class Verdict(IntEnum):
    """What is known; the numbers are the exit codes of `tonghop verify`."""

    GENUINE = 0
    FALSE = 3
    UNDECIDED = 4  # nothing speaks against it, but there is no register here to ask


@dataclass(frozen=True, slots=True)
class Told:
    """The answer about one file: a sentence, and what is known about it, line by line."""

    verdict: Verdict
    headline: str
    lines: tuple[str, ...] = ()


def verify_file(context: Context | None, path: Path, receipt: Path | None = None) -> Told:
    """Look into one file; `context` None: without the register. UsageError when there is nothing to compare with."""
    _check_there(path)
    page = _page(path)
    if page is not None:
        return _receipt(context, page)
    beside = _given(context, receipt) if receipt else None
    if isinstance(beside, Told):
        return beside
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if beside is not None and sha256 not in _digests(beside.facts):
        known = tuple(_received(context, sha256)) if context else ()
        headline = f"Tệp KHÔNG phải là tệp nêu trong phiếu tiếp nhận số {beside.link.number}."
        return Told(Verdict.FALSE, headline, known)
    return _compared(path, sha256, beside) if context is None else _registered(context, sha256)


def _check_there(path: Path) -> None:
    if not path.is_file():
        raise UsageError(f"Không có tệp “{path}”.", "Kiểm tra lại đường dẫn.")


def _page(path: Path) -> ReadPage | bytes | None:
    """The page of a receipt; its bytes when it wants to be one and is not; None for any other file."""
    if path.stat().st_size > receipt_page.MOST_BYTES:
        return None
    content = path.read_bytes()
    return (receipt_page.read(content) or content) if receipt_page.is_receipt(content) else None


def _receipt(context: Context | None, page: ReadPage | bytes) -> Told:
    if isinstance(page, bytes):
        return Told(Verdict.FALSE, "KHÔNG phải phiếu tiếp nhận do hệ thống lập, hoặc phiếu đã bị sửa: mất phần ghi.")
    if not page.link.sound:
        return Told(Verdict.FALSE, "Phiếu ĐÃ BỊ SỬA: mã của phiếu không khớp nội dung.")
    try:
        lines = tuple(_stated(page.facts))
    except (KeyError, TypeError, ValueError, AttributeError):
        return Told(Verdict.FALSE, "KHÔNG phải phiếu tiếp nhận do hệ thống lập.")
    if not page.intact:
        headline = "Phiếu ĐÃ BỊ SỬA: chữ hiển thị khác nội dung được ghi, hoặc tệp đã được chương trình khác lưu lại."
        return Told(Verdict.FALSE, headline, ("Nội dung được ghi trong phiếu:", *lines))
    if context is None:
        headline = "Phiếu còn nguyên vẹn, nhưng CHƯA đối chiếu được: máy này không có sổ tiếp nhận."
        return Told(Verdict.UNDECIDED, headline, lines)
    return _issued(context, page, lines)


def _issued(context: Context, page: ReadPage, lines: tuple[str, ...]) -> Told:
    """A whole receipt against the register."""
    number = page.link.number
    with context.store.snapshot() as store:
        kept = store.receipts.get(number)
        broken = [f"Phiếu số {at}: {words}." for at, words in breaks(one.link for one in store.receipts.every())]
        newer = store.receipts.replacing(number)
        filing = store.submissions.get(kept.submission_id) if kept and kept.submission_id else None
    if kept is None or kept.link != page.link:
        return Told(Verdict.FALSE, f"Phiếu KHÔNG có trong sổ tiếp nhận (số {number}).", lines)
    if broken:
        headline = f"Phiếu số {number} có trong sổ, nhưng sổ tiếp nhận KHÔNG còn liền mạch."
        return Told(Verdict.FALSE, headline, (*broken, *lines))
    place = f"Đã được thay bằng phiếu số {newer.number}." if newer else "Là phiếu mới nhất của nội dung này."
    now = (f"Tình trạng hiện nay: {_state(filing.state.value, on_time=filing.on_time)}.",) if filing else ()
    return Told(Verdict.GENUINE, f"ĐÚNG là phiếu tiếp nhận số {number} do hệ thống cấp.", (*lines, *now, place))


def _given(context: Context | None, receipt: Path) -> ReadPage | Told:
    """The receipt a file is to be compared with; what is wrong with it when it cannot be trusted."""
    _check_there(receipt)
    page = _page(receipt)
    if page is None:
        raise UsageError(f"“{receipt}” không phải phiếu tiếp nhận.", "Chọn tệp Phieu-tiep-nhan-….html.")
    told = _receipt(context, page)
    return told if told.verdict is Verdict.FALSE or isinstance(page, bytes) else page


def _compared(path: Path, sha256: str, given: ReadPage | None) -> Told:
    """A file without the register: against the receipt given, or the whole ones that lie beside it."""
    pages = [given] if given else list(_beside(path))
    for page in pages:
        if sha256 in _digests(page.facts):
            headline = (
                f"Tệp trùng với tệp nêu trong phiếu tiếp nhận số {page.link.number}; "
                "CHƯA đối chiếu được với sổ tiếp nhận: máy này không có sổ."
            )
            return Told(Verdict.UNDECIDED, headline, tuple(_stated(page.facts)))
    if pages:
        return Told(Verdict.FALSE, "Tệp KHÔNG phải là tệp nêu trong các phiếu tiếp nhận nằm cùng thư mục.")
    raise UsageError(
        "Máy này không có sổ tiếp nhận và không có phiếu nào để so.",
        "Chạy trên máy của hệ thống (TONGHOP_HOME, TONGHOP_DB), hoặc thêm --receipt PHIẾU.",
    )


def _beside(path: Path) -> Iterator[ReadPage]:
    for other in sorted(path.parent.glob("*.html")):
        page = _page(other)
        if isinstance(page, ReadPage) and _receipt(None, page).verdict is Verdict.UNDECIDED:
            yield page


def _digests(facts: Mapping[str, Any]) -> set[str]:
    filing = facts["filing"]
    return {one["sha256"] for one in facts["signed"]} | ({filing["sha256"]} if filing else set())


def _registered(context: Context, sha256: str) -> Told:
    known = tuple(_received(context, sha256))
    if not known:
        headline = "Tệp KHÔNG có trong sổ tiếp nhận: chưa từng nhận tệp nào giống hệt."
        return Told(Verdict.FALSE, headline, (f"SHA-256: {sha256}",))
    return Told(Verdict.GENUINE, "ĐÚNG là tệp đã tiếp nhận.", (*known, f"SHA-256: {sha256}"))


def _received(context: Context, sha256: str) -> Iterator[str]:
    """Every filing and signed PDF with these bytes, in words."""
    with context.store.snapshot() as store:
        filings = store.submissions.with_digest(sha256)
        papers = store.attachments.with_digest(sha256)
        receipts = {one.id: store.receipts.newest(one.period, one.unit, one.id) for one in filings}
    for one in filings:
        receipt = receipts[one.id]
        number = f"; phiếu tiếp nhận số {receipt.number}" if receipt else ""
        state = _state(one.state.value, on_time=one.on_time)
        yield f"{_whose(context, one)}, lần gửi thứ {one.revision}: {state}; {one.original_name}{number}."
    for paper in papers:
        beside = f"kèm lần gửi thứ {paper.revision}" if paper.revision else "chưa có tệp Excel"
        yield f"{_whose(context, paper)}: bản ký, {beside}; {paper.name}."


def _whose(context: Context, kept: Submission | Attachment) -> str:
    """`Xã A, huyện B: Quý III/2024, nhận lúc …`."""
    periods = context.opened_periods
    period = Period.parse(kept.period) if kept.period else (periods[-1] if periods else None)
    if period is None:
        return kept.unit.code
    province = context.province_for(period)
    received = kept.received_at.astimezone(province.regime.zone)
    unit = next((one for one in province.units if one.key == kept.unit), None)
    name = province.full_name(unit, received.date()) if unit else kept.unit.code
    label = period.label if kept.period else "chưa rõ kỳ"
    return f"{name}: {label}, nhận lúc {_time(received)}"


def _stated(facts: Mapping[str, Any]) -> Iterator[str]:
    """What a receipt says, for the reader to compare with what is claimed."""
    words, filing = facts["words"], facts["filing"]
    zone = ZoneInfo(words["zone"])
    yield f"Phiếu số {facts['number']}, lập lúc {_time(_moment(facts['issued_at'], zone))}"
    yield f"Đơn vị: {words['unit']}"
    revision = f", lần gửi thứ {filing['revision']}" if filing else ", chưa có tệp Excel"
    yield f"Kỳ báo cáo: {words['period'] or 'chưa xác định'}{revision}"
    if filing:
        yield f"Tệp: {filing['file']}, nhận lúc {_time(_moment(filing['received_at'], zone))}"
        yield f"SHA-256: {filing['sha256']}"
        yield f"Tình trạng khi lập phiếu: {_state(filing['state'], on_time=filing['on_time'])}"
    for one in facts["signed"]:
        yield f"Bản ký: {one['name']}, nhận lúc {_time(_moment(one['received_at'], zone))}, SHA-256: {one['sha256']}"


def _moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).astimezone(zone)


def _time(moment: datetime) -> str:
    return f"{moment:%H:%M:%S ngày %d/%m/%Y}"


def _state(state: str, *, on_time: bool) -> str:
    timely = {"accepted": ", đúng hạn" if on_time else ", gửi muộn"}.get(state, "")
    return f"{STATE_WORDS[state]}{timely}"


def worst(told: Sequence[Told]) -> int:
    """The exit code for several files: a false one outweighs one that is undecided."""
    verdicts = {one.verdict for one in told}
    order = (Verdict.FALSE, Verdict.UNDECIDED, Verdict.GENUINE)
    return int(next(verdict for verdict in order if verdict in verdicts))
