"""The SMTP connection in every way it is written, and the line to the server: encrypted, logged in, verified."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.headerregistry import Address
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from remind.conftest import Box, StartedController

from tonghop.domain.errors import ExchangeError, SettingError
from tonghop.exchange.mail import Mail, Mailer
from tonghop.exchange.mail_server import MailServer, Security, find_mail

PASSWORD = "bi-mat-khong-ai-duoc-thay"
MAIL = Mail(
    key="thu-1",
    to=("xa@tinh-thu.example",),
    subject="Nhắc việc",
    text="Kính gửi: Xã Bù Đốp Thượng.\n",
    html="<p>Kính gửi: Xã Bù Đốp Thượng.</p>",
    sender=Address("Văn phòng", addr_spec="vp@tinh-thu.example"),
    reply_to="",
    at=datetime(2024, 9, 16, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("smtp://u:p%40@mail.example", ("mail.example", 465, "u", "p@", Security.SSL)),
        ("smtp://u:p@mail.example:2465", ("mail.example", 2465, "u", "p", Security.SSL)),
        ("smtp://u:p@mail.example/?disable_ssl=True", ("mail.example", 587, "u", "p", Security.STARTTLS)),
        ("smtp://mail.example:25/?disable_ssl=1&disable_tls=1", ("mail.example", 25, "", "", Security.PLAIN)),
        ("smtp://mail.example/?disable_ssl=false&disable_tls=true", ("mail.example", 465, "", "", Security.SSL)),
        ("smtp://localhost:1025", ("localhost", 1025, "", "", Security.IF_OFFERED)),
        ("smtp://127.0.0.1:1025/?disable_tls=true", ("127.0.0.1", 1025, "", "", Security.PLAIN)),
        ("smtp://localhost", ("localhost", 25, "", "", Security.IF_OFFERED)),
        (
            json.dumps({"conn_type": "smtp", "host": "m.example", "port": 587, "login": "u", "password": "p",
                        "extra": {"disable_ssl": True}}),
            ("m.example", 587, "u", "p", Security.STARTTLS),
        ),
        (
            json.dumps({"host": "m.example", "port": "2525", "extra": '{"disable_ssl": true, "disable_tls": true}'}),
            ("m.example", 2525, "", "", Security.PLAIN),
        ),
        ("smtp://m.example/?__extra__=%7B%22disable_ssl%22%3A1%7D", ("m.example", 587, "", "", Security.STARTTLS)),
    ],
)  # fmt: skip
def test_a_server_as_airflow_writes_it(text: str, expected: tuple[object, ...]) -> None:
    server = MailServer.parse(text)
    assert (server.host, server.port, server.login, server.password.reveal(), server.security) == expected


def test_the_sender_is_that_of_the_connection_or_the_login() -> None:
    assert MailServer.parse("smtp://a%40b.example:p@m.example").sender == "a@b.example"
    assert MailServer.parse("smtp://a%40b.example:p@m.example/?from_email=c%40d.example").sender == "c@d.example"
    assert MailServer.parse("smtp://m.example").sender == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"smtp://u:{PASSWORD}@mail.example/?disable_ssl=1&disable_tls=1", "không được gửi qua kết nối không mã hóa"),
        (f"smtp://u:{PASSWORD}@mail.example/?ssl_context=none", "không tắt kiểm tra chứng thư"),
        (f"smtp://u:{PASSWORD}@mail.example/?auth_type=oauth2", "oauth2"),
        (f"smtp://u:{PASSWORD}@", "chưa ghi tên máy chủ"),
        (f"smtp://u:{PASSWORD}@mail.example:cong", "không đọc được"),
        (f'{{"host": "m.example", "password": "{PASSWORD}"', "không đọc được"),
        (f'["{PASSWORD}"]', "không phải địa chỉ"),
        ("mail.example", "không phải địa chỉ"),
    ],
)
def test_a_wrong_connection_is_told_without_its_password(text: str, reason: str) -> None:
    with pytest.raises(SettingError, match=reason) as told:
        MailServer.parse(text)
    assert PASSWORD not in str(told.value)
    assert told.value.remedy


def test_nothing_in_the_environment_is_no_server() -> None:
    assert find_mail({}) is None
    assert find_mail({"AIRFLOW_CONN_SMTP_DEFAULT": " "}) is None
    with pytest.raises(SettingError, match="AIRFLOW_CONN_SMTP_DEFAULT"):
        find_mail({"AIRFLOW_CONN_SMTP_DEFAULT": "mail"})


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


def _checked(_server: SMTP, _session: object, _envelope: object, _mechanism: str, given: LoginPassword) -> AuthResult:
    right = given == LoginPassword(b"vp", PASSWORD.encode())
    return AuthResult(success=right, handled=right)


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Box]:
    """A server that takes letters only by STARTTLS and with a login."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    taken = Box()
    controller = StartedController(
        taken,
        hostname="127.0.0.1",
        port=0,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=_checked,
    )
    controller.start()
    taken.port = controller.port
    yield taken
    controller.stop()


