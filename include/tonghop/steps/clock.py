"""The clock of a pass over the inboxes: it never runs backwards, because what is late is judged by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from tonghop.domain.errors import SettingError
from tonghop.steps.context import Context
from tonghop.store.records import Event, EventKind

STEP_BACK = timedelta(minutes=5)  # what keeping a machine's clock right may take back
_AFTER = timedelta(microseconds=1)  # that pass came before this one
_FORM = "%H:%M ngày %d/%m/%Y"


def pass_time(context: Context) -> datetime:
    """The business time of a pass: the clock, but always after the newest pass began.

    A clock set back further than STEP_BACK would call late filings timely: SettingError, nothing is taken. Where that
    newest pass ran by a wrong clock, `Context.clock_checked` lets this one begin anew from the right time.
    """
    now, newest = context.clock(), context.store.scans.newest()
    if newest is None or newest.at <= now:
        return now
    last = newest.at.astimezone(now.tzinfo)
    if context.clock_checked:
        _note(context, now, last)
        return now
    fault = _set_back(now, last)
    if fault is None:
        return last + _AFTER
    raise fault


def set_back(context: Context) -> SettingError | None:
    """Why a pass would refuse to run by the clock as it is now; None when it would not."""
    now, newest = context.clock(), context.store.scans.newest()
    if newest is None or context.clock_checked:
        return None
    return _set_back(now, newest.at.astimezone(now.tzinfo))


def _set_back(now: datetime, last: datetime) -> SettingError | None:
    if last - now <= STEP_BACK:
        return None
    return SettingError(
        f"Đồng hồ của hệ thống ({now:{_FORM}}) chậm hơn lượt nhận báo cáo gần nhất ({last:{_FORM}}); nhận tiếp thì "
        "báo cáo muộn có thể bị tính là đúng hạn.",
        "Chỉnh lại đồng hồ máy chủ (hoặc TONGHOP_NOW) rồi chạy lại. Nếu đồng hồ bây giờ đúng và lần trước mới sai, "
        "chạy một lần: tonghop collect --clock-checked.",
    )


def _note(context: Context, now: datetime, last: datetime) -> None:
    """Write down that a person found the earlier clock right, in the log of the period being reported."""
    opened = context.opened_periods
    detail = {"now": now.isoformat(), "last": last.isoformat()}
    period = opened[-1].code if opened else ""
    context.store.events.add(Event(now, context.actor, EventKind.CLOCK_CHECKED, period, detail=detail))
