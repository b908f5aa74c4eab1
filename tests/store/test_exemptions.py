"""Exemptions on both databases: the last decision holds, each is kept, none takes away what stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store.samples import NOON, PERIOD, UNIT, at, filing, form, row, submission

from tonghop.domain.errors import StoreError, UsageError
from tonghop.domain.office import Exemption
from tonghop.store import Store
from tonghop.store.records import EventKind

FREED = Exemption(PERIOD, UNIT, "II.06a", False, "Không có nhiệm vụ này.", "canbo", at(1))


def test_the_last_decision_on_a_form_holds(store: Store) -> None:
    all_of_it = replace(FREED, form="", decided_at=at(2))
    assert store.exemptions.record(FREED)
    assert store.exemptions.record(all_of_it)
    assert store.exemptions.in_force() == store.exemptions.in_force(PERIOD) == (FREED, all_of_it)
    assert store.exemptions.lifted(PERIOD) == frozenset()
    assert store.exemptions.record(replace(FREED, lifted=True, decided_at=at(3)))
    assert store.exemptions.in_force() == (all_of_it,)
    assert store.exemptions.lifted(PERIOD) == {UNIT}
    assert store.exemptions.record(replace(FREED, decided_at=at(4)))
    assert [one.form for one in store.exemptions.in_force()] == ["II.06a", ""]
    assert store.periods.revision(PERIOD) == 4
    kinds = [event.kind for event in store.events.of(PERIOD)][1:]
    assert kinds == [EventKind.EXEMPTED, EventKind.EXEMPTED, EventKind.EXEMPTION_LIFTED, EventKind.EXEMPTED]


def test_what_holds_already_is_not_recorded_again(store: Store) -> None:
    assert not store.exemptions.record(replace(FREED, lifted=True))
    assert store.exemptions.record(FREED)
    assert not store.exemptions.record(replace(FREED, reason="Lý do khác."))
    assert store.exemptions.in_force() == (FREED,)
    assert store.periods.revision(PERIOD) == 1


def test_another_period_is_another_matter(store: Store) -> None:
    store.periods.open("20244", NOON, "an")
    store.exemptions.record(FREED)
    assert store.exemptions.in_force("20244") == ()
    with pytest.raises(StoreError, match="chưa được mở"):
        store.exemptions.record(replace(FREED, period="20251"))
    assert store.exemptions.in_force() == (FREED,)


def test_figures_that_stand_are_not_exempted(store: Store) -> None:
    nothing = form("II.08", nil=True)
    store.submissions.record(submission(filing=filing(form("II.06a", row("Đất đai", {3: 1})), nothing)))
    for refused in ("II.06a", ""):
        with pytest.raises(UsageError, match="không ghi miễn được"):
            store.exemptions.record(replace(FREED, form=refused))
    assert store.exemptions.record(replace(FREED, form="II.08"))
