"""Later deadlines and rulings in the store: what they change, once and on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store.samples import NOON, PERIOD, UNIT, arrival, at, submission

from tonghop.domain.errors import UsageError
from tonghop.domain.finding import make
from tonghop.domain.office import Extension, Ruling
from tonghop.domain.submission import State
from tonghop.store import Store
from tonghop.store.records import Fired, Recorded

SOFT = make("carry-over", form="II.06a", row_key="đất đai", column=6, rule="II.06a:6<-11", found="5", expected="2")
HARD = make("negative", form="II.06a", column=4, rule="II.06a:4>=0")


def extension(minutes: int, granted: int = 0) -> Extension:
    return Extension(PERIOD, UNIT, at(minutes), "Mất điện", "canbo", at(granted))


def ruling(recorded: Recorded, *, accepted: bool, said: str = "") -> Ruling:
    return Ruling(recorded.submission.id, 1, accepted, said, "Đã đối chiếu", "canbo", at(90))


def record(store: Store, sha256: str, state: State, *findings: object, on_time: bool = True) -> Recorded:
    filed = submission(sha256, state, findings=findings, on_time=on_time)
    return store.submissions.record(replace(filed, arrival=arrival(sha256, f"{sha256}.xlsx")))


def test_the_last_extension_holds_and_makes_filings_timely(store: Store) -> None:
    late = record(store, "aa", State.ACCEPTED, on_time=False).submission.id
    assert store.office.extend(extension(-1)) == 0
    assert store.office.extend(extension(0, granted=1)) == 1, "a filing at the very second is on time"
    found = store.submissions.get(late)
    assert found is not None
    assert found.on_time
    assert store.office.extensions(PERIOD) == (extension(-1), extension(0, granted=1))
    assert store.office.extensions(PERIOD, replace_code("99999")) == ()
    assert [event.kind.value for event in store.events.of_unit(PERIOD, UNIT)][-2:] == ["extended", "extended"]


def replace_code(code: str) -> object:
    return UNIT._replace(code=code)


def test_taking_a_figure_completes_the_acceptance(store: Store) -> None:
    first = record(store, "aa", State.ACCEPTED)
    second = record(store, "bb", State.AWAITING, SOFT)
    before = store.periods.revision(PERIOD)
    settled = store.office.rule(ruling(second, accepted=True))
    assert settled.state is State.ACCEPTED
    assert settled.accepted_at == at(90)
    replaced = store.submissions.get(first.submission.id)
    assert replaced is not None
    assert (replaced.state, replaced.superseded_by) == (State.SUPERSEDED, settled.id)
    assert store.periods.revision(PERIOD) == before + 1
    assert store.filings.findings(settled.id)[0].explained_by == "Văn phòng ghi nhận: Đã đối chiếu"


def test_refusing_undoes_it_and_is_remembered(store: Store) -> None:
    said = SOFT.explained("Chuyển từ đơn vị khác")
    filed = record(store, "aa", State.ACCEPTED, said)
    settled = store.office.rule(ruling(filed, accepted=False, said=said.explained_by))
    assert (settled.state, settled.accepted_at) == (State.AWAITING, None)
    assert store.submissions.standing(PERIOD, UNIT) is None
    assert store.office.refused(PERIOD, UNIT) == ((SOFT, "Chuyển từ đơn vị khác"),)
    assert [one.accepted for one in store.office.rulings(filed.submission.id)] == [False]


def test_what_must_be_mended_stays_so(store: Store) -> None:
    filed = record(store, "aa", State.INVALID, SOFT, HARD)
    before = store.periods.revision(PERIOD)
    assert store.office.rule(ruling(filed, accepted=True)).state is State.INVALID
    assert store.periods.revision(PERIOD) == before
    with pytest.raises(UsageError, match="không cần giải trình"):
        store.office.rule(replace(ruling(filed, accepted=True), position=2))


def test_only_the_latest_filing_and_what_was_really_said(store: Store) -> None:
    old = record(store, "aa", State.AWAITING, SOFT)
    with pytest.raises(UsageError, match="chưa giải trình"):
        store.office.rule(ruling(old, accepted=False))
    with pytest.raises(UsageError, match="người khác xử lý"):
        store.office.rule(ruling(old, accepted=True, said="lời khác"))
    record(store, "bb", State.AWAITING, SOFT)
    with pytest.raises(UsageError, match="gửi lần khác"):
        store.office.rule(ruling(old, accepted=True))
    assert store.office.rulings(old.submission.id) == ()


def test_counts_over_a_period(store: Store) -> None:
    first = record(store, "aa", State.INVALID, SOFT, HARD)
    second = record(store, "bb", State.AWAITING, SOFT, SOFT.explained("Đã rõ lý do"))
    assert store.counts.open_findings(PERIOD) == {first.submission.id: 2, second.submission.id: 1}
    assert sorted(store.counts.fired(PERIOD), key=lambda one: one.code) == [
        Fired("carry-over", "II.06a", "II.06a:6<-11", 3, 1),
        Fired("negative", "II.06a", "II.06a:4>=0", 1, 1),
    ]
    assert store.counts.nil_forms(PERIOD) == {}
    assert store.events.last_at() == NOON
