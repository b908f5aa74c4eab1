"""How a value of a cell or a total lies in two columns, whole numbers as numbers so that they can be added in SQL.

And how what follows from a finding lies in one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple
from datetime import date
from decimal import Decimal

from tonghop.domain.finding import FollowOn
from tonghop.domain.value import Value

WHOLE, DECIMAL, DAY, TEXT, NOTHING = "i", "d", "y", "t", ""
_LARGEST = 2**63 - 1

Stored = tuple[int | None, str | None, str]  # number, text, kind


def encode(value: Value) -> Stored:
    """`value` as (number, text, kind); exact for every value, also whole numbers beyond 64 bits."""
    if isinstance(value, int):
        return (value, None, WHOLE) if abs(value) <= _LARGEST else (None, str(value), WHOLE)
    if isinstance(value, Decimal):
        return None, str(value), DECIMAL
    if isinstance(value, date):
        return None, value.isoformat(), DAY
    return None, value, TEXT


def decode(number: int | None, text: str | None, kind: str) -> Value:
    """The inverse of `encode`."""
    if number is not None:
        return number
    words = text or ""
    if kind == WHOLE:
        return int(words)
    if kind == DECIMAL:
        return Decimal(words)
    return date.fromisoformat(words) if kind == DAY else words


def encode_figure(value: int | Decimal | None) -> Stored:
    """A total as (number, text, kind); all empty for “–”."""
    return (None, None, NOTHING) if value is None else encode(value)


def decode_figure(number: int | None, text: str | None, kind: str) -> int | Decimal | None:
    """The inverse of `encode_figure`."""
    if number is not None or text is None:
        return number
    return int(text) if kind == WHOLE else Decimal(text)


def encode_follow_ons(found: Iterable[FollowOn]) -> str:
    """A JSON list, "" for nothing."""
    listed = [astuple(follow_on) for follow_on in found]
    return json.dumps(listed, ensure_ascii=False) if listed else ""


def decode_follow_ons(text: str) -> tuple[FollowOn, ...]:
    """The inverse of `encode_follow_ons`."""
    return tuple(FollowOn(*listed) for listed in json.loads(text)) if text else ()
