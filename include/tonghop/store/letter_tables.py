"""The table of letters to units, as the newest migration leaves it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Date, Integer, Table, Text, UniqueConstraint

from tonghop.store.column_types import Instant, Words
from tonghop.store.schema import METADATA


def _must(name: str, kind: Any, *, index: bool | None = None) -> Column[Any]:
    return Column(name, kind, nullable=False, index=index)


# A letter about one period to one unit by one channel on one day, written down before it leaves; `outcome` null: the
# process ended before its end was known. Letters to the office stand under the province's own key.
letters_sent = Table(
    "letters_sent",
    METADATA,
    Column("id", Integer, primary_key=True),
    _must("period", Text),
    _must("unit_code", Text),
    _must("unit_valid_from", Date),
    _must("day", Date, index=True),
    _must("kind", Text),
    _must("channel", Text),
    _must("step", Text),
    _must("address", Words),
    _must("subject", Words),
    _must("begun_at", Instant),
    Column("ended_at", Instant),
    Column("outcome", Text),
    _must("words", Words),
    UniqueConstraint("period", "unit_code", "unit_valid_from", "day", "kind", "channel", name="uq_letters_sent"),
)
