"""Recording filings: what is kept, what stands, and that nothing is doubled or half done."""

from __future__ import annotations

from datetime import date, timedelta, timezone

import pytest
from sqlalchemy import func, select
from store.samples import NOON, PERIOD, UNIT, arrival, at, filing, form, row, submission

from tonghop.domain.errors import StoreError
from tonghop.domain.finding import make
from tonghop.domain.submission import Signature, State
from tonghop.domain.units import UnitKey
from tonghop.store import Store, schema, submissions
from tonghop.store.records import EventKind, Outcome


def counts(store: Store) -> dict[str, int]:
    with store.database.reading() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in schema.METADATA.tables.items()
        }


def kinds(store: Store) -> list[EventKind]:
    return [event.kind for event in store.events.of(PERIOD)]


def test_a_recorded_submission_comes_back_with_everything(store: Store) -> None:
    found = make("row-added", form="II.06a", row_key="x", column=4, columns=(3, 4), found="1").explained("đúng")
    recorded = store.submissions.record(submission(findings=(found,), decided_at=at(1)))

    kept = recorded.submission
    assert recorded.fresh
    assert recorded.arrival.outcome is Outcome.RECORDED
    assert (kept.period, kept.unit, kept.revision, kept.state) == (PERIOD, UNIT, 1, State.ACCEPTED)
    assert (kept.received_at, kept.accepted_at, kept.on_time) == (NOON, at(1), True)
    assert kept.signature == Signature("Nguyễn Văn A", "Trần Thị B", "05/BC-UBND", date(2024, 9, 16))
    assert store.submissions.get(kept.id) == kept
    assert store.submissions.latest(PERIOD, UNIT) == kept
    assert store.submissions.standing(PERIOD, UNIT) == kept
    assert store.filings.findings(kept.id) == (found,)
    assert store.filings.accepted_findings(PERIOD) == {UNIT.code: (found,)}
    assert store.filings.explanations(kept.id) == filing().explanations
    assert store.filings.paragraphs(kept.id) == filing().paragraphs
    assert store.filings.accepted_paragraphs(PERIOD) == {UNIT.code: filing().paragraphs}


def test_local_time_is_kept_as_the_same_instant(store: Store) -> None:
    local = NOON.astimezone(timezone(timedelta(hours=7)))
    kept = store.submissions.record(submission(received_at=local)).submission
    assert kept.received_at == NOON
    assert kept.received_at.utcoffset() == timedelta(0)


def test_a_time_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="no time zone"):
        store.submissions.record(submission(received_at=NOON.replace(tzinfo=None)))
    assert counts(store)["submissions"] == 0


def test_the_same_arrival_is_recorded_once(store: Store) -> None:
    first = store.submissions.record(submission())
    before = counts(store)
    again = store.submissions.record(submission(received_at=at(9)))
    assert not again.fresh
    assert (again.arrival, again.submission) == (first.arrival, first.submission)
    assert counts(store) == before


def test_an_accepted_revision_supersedes_the_one_that_stood(store: Store) -> None:
    first = store.submissions.record(submission("aa")).submission
    second = store.submissions.record(submission("bb", received_at=at(5))).submission
    former = store.submissions.get(first.id)

    assert former is not None
    assert (former.state, former.superseded_by, former.superseded_at) == (State.SUPERSEDED, second.id, at(5))
    assert store.submissions.standing(PERIOD, UNIT) == second
    assert [one.revision for one in store.submissions.of(PERIOD)] == [1, 2]
    assert store.periods.revision(PERIOD) == 2
    assert kinds(store) == [EventKind.OPENED, EventKind.ACCEPTED, EventKind.ACCEPTED, EventKind.SUPERSEDED]


@pytest.mark.parametrize("state", [State.RETURNED, State.INVALID, State.AWAITING])
def test_the_accepted_one_stands_while_its_replacement_is_not_accepted(store: Store, state: State) -> None:
    first = store.submissions.record(submission("aa")).submission
    later = store.submissions.record(submission("bb", state)).submission
    assert store.submissions.standing(PERIOD, UNIT) == first
    assert store.submissions.latest(PERIOD, UNIT) == later
    assert later.accepted_at is None
    assert store.periods.revision(PERIOD) == 1


def test_a_file_nobody_can_read_is_kept_without_period_and_contents(store: Store) -> None:
    new = submission("cc", State.RETURNED, period="", filing=None, findings=(make("damaged"),))
    kept = store.submissions.record(new).submission
    assert (kept.period, kept.revision, kept.findings_count, kept.signature) == ("", 1, 1, Signature())
    assert store.filings.forms(kept.id) == {}
    assert [event.kind for event in store.events.of("")] == [EventKind.RETURNED]


