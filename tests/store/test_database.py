"""Migrations, transactions, and what the person in charge is told when the database does not answer."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, inspect, text, update
from store.samples import NOON, PERIOD, UNIT, at, submission

from tonghop.domain.errors import StoreError
from tonghop.store import Store, migrating
from tonghop.store.database import Database
from tonghop.store.records import Event, EventKind
from tonghop.store.schema import METADATA, events


def test_the_migrated_tables_are_the_declared_ones(store: Store) -> None:
    with store.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_up_down_and_up_again_with_data(store: Store) -> None:
    store.submissions.record(submission())
    assert migrating.current(store.database) == ScriptDirectory(str(migrating._SCRIPTS)).get_current_head()
    migrating.downgrade(store.database, "base", lose=True)
    assert migrating.current(store.database) is None
    with store.database.reading() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]

    store.migrate()
    store.periods.open(PERIOD, NOON, "an")
    assert store.submissions.record(submission()).submission.revision == 1
    with pytest.raises(StoreError):
        change_events(store, "delete")


def test_migrating_again_changes_nothing_and_says_nothing(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    kept = store.submissions.record(submission()).submission
    with caplog.at_level(logging.INFO):
        store.migrate()
        migrating.downgrade(store.database, "base", lose=True)
        store.migrate()
    assert caplog.records == []
    assert store.submissions.get(kept.id) is None


def test_a_database_of_a_newer_version_is_refused(store: Store) -> None:
    with store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
    with pytest.raises(StoreError, match="phiên bản phần mềm mới hơn") as told:
        store.migrate()
    assert "Cập nhật phần mềm" in told.value.remedy


def change_events(store: Store, how: str) -> None:
    statement = delete(events) if how == "delete" else update(events).values(actor="người khác")
    with store.database.writing() as connection:
        connection.execute(statement)


@pytest.mark.parametrize("how", ["update", "delete"])
def test_events_cannot_be_changed(store: Store, how: str) -> None:
    written = Event(at(1), "an", EventKind.NOTED, PERIOD, UNIT, 3, {"lý do": "đính chính", "số": 1})
    store.events.add(written)
    before = store.events.of(PERIOD)
    assert before[-1] == written
    with pytest.raises(StoreError) as told:
        change_events(store, how)
    assert "append-only" in str(told.value.__cause__)
    assert store.events.of(PERIOD) == before


@pytest.mark.postgres
def test_events_cannot_be_truncated_on_postgresql(postgres_url: str) -> None:
    with Store.open(postgres_url) as store, store.migrate().database.writing() as connection:
        with pytest.raises(Exception, match="append-only"):
            connection.execute(text("TRUNCATE events"))
        connection.rollback()


def test_a_snapshot_does_not_see_what_is_filed_meanwhile(store: Store) -> None:
    store.submissions.record(submission("aa"))
    with store.snapshot() as frozen:
        assert frozen.periods.revision(PERIOD) == 1
        store.submissions.record(submission("bb"))
        assert frozen.periods.revision(PERIOD) == 1
        assert [one.sha256 for one in frozen.submissions.of(PERIOD)] == ["aa"]
        with pytest.raises(RuntimeError, match="read only"):
            frozen.periods.open("20244", NOON, "an")
    assert store.periods.revision(PERIOD) == 2


def test_sqlite_keeps_what_was_committed(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'a.db'}") as store, store.database.reading() as connection:
        told = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


@pytest.mark.parametrize(
    ("url", "problem", "remedy"),
    [
        ("sqlite:////khong/co/thu-muc/tonghop.db", "Không kết nối được", "Kiểm tra thư mục"),
        ("postgresql+psycopg://an:bimat@127.0.0.1:1/x", "Không kết nối được", "máy chủ PostgreSQL đang chạy"),
        ("not a url with bimat", "Địa chỉ cơ sở dữ liệu không dùng được.", "Đặt TONGHOP_DB"),
        ("oracle://an:bimat@x/y", "Địa chỉ cơ sở dữ liệu bắt đầu bằng “oracle” không dùng được.", "Đặt TONGHOP_DB"),
    ],
)
def test_an_unreachable_database_is_told_with_a_remedy(url: str, problem: str, remedy: str) -> None:
    with pytest.raises(StoreError) as told:
        Store.open(url).migrate()
    assert problem in told.value.problem
    assert remedy in told.value.remedy
    assert "bimat" not in str(told.value)


def test_a_file_that_is_no_database_is_told_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "tonghop.db"
    path.write_text("không phải cơ sở dữ liệu " * 100)
    with pytest.raises(StoreError, match="Không kết nối được"):
        Store.open(f"sqlite:///{path}").migrate()


def test_a_database_without_tables_is_told_with_a_remedy(url: str) -> None:
    with Store.open(url) as store, pytest.raises(StoreError, match="chưa được khởi tạo") as told:
        store.periods.opened()
    assert "tonghop open" in told.value.remedy


def test_a_busy_database_is_told_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tonghop.store.database.WAIT_S", 0.1)
    url = f"sqlite:///{tmp_path / 'tonghop.db'}"
    with Store.open(url) as first, Store.open(url) as second:
        first.migrate()
        with first.database.writing(), pytest.raises(StoreError, match="bận"):
            second.periods.open(PERIOD, NOON, "an")


def test_a_fault_of_the_program_is_not_dressed_up_as_one_of_the_database(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.database.writing():
        _ = 1 / 0


def test_an_unused_store_touches_nothing(tmp_path: Path) -> None:
    Database.at(f"sqlite:///{tmp_path / 'tonghop.db'}").close()
    assert list(tmp_path.iterdir()) == []
