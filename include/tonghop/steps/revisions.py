"""Which periods need consolidating: a counter that only grows whenever anything their totals follow from changes."""

from __future__ import annotations

from tonghop.domain.period import Period
from tonghop.domain.regime import Regime
from tonghop.steps.context import Context


def sources(regime: Regime, period: Period) -> tuple[Period, ...]:
    """Periods whose accepted figures the totals of `period` follow from: itself and the parts of its derived views."""
    slots = [slot for view in regime.cumulatives if view.after == period.slot for slot in view.parts]
    slots += [slot for view in regime.implied if view.after == period.slot for slot in view.parts]
    parts = {regime.part(period, slot) for slot in slots}
    return (period, *sorted(parts - {period}))


def revision(context: Context, period: Period) -> int:
    """Sum of the store's revisions of `sources`; grows with every accepted filing in any of them."""
    regime = context.province_for(period).regime
    opened = (context.store.periods.get(source.code) for source in sources(regime, period))
    return sum(found.revision for found in opened if found is not None)


def pending(context: Context) -> dict[str, int]:
    """Opened periods whose totals are behind, with the revision they are to be brought to."""
    found = {}
    for opened in context.store.periods.opened():
        wanted = revision(context, Period.parse(opened.period))
        if wanted > opened.consolidated_revision:
            found[opened.period] = wanted
    return found
