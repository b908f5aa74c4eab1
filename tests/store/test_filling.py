"""The store moved to another database: every row compared, nothing overwritten, killed and run again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from store.rows_of_any_table import fill as fill_any
from store.rows_of_any_table import read
from store.samples import NOON, PERIOD, UNIT, arrival, at, big_filing, submission

from tonghop.domain.errors import StoreError
from tonghop.store import Store, dumping, filling, migrating
from tonghop.store.records import Event, EventKind
from tonghop.store.schema import METADATA, cells, events

AWKWARD = "Ô “có”, dấu\nxuống dòng\t\\. \\N đ \x00 \ud800 🇻🇳"


@pytest.fixture(params=["sqlite→postgresql", "postgresql→sqlite", "sqlite→sqlite"])
def both(
    request: pytest.FixtureRequest, tmp_path: Path, new_postgres: Callable[[], str]
) -> Iterator[tuple[Store, Store]]:
    """A store with filings, and one that was never opened."""
    urls = [
        new_postgres() if kind == "postgresql" else f"sqlite:///{tmp_path / f'{at}.db'}"
        for at, kind in enumerate(request.param.split("→"))
    ]
    with Store.open(urls[0]) as source, Store.open(urls[1]) as target:
        source.migrate()
        yield source, target


pytestmark = pytest.mark.postgres


def file_some(store: Store) -> None:
    store.periods.open(PERIOD, NOON, "an")
    store.submissions.record(submission("aa", filing=big_filing()))
    store.submissions.record(submission("bb", arrival=arrival("bb", name=AWKWARD)))
    store.events.add(Event(at(3), AWKWARD, EventKind.NOTED, PERIOD, UNIT, None, {"lý do": "đính chính", "số": 2**60}))


def test_every_row_of_every_table_arrives(both: tuple[Store, Store]) -> None:
    source, target = both
    fill_any(source.database)
    rows = filling.move(source.database, target.database)
    assert rows == dict.fromkeys(METADATA.tables, 2)
    assert read(target.database).keys() == read(source.database).keys()
    with source.database.reading() as here, target.database.reading() as there:
        for shape in dumping.shapes():
            assert list(dumping.lines(there, shape)) == list(dumping.lines(here, shape))


def test_what_arrived_is_worked_on_as_before(both: tuple[Store, Store]) -> None:
    source, target = both
    file_some(source)
    filling.move(source.database, target.database)
    for submission_id in (1, 2):
        assert target.submissions.get(submission_id) == source.submissions.get(submission_id)
        assert target.filings.cells(submission_id) == source.filings.cells(submission_id)
    assert target.events.of(PERIOD) == source.events.of(PERIOD)
    assert target.arrivals.unmoved() == source.arrivals.unmoved()

    new = target.submissions.record(submission("cc", arrival=arrival("cc")))
    assert (new.submission.id, new.submission.revision, new.arrival.id) == (3, 3, 3)
    with pytest.raises(StoreError), target.database.writing() as connection:
        connection.execute(delete(events))


def test_a_second_move_finds_everything_there(both: tuple[Store, Store]) -> None:
    source, target = both
    file_some(source)
    first = filling.move(source.database, target.database)
    assert filling.move(source.database, target.database) == first


def test_a_database_in_use_is_left_alone(both: tuple[Store, Store]) -> None:
    source, target = both
    file_some(source)
    target.migrate().periods.open("20241", NOON, "bình")
    before = read(target.database)
    with pytest.raises(StoreError, match=r"đã có dữ liệu .*periods") as told:
        filling.move(source.database, target.database)
    assert "cơ sở dữ liệu mới" in told.value.remedy
    assert read(target.database) == before


def test_a_database_of_something_else_is_left_alone(both: tuple[Store, Store]) -> None:
    source, target = both
    with target.database.writing() as connection:
        connection.execute(text("CREATE TABLE dag_run (id INTEGER)"))
    with pytest.raises(StoreError, match="không phải của phần mềm này: dag_run"):
        filling.move(source.database, target.database)
    with target.database.reading() as connection:
        assert [table for table in METADATA.tables if connection.dialect.has_table(connection, table)] == []


class Kill(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("table", ["periods", "cells"])
def test_killed_half_way_nothing_is_kept_and_the_next_move_does_it(both: tuple[Store, Store], table: str) -> None:
    source, target = both
    file_some(source)

    def kill(name: str, _rows: int) -> None:
        if name == table:
            raise Kill

    with pytest.raises(Kill):
        filling.move(source.database, target.database, kill)
    assert filling.is_empty(target.database)
    filling.move(source.database, target.database)
    assert target.filings.cells(1) == source.filings.cells(1)


def test_a_row_that_arrives_differently_undoes_everything(
    both: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = both
    file_some(source)
    real = filling.insert_rows

    def altered(connection: object, table: object, columns: object, rows: object) -> None:
        kept = [list(row) for row in rows]  # type: ignore[attr-defined]
        if getattr(table, "name", "") == "cells":
            kept[0][4] += 1
        real(connection, table, columns, kept)  # type: ignore[arg-type]

    monkeypatch.setattr(filling, "insert_rows", altered)
    with pytest.raises(StoreError, match="Bảng cells ở cơ sở dữ liệu đích khác nội dung"):
        filling.move(source.database, target.database)
    assert filling.is_empty(target.database)


def test_nobody_files_while_the_store_moves(both: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = both
    file_some(source)
    monkeypatch.setattr("tonghop.store.database.WAIT_S", 0.2)
    refused: list[str] = []

    def file_meanwhile(_table: str, _rows: int) -> None:
        if not refused:
            with Store.open(str(source.database.engine.url.render_as_string(hide_password=False))) as other:
                with pytest.raises(StoreError, match="bận") as told:
                    other.periods.open("20241", NOON, "bình")
                refused.append(told.value.problem)

    filling.move(source.database, target.database, file_meanwhile)
    assert refused


def test_a_dump_of_an_older_version_fills_today_s_tables(both: tuple[Store, Store]) -> None:
    """Its shapes come with it, as they do in a backup; the migrations after it run over its rows."""
    source, target = both
    older = "r0001"
    source.periods.open(PERIOD, NOON, "an")
    fill_any(source.database, only={"submissions", "cells"})
    with source.database.writing() as connection:
        shapes = [shape for shape in dumping.shapes() if shape.name in {"periods", "submissions", "cells", "events"}]

        class Older(dumping.LiveDump):
            @property
            def shapes(self) -> tuple[dumping.Shape, ...]:
                return tuple(shapes)

        target.migrate()  # as a killed attempt may have left it
        assert filling.fill(target.database, Older(connection, older))["cells"] == 2
    assert migrating.current(target.database) == migrating.revisions()[-1]
    assert target.periods.get(PERIOD) == source.periods.get(PERIOD)


@pytest.mark.parametrize("postgresql", [False, True])
def test_many_rows_in_one_go_obey_the_keys(tmp_path: Path, postgres_url: str, postgresql: bool) -> None:
    url = postgres_url if postgresql else f"sqlite:///{tmp_path / 'tonghop.db'}"
    row = {"submission_id": 1, "form": "II.06a", "position": 1, "column_number": 3, "kind": "i", "address": "C12"}
    with Store.open(url) as store:
        store.migrate()
        with pytest.raises(StoreError, match="trái với dữ liệu đã lưu"), store.database.writing() as connection:
            filling.insert_rows(connection, cells, tuple(row), [tuple(row.values())] * 2)
        with store.database.reading() as connection:
            assert connection.execute(cells.select()).all() == []
