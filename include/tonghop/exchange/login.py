"""Host, account and further settings of an Airflow Connection, as URI or JSON, read without Airflow."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from tonghop.domain.errors import SettingError

Server = TypeVar("Server")
_EXTRA = "__extra__"
_NO = frozenset({"", "0", "false", "no", "off", "none"})
_UNREADABLE = (ValueError, TypeError, AttributeError)  # what a text gives that is neither; it may quote the password


class WrongError(Exception):
    """What is wrong with a connection, in Vietnamese and without its secrets."""


@dataclass(frozen=True, slots=True)
class Login:
    """A connection as written."""

    host: str
    port: int | None
    login: str
    password: str = field(repr=False)
    extra: Mapping[str, Any] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Login:
        """From URI or JSON, as Airflow writes them; WrongError or one of _UNREADABLE."""
        return _from_json(text) if text.lstrip().startswith("{") else _from_uri(text)

    def switch(self, name: str) -> bool | None:
        """A switch of `extra` as Airflow's forms and URIs write it; None when it is not there."""
        value = self.extra.get(name)
        return None if value is None else str(value).strip().lower() not in _NO

    def text(self, name: str) -> str:
        return str(self.extra.get(name) or "").strip()


def understood(text: str, make: Callable[[Login], Server], unusable: Callable[[str], SettingError]) -> Server:
    """What `make` makes of the connection in `text`; raises what `unusable` makes of the reason, never quoting it."""
    try:
        return make(Login.parse(text))
    except WrongError as wrong:
        raise unusable(str(wrong)) from None
    except _UNREADABLE:
        raise unusable("không đọc được") from None


def _from_uri(text: str) -> Login:
    _, marked, rest = text.strip().partition("://")
    if not marked:
        raise WrongError("không phải địa chỉ dạng loại://máy-chủ")
    uri = urlsplit(f"//{rest}")
    query = dict(parse_qsl(uri.query, keep_blank_values=True))
    extra = json.loads(query[_EXTRA]) if _EXTRA in query else query
    words = (unquote(uri.username or ""), unquote(uri.password or ""))
    return Login(unquote(uri.hostname or ""), uri.port, *words, extra)


def _from_json(text: str) -> Login:
    given = json.loads(text)
    extra = given.get("extra") or {}
    port = given.get("port")
    return Login(
        str(given.get("host") or ""),
        int(port) if port else None,
        str(given.get("login") or ""),
        str(given.get("password") or ""),
        json.loads(extra) if isinstance(extra, str) else dict(extra),
    )
