"""How long to go on trying: ever longer waits with chance in them, the other side's wish honoured within bounds."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class Patience:
    """Bounds of repetition and waiting, in seconds.

    Before turn n+1 passes between half and all of `first_s` · 2ⁿ⁻¹, at most `longest_s`: chance keeps many senders
    from coming back together. A Retry-After up to `asked_s` is waited for in full; a longer one ends the run.
    """

    turns: int = 6
    first_s: float = 1.0
    longest_s: float = 60.0
    asked_s: float = 120.0
    connect_s: float = 10.0
    read_s: float = 60.0
    whole_s: float = 300.0
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[float, float], float] = _CHANCE.uniform

    def wait(self, turn: int, asked: float | None) -> float | None:
        """Seconds to wait after the failed `turn` (from 1); None when no further turn is allowed."""
        if turn >= self.turns or (asked is not None and asked > self.asked_s):
            return None
        longest = min(self.longest_s, self.first_s * 2 ** (turn - 1))
        return max(asked or 0.0, self.chance(longest / 2, longest))


def asked_wait(header: str | None, now: datetime | None = None) -> float | None:
    """Seconds a Retry-After header asks for (a number or a date); None without one that can be read."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())
