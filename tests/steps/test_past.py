"""What a unit is compared with: the median of the others."""

from __future__ import annotations

import statistics
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tonghop.steps.past import others

RATES = st.lists(st.builds(Fraction, st.integers(0, 30), st.integers(1, 7)), max_size=9)


@given(RATES, st.data())
def test_the_median_of_the_others_leaves_the_unit_itself_out(rates: list[Fraction], data: st.DataObject) -> None:
    own = data.draw(st.sampled_from(rates)) if rates else None
    rest = list(rates)
    if own is not None:
        rest.remove(own)
    found = others(sorted(rates), own)
    if not rest:
        assert found is None
        return
    assert found is not None
    assert found.count == len(rest)
    assert abs(Fraction(found.median) - statistics.median(rest)) <= Fraction(1, 200)
    assert found.median == found.median.quantize(Decimal("0.01"))


@given(RATES)
def test_a_unit_without_a_rate_is_compared_with_all_others(rates: list[Fraction]) -> None:
    found = others(sorted(rates), None)
    assert (found.count if found else 0) == len(rates)
