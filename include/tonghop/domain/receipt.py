"""Receipts (phiếu tiếp nhận) as links of one chain: each digest covers what the receipt states and the digest before.

Nothing can be changed, left out or put in later without every later digest betraying it. Nothing is secret: who holds
a receipt can check it; that it was really issued only the register of the installation can tell.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from tonghop.domain.units import UnitKey

BEFORE_THE_FIRST = "0" * 64  # stands for the digest before receipt number 1


class Reason(StrEnum):
    """Why a receipt was issued; all but the first replace an earlier one of the same filing or signed copy."""

    FILED = "filed"
    AGAIN = "again"  # the identical workbook came once more
    SIGNED = "signed"  # a signed PDF came
    SIGNED_AGAIN = "signed_again"
    RULED = "ruled"  # an official ruled on a giải trình
    EXTENDED = "extended"  # a later deadline was granted
    WITHDRAWN = "withdrawn"  # the filing was taken back
    RESTORED = "restored"  # it stands again, as the one after it was taken back
    RENEWED = "renewed"  # the same facts in the wording that holds now


@dataclass(frozen=True, slots=True)
class Link:
    """A receipt as the chain sees it. `facts` is canonical JSON; both digests are SHA-256 in hex."""

    number: int
    previous: str
    facts: str
    digest: str

    @property
    def sound(self) -> bool:
        """Whether the digest is that of these facts after that previous digest."""
        return self.digest == chained(self.previous, self.facts)


@dataclass(frozen=True, slots=True)
class FilingReceipt:
    """An issued receipt. `submission_id` None: a signed PDF came before any workbook. `replaces` 0: none."""

    link: Link
    period: str
    unit: UnitKey
    submission_id: int | None
    reason: Reason
    issued_at: datetime
    replaces: int

    @property
    def number(self) -> int:
        return self.link.number

    @property
    def facts(self) -> dict[str, Any]:
        """What the receipt states, as plain JSON values."""
        read: dict[str, Any] = json.loads(self.link.facts)
        return read


def canonical(facts: Mapping[str, Any]) -> str:
    """One spelling for the same facts: sorted keys, no spaces, text as it is."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chained(previous: str, facts: str) -> str:
    """The digest of a receipt with these canonical `facts` after the one with digest `previous`."""
    return hashlib.sha256(f"{previous}\n{facts}".encode()).hexdigest()


def breaks(links: Iterable[Link]) -> Iterator[tuple[int, str]]:
    """(number, Vietnamese words) for every place where `links`, in the order of their numbers, is no whole chain."""
    expected, previous = 1, BEFORE_THE_FIRST
    for link in links:
        if link.number != expected:
            yield link.number, f"thiếu phiếu từ số {expected} đến số {link.number - 1}"
        elif link.previous != previous:
            yield link.number, "mã của phiếu liền trước không khớp"
        if not link.sound:
            yield link.number, "nội dung phiếu không khớp mã của phiếu"
        expected, previous = link.number + 1, link.digest
