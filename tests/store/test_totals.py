"""Totals come back as they were computed, and are replaced as a whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tonghop.domain.rollup import Total, TotalKey
from tonghop.store import Store
from tonghop.store.records import RowLabel, StoredTotals, TotalsPlace

PLACE = TotalsPlace("20243", "", "II.06a")
FIGURES = {
    TotalKey("70", "", "", 3): Total(10**25, 140, 142),
    TotalKey("70", "xa", "đất đai", 3): Total(None, 0, 111),
    TotalKey("688", "own", "đất đai", 3): Total(0, 1, 1),
    TotalKey("70", "", "", 13): Total(Decimal("12.50"), 142, 142),
}
ROWS = (RowLabel("đất đai", "Đất đai", 1), RowLabel("hộ tịch", "Hộ tịch", 2))
KEYS = st.builds(TotalKey, st.sampled_from(["70", "688"]), st.sampled_from(["", "xa"]), st.just("r"), st.integers(3, 8))
VALUES = st.none() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
TOTALS = st.dictionaries(KEYS, st.builds(Total, VALUES, st.integers(0, 9), st.integers(0, 9)))


def test_totals_come_back_with_coverage_and_row_names(store: Store) -> None:
    assert store.totals.digest(PLACE) is None
    assert store.totals.read(PLACE) == StoredTotals({}, ())
    store.totals.replace(PLACE, "d1", FIGURES, reversed(ROWS))
    back = store.totals.read(PLACE)
    assert back == StoredTotals(FIGURES, ROWS)
    assert type(back.figures[TotalKey("70", "", "", 3)].value) is int
    assert store.totals.digest(PLACE) == "d1"
    assert set(store.totals.read(PLACE, "688").figures) == {TotalKey("688", "own", "đất đai", 3)}


def test_views_and_forms_are_replaced_apart(store: Store) -> None:
    for place in (PLACE, PLACE._replace(view="9T"), PLACE._replace(form="II.08")):
        store.totals.replace(place, place.view + place.form, FIGURES, ROWS)
    store.totals.replace(PLACE, "d2", {}, ())
    assert store.totals.read(PLACE) == StoredTotals({}, ())
    assert store.totals.digest(PLACE) == "d2"
    assert store.totals.read(PLACE._replace(view="9T")) == StoredTotals(FIGURES, ROWS)
    assert store.totals.digest(PLACE._replace(form="II.08")) == "II.08"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TOTALS, TOTALS)
def test_whatever_was_there_the_new_totals_stand(
    store: Store, before: dict[TotalKey, Total], after: dict[TotalKey, Total]
) -> None:
    store.totals.replace(PLACE, "before", before)
    store.totals.replace(PLACE, "after", after)
    assert store.totals.read(PLACE).figures == after


def test_a_failure_half_way_keeps_the_old_totals(store: Store) -> None:
    store.totals.replace(PLACE, "d1", FIGURES, ROWS)

    def names() -> object:
        yield ROWS[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.totals.replace(PLACE, "d2", {}, names())  # type: ignore[arg-type]
    assert store.totals.read(PLACE) == StoredTotals(FIGURES, ROWS)
    assert store.totals.digest(PLACE) == "d1"
