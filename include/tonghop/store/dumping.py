"""Every row of every table in a form no database owns: lines of JSON, in one order everywhere.

What is dumped follows from the declared tables alone, so a table added by a migration is dumped without a word here.
The shapes travel with the rows: a dump of an older version is read back as that version's tables.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    select,
)

from tonghop.store.column_types import Instant, Words
from tonghop.store.schema import METADATA

_BATCH = 5_000
# Kind of a column in a dump → its type here. The first kind whose type a declared column has is its kind.
_TYPES: dict[str, Any] = {
    "bool": Boolean,
    "instant": Instant,
    "day": Date,
    "int": BigInteger,
    "text": Words,
}
_DECLARED: tuple[tuple[str, tuple[type[Any], ...]], ...] = (
    ("bool", (Boolean,)),
    ("instant", (Instant,)),
    ("day", (Date,)),
    ("int", (Integer,)),
    ("text", (Words, String)),
)
_PARSERS: dict[str, Callable[[str], Any]] = {"instant": datetime.fromisoformat, "day": date.fromisoformat}


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as it is dumped: columns as (name, kind), and the columns of its key, which give the order of rows."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _kind in self.columns)

    def table(self) -> Table:
        """A table to query and fill, whatever is declared today."""
        columns = [Column(name, _TYPES[kind], primary_key=name in self.key) for name, kind in self.columns]
        return Table(self.name, MetaData(), *columns)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows, and the SHA-256 over their lines: equal for equal rows on any database."""

    rows: int
    sha256: str


class Dump(Protocol):
    """Rows to be read: of a database or of a backup. `revision` is the migration their tables belong to."""

    @property
    def revision(self) -> str: ...

    @property
    def shapes(self) -> Sequence[Shape]: ...

    def lines(self, shape: Shape) -> Iterator[bytes]:
        """One line per row, ended by a newline, in the order of the key."""
        ...


@dataclass(frozen=True)
class LiveDump:
    """The rows a connection sees; one snapshot when its transaction is one."""

    connection: Connection
    revision: str

    @property
    def shapes(self) -> tuple[Shape, ...]:
        return shapes()

    def lines(self, shape: Shape) -> Iterator[bytes]:
        return lines(self.connection, shape)


def shapes() -> tuple[Shape, ...]:
    """The declared tables, those that others refer to first. TypeError for a column type no dump knows (our bug)."""
    return tuple(
        Shape(
            table.name,
            tuple((column.name, _kind(column)) for column in table.columns),
            tuple(column.name for column in table.primary_key.columns),
        )
        for table in METADATA.sorted_tables
    )


def lines(connection: Connection, shape: Shape) -> Iterator[bytes]:
    """The rows of a table as lines, streamed."""
    for row in connection.execute(_ordered(connection, shape), execution_options={"yield_per": _BATCH}):
        yield json.dumps(tuple(row), ensure_ascii=False, separators=(",", ":"), default=_written).encode() + b"\n"


def parsed(shape: Shape, written: Iterable[bytes]) -> Iterator[list[Any]]:
    """Rows of `lines`, as values for the columns of `shape`."""
    parsers = [(at, _PARSERS[kind]) for at, (_name, kind) in enumerate(shape.columns) if kind in _PARSERS]
    for line in written:
        values = json.loads(line)
        for at, parse in parsers:
            if values[at] is not None:
                values[at] = parse(values[at])
        yield values


class Counter:
    """Lines passed on while they are tallied."""

    def __init__(self) -> None:
        self._rows = 0
        self._digest = hashlib.sha256()

    def over(self, written: Iterable[bytes]) -> Iterator[bytes]:
        for line in written:
            self._rows += 1
            self._digest.update(line)
            yield line

    @property
    def tally(self) -> Tally:
        return Tally(self._rows, self._digest.hexdigest())


def tally(written: Iterable[bytes]) -> Tally:
    """Count and digest of all lines."""
    counter = Counter()
    for _line in counter.over(written):
        pass
    return counter.tally


def kept_files(connection: Connection) -> set[str]:
    """SHA-256 of every file the store refers to: the values of all columns of that name."""
    columns = [table.c.sha256 for table in METADATA.sorted_tables if "sha256" in table.c]
    return {sha for column in columns for sha in connection.execute(select(column).distinct()).scalars() if sha}


def _kind(column: Column[Any]) -> str:
    for kind, types in _DECLARED:
        if isinstance(column.type, types):
            return kind
    raise TypeError(f"{column} is of type {column.type!r}, which no dump knows: add it to dumping")


def _ordered(connection: Connection, shape: Shape) -> Select[*tuple[Any, ...]]:
    table = shape.table()
    return select(*table.columns).order_by(*(_by_bytes(connection, table.c[name]) for name in shape.key))


def _by_bytes(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """Text in the order of its bytes, as SQLite has it, whatever language the server sorts in."""
    if connection.dialect.name == "postgresql" and isinstance(column.type, Words):
        return column.collate("C")
    return column


def _written(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} does not go into a dump")
