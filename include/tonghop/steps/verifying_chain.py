"""The whole register: every receipt against the one before it, against the store and against the bytes in the vault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tonghop.domain.receipt import FilingReceipt, breaks
from tonghop.domain.submission import State
from tonghop.steps.context import Context
from tonghop.steps.verifying import Told, Verdict
from tonghop.store import Store
from tonghop.store.records import Submission


def verify_chain(context: Context) -> Told:
    """Check everything; one line for every place where something is missing or was changed."""
    with context.store.snapshot() as store:
        receipts = store.receipts.every()
        filings = {one.id: one for code in _codes(store) for one in store.submissions.of(code)}
        papers = store.attachments.every()
    problems = [f"Phiếu số {number}: {words}." for number, words in breaks(one.link for one in receipts)]
    problems += _against_store(receipts, filings)
    problems += _without_receipt(receipts, filings)
    kept = {one.sha256: one.original_name for one in filings.values()} | {one.sha256: one.name for one in papers}
    problems += (
        f"Tệp gốc “{name}” ({sha256[:12]}…) trong kho lưu bị mất hoặc đã bị sửa."
        for sha256, name in kept.items()
        if not context.vault.verify(sha256)
    )
    counts = f"{len(receipts)} phiếu, {len(kept)} tệp gốc"
    if problems:
        return Told(Verdict.FALSE, f"Sổ tiếp nhận KHÔNG còn nguyên vẹn ({counts}).", tuple(problems))
    early = sum(1 for one in filings if one < _first(receipts))
    lines = (f"{early} lần gửi trước khi có sổ tiếp nhận, không có phiếu.",) if early else ()
    return Told(Verdict.GENUINE, f"Sổ tiếp nhận liền mạch và khớp với dữ liệu đã lưu ({counts}).", lines)


def _codes(store: Store) -> list[str]:
    """Every period filed for; "" for files of no readable period."""
    return ["", *(opened.period for opened in store.periods.opened())]


def _against_store(receipts: tuple[FilingReceipt, ...], filings: Mapping[int, Submission]) -> Iterator[str]:
    newest = {one.submission_id: one.number for one in receipts}
    for receipt in receipts:
        filing = filings.get(receipt.submission_id) if receipt.submission_id else None
        if (filing is None) != (receipt.facts["filing"] is None) or _header(receipt) != _stated_header(receipt):
            yield f"Phiếu số {receipt.number}: không khớp sổ tiếp nhận."
        elif filing is not None and not _agrees(receipt, filing, holds=newest[filing.id] == receipt.number):
            yield f"Phiếu số {receipt.number}: khác với lần gửi đã lưu của đơn vị {filing.unit.code}."


def _header(receipt: FilingReceipt) -> tuple[object, ...]:
    unit = receipt.unit
    return (
        receipt.number,
        receipt.period,
        unit.code,
        unit.valid_from.isoformat(),
        receipt.replaces,
        receipt.reason.value,
    )


def _stated_header(receipt: FilingReceipt) -> tuple[object, ...]:
    facts = receipt.facts
    unit = facts["unit"]
    return facts["number"], facts["period"], unit["code"], unit["valid_from"], facts["replaces"], facts["reason"]


def _agrees(receipt: FilingReceipt, filing: Submission, *, holds: bool) -> bool:
    """Whether a receipt says of the filing what is stored; how it stands only where the receipt still `holds`."""
    stated = receipt.facts["filing"]
    same = (stated["sha256"], stated["revision"], stated["file"]) == (
        filing.sha256, filing.revision, filing.original_name
    )  # fmt: skip
    standing = filing.state is State.SUPERSEDED or stated["state"] == filing.state.value
    return same and (not holds or (standing and stated["on_time"] == filing.on_time))


def _without_receipt(receipts: tuple[FilingReceipt, ...], filings: Mapping[int, Submission]) -> Iterator[str]:
    """Filings of the time since the register began that have none: the end of the chain was cut off."""
    covered = {one.submission_id for one in receipts}
    for number, filing in sorted(filings.items()):
        if number >= _first(receipts) and number not in covered:
            yield f"Lần gửi thứ {filing.revision} của đơn vị {filing.unit.code} ({filing.period}) không có phiếu."


def _first(receipts: tuple[FilingReceipt, ...]) -> int:
    """The first filing that got a receipt when it came; later ones must all have one."""
    return min((one.submission_id for one in receipts if one.submission_id and one.reason == "filed"), default=1 << 62)
