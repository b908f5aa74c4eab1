"""The lines of an examination as people read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tonghop.steps.doctor.findings import Line, State

SIGNS = {State.OK: "Đạt", State.WARN: "Lưu ý", State.BAD: "Lỗi"}
_WIDTH = max(len(sign) for sign in SIGNS.values()) + 2


def worst(lines: Iterable[Line]) -> State:
    """The state of a whole: that of its worst line."""
    states = {line.state for line in lines}
    return next((state for state in (State.BAD, State.WARN) if state in states), State.OK)


def told(line: Line) -> str:
    """`[Lưu ý] Thư điện tử: …`, and below it how to mend it."""
    sign = f"[{SIGNS[line.state]}]".ljust(_WIDTH)
    first, *more = f"{sign} {line.title}: {line.words}".split("\n")
    rows = [first, *(f"{'':{_WIDTH}} {row.strip()}" for row in more)]
    return "\n".join([*rows, f"{'':{_WIDTH}} → {line.mend}"] if line.mend else rows)


def summary(lines: Collection[Line]) -> str:
    """One sentence about all of them."""
    count = {state: sum(line.state is state for line in lines) for state in State}
    if count[State.BAD]:
        beside = f", {count[State.WARN]} mục cần lưu ý" if count[State.WARN] else ""
        return f"Có {count[State.BAD]} mục bị lỗi{beside}."
    if count[State.WARN]:
        return f"Hệ thống hoạt động được; có {count[State.WARN]} mục cần lưu ý."
    return "Tất cả các mục đều đạt."
