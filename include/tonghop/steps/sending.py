"""Send a published version to the centre: once, whatever happens on the way, with every attempt and the receipt kept.

The delivery and each request are written down before anything leaves. A process killed in between leaves an attempt
without an end; the next one asks the centre first whether it has the version.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

from tonghop.domain.errors import ApprovalError, ExchangeError, StoreError
from tonghop.domain.exchange import Attached, Attempt, Receipt
from tonghop.domain.period import Period
from tonghop.exchange.client import Client, Reply
from tonghop.exchange.connection import Connection
from tonghop.exchange.delivery import Parcel, deliver
from tonghop.exchange.patience import Patience
from tonghop.exchange.report_document import Release, document_key, report_document
from tonghop.files.storage import Place
from tonghop.steps.context import Context
from tonghop.steps.drafting import FIGURES
from tonghop.steps.publish import MANIFEST
from tonghop.store.delivery_records import Delivery, DeliveryKind, NewDelivery
from tonghop.store.records import Event, EventKind, Publication

_KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".csv": "text/csv",
    ".json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What `send` did. `receipt` None: no connection is configured, nothing was sent. `fresh`: it arrived just now."""

    period: Period
    version: int
    recipient: str
    host: str
    receipt: Receipt | None
    fresh: bool = False

    @property
    def configured(self) -> bool:
        return self.receipt is not None


@dataclass(frozen=True, slots=True)
class Shipment:
    """A delivery with its attempts, for people."""

    delivery: Delivery
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class StoredJournal:
    """The journal of one delivery in the store."""

    context: Context
    delivery: Delivery

    def begin(self, action: str) -> int:
        """Note a request that is about to leave."""
        return self.context.store.deliveries.begin(self.delivery.id, action, self.context.clock())

    def end(self, number: int, reply: Reply) -> None:
        """Note what it came to."""
        now = self.context.clock()
        self.context.store.deliveries.end(number, Attempt("", now, now, reply.outcome, reply.status, reply.words))


@dataclass(frozen=True)
class _Version:
    """A published version read back: `files` are the manifest and every output, as released."""

    period: Period
    publication: Publication
    manifest: dict[str, Any]
    files: tuple[Attached, ...]


def send(context: Context, period: Period, connection: Connection | None, patience: Patience | None = None) -> Sent:
    """Bring the newest published version of `period` to the centre, unless it has it.

    ApprovalError when nothing was published, StoreError when published files were changed, ExchangeError when the
    centre did not take it. Safe to repeat at any time; a second process waits for the first.
    """
    context.opened(period)
    if connection is None:
        return Sent(period, 0, "", "", None)
    version = _newest(context, period)
    with context.alone(context.home / "exchange" / period.code):
        delivery = _opened(context, version, connection)
        number, recipient = version.publication.version, delivery.what.recipient
        if delivery.receipt is not None:
            return Sent(period, number, recipient, delivery.what.host, delivery.receipt)
        receipt = _delivered(context, version, delivery, Client(connection, patience or Patience()))
    return Sent(period, number, recipient, connection.host, receipt, fresh=True)


def shipments(context: Context, period: Period | None = None) -> tuple[Shipment, ...]:
    """Everything sent or to be sent to the centre, oldest first."""
    known = context.store.deliveries
    found = known.of(DeliveryKind.REPORT, period.code if period else None)
    return tuple(Shipment(delivery, known.attempts(delivery.id)) for delivery in found)


def _newest(context: Context, period: Period) -> _Version:
    """The newest version, only if every file of it is what was released."""
    published = context.store.publications.of(period.code)
    if not published:
        raise ApprovalError(
            f"Báo cáo {period.label} chưa được công bố nên chưa gửi được.", f"Chạy: tonghop publish {period.code}"
        )
    newest = published[-1]
    folder = context.published / newest.path
    manifest = _attached(folder, MANIFEST, newest.manifest_sha256)
    content: dict[str, Any] = json.loads(manifest.content)
    outputs = (_attached(folder, name, output["sha256"]) for name, output in sorted(content["outputs"].items()))
    return _Version(period, newest, content, (manifest, *outputs))


def _attached(folder: Place, name: str, sha256: str) -> Attached:
    path = folder / name
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise StoreError(
            f"Tệp {name} của bản đã công bố bị thiếu hoặc đã bị thay đổi, không gửi.",
            f"Khôi phục thư mục {folder} từ bản sao lưu rồi gửi lại.",
        )
    return Attached(name, content, sha256, _KINDS.get(path.suffix, "application/octet-stream"))


def _opened(context: Context, version: _Version, connection: Connection) -> Delivery:
    """The delivery of the version; the recipient is that of the day on which sending began."""
    publication, regime = version.publication, context.province_for(version.period).regime
    new = NewDelivery(
        key=_key(context, version),
        kind=DeliveryKind.REPORT,
        period=publication.period,
        recipient=regime.recipient(context.clock().date()) or str(version.manifest.get("recipient") or ""),
        host=connection.host,
        digest=publication.manifest_sha256,
        version=publication.version,
    )
    return context.store.deliveries.open(new, context.clock())


def _key(context: Context, version: _Version) -> str:
    publication = version.publication
    slug = context.province_for(version.period).slug
    return document_key(slug, publication.period, publication.version, publication.manifest_sha256)


def _delivered(context: Context, version: _Version, delivery: Delivery, client: Client) -> Receipt:
    province, what = context.province_for(version.period), delivery.what
    release = Release(
        key=what.key,
        province=province.tree(version.period).province,
        agency=province.agency,
        period=version.period,
        version=what.version,
        recipient=what.recipient,
        manifest=version.manifest,
        figures=_figures(version.files),
    )
    parcel = Parcel(what.key, report_document(release, version.files), version.files)
    try:
        receipt = deliver(client, parcel, StoredJournal(context, delivery))
    except ExchangeError as problem:
        detail = {"version": what.version, "host": client.connection.host, "problem": problem.problem}
        event = Event(context.clock(), context.actor, EventKind.SEND_FAILED, what.period, detail=detail)
        context.store.events.add(event)
        raise
    _keep(context, delivery, receipt)
    return receipt


def _figures(files: tuple[Attached, ...]) -> list[dict[str, str]]:
    """Lines of the published CSV: the figures as released, whatever was filed since."""
    content = next((file.content for file in files if file.name == FIGURES), b"")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _keep(context: Context, delivery: Delivery, receipt: Receipt) -> None:
    what, now = delivery.what, context.clock()
    detail = {"version": what.version, "host": what.host, "recipient": what.recipient, "receipt": receipt.number}
    event = Event(now, context.actor, EventKind.SENT, what.period, detail=detail | {"key": what.key})
    context.store.deliveries.delivered(delivery.id, receipt, event, now)
