"""Files that lie where they should not lie for long: unanswered, half written, recorded but not put away."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tonghop.files.inbox import Arrived, left_behind, scan_all
from tonghop.files.storage import Place
from tonghop.steps.context import SEND, Context
from tonghop.steps.doctor.findings import Found, bad, ok, warn
from tonghop.steps.taking import filing_units

SLOW_S, STUCK_S, LEFT_S = 30 * 60, 24 * 3600, 3600
_RUN = (
    "Xem lượt chạy “Thu nhận hồ sơ” gần nhất trong Airflow báo lỗi gì (hoặc chạy: tonghop collect), khắc phục theo đó."
)


@dataclass(frozen=True, slots=True)
class Lying:
    """A file in the inbox of the unit with `folder`, `age_s` seconds after it came there."""

    folder: str
    age_s: float


def unanswered(context: Context, now: float) -> tuple[Lying, ...]:
    """Every file in an inbox, oldest first; `now` in seconds since 1970."""
    inboxes = {context.folder(unit, SEND): unit.folder for unit, _ in filing_units(context).values()}
    looks = scan_all(inboxes, 0)
    lying = (
        Lying(inboxes[inbox], max(0.0, now - _came(arrived)))
        for inbox, look in looks.items()
        for arrived in (*look.ready, *look.waiting)
    )
    return tuple(sorted(lying, key=lambda one: -one.age_s))


def _came(arrived: Arrived) -> float:
    """When a file came: a copy keeps the time of its original, so what the disk last changed of it counts too."""
    told = arrived.mtime_ns / 1e9
    if isinstance(arrived.path, Path):
        try:
            return max(told, arrived.path.lstat().st_ctime)
        except FileNotFoundError:
            return time.time()
    return told


def inboxes(context: Context) -> Iterator[Found]:
    """Files older than half an hour that nobody answered, uploads that broke off, files not put away."""
    now = time.time()
    wrong = [*_unanswered(unanswered(context, now)), *_broken_off(context, now), *_unmoved(context)]
    yield from wrong or [ok("Không có tệp nào bị tồn đọng trong thư mục gui-len.")]


def _unanswered(lying: Sequence[Lying]) -> Iterator[Found]:
    old = [one for one in lying if one.age_s > SLOW_S]
    if old:
        told = bad if old[0].age_s > STUCK_S else warn
        yield told(f"{len(old)} tệp chưa được trả lời, lâu nhất {span(old[0].age_s)} ({_where(old)}).", _RUN)


def _broken_off(context: Context, now: float) -> Iterator[Found]:
    places: dict[Place, str] = {context.folder(u, SEND): u.folder for u, _ in filing_units(context).values()}
    left = {places[place]: age for place in places if (age := left_behind(place, now)) > LEFT_S}
    if left:
        folders = [Lying(folder, age) for folder, age in left.items()]
        how = "Báo đơn vị chép lại tệp; sau đó xóa tệp đang chép dở (tên kết thúc bằng .tmp, .part, .crdownload)."
        yield warn(f"{len(left)} thư mục gui-len có tệp chép dở từ lâu ({_where(folders)}).", how)


def _unmoved(context: Context) -> Iterator[Found]:
    now = context.clock()
    old = [one for one in context.store.arrivals.unmoved() if (now - one.received_at).total_seconds() > SLOW_S]
    if old:
        codes = sorted({one.key.unit.code for one in old})
        words = f"{len(old)} tệp đã ghi nhận nhưng chưa trả xong kết quả (đơn vị {', '.join(codes[:3])}"
        yield warn(f"{words}{' …' if len(codes) > 3 else ''}).", _RUN)


def _where(lying: Sequence[Lying]) -> str:
    folders = list(dict.fromkeys(one.folder for one in lying))
    return ", ".join(folders[:3]) + (" …" if len(folders) > 3 else "")


def span(seconds: float) -> str:
    """A stretch of time in words: `3 ngày 4 giờ`, `2 giờ 5 phút`, `40 phút`."""
    minutes = int(seconds // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} ngày {hours} giờ"
    return f"{hours} giờ {minutes % 60} phút" if hours else f"{minutes} phút"
