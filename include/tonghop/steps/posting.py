"""The ways a letter can go: which of them a unit has, and handing a letter over by one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.headerregistry import Address as MailAddress

from tonghop.domain.errors import ExchangeError, SettingError
from tonghop.domain.exchange import Outcome
from tonghop.domain.refusals import why
from tonghop.domain.reminding import Address, Channel, UnitContact
from tonghop.domain.units import Level, Unit
from tonghop.exchange.connection import Connection
from tonghop.exchange.mail import Mail, Mailer
from tonghop.exchange.mail_server import MailServer
from tonghop.exchange.patience import Patience
from tonghop.exchange.webhook import Note, post
from tonghop.files.letter_page import page
from tonghop.files.letters import write
from tonghop.files.storage import Place
from tonghop.steps.context import ANSWERS, Context
from tonghop.steps.letter_writing import Letter, office

OFFICE_FOLDER = "don-doc"  # below the home: pages for the office, which has no drop folder
_GONE = frozenset({Outcome.UNREACHABLE.value, Outcome.UNTRUSTED.value})

Find = Callable[[str], Connection | None]


@dataclass(frozen=True)
class Ways:
    """What is configured: the mail server (None: no e-mail), connections by name, further contacts of units."""

    mail: MailServer | None = None
    find: Find = lambda _name: None
    contacts: Sequence[UnitContact] = ()
    patience: Patience | None = None

    @property
    def configured(self) -> bool:
        """Whether a letter can leave this system at all."""
        names = {one.connection for one in self.contacts} - {""}
        return self.mail is not None or any(self._is_there(name) for name in names)

    def _is_there(self, name: str) -> bool:
        try:
            return self.find(name) is not None
        except SettingError:
            return True  # and wrong: said when the letter is to leave


@dataclass
class PostOffice:
    """Hands letters over, one line to the mail server for all. A way found dead is not tried again in this run."""

    context: Context
    ways: Ways
    mailer: Mailer | None
    dead: dict[str, ExchangeError] = field(default_factory=dict)

    def addresses(self, letter: Letter, today: date, *, rehearsed: bool = False) -> list[Address]:
        """Where `letter` goes: by e-mail and webhook as the unit's data say, and always as a page.

        A rehearsal also tells the e-mails that would leave once a mail server is configured.
        """
        unit, contacts = letter.unit, [one for one in self.ways.contacts if one.holds(today)]
        mine = [one for one in contacts if one.unit_code == unit.code]
        at_office = (letter.province.contact.email,) if unit.level is Level.PROVINCE else ()
        mails = _once([*at_office, unit.email, *(one.email for one in mine)])
        found = [Address(Channel.EMAIL, mails)] if mails and (rehearsed or self.mailer is not None) else []
        hooks = [(one.connection, one.webhook) for one in mine if one.connection]
        found += [Address(Channel.WEBHOOK, hook) for hook in hooks[:1]]
        return [*found, Address(Channel.FOLDER, (_place(letter),))]

    def hand_over(self, letter: Letter, address: Address, now: datetime) -> str:
        """Send by one way; "" or which of several addresses did not take it. ExchangeError when nothing arrived."""
        if address.channel is Channel.FOLDER:
            return self._put(letter)
        way = address.to[0] if address.channel is Channel.WEBHOOK else Channel.EMAIL.value
        if way in self.dead:
            raise self.dead[way]
        try:
            return self._mail(letter, address, now) if address.channel is Channel.EMAIL else self._post(letter, address)
        except ExchangeError as problem:
            if problem.outcome in _GONE:
                self.dead[way] = problem
            raise

    def withdraw(self, unit: Unit, name: str) -> None:
        """Take away a page that no longer holds."""
        (self.context.folder(unit, ANSWERS) / name).unlink(missing_ok=True)

    def _page(self, letter: Letter) -> Place:
        if letter.unit.level is Level.PROVINCE:
            return self.context.pages / letter.page
        return self.context.folder(letter.unit, ANSWERS) / letter.page

    def _put(self, letter: Letter) -> str:
        path = self._page(letter)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, self._html(letter))
        except OSError as problem:
            words = f"Không ghi được {path.parent.parent.name}/{path.parent.name}/{path.name}: {why(problem)}."
            raise ExchangeError(words, "Kiểm tra quyền ghi và chỗ trống của ổ đĩa.", Outcome.REFUSED.value) from None
        return ""

    def _html(self, letter: Letter) -> str:
        return page(letter.templates, office(letter.province), letter.subject, letter.text)

    def _mail(self, letter: Letter, address: Address, now: datetime) -> str:
        if self.mailer is None:
            raise AssertionError("an e-mail address is given only with a mail server")
        return self.mailer.send(
            Mail(
                key=letter.key,
                to=address.to,
                subject=letter.subject,
                text=letter.text,
                html=self._html(letter),
                sender=_sender(letter, self.mailer.server),
                reply_to=letter.province.contact.email,
                at=now,
            )
        )

    def _post(self, letter: Letter, address: Address) -> str:
        name, path = address.to
        try:
            connection = self.ways.find(name)
        except SettingError as wrong:
            raise ExchangeError(wrong.problem, wrong.remedy, Outcome.UNREACHABLE.value) from None
        if connection is None:
            raise ExchangeError(
                f"Chưa cấu hình kết nối {name} của đơn vị.",
                f"Tạo kết nối {name} trong Airflow hoặc đặt biến AIRFLOW_CONN_{name.upper()}.",
                Outcome.UNREACHABLE.value,
            )
        periods = tuple(period for period, _ in letter.about)
        note = Note(letter.key, letter.kind, letter.unit, periods, letter.day, letter.subject, letter.text)
        post(connection, path, note, self.ways.patience)
        return ""


def _place(letter: Letter) -> str:
    """Where the page lies, as it is remembered: the same words wherever the drop folders are."""
    if letter.unit.level is Level.PROVINCE:
        return f"{OFFICE_FOLDER}/{letter.page}"
    return f"drop/{letter.unit.folder}/{ANSWERS}/{letter.page}"


def _once(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for address in addresses if address))


def _sender(letter: Letter, server: MailServer) -> MailAddress:
    """Who writes: the address of the connection, else the office's own."""
    address = server.sender or letter.province.contact.email
    try:
        return MailAddress(display_name=office(letter.province), addr_spec=address)
    except (ValueError, IndexError):
        raise SettingError(
            f"Địa chỉ gửi “{address}” không đúng dạng.", "Ghi from_email trong kết nối smtp_default."
        ) from None
