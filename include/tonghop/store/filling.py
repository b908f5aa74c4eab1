"""Fills an empty database with the rows of a dump, in one transaction, and compares every row before it commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import Connection, func, inspect, select, text

from tonghop.domain.errors import StoreError
from tonghop.store import migrating
from tonghop.store.bulk import insert_rows
from tonghop.store.database import Database
from tonghop.store.dumping import Counter, Dump, LiveDump, Shape, Tally, lines, parsed, tally
from tonghop.store.schema import METADATA

Tick = Callable[[str, int], None]  # table, rows in it


def ignore(_table: str, _rows: int) -> None:
    """A tick for nobody."""


def move(source: Database, target: Database, tick: Tick = ignore) -> dict[str, int]:
    """Copy everything to the empty database `target`; rows per table. No one can write to `source` meanwhile.

    Killed and run again it starts anew, or finds all rows there and is done. StoreError when `target` holds anything
    else; it is then left as it was.
    """
    migrating.upgrade(source)
    with source.writing() as connection:
        return fill(target, LiveDump(connection, migrating.revision_of(connection) or ""), tick)


def fill(target: Database, dump: Dump, tick: Tick = ignore) -> dict[str, int]:
    """Put the rows of `dump` into `target`, bring it to today's version; rows per table.

    StoreError when `target` holds other rows or tables, or when a row arrived differently: nothing is kept then.
    """
    if not _filled(target):
        migrating.reach(target, dump.revision)
    with target.writing() as connection:
        filled = _with_rows(connection)
        if not filled:
            rows = {shape.name: _load(connection, dump, shape, tick) for shape in dump.shapes}
            _continue_numbers(connection, dump.shapes)
        elif migrating.revision_of(connection) == dump.revision and _same(connection, dump):
            rows = {shape.name: _count(connection, shape) for shape in dump.shapes}
        else:
            raise _not_empty(filled)
    migrating.upgrade(target)
    return rows


def is_empty(database: Database) -> bool:
    """Whether the database holds no row of ours; StoreError when it has tables of something else."""
    return not _filled(database)


def _filled(database: Database) -> list[str]:
    """Our tables that hold rows."""
    with database.reading() as connection:
        strange = sorted(set(inspect(connection).get_table_names()) - {*METADATA.tables, "alembic_version"})
        if strange:
            shown = ", ".join(strange[:5])
            raise StoreError(
                f"Cơ sở dữ liệu đích có các bảng không phải của phần mềm này: {shown}.",
                "Tạo một cơ sở dữ liệu mới, chưa có gì, rồi chạy lại với địa chỉ của nó.",
            )
        return _with_rows(connection)


def _with_rows(connection: Connection) -> list[str]:
    present = set(inspect(connection).get_table_names())
    tables = [table for table in METADATA.sorted_tables if table.name in present]
    return [table.name for table in tables if connection.execute(select(text("1")).select_from(table).limit(1)).first()]


def _not_empty(filled: Iterable[str]) -> StoreError:
    return StoreError(
        f"Cơ sở dữ liệu đích đã có dữ liệu (bảng {', '.join(filled)}), không ghi đè.",
        "Tạo một cơ sở dữ liệu mới, chưa có gì, rồi chạy lại với địa chỉ của nó.",
    )


def _load(connection: Connection, dump: Dump, shape: Shape, tick: Tick) -> int:
    counter = Counter()
    if connection.dialect.name == "sqlite":  # rows of one table may refer to later ones of the same table
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    insert_rows(connection, shape.table(), shape.names, parsed(shape, counter.over(dump.lines(shape))))
    given = counter.tally
    arrived = tally(lines(connection, shape))
    if arrived != given:
        raise _different(shape, given, arrived)
    tick(shape.name, given.rows)
    return given.rows


def _different(shape: Shape, given: Tally, arrived: Tally) -> StoreError:
    what = "nội dung" if given.rows == arrived.rows else f"số dòng ({given.rows} → {arrived.rows})"
    return StoreError(
        f"Bảng {shape.name} ở cơ sở dữ liệu đích khác {what} so với nguồn; đã hủy, không ghi gì.",
        "Báo người quản trị hệ thống kèm nhật ký; dữ liệu nguồn còn nguyên, tiếp tục dùng được.",
    )


def _same(connection: Connection, dump: Dump) -> bool:
    return all(tally(lines(connection, shape)) == tally(dump.lines(shape)) for shape in dump.shapes)


def _count(connection: Connection, shape: Shape) -> int:
    return int(connection.execute(select(func.count()).select_from(shape.table())).scalar_one())


def _continue_numbers(connection: Connection, filled: Iterable[Shape]) -> None:
    """PostgreSQL numbers new rows from a sequence, which knows nothing of rows that came with their numbers."""
    if connection.dialect.name != "postgresql":
        return
    for shape in filled:
        if shape.key != ("id",):
            continue
        sequence = connection.execute(select(func.pg_get_serial_sequence(shape.name, "id"))).scalar_one()
        if sequence is not None:
            newest = select(func.max(shape.table().c.id)).scalar_subquery()
            connection.execute(select(func.setval(sequence, func.coalesce(newest, 1), newest.is_not(None))))
