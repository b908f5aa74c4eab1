"""Remind approvers of a draft nobody has answered: written down always, by e-mail where a mail server is configured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address

from tonghop.domain.errors import TonghopError
from tonghop.exchange.mail import Mail, Mailer
from tonghop.exchange.mail_server import MailServer
from tonghop.files.letter_page import page
from tonghop.steps.context import Context
from tonghop.steps.letter_writing import office, written
from tonghop.steps.presenting import Waiting, waiting
from tonghop.store.records import Event, EventKind

_LETTER = "phe-duyet"  # letters/nhac-phe-duyet.j2


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reminder of a waiting draft. `to`: addresses it went to; `problem`: why it did not leave."""

    waiting: Waiting
    to: tuple[str, ...]
    problem: str = ""


def nudge(context: Context, hours: int, server: MailServer | None = None) -> tuple[Nudge, ...]:
    """Remind of every draft that waits `hours` (and every `hours` again); what was done now."""
    now, done = context.clock(), []
    with context.alone(context.drafts):
        for one in waiting(context):
            if now - max([one.since, *_before(context, one)]) >= timedelta(hours=hours):
                sent = _sent(context, one, server, now)
                context.store.events.add(_event(context, sent, now))
                done.append(sent)
    return tuple(done)


def _before(context: Context, one: Waiting) -> list[datetime]:
    """When this very wait was reminded of before."""
    wanted = {"digest": one.digest, "step": one.step.name}
    return [
        event.at
        for event in context.store.events.of(one.period.code)
        if event.kind is EventKind.APPROVAL_WAITS and wanted.items() <= event.detail.items() and event.at >= one.since
    ]


def _sent(context: Context, one: Waiting, server: MailServer | None, now: datetime) -> Nudge:
    """Try to mail; what fails is told with the reminder and keeps nothing else from being done."""
    province = context.province_for(one.period)
    to = tuple(dict.fromkeys(filter(None, (*one.step.emails, province.contact.email))))
    if server is None or not to:
        return Nudge(one, (), "chưa cấu hình máy chủ thư" if server is None else "chưa khai địa chỉ thư")
    templates = context.letters(province)
    since = one.since.astimezone(province.regime.zone)
    facts = {"period": one.period.label, "code": one.period.code, "step": one.step.title, "since": since}
    try:
        subject, text = written(templates, _LETTER, province, logins=one.step.logins, **facts)
        mail = Mail(
            key=f"{_LETTER}-{one.period.code}-{one.digest[:16]}-{one.step.name}-{now:%Y%m%d%H%M}",
            to=to,
            subject=subject,
            text=text,
            html=page(templates, office(province), subject, text),
            sender=Address(display_name=office(province), addr_spec=server.sender or province.contact.email),
            reply_to=province.contact.email,
            at=now,
        )
        with Mailer(server) as mailer:
            return Nudge(one, to, mailer.send(mail))
    except TonghopError as problem:
        return Nudge(one, (), problem.problem)


def _event(context: Context, sent: Nudge, now: datetime) -> Event:
    one = sent.waiting
    detail = {
        "digest": one.digest,
        "step": one.step.name,
        "logins": list(one.step.logins),
        "since": one.since.isoformat(),
        "mailed": list(sent.to),
        "problem": sent.problem,
    }
    return Event(now, context.actor, EventKind.APPROVAL_WAITS, one.period.code, detail=detail)
