"""What tables hold before a downgrade, and what of it has no place afterwards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnClause, Connection, Text, case, cast, column, func, inspect, select, table

_SAYS_NOTHING = ("", "0", "false", "[]", "{}")  # what a migration puts into the rows that were there before it

Holdings = dict[tuple[str, str], int]  # (table, column) → rows with something in it; column "": rows at all


def holdings(connection: Connection) -> Holdings:
    """Rows of every table, and rows that say something in every column."""
    found: Holdings = {}
    inspector = inspect(connection)
    for name in inspector.get_table_names():
        columns: list[ColumnClause[Any]] = [column(one["name"]) for one in inspector.get_columns(name)]
        telling = [case((cast(one, Text).not_in(_SAYS_NOTHING), 1)) for one in columns]
        counts = connection.execute(select(func.count(), *map(func.count, telling)).select_from(table(name))).one()
        found |= {
            (name, one): int(number) for one, number in zip(["", *(c.name for c in columns)], counts, strict=True)
        }
    return found


def lost_places(before: Holdings, connection: Connection) -> list[str]:
    """Tables and columns (`table.column`) that held something and hold less or are not there any more."""
    inspector = inspect(connection)
    left = {name: {one["name"] for one in inspector.get_columns(name)} for name in inspector.get_table_names()}
    lost = []
    for (name, one), number in before.items():
        if name == "alembic_version" or not number:
            continue
        if not one and (name not in left or _rows(connection, name) < number):
            lost.append(name)
        elif one and name in left and one not in left[name]:
            lost.append(f"{name}.{one}")
    return lost


def _rows(connection: Connection, name: str) -> int:
    return int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())
