"""The tables of a backup: one compressed file of lines each, and what the backup's manifest says of them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from tonghop.domain.errors import StoreError
from tonghop.store import migrating
from tonghop.store.database import Database
from tonghop.store.dumping import Counter, Shape, Tally, kept_files, lines, shapes

SUFFIX = ".jsonl.gz"
_FAST = 3  # level of compression: rows repeat themselves, more effort gains little


def revision(frozen: Database) -> str:
    """The migration the tables belong to. First read of a snapshot: what it shows is fixed from now on."""
    return migrating.current(frozen) or ""


def referred(frozen: Database) -> set[str]:
    """SHA-256 of every file of the vault the store refers to."""
    with frozen.reading() as connection:
        return kept_files(connection)


def write_table(frozen: Database, shape: Shape, file: IO[bytes]) -> dict[str, Any]:
    """Write a table's rows to `file`; what the manifest says of it, also the tally of its rows."""
    counter = Counter()
    with (
        frozen.reading() as connection,
        gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=_FAST, mtime=0) as packed,
    ):
        packed.writelines(counter.over(lines(connection, shape)))
    told = counter.tally
    columns = [list(column) for column in shape.columns]
    return {"name": shape.name, "columns": columns, "key": list(shape.key), "rows": told.rows, "sha256": told.sha256}


@dataclass(frozen=True)
class TableFiles:
    """A dump whose tables lie as files in `folder`."""

    folder: Path
    revision: str
    shapes: tuple[Shape, ...]
    tallies: Mapping[str, Tally]

    @classmethod
    def described(cls, folder: Path, revision: str, tables: Sequence[Mapping[str, Any]]) -> Self:
        """From what `write_table` gave for every table."""
        found = tuple(
            Shape(one["name"], tuple((name, kind) for name, kind in one["columns"]), tuple(one["key"]))
            for one in tables
        )
        return cls(folder, revision, found, {one["name"]: Tally(one["rows"], one["sha256"]) for one in tables})

    def lines(self, shape: Shape) -> Iterator[bytes]:
        """The lines of a table; StoreError at their end when they are not those that were written."""
        counter = Counter()
        with gzip.open(self.folder / f"{shape.name}{SUFFIX}") as packed:
            yield from counter.over(packed)
        if counter.tally != self.tallies[shape.name]:
            raise StoreError(f"Bảng {shape.name} trong bản sao lưu không nguyên vẹn.", "Dùng bản sao lưu khác.")


__all__ = ["SUFFIX", "TableFiles", "referred", "revision", "shapes", "write_table"]