def login(box: Box, trusted: str, password: str = PASSWORD) -> MailServer:
    return MailServer.parse(
        f"smtp://vp:{password}@localhost:{box.port}/?disable_ssl=true&disable_tls=false&ca={trusted}"
    )


def test_by_starttls_with_a_login(secure: Box, trusted: str) -> None:
    with Mailer(login(secure, trusted)) as mailer:
        assert mailer.send(MAIL) == ""
        assert mailer.send(MAIL) == ""
    assert [str(mail["Subject"]) for mail in secure.mails] == ["Nhắc việc"] * 2


def test_a_server_that_cannot_prove_itself_gets_nothing(secure: Box) -> None:
    server = MailServer.parse(f"smtp://vp:{PASSWORD}@localhost:{secure.port}/?disable_ssl=true&disable_tls=false")
    with Mailer(server) as mailer, pytest.raises(ExchangeError) as told:
        mailer.send(MAIL)
    assert told.value.outcome == "untrusted"
    assert secure.mails == []


def test_a_wrong_password_is_told_and_not_shown(secure: Box, trusted: str) -> None:
    with Mailer(login(secure, trusted, "sai-mat-khau")) as mailer, pytest.raises(ExchangeError) as told:
        mailer.send(MAIL)
    assert "tài khoản hoặc mật khẩu" in told.value.problem
    assert "sai-mat-khau" not in str(told.value)


def test_no_letter_without_the_encryption_that_was_asked_for(box: Box) -> None:
    server = MailServer.parse(f"smtp://127.0.0.1:{box.port}/?disable_ssl=true&disable_tls=false")
    with Mailer(server) as mailer, pytest.raises(ExchangeError, match="không hỗ trợ mã hóa"):
        mailer.send(MAIL)
    assert box.mails == []


@pytest.mark.parametrize("to", ["khong-phai-dia-chi", "a@b.example\nBcc: c@d.example", "đơn-vị@tỉnh.example", "a@"])
def test_an_address_that_is_none_does_not_leave(box: Box, to: str) -> None:
    with Mailer(MailServer.parse(box.connection)) as mailer:
        with pytest.raises(ExchangeError) as told:
            mailer.send(Mail(**{name: getattr(MAIL, name) for name in Mail.__slots__} | {"to": (to,)}))
        assert told.value.outcome == "refused"
        assert mailer.send(MAIL) == "", "the next letter leaves all the same"
    assert len(box.mails) == 1


def test_a_subject_never_becomes_a_header(box: Box) -> None:
    wicked = Mail(**{name: getattr(MAIL, name) for name in Mail.__slots__} | {"subject": "Nhắc\r\nBcc: x@y.example"})
    with Mailer(MailServer.parse(box.connection)) as mailer:
        mailer.send(wicked)
    assert box.mails[0]["Bcc"] is None
    assert str(box.mails[0]["Subject"]) == "Nhắc Bcc: x@y.example"
