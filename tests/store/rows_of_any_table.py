"""Rows for whatever tables a database has: two in each, with a value in every column, keys that fit each other."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Connection, Date, DateTime, Integer, LargeBinary, MetaData, Table, insert, select

from tonghop.store.database import Database

Rows = dict[str, list[dict[str, Any]]]
_NOT_OURS = "alembic_version"


def tables(connection: Connection) -> list[Table]:
    """The tables there are, those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != _NOT_OURS]


def fill(database: Database, *, only: set[str] | None = None) -> None:
    """Two rows into every table, or into those of `only`."""
    with database.writing() as connection:
        for table in tables(connection):
            if only is None or table.name in only:
                for number in (1, 2):
                    connection.execute(insert(table), {column.name: value(column, number) for column in table.columns})


def value(column: Any, number: int) -> Any:
    """Of the `number`-th row; a reference leads to the row with the same number."""
    kind = column.type
    if isinstance(kind, Boolean):
        return number == 1
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, DateTime):
        moment = datetime(2024, 9, number, 23, 59, 59, 123456, UTC)
        return moment if kind.timezone else moment.replace(tzinfo=None)
    if isinstance(kind, Date):
        return date(2024, 9, number)
    if isinstance(kind, LargeBinary):
        return bytes([0, number])
    return "{}" if column.name == "detail" else f"“{column.name}” {number}, đã có"


def read(database: Database) -> Rows:
    """Every row of every table."""
    with database.reading() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in tables(connection)
        }


def without_additions(rows: Rows, older: Rows) -> Rows:
    """`rows` as far as the tables and columns of `older` go."""
    return {
        name: [{column: row.get(column, "(gone)") for column in (kept[0] if kept else ())} for row in rows[name]]
        for name, kept in older.items()
    }
