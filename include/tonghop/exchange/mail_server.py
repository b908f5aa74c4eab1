"""Where e-mail is handed over and how we log in there: the Airflow SMTP connection, as URI or JSON."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from tonghop.domain.errors import SettingError
from tonghop.exchange.login import Login, WrongError, understood
from tonghop.exchange.secret import Secret

MAIL = "smtp_default"


class Security(StrEnum):
    """How the line is encrypted: from its start, by STARTTLS, by STARTTLS if offered (loopback only), not at all."""

    SSL = "ssl"
    STARTTLS = "starttls"
    IF_OFFERED = "if_offered"
    PLAIN = "plain"


_PORTS = {Security.SSL: 465, Security.STARTTLS: 587, Security.IF_OFFERED: 25, Security.PLAIN: 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server. `sender` "": the office's own address. `ca`: a file of certificates instead of the system's."""

    host: str
    port: int
    login: str
    password: Secret
    sender: str
    security: Security
    timeout_s: float = 30.0
    ca: str = ""

    @property
    def shown(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, text: str, name: str = MAIL) -> MailServer:
        """A server from the connection's URI or JSON; SettingError names `name` and what is wrong, never the text."""
        return understood(text, _server, partial(_unusable, name))


def find_mail(environ: Mapping[str, str], name: str = MAIL) -> MailServer | None:
    """The server of AIRFLOW_CONN_SMTP_DEFAULT; None when nothing is configured, SettingError when it is wrong."""
    variable = f"AIRFLOW_CONN_{name.upper()}"
    text = environ.get(variable, "").strip()
    return MailServer.parse(text, variable) if text else None


def _unusable(name: str, reason: str) -> SettingError:
    return SettingError(
        f"Kết nối thư {name} không dùng được: {reason}.",
        "Ghi dạng smtp://tài_khoản:mật_khẩu@máy-chủ:587/?from_email=…&disable_ssl=true (ký tự đặc biệt mã hóa %XX).",
    )


def _server(given: Login) -> MailServer:
    if not given.host:
        raise WrongError("chưa ghi tên máy chủ")
    if given.text("auth_type") == "oauth2":
        raise WrongError("đăng nhập oauth2 chưa dùng được, dùng tài khoản và mật khẩu")
    if given.text("ssl_context").lower() == "none":
        raise WrongError("không tắt kiểm tra chứng thư (ssl_context); ghi tệp chứng thư gốc vào mục “ca”")
    security = _security(given)
    if security is Security.PLAIN and given.password and not _is_loopback(given.host):
        raise WrongError("mật khẩu không được gửi qua kết nối không mã hóa; bỏ disable_tls")
    sender = given.text("from_email") or (given.login if "@" in given.login else "")
    return MailServer(
        host=given.host,
        port=given.port or _PORTS[security],
        login=given.login if given.password else "",
        password=Secret(given.password),
        sender=sender,
        security=security,
        timeout_s=float(given.text("timeout") or 30),
        ca=given.text("ca"),
    )


def _security(given: Login) -> Security:
    """As Airflow's provider decides; a server on this machine that is told nothing about encryption may go without."""
    no_ssl, no_tls, near = given.switch("disable_ssl"), given.switch("disable_tls"), _is_loopback(given.host)
    if no_ssl is False or (no_ssl is None and (given.port == _PORTS[Security.SSL] or not near)):
        return Security.SSL
    if no_tls:
        return Security.PLAIN
    return Security.IF_OFFERED if near and no_tls is None else Security.STARTTLS


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
