"""Time and the collecting passes: is the clock right, does somebody look into the inboxes as often as planned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from tonghop.domain.reminding import ReminderPlan
from tonghop.steps.clock import set_back
from tonghop.steps.context import Context
from tonghop.steps.doctor.findings import Found, bad, ok, warn
from tonghop.steps.doctor.inboxes import span
from tonghop.steps.owing import unwatched_days

_APART, _FAR_APART = timedelta(minutes=1), timedelta(minutes=5)
_MISSED, _MANY = 3, timedelta(hours=24)  # passes that may be missed before it is told; a day is a fault
_SET_CLOCK = "Bật đồng bộ giờ (NTP) trên máy này và máy chủ cơ sở dữ liệu, rồi chạy lại."
_LOOK = (
    "Trong Airflow: quy trình “Thu nhận hồ sơ” phải đang bật, lượt chạy gần nhất không báo lỗi; scheduler và worker "
    "phải đang chạy. Chạy tay: tonghop collect."
)


def clock(context: Context, fixed: datetime | None) -> Iterator[Found]:
    """Our clock against that of the database and against the newest pass; `fixed` is TONGHOP_NOW."""
    wrong = [found for found in (_fixed(fixed), _behind(context), _beside(context)) if found]
    yield from wrong or [ok(f"{context.clock():%H:%M ngày %d/%m/%Y (UTC%z)}.")]


def _fixed(fixed: datetime | None) -> Found | None:
    if fixed is None:
        return None
    words = f"TONGHOP_NOW đang giữ giờ làm việc ở {fixed:%H:%M ngày %d/%m/%Y}."
    return warn(words, "Chỉ dùng khi chạy thử; khi vận hành thật thì bỏ TONGHOP_NOW.")


def _behind(context: Context) -> Found | None:
    fault = set_back(context)
    return bad(fault.problem, fault.remedy) if fault else None


def _beside(context: Context) -> Found | None:
    theirs = context.store.clock()
    if theirs is None:  # an embedded database has the clock of its machine
        return None
    apart = abs(theirs - datetime.now(UTC))
    if apart <= _APART:
        return None
    words = f"Đồng hồ máy này và máy chủ cơ sở dữ liệu lệch nhau {span(apart.total_seconds())}."
    return (bad if apart > _FAR_APART else warn)(words, _SET_CLOCK)


def passes(context: Context, plan: ReminderPlan, every: timedelta | None) -> Iterator[Found]:
    """The last pass that ran to its end, and days without any; `every`: how often one is due, None in a demonstration.

    Also told before the first period is opened: then there is nothing to collect.
    """
    opened = context.store.periods.opened()
    if not opened:
        yield ok("Chưa mở kỳ báo cáo nào, chưa phải thu nhận.")
        return
    now = context.clock()
    first = min(one.opened_at for one in opened)
    wrong = [] if every is None else [*_last(context, now, first, every), *_days(context, plan, now)]
    yield from wrong or [ok(_said(context, now))]


def _last(context: Context, now: datetime, opened: datetime, every: timedelta) -> Iterator[Found]:
    last = context.store.scans.last_before(now + timedelta(seconds=1))
    since = now - (last.at if last else opened)
    if since > every * _MISSED:
        words = f"lượt gần nhất cách đây {span(since.total_seconds())}" if last else "chưa có lượt nào chạy xong"
        told = bad if since > _MANY else warn
        yield told(f"Thu nhận không chạy đúng lịch ({_minutes(every)} phút một lượt): {words}.", _LOOK)


def _days(context: Context, plan: ReminderPlan, now: datetime) -> Iterator[Found]:
    days = unwatched_days(context, plan, now)
    if days:
        how = (
            "Xem vì sao máy hoặc quy trình “Thu nhận hồ sơ” ngừng trong những ngày ấy; hạn rơi vào ngày ấy thì tệp tìm "
        )
        words = f"Không có lượt thu nhận nào chạy xong trong {len(days)} ngày: {_dates(days)}."
        yield warn(words, f"{how}thấy ở lượt kế tiếp vẫn được tính đúng hạn.")


def _said(context: Context, now: datetime) -> str:
    last = context.store.scans.last_before(now + timedelta(seconds=1))
    return (
        f"Lượt thu nhận gần nhất: {last.at.astimezone(now.tzinfo):%H:%M ngày %d/%m/%Y}."
        if last
        else "Chưa có lượt nào."
    )


def _minutes(every: timedelta) -> int:
    return int(every.total_seconds() // 60)


def _dates(days: tuple[date, ...]) -> str:
    return ", ".join(f"{day:%d/%m/%Y}" for day in days)
