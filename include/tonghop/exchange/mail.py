"""E-mail by the Airflow SMTP connection, read without Airflow: one line to the server for all letters of a run.

The connection is that of Airflow's SMTP provider (`smtp_default`): host, port, login, password and in `extra`
from_email, disable_ssl, disable_tls, timeout; here also `ca`, a file of certificates to trust.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from types import TracebackType
from typing import Self

from tonghop.domain.errors import ExchangeError
from tonghop.domain.exchange import Outcome
from tonghop.exchange.mail_server import MailServer, Security

_QUOTED = 200
_AFTER_WORDS = 421  # the server closes the line: too many letters in one go, or going down


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter as e-mail. `key` stands for its content: the same letter has the same Message-ID."""

    key: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    sender: Address
    reply_to: str
    at: datetime

    def message(self) -> EmailMessage:
        """The message as it leaves; ValueError for an address that is none."""
        message = EmailMessage(policy=SMTP)
        message["From"] = self.sender
        message["To"] = [Address(addr_spec=one) for one in self.to]
        message["Subject"] = " ".join(self.subject.split())
        message["Date"] = format_datetime(self.at)
        message["Message-ID"] = f"<{self.key}@{self.sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        if self.reply_to:
            message["Reply-To"] = Address(addr_spec=self.reply_to)
        message.set_content(self.text)
        message.add_alternative(self.html, subtype="html")
        return message


class Mailer:
    """The line to the mail server: opened at the first letter, opened again when the server closed it.

    Use it in `with`. An ExchangeError tells by its outcome what happened: REFUSED (this letter was not taken), CUT
    (nobody knows), UNREACHABLE or UNTRUSTED (no letter can be sent by this server now).
    """

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def reach(self) -> None:
        """Whether the server lets us in: open the line as for a letter and hang up. ExchangeError when it does not."""
        self._open_line()
        self._hang_up()

    def send(self, mail: Mail) -> str:
        """Hand one letter to the server; "" or which of several addresses it did not take."""
        try:
            message = mail.message()
        except (ValueError, IndexError, MessageError):
            raise _refused(f"địa chỉ “{', '.join(mail.to)}” không đúng dạng") from None
        line = self._open_line()
        try:
            refused = line.send_message(message, mail.sender.addr_spec, list(mail.to))
        except smtplib.SMTPRecipientsRefused as problem:
            told = "; ".join(f"{one}: {self._said(*answer)}" for one, answer in problem.recipients.items())
            self._keep_line(max(code for code, _ in problem.recipients.values()))
            raise _refused(f"máy chủ thư từ chối địa chỉ nhận {told}") from None
        except smtplib.SMTPResponseException as problem:
            self._keep_line(problem.smtp_code)
            said = self._said(problem.smtp_code, problem.smtp_error)
            raise _refused(f"máy chủ thư không nhận thư: {said}") from None
        except (smtplib.SMTPNotSupportedError, UnicodeError):
            raise _refused(f"máy chủ thư không hỗ trợ địa chỉ “{', '.join(mail.to)}”") from None
        except (smtplib.SMTPException, OSError):
            self._hang_up()
            raise ExchangeError(
                "Kết nối tới máy chủ thư bị ngắt khi đang gửi, chưa rõ thư đã đi chưa.", "", Outcome.CUT.value
            ) from None
        return "; ".join(f"{one}: {self._said(*answer)}" for one, answer in refused.items())

    def _open_line(self) -> smtplib.SMTP:
        """The line, if the server still answers on it, else a new one."""
        if self._line is not None:
            try:
                if self._line.noop()[0] == 250:
                    return self._line
            except (smtplib.SMTPException, OSError):
                pass
            self._hang_up()
        try:
            self._line = _connected(self.server)
        except ssl.SSLError:
            raise self._closed("chứng thư hoặc kết nối mã hóa không hợp lệ", Outcome.UNTRUSTED) from None
        except smtplib.SMTPAuthenticationError:
            raise self._closed("tài khoản hoặc mật khẩu không được chấp nhận") from None
        except smtplib.SMTPNotSupportedError:
            raise self._closed("máy chủ không hỗ trợ mã hóa hoặc đăng nhập như đã cấu hình") from None
        except (smtplib.SMTPException, OSError):
            raise self._closed("không kết nối được") from None
        return self._line

    def _closed(self, words: str, outcome: Outcome = Outcome.UNREACHABLE) -> ExchangeError:
        return ExchangeError(
            f"Không gửi được thư qua máy chủ {self.server.shown}: {words}.",
            "Kiểm tra kết nối smtp_default rồi chạy lại; thư đã gửi không bị gửi lần nữa.",
            outcome.value,
        )

    def _said(self, code: int, answer: bytes | str) -> str:
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        plain = " ".join(text.split())[:_QUOTED]
        return self.server.password.hide(f"{code} {plain}" if plain.isprintable() else str(code))

    def _keep_line(self, code: int) -> None:
        if code == _AFTER_WORDS:
            self._hang_up()

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (smtplib.SMTPException, OSError):
            line.close()


def _refused(words: str) -> ExchangeError:
    return ExchangeError(f"Thư không gửi được: {words}.", "Kiểm tra địa chỉ thư của đơn vị.", Outcome.REFUSED.value)


def _connected(server: MailServer) -> smtplib.SMTP:
    """A line on which letters may be sent: encrypted as configured, logged in."""
    if server.security is Security.SSL:
        trusted = ssl.create_default_context(cafile=server.ca or None)
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_s, context=trusted)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
    try:
        line.ehlo()
        offered = line.has_extn("starttls")
        if server.security is Security.STARTTLS or (server.security is Security.IF_OFFERED and offered):
            line.starttls(context=ssl.create_default_context(cafile=server.ca or None))
            line.ehlo()
        if server.login:
            line.login(server.login, server.password.reveal())
    except BaseException:
        line.close()
        raise
    return line
