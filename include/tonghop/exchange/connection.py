"""Where another system answers and how we prove who we are: an Airflow Connection, read without Airflow.

A Connection comes as a URI (`https://:token@host:8443/path?webhook=…`, every part percent-encoded) or as JSON with
`host`, `password`, `port`, `schema`, `extra`; both as Airflow writes them, in AIRFLOW_CONN_<ID> or `get_uri()`.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from tonghop.domain.errors import SettingError
from tonghop.domain.exchange import CENTRE, SEND_CA, SEND_TOKEN, SEND_URL
from tonghop.exchange.secret import Secret

_EXTRA = "__extra__"
_TOKEN = re.compile(r"[!-~]+")
_ROOM = re.compile(r"[\x00-\x20\x7f\\]")
_SCHEMES = ("http", "https")


@dataclass(frozen=True, slots=True)
class Connection:
    """`base` without a slash at its end; `ca` a file of certificates to trust instead of the system's.

    `webhook` is a path below `base` to which answers to fetched figures are posted; "" for none.
    """

    base: str
    token: Secret
    ca: str = ""
    webhook: str = ""

    @classmethod
    def parse(cls, text: str, name: str = CENTRE) -> Connection:
        """A Connection from its URI or JSON; SettingError names `name` and what is wrong, never the text itself."""
        try:
            return _connection(_from_json(text) if text.lstrip().startswith("{") else _from_uri(text))
        except _WrongError as wrong:
            raise _unusable(name, str(wrong)) from None
        except ValueError:  # its text may quote the token
            raise _unusable(name, "không đọc được") from None

    @property
    def host(self) -> str:
        """Host and port, for people."""
        return urlsplit(self.base).netloc

    def at(self, path: str) -> str:
        """The address of `path` on this host."""
        return f"{self.base}/{path.lstrip('/')}"


def find(name: str, environ: Mapping[str, str]) -> Connection | None:
    """The connection `name` from the environment: AIRFLOW_CONN_<NAME>, for the centre TONGHOP_SEND_URL first.

    None when nothing is configured; SettingError when it is configured wrongly.
    """
    if name == CENTRE and environ.get(SEND_URL):
        return _from_settings(environ)
    text = environ.get(f"AIRFLOW_CONN_{name.upper()}", "")
    return Connection.parse(text, f"AIRFLOW_CONN_{name.upper()}") if text.strip() else None


def is_path(text: str) -> bool:
    """Whether `text` is a path on a host and can lead nowhere else."""
    parts = urlsplit(text)
    return text.startswith("/") and not text.startswith("//") and not parts.netloc and not _ROOM.search(text)


class _WrongError(Exception):
    """What is wrong with a connection, in Vietnamese and without its secrets."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A connection as written. `schema` is what Airflow calls so: for HTTP the protocol, or here also a path."""

    kind: str
    host: str
    port: int | None
    schema: str
    token: str
    extra: Mapping[str, Any]
    protocol: str = ""


def _unusable(name: str, reason: str) -> SettingError:
    return SettingError(
        f"Kết nối {name} không dùng được: {reason}.",
        "Ghi dạng https://:MÃ_TRUY_CẬP@máy-chủ/đường-dẫn (ký tự đặc biệt mã hóa %XX) hoặc JSON của Airflow Connection.",
    )


def _from_settings(environ: Mapping[str, str]) -> Connection:
    try:
        address = _split(environ[SEND_URL].strip())
        return _connection(_separate(address, environ))
    except _WrongError as wrong:
        raise _unusable(SEND_URL, str(wrong)) from None
    except ValueError:
        raise _unusable(SEND_URL, "không đọc được") from None


def _separate(address: SplitResult, environ: Mapping[str, str]) -> _Given:
    if address.username or address.password:
        raise _WrongError(f"mã truy cập phải đặt trong {SEND_TOKEN}, không đặt trong địa chỉ")
    extra = {"ca": environ.get(SEND_CA, "")}
    token = environ.get(SEND_TOKEN, "")
    return _Given(address.scheme, address.hostname or "", address.port, address.path, token, extra)


def _split(text: str) -> SplitResult:
    if _ROOM.search(text):
        raise _WrongError("địa chỉ có khoảng trắng hoặc ký tự lạ")
    return urlsplit(text)


def _from_uri(text: str) -> _Given:
    """As Airflow reads it: a second `://` carries the protocol of the host."""
    kind, _, rest = text.strip().partition("://")
    protocol, marked, after = rest.partition("://")
    if not marked:
        protocol, after = "", rest
    uri = _split(f"//{after}")
    query = dict(parse_qsl(uri.query, keep_blank_values=True))
    extra = _object(query[_EXTRA]) if _EXTRA in query else query
    host, schema, token = unquote(uri.hostname or ""), unquote(uri.path[1:]), unquote(uri.password or "")
    return _Given(kind, host, uri.port, schema, token, extra, protocol)


def _from_json(text: str) -> _Given:
    given = _object(text)
    words = {name: str(given.get(name) or "") for name in ("conn_type", "host", "schema", "password")}
    extra, port = given.get("extra") or {}, given.get("port")
    return _Given(
        words["conn_type"],
        words["host"],
        int(port) if port else None,
        words["schema"],
        words["password"],
        _object(extra) if isinstance(extra, str) else extra,
    )


def _object(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise _WrongError("phần JSON không đúng dạng")
    return found


def _connection(given: _Given) -> Connection:
    base = _base(given)
    if not _TOKEN.fullmatch(given.token):
        raise _WrongError("mã truy cập bị thiếu" if not given.token else "mã truy cập có ký tự không dùng được")
    webhook = str(given.extra.get("webhook") or "")
    if webhook and not is_path(webhook):
        raise _WrongError("webhook phải là đường dẫn bắt đầu bằng “/” trên cùng máy chủ")
    return Connection(base, Secret(given.token), str(given.extra.get("ca") or ""), webhook)


def _base(given: _Given) -> str:
    """The address everything is asked below. Without a protocol it is HTTPS."""
    inner, marked, rest = given.host.partition("://")
    written = _split(f"//{rest if marked else given.host}")
    named = (inner if marked else "", given.protocol, given.schema, given.kind)
    scheme = next((name.lower() for name in named if name.lower() in _SCHEMES), "https")
    host, port = written.hostname or "", written.port or given.port
    if not host:
        raise _WrongError("chưa ghi tên máy chủ")
    if scheme == "http" and not _is_loopback(host):
        raise _WrongError("địa chỉ phải bắt đầu bằng https:// để số liệu được mã hóa trên đường truyền")
    path = [part.strip("/") for part in (written.path, "" if given.schema in _SCHEMES else given.schema)]
    netloc = f"[{host}]" if ":" in host else host
    return "/".join([f"{scheme}://{netloc}:{port}" if port else f"{scheme}://{netloc}", *filter(None, path)])


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
