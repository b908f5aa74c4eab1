"""Every migration up and down with rows in every table, on both databases; what an older version cannot hold.

The revisions are those there are: a migration added tomorrow is walked through without a word here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, text, update
from store.rows_of_any_table import fill, read, tables, without_additions
from store.samples import PERIOD, submission

from tonghop.domain.errors import StoreError
from tonghop.store import Store, migrating
from tonghop.store.schema import events

REVISIONS = migrating.revisions()


@pytest.fixture
def empty(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        yield opened


def check_events_are_guarded(store: Store) -> None:
    for statement in (update(events).values(actor="người khác"), delete(events)):
        with pytest.raises(StoreError) as told, store.database.writing() as connection:
            connection.execute(statement)
        assert "append-only" in str(told.value.__cause__)


def test_the_revisions_are_one_line() -> None:
    assert REVISIONS[0] == "r0001"
    assert len(set(REVISIONS)) == len(REVISIONS) >= 4


@pytest.mark.parametrize("first", REVISIONS)
def test_rows_survive_every_way_up_and_down(empty: Store, first: str) -> None:
    """From `first` step by step to the newest, step by step back, and up again in one go."""
    above = REVISIONS[REVISIONS.index(first) + 1 :]
    migrating.upgrade(empty.database, first)
    fill(empty.database)
    filled = read(empty.database)
    assert all(len(rows) == 2 for rows in filled.values())

    for revision in above:
        migrating.upgrade(empty.database, revision)
        assert without_additions(read(empty.database), filled) == filled, f"on the way up to {revision}"
        check_events_are_guarded(empty)
    for revision in (*above[:-1][::-1], first) if above else ():
        migrating.downgrade(empty.database, revision)
        assert without_additions(read(empty.database), filled) == filled, f"on the way down to {revision}"
        check_events_are_guarded(empty)
    assert read(empty.database) == filled

    migrating.upgrade(empty.database)
    assert migrating.current(empty.database) == REVISIONS[-1]
    assert without_additions(read(empty.database), filled) == filled
    check_events_are_guarded(empty)


def test_real_filings_survive_the_way_down_and_up(store: Store) -> None:
    kept = store.submissions.record(submission()).submission
    cells, findings = store.filings.cells(kept.id), store.filings.findings(kept.id)
    told = store.events.of(PERIOD)
    migrating.downgrade(store.database, "r0001", lose=True)  # what later versions added to a filing goes
    migrating.upgrade(store.database)
    assert store.submissions.get(kept.id) == kept
    assert (store.filings.cells(kept.id), store.filings.findings(kept.id)) == (cells, findings)
    assert store.events.of(PERIOD) == told
    assert store.submissions.record(submission("bb")).submission.revision == 2


@pytest.mark.parametrize("older", REVISIONS[:-1])
def test_what_an_older_version_has_no_place_for_stops_the_downgrade(empty: Store, older: str) -> None:
    migrating.upgrade(empty.database, older)
    with empty.database.reading() as connection:
        known = {table.name: set(table.columns.keys()) for table in tables(connection)}
    migrating.upgrade(empty.database)
    fill(empty.database)
    before = read(empty.database)
    added = [name for name in before if name not in known]
    added += [f"{name}.{column}" for name in known for column in before[name][0] if column not in known[name]]

    with pytest.raises(StoreError, match="đã hủy, không thay đổi gì") as told:
        migrating.downgrade(empty.database, older)

    assert added
    for place in added:
        assert place in told.value.problem
    assert migrating.current(empty.database) == REVISIONS[-1]
    assert read(empty.database) == before
    check_events_are_guarded(empty)
    migrating.downgrade(empty.database, older, lose=True)
    assert migrating.current(empty.database) == older


def test_rows_that_a_downgrade_would_delete_stop_it(empty: Store) -> None:
    """Before r0009 every arrival belonged to a filing; one that does not has no place there."""
    migrating.upgrade(empty.database, "r0009_receipts")
    fill(empty.database, only={"arrivals", "submissions"})
    with empty.database.writing() as connection:
        connection.execute(text("UPDATE arrivals SET submission_id = NULL WHERE id = 2"))
    before = read(empty.database)
    with pytest.raises(StoreError, match=r"ở: arrivals;"):
        migrating.downgrade(empty.database, "r0008_exemptions")
    assert read(empty.database) == before


def test_nothing_goes_down_to_no_tables_by_mistake(store: Store) -> None:
    with pytest.raises(StoreError, match="periods"):
        migrating.downgrade(store.database, "base")
    assert store.periods.get(PERIOD) is not None


def test_an_unknown_version_is_told_with_those_there_are(store: Store) -> None:
    with pytest.raises(StoreError, match="r0000") as told:
        migrating.downgrade(store.database, "r0000")
    assert REVISIONS[0] in told.value.remedy


def test_a_killed_migration_leaves_the_version_before(empty: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    migrating.upgrade(empty.database, REVISIONS[0])
    fill(empty.database)
    before = read(empty.database)

    class Kill(BaseException):
        pass

    real = migrating.command.upgrade

    def killed(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        raise Kill

    with monkeypatch.context() as patch:
        patch.setattr(migrating.command, "upgrade", killed)
        with pytest.raises(Kill):
            migrating.upgrade(empty.database)
    assert migrating.current(empty.database) == REVISIONS[0]
    assert read(empty.database) == before
    migrating.upgrade(empty.database)
    assert without_additions(read(empty.database), before) == before
