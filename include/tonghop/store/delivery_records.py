"""What is delivered to other systems, as it goes into the store and comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tonghop.domain.exchange import Receipt


class DeliveryKind(StrEnum):
    """What is delivered: a published version to the centre, or an answer to a unit's system."""

    REPORT = "report"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """Something that is to reach `host` under `key`; `digest` of what is sent. `version` 0 for an answer."""

    key: str
    kind: DeliveryKind
    period: str
    recipient: str
    host: str
    digest: str
    version: int = 0
    submission_id: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A kept delivery. `delivered_at` None until the other side has it; `receipt` where it gave one."""

    id: int
    what: NewDelivery
    created_at: datetime
    delivered_at: datetime | None
    receipt: Receipt | None