def test_accepting_for_a_period_that_is_not_open_is_our_fault_and_leaves_nothing(store: Store) -> None:
    before = counts(store)
    with pytest.raises(StoreError, match="Kỳ báo cáo 20191 chưa được mở"):
        store.submissions.record(submission(period="20191"))
    assert counts(store) == before


def test_the_same_file_filed_again_after_another_is_a_new_arrival(store: Store) -> None:
    for step, sha256 in enumerate(["aa", "bb", "aa"]):
        recorded = store.submissions.record(submission(sha256, received_at=at(step)))
        assert recorded.fresh
        store.arrivals.mark_moved(recorded.arrival.id, f"da-nhan/{step}", at(step))
    assert [one.sha256 for one in store.submissions.of(PERIOD)] == ["aa", "bb", "aa"]
    assert recorded.arrival.generation == 1
    assert recorded.submission.revision == 3
    assert store.submissions.standing(PERIOD, UNIT) == recorded.submission


def test_the_same_bytes_again_are_a_duplicate(store: Store) -> None:
    first = store.submissions.record(submission())
    store.arrivals.mark_moved(first.arrival.id, "da-nhan/1", NOON)
    by_check = store.submissions.record_duplicate(arrival(), PERIOD, at(1), "an")
    by_race = store.submissions.record(submission(arrival=arrival(name="bản sao.xlsx"), received_at=at(2)))

    for recorded in (by_check, by_race):
        assert recorded.fresh
        assert recorded.arrival.outcome is Outcome.DUPLICATE
        assert recorded.submission == first.submission
    assert not store.submissions.record_duplicate(arrival(), PERIOD, at(3), "an").fresh
    assert len(store.submissions.of(PERIOD)) == 1
    assert kinds(store)[2:] == [EventKind.DUPLICATE, EventKind.DUPLICATE]


def test_a_duplicate_of_nothing_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="không trùng"):
        store.submissions.record_duplicate(arrival(), PERIOD, NOON, "an")


def test_arrivals_are_known_until_they_are_moved(store: Store) -> None:
    recorded = store.submissions.record(submission())
    assert store.arrivals.known(arrival()) == recorded.arrival
    assert store.arrivals.known(arrival("bb")) is None
    assert store.arrivals.unmoved(UNIT) == store.arrivals.unmoved() == (recorded.arrival,)
    assert store.arrivals.unmoved(UnitKey(UNIT.code, date(2025, 7, 1))) == ()

    store.arrivals.mark_moved(recorded.arrival.id, "da-nhan/1", at(1))
    store.arrivals.mark_moved(recorded.arrival.id, "da-nhan/2", at(2))
    assert store.arrivals.unmoved() == ()
    assert store.arrivals.known(arrival()) is None


def test_units_that_share_a_code_are_kept_apart(store: Store) -> None:
    merged = UnitKey(UNIT.code, date(2025, 7, 1))
    first = store.submissions.record(submission()).submission
    store.submissions.record(submission("bb", arrival=arrival("bb", unit=merged)))
    assert store.submissions.standing(PERIOD, UNIT) == first


@pytest.mark.parametrize("broken", ["log", "_recorded"])
def test_a_kill_inside_the_transaction_leaves_nothing(
    store: Store, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.submissions.record(submission("aa"))
    before = counts(store)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(submissions, broken, killed)
    with pytest.raises(KeyboardInterrupt):
        store.submissions.record(submission("bb", findings=(make("row-added"),)))
    monkeypatch.undo()

    assert counts(store) == before
    assert store.periods.revision(PERIOD) == 1
    standing = store.submissions.standing(PERIOD, UNIT)
    assert standing is not None
    assert standing.sha256 == "aa"
    assert store.submissions.record(submission("bb")).submission.revision == 2


def test_notes_are_added_once_and_change_no_state(store: Store) -> None:
    kept = store.submissions.record(submission(findings=(make("row-added"),))).submission
    note = make("earlier-period-changed", "Quý II/2024 đã đính chính")
    assert store.submissions.add_notes(kept.id, [note, note], at(1), "an") == 1
    assert store.submissions.add_notes(kept.id, [note], at(2), "an") == 0
    assert [one.code for one in store.filings.findings(kept.id)] == ["row-added", "earlier-period-changed"]
    after = store.submissions.get(kept.id)
    assert after is not None
    assert (after.state, after.findings_count) == (State.ACCEPTED, 2)
    assert store.periods.revision(PERIOD) == 1


def test_what_no_database_takes_is_written_out(store: Store) -> None:
    name = "b\udce1o c\x00o.xlsx"
    new = submission(arrival=arrival(name=name), filing=filing(form("II.04", row("x\x00y", {3: "a\x00b"}))))
    recorded = store.submissions.record(new)
    assert recorded.submission.original_name == "b\\udce1o c\\x00o.xlsx"
    assert store.arrivals.known(arrival(name=name)) == recorded.arrival
    assert [one.value for one in store.filings.cells(recorded.submission.id)] == ["a\\x00b"]
