"""The answer to figures a unit's system gave, for its webhook: `answer` of docs/exchange-schema.json."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tonghop.domain.finding import Finding
from tonghop.domain.units import Unit
from tonghop.exchange.report_document import encode

SCHEMA = "tonghop-answer/1"


@dataclass(frozen=True)
class Answered:
    """What became of one response: `headline` and `next_step` are the words a clerk would read."""

    unit: Unit
    period: str
    revision: int
    sha256: str
    received_at: datetime
    state: str
    on_time: bool
    headline: str
    next_step: str
    findings: tuple[Finding, ...]


def answer_key(submission_id: int, digest: str) -> str:
    """The idempotency key of an answer with the SHA-256 `digest`: notes may be added until it is taken."""
    return f"tra-loi-{submission_id}-{digest[:32]}"


def answer_document(answered: Answered) -> bytes:
    """The document of one answer."""
    return encode(
        {
            "schema": SCHEMA,
            "unit": {"code": answered.unit.code, "name": answered.unit.name},
            "period": answered.period,
            "revision": answered.revision,
            "sha256": answered.sha256,
            "received_at": answered.received_at.isoformat(),
            "state": answered.state,
            "on_time": answered.on_time,
            "headline": answered.headline,
            "next_step": answered.next_step,
            "findings": _findings(answered.findings),
        }
    )


def _findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "message": finding.message,
            "advice": finding.advice,
            "form": finding.form,
            "row": finding.row_name,
            "column": finding.column,
            "pointer": finding.address if finding.address.startswith("/") else "",
            "explained_by": finding.explained_by,
        }
        for finding in findings
    ]
