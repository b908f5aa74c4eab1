"""Forms a filing takes over from the one that stands: copied, with the workbook they are from; never a mixture."""

from __future__ import annotations

import pytest
from store.samples import PERIOD, UNIT, filing, form, row, submission

from tonghop.domain.errors import OutdatedError
from tonghop.domain.submission import State
from tonghop.store import Store
from tonghop.store.records import FormPlace, Inherited, NewSubmission, Outcome

WHOLE = filing(
    form("II.06a", row("Đất đai", {3: 100, 4: 40}), row("Trống", {3: None}), row("Hộ tịch", {3: 0})),
    form("II.08", row("Phường", {3: 7})),
    form("II.05a", nil=True),
)


def partial(sha256: str, base: int, forms: dict[str, int], state: State = State.ACCEPTED) -> NewSubmission:
    changed = filing(*(WHOLE.forms[code] for code in forms), form("II.08", row("Phường", {3: 9})))
    return submission(sha256, state, filing=changed, inherited=Inherited(base, 1, forms))


def test_inherited_forms_are_copied_with_the_submission_they_are_from(store: Store) -> None:
    first = store.submissions.record(submission("aa", filing=WHOLE)).submission
    second = store.submissions.record(partial("bb", first.id, {"II.06a": first.id, "II.05a": first.id})).submission
    assert store.filings.places(second.id) == {
        "II.05a": FormPlace("II.05a", first.id, True),
        "II.06a": FormPlace("II.06a", first.id, False),
        "II.08": FormPlace("II.08", second.id, False),
    }
    kept = [cell for cell in store.filings.cells(second.id) if cell.form == "II.06a"]
    assert kept == [cell for cell in store.filings.cells(first.id) if cell.form == "II.06a"]
    assert [cell.position for cell in kept] == [1, 1, 3]
    assert [cell.value for cell in store.filings.cells(second.id) if cell.form == "II.08"] == [9]
    assert store.provenance.places([first.id, second.id], "II.06a") == {
        first.id: FormPlace("II.06a", first.id, False),
        second.id: FormPlace("II.06a", first.id, False),
    }
    assert store.provenance.inherited([first.id, second.id]) == {second.id: {first.id: ("II.05a", "II.06a")}}
    assert store.filings.accepted_places(PERIOD)[UNIT.code, "II.06a"].origin == first.id


def test_a_form_inherited_again_keeps_its_first_origin(store: Store) -> None:
    first = store.submissions.record(submission("aa", filing=WHOLE)).submission
    second = store.submissions.record(partial("bb", first.id, {"II.06a": first.id})).submission
    third = store.submissions.record(partial("cc", second.id, {"II.06a": first.id})).submission
    assert store.filings.places(third.id)["II.06a"].origin == first.id


@pytest.mark.parametrize("state", [State.ACCEPTED, State.INVALID], ids=str)
def test_nothing_is_inherited_from_what_stands_no_more(store: Store, state: State) -> None:
    first = store.submissions.record(submission("aa", filing=WHOLE)).submission
    store.submissions.record(submission("bb", filing=WHOLE))
    with pytest.raises(OutdatedError, match="vừa thay đổi"):
        store.submissions.record(partial("cc", first.id, {"II.06a": first.id}, state))
    assert [one.sha256 for one in store.submissions.of(PERIOD)] == ["aa", "bb"]


def test_the_same_bytes_beside_other_forms_are_another_filing(store: Store) -> None:
    first = store.submissions.record(submission("aa", filing=WHOLE)).submission
    store.submissions.record(partial("bb", first.id, {"II.06a": first.id}, State.INVALID))
    again = partial("bb", first.id, {"II.06a": first.id}, State.INVALID)
    moved = store.arrivals.unmoved()[-1]
    store.arrivals.mark_moved(moved.id, "da-nhan/bb.xlsx", moved.received_at)
    assert store.submissions.record(again).arrival.outcome is Outcome.DUPLICATE
    moved = store.arrivals.unmoved()[-1]
    store.arrivals.mark_moved(moved.id, "da-nhan/bb.xlsx", moved.received_at)
    other = partial("bb", first.id, {"II.06a": first.id, "II.05a": first.id}, State.INVALID)
    assert store.submissions.record(other).arrival.outcome is Outcome.RECORDED
