"""Answer a unit's system at its webhook: the verdict on the figures it gave, posted until it is taken."""

from __future__ import annotations

import hashlib

from tonghop.domain.errors import ExchangeError
from tonghop.domain.units import Unit
from tonghop.exchange.answer_document import Answered, answer_document, answer_key
from tonghop.exchange.client import Client
from tonghop.exchange.delivery import Parcel, announce
from tonghop.steps.context import Context
from tonghop.steps.sending import StoredJournal
from tonghop.steps.words import HEADLINES, NEXT_STEPS
from tonghop.store.records import DeliveryKind, NewDelivery, Submission


def reply(context: Context, unit: Unit, submission: Submission, client: Client) -> str:
    """Post the verdict on `submission` to the webhook of the connection, once; "" or what kept it from arriving.

    A connection without a webhook has its answer in the unit's folder, where every answer lies.
    """
    if not client.connection.webhook:
        return ""
    document = answer_document(_answered(context, unit, submission))
    key = answer_key(submission.sha256, submission.id)
    new = NewDelivery(
        key=key,
        kind=DeliveryKind.ANSWER,
        period=submission.period,
        recipient=unit.name,
        host=client.connection.host,
        digest=hashlib.sha256(document).hexdigest(),
        submission_id=submission.id,
    )
    delivery = context.store.deliveries.open(new, context.clock())
    if delivery.delivered_at is not None:
        return ""
    try:
        announce(client, client.connection.webhook, Parcel(key, document), StoredJournal(context, delivery))
    except ExchangeError as problem:
        return f"{unit.name}: chưa trả kết quả về phần mềm của đơn vị: {problem.problem} Lần sau hệ thống gửi lại."
    context.store.deliveries.delivered(delivery.id, None, None, context.clock())
    return ""


def _answered(context: Context, unit: Unit, submission: Submission) -> Answered:
    zone = context.province_zone
    return Answered(
        key=answer_key(submission.sha256, submission.id),
        unit=unit,
        period=submission.period,
        revision=submission.revision,
        sha256=submission.sha256,
        received_at=submission.received_at.astimezone(zone),
        state=submission.state.value,
        on_time=submission.on_time,
        headline=HEADLINES[submission.state],
        next_step=_next_step(submission),
        findings=context.store.filings.findings(submission.id),
    )
