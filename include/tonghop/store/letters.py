"""Letters to units: each one once, written down before it leaves, with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, insert, select, update

from tonghop.domain.reminding import Channel, LetterOutcome, NewLetter, SentLetter
from tonghop.domain.units import UnitKey
from tonghop.store.database import Database
from tonghop.store.events import log
from tonghop.store.letter_tables import letters_sent
from tonghop.store.records import Event

_KEY = ("period", "day", "kind")


class Letters:
    """The letters of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, letters: Sequence[NewLetter], at: datetime) -> tuple[SentLetter, ...]:
        """Note `letters`, which go out as one, as begun; () when one of them was sent before: nothing is noted then.

        A letter that failed is to be sent again. One whose sending was interrupted is so only where a second copy does
        no harm: a page is written over, a post carries its key; an e-mail may have arrived.
        """
        with self._database.writing() as connection:
            if not _all_due(connection, letters):
                return ()
            return tuple(_begin(connection, letter, at) for letter in letters)

    def finish(
        self, ids: Sequence[int], outcome: LetterOutcome, words: str, events: Sequence[Event], at: datetime
    ) -> None:
        """Note how sending ended, with the events that tell it."""
        values = {"ended_at": at, "outcome": outcome.value, "words": words}
        with self._database.writing() as connection:
            connection.execute(update(letters_sent).where(letters_sent.c.id.in_(ids)).values(values))
            if events:
                log(connection, *events)

    def due(self, letters: Sequence[NewLetter]) -> bool:
        """Whether `claim` would give them; notes nothing."""
        with self._database.reading() as connection:
            return _all_due(connection, letters)

    def of(self, period: str, unit: UnitKey | None = None) -> tuple[SentLetter, ...]:
        """Letters about a period (to one unit where given), oldest first."""
        table = letters_sent.c
        query = select(letters_sent).where(table.period == period).order_by(table.id)
        if unit is not None:
            query = query.where(table.unit_code == unit.code, table.unit_valid_from == unit.valid_from)
        return self._read(query)

    def on(self, day: date) -> tuple[SentLetter, ...]:
        """Letters of a day, oldest first."""
        return self._read(select(letters_sent).where(letters_sent.c.day == day).order_by(letters_sent.c.id))

    def _read(self, query: Select[tuple[object, ...]]) -> tuple[SentLetter, ...]:
        with self._database.reading() as connection:
            return tuple(_letter(row) for row in connection.execute(query))


def _all_due(connection: Connection, letters: Sequence[NewLetter]) -> bool:
    return all(_due(connection.execute(_find(letter)).first()) for letter in letters)


def _begin(connection: Connection, letter: NewLetter, at: datetime) -> SentLetter:
    values = _columns(letter) | {"begun_at": at, "ended_at": None, "outcome": None, "words": ""}
    again = update(letters_sent).where(_same(letter)).values(values).returning(letters_sent)
    row = connection.execute(again).first()
    return _letter(row or connection.execute(insert(letters_sent).values(values).returning(letters_sent)).one())


def _due(row: Row[tuple[object, ...]] | None) -> bool:
    if row is None or row.outcome == LetterOutcome.FAILED.value:
        return True
    return row.outcome is None and row.channel != Channel.EMAIL.value


def _find(letter: NewLetter) -> Select[tuple[object, ...]]:
    return select(letters_sent).where(_same(letter))


def _same(letter: NewLetter) -> ColumnElement[bool]:
    table = letters_sent.c
    return and_(
        *(table[name] == getattr(letter, name) for name in _KEY),
        table.unit_code == letter.unit.code,
        table.unit_valid_from == letter.unit.valid_from,
        table.channel == letter.channel.value,
    )


def _columns(letter: NewLetter) -> dict[str, object]:
    plain = {name: getattr(letter, name) for name in (*_KEY, "step", "address", "subject")}
    unit = {"unit_code": letter.unit.code, "unit_valid_from": letter.unit.valid_from}
    return plain | unit | {"channel": letter.channel.value}


def _letter(row: Row[tuple[object, ...]]) -> SentLetter:
    what = NewLetter(
        period=row.period,
        unit=UnitKey(row.unit_code, row.unit_valid_from),
        day=row.day,
        kind=row.kind,
        channel=Channel(row.channel),
        step=row.step,
        address=row.address,
        subject=row.subject,
    )
    outcome = LetterOutcome(row.outcome) if row.outcome else None
    return SentLetter(row.id, what, row.begun_at, row.ended_at, outcome, row.words)
