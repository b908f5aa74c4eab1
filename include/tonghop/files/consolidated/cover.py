"""Parts of a cover sheet: coverage, headline rates, targets, units not counted, forms in a working layout."""

from __future__ import annotations

from collections.abc import Sequence

from tonghop.domain.consolidated import UnitStatus
from tonghop.domain.province import Target
from tonghop.domain.rates import Comparison, Rate, compare, rates
from tonghop.domain.regime import Measure
from tonghop.domain.text import figure
from tonghop.domain.units import Level
from tonghop.domain.value import Value
from tonghop.files.consolidated.board import Board, Field
from tonghop.files.consolidated.book import PERCENT
from tonghop.files.consolidated.lines import DASH, INCOMPLETE
from tonghop.files.consolidated.scope import STATE_NAMES, Scope

WIDTHS = (6.0, 38.0, *(13.7,) * 6, 21.0)
SPLIT = 3  # where the right half of the heading begins
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_NOT_COUNTED = ("returned", "invalid", "awaiting_explanation", "missing")
_SIGNS = {">=": "≥", "<=": "≤"}


def coverage(board: Board, scope: Scope) -> None:
    """How many units owe, have an accepted filing, were late, or where else they stand: per level and overall."""
    fields = [Field("TT", 0, 0), Field("Cấp báo cáo", 1, 1, "left")]
    titles = ("Phải báo cáo", "Đã chấp nhận", "Trong đó muộn", *(_state_title(state) for state in _NOT_COUNTED))
    fields += [Field(title, place, place) for place, title in enumerate(titles, start=2)]
    rows: list[Sequence[Value | None]] = []
    for names in scope.levels:
        mine = [status for status in scope.statuses if status.unit.level is names.level]
        if mine:
            rows.append([len(rows) + 1, names.unit_group, *_counts(mine)])
    rows.append(["", "Tổng số", *_counts(scope.statuses)])
    board.table(fields, rows, closed=True)


def _state_title(state: str) -> str:
    return "Chưa gửi" if state == "missing" else STATE_NAMES[state]


def _counts(statuses: Sequence[UnitStatus]) -> list[int]:
    accepted = [status for status in statuses if status.accepted]
    late = sum(status.on_time is False for status in accepted)
    return [
        len(statuses), len(accepted), late, *(sum(s.state == state for s in statuses) for state in _NOT_COUNTED)
    ]  # fmt: skip


def headline(board: Board, scope: Scope) -> None:
    """The declared rates, recomputed from sums; with the cumulative ones where the period has them."""
    found = rates(scope.consolidated, scope.code)
    titles = {totals.view: totals.title for totals in scope.consolidated.derived}
    view = next((c.name for c in scope.consolidated.province.regime.cumulatives if c.name in titles), "")
    fields = [
        Field("TT", 0, 0),
        Field("Chỉ số", 1, 1, "left"),
        Field("Cách tính", 2, 3),
        Field("Tử số", 4, 4, "right"),
        Field("Mẫu số", 5, 5, "right"),
        Field("Kỳ này (%)", 6, 6, "center", PERCENT),
        Field(f"{titles[view]} (%)" if view else "Lũy kế (%)", 7, 7, "center", PERCENT),
        Field("Số đơn vị đã tổng hợp", 8, 8),
    ]
    long = {rate.measure.name: rate for rate in rates(scope.consolidated, scope.code, view)} if view else {}
    board.table(fields, [_rate_row(number, rate, long) for number, rate in enumerate(found, start=1)])


def _rate_row(number: int, rate: Rate, long: dict[str, Rate]) -> list[Value | None]:
    further = long.get(rate.measure.name)
    return [
        number,
        rate.measure.title,
        _how(rate.measure),
        DASH if rate.part is None else rate.part,
        DASH if rate.whole is None else rate.whole,
        DASH if rate.value is None else rate.value,
        DASH if further is None or further.value is None else further.value,
        _standing(rate),
    ]


def _how(measure: Measure) -> str:
    part, whole = ("+".join(f"({number})" for number in side) for side in (measure.part, measure.whole))
    divisor = f"[{whole}]" if len(measure.whole) > 1 else whole
    return f"{f'[{part}]' if len(measure.part) > 1 else part} : {divisor}, biểu {measure.form}"


def _standing(rate: Rate) -> str:
    text = f"{rate.counted}/{rate.owed}"
    return text if rate.complete else f"{text} – {INCOMPLETE}"


