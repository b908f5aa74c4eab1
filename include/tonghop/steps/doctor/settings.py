"""The settings in the environment: every one known, every one readable."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches

from tonghop.domain.errors import SettingError
from tonghop.steps.doctor.findings import Found, bad, ok, warn

_PREFIX = "TONGHOP_"


def unknown(environ: Mapping[str, str], known: Collection[str]) -> Iterator[Found]:
    """Names that mean nothing to this software: most often a slip of the pen, whose setting then does not hold."""
    for name in sorted(name for name in environ if name.startswith(_PREFIX) and name not in known):
        near = get_close_matches(name.removeprefix(_PREFIX), [one.removeprefix(_PREFIX) for one in known], 1)
        how = (
            f"Có phải là {_PREFIX}{near[0]}? Sửa tên rồi khởi động lại."
            if near
            else "Bỏ biến này; tên đúng xem trong README."
        )
        yield warn(f"Không có cài đặt tên {name}.", how)


def unreadable(
    environ: Mapping[str, str], known: Collection[str], read: Callable[[Mapping[str, str]], object]
) -> Iterator[Found]:
    """Values that `read` refuses, each tried by itself so that all mistakes are told at once."""
    told: set[str] = set()
    given = {name: value for name, value in environ.items() if name in known}
    for part in [*({name: value} for name, value in sorted(given.items())), given]:
        try:
            read(part)
        except SettingError as fault:
            if fault.problem not in told:
                yield bad(fault.problem, fault.remedy)
            told.add(fault.problem)


def settings(
    environ: Mapping[str, str], known: Collection[str], read: Callable[[Mapping[str, str]], object]
) -> Iterator[Found]:
    """All that is wrong with the TONGHOP_* of `environ`."""
    wrong = [*unreadable(environ, known, read), *unknown(environ, known)]
    count = sum(name in known for name in environ)
    yield from wrong or [
        ok(f"{count} cài đặt TONGHOP_*, tất cả đều hợp lệ." if count else "Dùng các giá trị mặc định.")
    ]
