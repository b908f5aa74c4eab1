"""A letter to a unit's own system: posted as JSON to the path the unit gave, on the host of a configured connection.

The document is `{"schema", "standing", "key", "kind", "unit", "periods", "day", "subject", "text"}`; any answer 2xx
means taken. The same letter always carries the same Idempotency-Key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from tonghop.domain.units import Unit
from tonghop.exchange.client import Client, Reply
from tonghop.exchange.connection import Connection
from tonghop.exchange.delivery import Parcel, announce
from tonghop.exchange.patience import Patience

SCHEMA = "tonghop-letter/1"
_SHORT = Patience(turns=2, first_s=1.0, asked_s=10.0, connect_s=10.0, read_s=20.0, whole_s=30.0)


@dataclass(frozen=True, slots=True)
class Note:
    """A letter as a system gets it; `periods` are the codes it is about."""

    key: str
    kind: str
    unit: Unit
    periods: tuple[str, ...]
    day: date
    subject: str
    text: str

    def document(self) -> bytes:
        """The JSON that is posted (UTF-8)."""
        content = {
            "schema": SCHEMA,
            "standing": "working",
            "key": self.key,
            "kind": self.kind,
            "unit": {"code": self.unit.code, "identifier": self.unit.identifier, "name": self.unit.name},
            "periods": list(self.periods),
            "day": self.day.isoformat(),
            "subject": self.subject,
            "text": self.text,
        }
        return json.dumps(content, ensure_ascii=False).encode()


class _Unkept:
    """Requests are not kept one by one: the letter itself is, with what became of it."""

    def begin(self, action: str) -> int:  # noqa: ARG002
        return 0

    def end(self, number: int, reply: Reply) -> None:
        """Nothing to complete."""


def post(connection: Connection, path: str, note: Note, patience: Patience | None = None) -> None:
    """Post `note` until it is taken, at most twice; ExchangeError when it was not."""
    announce(Client(connection, patience or _SHORT), path, Parcel(note.key, note.document()), _Unkept())
