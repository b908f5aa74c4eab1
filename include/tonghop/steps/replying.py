"""Answer a unit's system at its webhook: the verdict on the figures it gave, posted until it is taken."""

from __future__ import annotations

import hashlib

from tonghop.domain.errors import ExchangeError
from tonghop.domain.province import Province
from tonghop.domain.submission import State
from tonghop.domain.units import Unit
from tonghop.exchange.answer_document import Answered, answer_document, answer_key
from tonghop.exchange.client import Client
from tonghop.exchange.delivery import Parcel, announce
from tonghop.steps.context import Context
from tonghop.steps.sending import StoredJournal
from tonghop.steps.words import HEADLINES
from tonghop.store.delivery_records import DeliveryKind, NewDelivery
from tonghop.store.records import Submission

_RETURNED = "Số liệu được trả lại, chưa tiếp nhận được báo cáo"
_NEXT_STEPS = {
    State.ACCEPTED: "Đơn vị không cần làm gì thêm. Nếu cần đính chính, sửa trong phần mềm; hệ thống sẽ lấy lại.",
    State.INVALID: "Đề nghị sửa các nội dung nêu dưới đây trong phần mềm; hệ thống sẽ lấy lại số liệu.",
    State.AWAITING: (
        "Đề nghị kiểm tra các nội dung nêu dưới đây: nếu số liệu sai thì sửa lại; nếu đúng thì bổ sung giải trình; "
        "hệ thống sẽ lấy lại số liệu."
    ),
    State.RETURNED: "Đề nghị xem lý do nêu dưới đây và khắc phục trong phần mềm; hệ thống sẽ lấy lại số liệu.",
}


def reply(context: Context, province: Province, unit: Unit, submission: Submission, client: Client) -> str:
    """Post the verdict on `submission` to the webhook of the connection, once; "" or what kept it from arriving.

    A connection without a webhook has its answer in the unit's folder, where every answer lies.
    """
    if not client.connection.webhook or submission.state in {State.SUPERSEDED, State.WITHDRAWN}:
        return ""
    if context.store.deliveries.answered(submission.id):
        return ""
    document = answer_document(_answered(context, province, unit, submission))
    digest = hashlib.sha256(document).hexdigest()
    new = NewDelivery(
        key=answer_key(submission.id, digest),
        kind=DeliveryKind.ANSWER,
        period=submission.period,
        recipient=unit.name,
        host=client.connection.host,
        digest=digest,
        submission_id=submission.id,
    )
    delivery = context.store.deliveries.open(new, context.clock())
    try:
        announce(client, client.connection.webhook, Parcel(new.key, document), StoredJournal(context, delivery))
    except ExchangeError as problem:
        return f"chưa trả kết quả về phần mềm của đơn vị: {problem.problem} Lần sau hệ thống gửi lại."
    context.store.deliveries.delivered(delivery.id, None, None, context.clock())
    return ""


def _answered(context: Context, province: Province, unit: Unit, submission: Submission) -> Answered:
    state = submission.state
    return Answered(
        unit=unit,
        period=submission.period,
        revision=submission.revision,
        sha256=submission.sha256,
        received_at=submission.received_at.astimezone(province.regime.zone),
        state=state.value,
        on_time=submission.on_time,
        headline=_RETURNED if state is State.RETURNED else HEADLINES[state],
        next_step=_NEXT_STEPS[state],
        findings=context.store.filings.findings(submission.id),
    )
