"""Tokens that tie a form to the person it was shown to: another site can send a form, but not a fitting token."""

from __future__ import annotations

import hashlib
import hmac
import time

FIELD = "ma_bao_ve"
LIFETIME_S = 12 * 3600


def issue(secret: bytes, login: str, now: float | None = None) -> str:
    """A token for `login`, good for twelve hours."""
    until = int(time.time() if now is None else now) + LIFETIME_S
    return f"{until}.{_sign(secret, login, until)}"


def valid(secret: bytes, login: str, token: str, now: float | None = None) -> bool:
    """Whether `token` was issued to `login` and has not run out."""
    until, _, signature = token.partition(".")
    if not until.isascii() or not until.isdecimal() or len(until) > 12 or not signature.isascii():
        return False
    in_time = (time.time() if now is None else now) <= int(until)
    return in_time and hmac.compare_digest(signature, _sign(secret, login, int(until)))


def _sign(secret: bytes, login: str, until: int) -> str:
    return hmac.new(secret, f"report_desk|{until}|{login}".encode(), hashlib.sha256).hexdigest()
