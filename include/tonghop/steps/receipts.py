"""Receipts for what a unit files: the words of the regime on the facts of the store, and the page in `nhan-ve/`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.receipt import FilingReceipt, canonical
from tonghop.domain.submission import State
from tonghop.domain.units import Unit
from tonghop.files.letters import write
from tonghop.files.receipt_page import blank, fill, fingerprint
from tonghop.steps.answering import answer_name, punctual
from tonghop.steps.context import ANSWERS, Context
from tonghop.steps.marking import addressee
from tonghop.store.receipts import Compose, Facts
from tonghop.store.records import Submission


def composer(context: Context, whose: tuple[Unit, Province], deadline: datetime | None = None) -> Compose:
    """Words for a receipt of a unit; `deadline` where it is known, or only being granted."""

    def compose(facts: Facts, previous: str) -> Mapping[str, Any]:
        return _sealed(context, facts | {"words": _words(context, whose, facts, deadline)}, previous)

    return compose


def write_receipt(
    context: Context, unit: Unit, period: str, filing: Submission | None, issued: FilingReceipt | None = None
) -> None:
    """Write the page of the receipt that holds for `filing` (None: for signed PDFs before any); may be done again.

    `issued` spares looking for it. Another process may issue a further receipt meanwhile: whoever writes last has
    looked after that.
    """
    revision = filing.revision if filing else 0
    receipt = issued or _newest(context, unit, period, filing)
    while receipt is not None:
        folder = context.folder(unit, ANSWERS)
        folder.mkdir(parents=True, exist_ok=True)
        receipt, page = _page(context, receipt)
        write(folder / receipt_name(period, revision), page)
        newest = _newest(context, unit, period, filing)
        if newest is None or newest.number == receipt.number:
            return
        receipt = newest


def receipt_name(period: str, revision: int) -> str:
    """`Phieu-tiep-nhan-20243-lan-1.html`; without a workbook (revision 0) `Phieu-tiep-nhan-20243-ban-ky.html`."""
    which = f"lan-{revision}" if revision else "ban-ky"
    return f"Phieu-tiep-nhan{f'-{period}' if period else ''}-{which}.html"


def _newest(context: Context, unit: Unit, period: str, filing: Submission | None) -> FilingReceipt | None:
    return context.store.receipts.newest(period, unit.key, filing.id if filing else None)


def _page(context: Context, receipt: FilingReceipt) -> tuple[FilingReceipt, str]:
    """The page of a receipt; when the wording has changed since it was issued, of a further one in the new wording."""
    facts = receipt.facts
    page = _blank(context, facts, receipt.link.previous)
    if fingerprint(page) != facts["page"]:

        def compose(new: Facts, previous: str) -> Mapping[str, Any]:
            return _sealed(context, new | {"words": facts["words"]}, previous)

        receipt = context.store.receipts.renew(receipt, context.clock(), compose)
        page = _blank(context, receipt.facts, receipt.link.previous)
    return receipt, fill(page, receipt.link)


def _sealed(context: Context, facts: Facts, previous: str) -> Facts:
    """Facts with the fingerprint of the page they make."""
    return facts | {"page": fingerprint(_blank(context, facts, previous))}


def _blank(context: Context, facts: Mapping[str, Any], previous: str) -> str:
    letters = context.include / "regimes" / facts["words"]["regime_id"] / "letters"
    return _made(letters, canonical({name: fact for name, fact in facts.items() if name != "page"}), previous)


@lru_cache(maxsize=256)
def _made(letters: Path, facts: str, previous: str) -> str:
    """A page is made when its receipt is issued, and wanted again at once to be written."""
    return blank(letters, json.loads(facts), previous)


def _words(
    context: Context, whose: tuple[Unit, Province], facts: Facts, granted: datetime | None
) -> dict[str, str | dict[str, str] | None]:
    """What the receipt says beside the store's facts; every moment (`…_at`) as ISO in UTC."""
    unit, current = whose
    period = Period.parse(facts["period"]) if facts["period"] else None
    province = context.province_for(period) if period else current
    filing = facts["filing"]
    deadline = (granted or context.deadline(province, period, unit)) if period else None
    at = datetime.fromisoformat(filing["received_at"] if filing else facts["issued_at"])
    contact = province.contact
    return {
        "office": f"Văn phòng {province.agency}",
        "regime": province.regime.title,
        "regime_id": province.regime.id,
        "zone": str(province.regime.zone),
        "unit": addressee(province, unit, at.astimezone(province.regime.zone).date()),
        "period": period.label if period else "",
        "deadline_at": deadline.astimezone(UTC).isoformat() if deadline else None,
        "punctual": punctual(State(filing["state"]), at, deadline, on_time=filing["on_time"]) if filing else "",
        "answer": answer_name(facts["period"], filing["revision"]) if filing else "",
        "contact": {"name": contact.name, "phone": contact.phone, "email": contact.email},
    }
