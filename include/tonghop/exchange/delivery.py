"""Delivering something exactly once as far as both sides can tell: ask first, send under one key, ask before repeating.

The key stands for the content. What was taken by a server whose answer got lost is found by asking, not sent again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from tonghop.domain.errors import ExchangeError
from tonghop.domain.exchange import SETTLED, Attached, Outcome, Receipt
from tonghop.exchange.client import Client, Reply
from tonghop.exchange.patience import Patience

T = TypeVar("T")
REPORTS = "reports"
_RECEIPT_BYTES = 1 << 18
_LONGEST_NUMBER = 200


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent under `key`: a JSON document and the files that belong to it."""

    key: str
    document: bytes
    files: tuple[Attached, ...] = ()


class Journal(Protocol):
    """Keeps every request: noted before it leaves, completed when it ended."""

    def begin(self, action: str) -> int:
        """Note that a request of kind `action` (ask | post) is about to leave; the number of the note."""

    def end(self, number: int, reply: Reply) -> None:
        """Complete the note."""


def deliver(client: Client, parcel: Parcel, journal: Journal) -> Receipt:
    """Make sure the other side has `parcel`; its receipt. ExchangeError when it has not, as far as we can know.

    May be repeated at any time, after any failure or crash.
    """

    def turn() -> Reply | Receipt:
        asked = _asked(client, parcel.key, journal)
        if isinstance(asked, Receipt) or asked.outcome is not Outcome.UNKNOWN:
            return asked
        return _posted(client, parcel, journal)

    return persist(turn, client)


def announce(client: Client, path: str, parcel: Parcel, journal: Journal) -> None:
    """Post `parcel` to a webhook that only says that it took it; ExchangeError when it did not."""

    def turn() -> Reply | bool:
        number = journal.begin("post")
        reply = client.post(path, parcel.key, parcel.document, limit=_RECEIPT_BYTES)
        journal.end(number, reply)
        return reply if reply.outcome is not Outcome.RECEIVED else True

    persist(turn, client)


def persist(turn: Callable[[], Reply | T], client: Client) -> T:
    """Take turns until one gives something else than a failed reply; ExchangeError when there is no use in another."""
    taken = 0
    while True:
        taken += 1
        came = turn()
        if not isinstance(came, Reply):
            return came
        pause = None if came.outcome in SETTLED else client.patience.wait(taken, came.asked)
        if pause is None:
            raise failure(came, taken, client)
        client.patience.sleep(pause)


def failure(reply: Reply, turns: int, client: Client) -> ExchangeError:
    """What to tell the person in charge about the last reply."""
    tried = f" sau {turns} lần thử" if turns > 1 else ""
    problem = f"Chưa trao đổi được với {client.connection.host}{tried}: {reply.words}."
    return ExchangeError(problem, _remedy(reply, client.patience), reply.outcome.value)


def _remedy(reply: Reply, patience: Patience) -> str:
    if reply.outcome is Outcome.UNTRUSTED:
        return "Không tắt kiểm tra chứng thư; liên hệ bên nhận, hoặc ghi tệp chứng thư gốc vào mục “ca” của kết nối."
    if reply.outcome is Outcome.REDIRECTED:
        return "Hỏi bên nhận địa chỉ đúng và sửa cấu hình kết nối."
    if reply.outcome in {Outcome.REFUSED, Outcome.UNKNOWN}:
        return "Kiểm tra địa chỉ, mã truy cập trong cấu hình kết nối và liên hệ bên nhận."
    if reply.asked is not None and reply.asked > patience.asked_s:
        return f"Chạy lại sau ít nhất {-(-int(reply.asked) // 60)} phút theo đề nghị của bên nhận."
    return "Chạy lại sau ít phút; nội dung bên nhận đã có sẽ không bị gửi trùng."


def _asked(client: Client, key: str, journal: Journal) -> Reply | Receipt:
    number = journal.begin("ask")
    return _with_receipt(client.get(f"{REPORTS}/{key}", limit=_RECEIPT_BYTES), key, journal, number)


def _posted(client: Client, parcel: Parcel, journal: Journal) -> Reply | Receipt:
    number = journal.begin("post")
    reply = client.post(REPORTS, parcel.key, parcel.document, parcel.files, limit=_RECEIPT_BYTES)
    return _with_receipt(reply, parcel.key, journal, number)


def _with_receipt(reply: Reply, key: str, journal: Journal, number: int) -> Reply | Receipt:
    """The receipt in an answer; an answer of success without a receipt of this very parcel is malformed."""
    receipt = _receipt(reply.body, key) if reply.outcome is Outcome.RECEIVED else None
    if reply.outcome is Outcome.RECEIVED and receipt is None:
        reply = Reply(Outcome.MALFORMED, "giấy nhận của bên nhận không đúng dạng", reply.status)
    journal.end(number, reply)
    return receipt or reply


def _receipt(body: bytes, key: str) -> Receipt | None:
    try:
        found = json.loads(body.decode("utf-8"))
        number, when = found["receipt"], datetime.fromisoformat(found["received_at"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if found.get("key") != key or not isinstance(number, str) or not number.strip() or when.tzinfo is None:
        return None
    return Receipt(key, number.strip()[:_LONGEST_NUMBER], when, body.decode("utf-8"))
