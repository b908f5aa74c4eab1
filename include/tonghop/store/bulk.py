"""Many rows into one table: a single COPY on PostgreSQL, where a statement per row is what costs; batches on SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError

_BATCH = 2_000

Row = Sequence[Any]
_Bind = Callable[[Any], Any] | None


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert `rows`, each with a value for every one of `columns` in their order; however many, never all in memory.

    Raises what an INSERT raises (IntegrityError, …).
    """
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, rows)
        return
    statement, waiting = insert(table), iter(rows)
    while batch := [dict(zip(columns, row, strict=True)) for row in islice(waiting, _BATCH)]:
        connection.execute(statement, batch)


def _copy(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
    import psycopg

    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.quote(name) for name in columns)
    statement = f"COPY {quote.format_table(table)} ({names}) FROM STDIN"
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the only driver of PostgreSQL we install
    problem: psycopg.Error
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in _bound(connection, table, columns, rows):
                copy.write_row(row)
    except psycopg.Error as error:
        problem = error
    else:
        return
    raise DBAPIError.instance(statement, None, problem, psycopg.Error) from problem


def _bound(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[Row]:
    """Rows as the column types hand them to the driver."""
    types = [table.c[name].type.dialect_impl(connection.dialect) for name in columns]
    binds: list[_Bind] = [kind.bind_processor(connection.dialect) for kind in types]
    changed = [(at, bind) for at, bind in enumerate(binds) if bind is not None]
    for row in rows:
        values = list(row)
        for at, bind in changed:
            values[at] = bind(values[at])
        yield values
