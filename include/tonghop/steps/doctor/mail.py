"""The mail server: set up, and does it let us in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tonghop.exchange.mail import Mailer
from tonghop.exchange.mail_server import MailServer
from tonghop.steps.doctor.findings import Found, ok, warn

_PATIENCE_S = 5.0
_SET = (
    "Tạo kết nối smtp_default trong Airflow (Admin → Connections) hoặc đặt TONGHOP_SMTP trong .env. Không dùng thư "
    "điện tử thì bỏ qua: thư vẫn được để trong thư mục nhan-ve."
)


def mail(server: Callable[[], MailServer | None]) -> Found:
    """One connection, as when letters are sent, without a letter. ExchangeError when the server does not take us."""
    found = server()
    if found is None:
        return warn("Chưa đặt máy chủ thư điện tử.", _SET)
    Mailer(replace(found, timeout_s=min(found.timeout_s, _PATIENCE_S))).reach()
    return ok(f"Máy chủ thư {found.shown} trả lời.")
