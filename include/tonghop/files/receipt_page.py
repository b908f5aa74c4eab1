"""The page of a receipt: made from its facts alone, carrying them, and read back to see whether anything was changed.

The facts hold the SHA-256 of the page with its own digest and record left out (the “blank”), so that what a person
reads is covered by the digest too, whatever becomes of the template later.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tonghop.domain.receipt import Link
from tonghop.files.letters import render

TEMPLATE = "phieu-tiep-nhan.html.j2"
MOST_BYTES = 1 << 20  # no receipt is nearly as large
_HOLE = "\ue000" * 64  # stands where the digest is to be; no name holds it
_OPENING, _CLOSING = '<script type="application/json" id="phieu-tiep-nhan">', "</script>\n"
_RECORD = re.compile(f"{re.escape(_OPENING)}(.*?){re.escape(_CLOSING)}", re.DOTALL)
_END = "</body>"
_MARKS = ("phieu-tiep-nhan", "phiếu tiếp nhận")


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A receipt as its page gives it. `intact`: nothing a person sees was changed since the facts were written."""

    link: Link
    facts: Mapping[str, Any]
    intact: bool


def blank(letters: Path, facts: Mapping[str, Any], previous: str) -> str:
    """The page of `facts` (with its `words`, see `steps.receipts`) without digest and record."""
    zone = ZoneInfo(facts["words"]["zone"])
    return render(letters, TEMPLATE, phieu=_local(facts, zone), previous=previous, digest=_HOLE)


def fingerprint(page: str) -> str:
    """What the facts say of a blank page."""
    return hashlib.sha256(page.encode()).hexdigest()


def fill(page: str, link: Link) -> str:
    """A blank page with its digest and its record."""
    record = json.dumps({"digest": link.digest, "facts": link.facts, "previous": link.previous}, ensure_ascii=False)
    harmless = record.replace("<", "\\u003c")  # no name can end the block it stands in
    body, end, rest = page.replace(_HOLE, link.digest).rpartition(_END)
    return f"{body}{_OPENING}{harmless}{_CLOSING}{end}{rest}"


def is_receipt(content: bytes) -> bool:
    """Whether the bytes are a page that wants to be a receipt."""
    text = content.decode("utf-8", "replace").lstrip("\ufeff \r\n").lower()
    return text.startswith("<") and any(mark in text for mark in _MARKS)


def read(content: bytes) -> ReadPage | None:
    """The receipt of a page; None when its record is not there or makes no sense.

    Line ends may have been changed on the way (mail does); anything else counts as a change.
    """
    text = content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    records = _RECORD.findall(text)
    if len(records) != 1:
        return None
    try:
        record = json.loads(records[0])
        facts = json.loads(record["facts"])
        link = Link(int(facts["number"]), str(record["previous"]), str(record["facts"]), str(record["digest"]))
        page = str(facts["page"])
    except (ValueError, TypeError, KeyError):
        return None
    bare = _RECORD.sub("", text)
    intact = _HOLE not in bare and fingerprint(bare.replace(link.digest, _HOLE)) == page
    return ReadPage(link, facts, intact and fill(bare.replace(link.digest, _HOLE), link) == text)


def _local(value: Any, zone: ZoneInfo) -> Any:
    """Facts with every time (`…_at`) as people of `zone` read it."""
    if isinstance(value, Mapping):
        return {
            name: _moment(one, zone) if name.endswith("_at") and one else _local(one, zone)
            for name, one in value.items()
        }
    return [_local(one, zone) for one in value] if isinstance(value, list) else value


def _moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).astimezone(zone)
