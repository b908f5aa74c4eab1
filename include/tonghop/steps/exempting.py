"""Freeing a unit from a form or from a whole period, and ending that: what it need not file leaves what is owed."""

from __future__ import annotations

from dataclasses import dataclass

from tonghop.domain.errors import UsageError
from tonghop.domain.office import Exemption
from tonghop.steps.actions import Desk, reason_given
from tonghop.steps.context import Context
from tonghop.steps.opening import renew_template


@dataclass(frozen=True, slots=True)
class Freed:
    """What an official decides: `form` "" is everything the unit owes in the period; `lifted` ends an exemption."""

    form: str
    reason: str
    lifted: bool = False


def exempt(context: Context, desk: Desk, wanted: Freed) -> bool:
    """Record it and renew the unit's blank workbook; False when that held already.

    UsageError for a form the unit never owed, one that stands filed, or no reason.
    """
    province = context.opened(desk.period)
    duties = province.duties(desk.unit, desk.period)
    if wanted.form and wanted.form not in duties:
        raise UsageError(
            f"{desk.unit.name} không phải báo cáo biểu {wanted.form}.", f"Các biểu: {', '.join(duties) or 'không có'}."
        )
    decided = Exemption(
        period=desk.period.code,
        unit=desk.unit.key,
        form=wanted.form,
        lifted=wanted.lifted,
        reason=reason_given(wanted.reason),
        login=desk.login,
        decided_at=context.clock(),
    )
    fresh = context.store.exemptions.record(decided)
    renew_template(context, desk.period, desk.unit)
    return fresh
