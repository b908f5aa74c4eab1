"""Totals as they were last computed, per (period, view, form), and what they were computed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, insert, select

from tonghop.domain.rollup import Total, TotalKey
from tonghop.store.bulk import insert_rows
from tonghop.store.database import Database
from tonghop.store.records import RowLabel, StoredTotals, TotalsPlace
from tonghop.store.schema import total_inputs, total_rows, totals
from tonghop.store.values import decode_figure, encode_figure


class Totals:
    """The totals of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(
        self, place: TotalsPlace, digest: str, figures: Mapping[TotalKey, Total], rows: Iterable[RowLabel] = ()
    ) -> None:
        """Put `figures` in place of all totals there, in one transaction; only differences are written."""
        where = place._asdict()
        with self._database.writing() as connection:
            present = _figures(connection, where)
            changed = {key: total for key, total in figures.items() if present.get(key) != total}
            _remove(connection, where, [key for key in present if key not in figures or key in changed])
            _insert(connection, totals, [where | _columns(key, total) for key, total in changed.items()])
            connection.execute(delete(total_rows).where(_at(total_rows, where)))
            labels = [where | {"row_key": row.key, "row_name": row.name, "row_position": row.position} for row in rows]
            _insert(connection, total_rows, labels)
            connection.execute(delete(total_inputs).where(_at(total_inputs, where)))
            connection.execute(insert(total_inputs).values(**where, digest=digest))

    def digest(self, place: TotalsPlace) -> str | None:
        """Digest given with the totals that are there; None when there are none."""
        query = select(total_inputs.c.digest).where(_at(total_inputs, place._asdict()))
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one_or_none()

    def read(self, place: TotalsPlace, scope: str | None = None) -> StoredTotals:
        """Totals of a place, of one `scope` (code of a unit) where given; empty when never computed."""
        where = place._asdict()
        labels = select(total_rows.c.row_key, total_rows.c.row_name, total_rows.c.row_position)
        labels = labels.where(_at(total_rows, where)).order_by(total_rows.c.row_position, total_rows.c.row_key)
        with self._database.reading() as connection:
            figures = _figures(connection, where if scope is None else where | {"scope": scope})
            return StoredTotals(figures, tuple(RowLabel(*row) for row in connection.execute(labels)))

    def line(self, place: TotalsPlace, scope: str) -> dict[TotalKey, Total]:
        """The one line over all rows and levels of `scope`, by key; {} when never computed."""
        with self._database.reading() as connection:
            return _figures(connection, place._asdict() | {"scope": scope, "grp": "", "row_key": ""})


def _at(table: Table, place: Mapping[str, str]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in place.items()))


def _figures(connection: Connection, place: Mapping[str, str]) -> dict[TotalKey, Total]:
    kept = totals.c
    query = select(
        kept.scope,
        kept.grp,
        kept.row_key,
        kept.column_number,
        kept.number,
        kept.text,
        kept.kind,
        kept.counted,
        kept.owed,
    ).where(_at(totals, place))
    return {
        TotalKey(scope, group, row, column): Total(decode_figure(number, text, kind), counted, owed)
        for scope, group, row, column, number, text, kind, counted, owed in connection.execute(query)
    }


def _key(key: TotalKey) -> dict[str, Any]:
    return {"scope": key.scope, "grp": key.group, "row_key": key.row, "column_number": key.column}


def _columns(key: TotalKey, total: Total) -> dict[str, Any]:
    number, text, kind = encode_figure(total.value)
    return _key(key) | {"number": number, "text": text, "kind": kind, "counted": total.counted, "owed": total.owed}


def _remove(connection: Connection, place: Mapping[str, str], keys: list[TotalKey]) -> None:
    if not keys:
        return
    names = ("scope", "grp", "row_key", "column_number")
    one = and_(_at(totals, place), *(totals.c[name] == bindparam(f"old_{name}") for name in names))
    old = [{f"old_{name}": value for name, value in _key(key).items()} for key in keys]
    connection.execute(delete(totals).where(one), old)


def _insert(connection: Connection, table: Table, content: list[dict[str, Any]]) -> None:
    if content:
        insert_rows(connection, table, tuple(content[0]), (tuple(row.values()) for row in content))