def targets(board: Board, scope: Scope) -> None:
    """Targets of the province's plans beside what was reached; one that no form holds is only listed."""
    fields = [
        Field("TT", 0, 0),
        Field("Chỉ tiêu", 1, 1, "left"),
        Field("Yêu cầu", 2, 2),
        Field("Phạm vi", 3, 3),
        Field("Kỳ này (%)", 4, 4, "center", PERCENT),
        Field("Đánh giá", 5, 6),
        Field("Căn cứ", 7, 8),
    ]
    compared = compare(scope.consolidated.province.targets, rates(scope.consolidated, scope.code))
    board.table(fields, [_target_row(number, found) for number, found in enumerate(compared, start=1)])


def _target_row(number: int, found: Comparison) -> list[Value | None]:
    target, rate = found.target, found.rate
    value = DASH if rate is None or rate.value is None else rate.value
    wanted = f"{sign(target)} {figure(target.value)}%"
    return [number, target.title, wanted, target.scope, value, judgement(found), target.source]


def sign(target: Target) -> str:
    """The target's operator as people write it."""
    return _SIGNS.get(target.operator, target.operator)


def judgement(found: Comparison) -> str:
    """Whether a target is met, in words."""
    if found.met is None:
        return "Không có số liệu để so sánh" if found.rate is None else "Không phát sinh"
    text = "Đạt" if found.met else "Chưa đạt"
    return text if found.rate is None or found.rate.complete else f"{text} ({INCOMPLETE})"


def not_counted(board: Board, scope: Scope) -> None:
    """Every unit without an accepted filing, by name, with where it stands."""
    missing = [status for status in scope.statuses if not status.accepted]
    if not missing:
        board.text("Tất cả đơn vị phải báo cáo đều đã có báo cáo được chấp nhận.")
        return
    fields = [Field("TT", 0, 0), Field("Đơn vị", 1, 1, "left"), Field("Thuộc", 2, 4, "left"), Field("Tình trạng", 5, 6)]
    board.table(
        fields,
        [
            [number, status.unit.name, _belongs(scope, status), STATE_NAMES[status.state]]
            for number, status in enumerate(missing, start=1)
        ],
    )


def _belongs(scope: Scope, status: UnitStatus) -> str:
    unit = status.unit
    parent = scope.consolidated.tree.get(unit.parent_code)
    if unit.level is Level.COMMUNE and parent is not None:
        return parent.name
    return scope.consolidated.province.regime.level_names(unit.level).unit_group


def working_layouts(board: Board, scope: Scope) -> None:
    """Forms whose layout still awaits the official annex."""
    forms = [totals.form for totals in scope.owed(scope.consolidated.forms) if totals.form.standing == "working"]
    if not forms:
        board.text("Tất cả các biểu đều theo bố cục chính thức.")
        return
    fields = [Field("TT", 0, 0), Field("Tên biểu", 1, 5, "left"), Field("Số biểu", 6, 8)]
    board.table(fields, [[number, form.title, form.number] for number, form in enumerate(forms, start=1)])
    board.text("Các biểu này sẽ được thay bằng bố cục của phụ lục chính thức.", italic=True, size=10)


def extended(board: Board, scope: Scope) -> None:
    """Units that were given a later deadline, until when and why."""
    tree, zone = scope.consolidated.tree, scope.consolidated.province.regime.zone
    fields = [Field("TT", 0, 0), Field("Đơn vị", 1, 1, "left"), Field("Hạn mới", 2, 3), Field("Lý do", 4, 8, "left")]
    rows: list[Sequence[Value | None]] = [
        [number, tree.full_name(unit), f"{one.deadline.astimezone(zone):%H:%M ngày %d/%m/%Y}", one.reason]
        for number, one in enumerate(scope.consolidated.extended, start=1)
        if (unit := tree.get(one.unit.code)) is not None
    ]
    board.table(fields, rows)


def exempt(board: Board, scope: Scope) -> None:
    """Units that need not file a form, or anything, and why."""
    tree = scope.consolidated.tree
    fields = [Field("TT", 0, 0), Field("Đơn vị", 1, 1, "left"), Field("Biểu", 2, 3), Field("Lý do", 4, 8, "left")]
    rows: list[Sequence[Value | None]] = [
        [number, tree.full_name(unit), one.form or "tất cả các biểu", one.reason]
        for number, one in enumerate(scope.consolidated.exempt, start=1)
        if (unit := tree.get(one.unit.code)) is not None
    ]
    board.table(fields, rows)
