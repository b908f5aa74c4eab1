"""`tonghop trace`: where a published figure comes from, down to file, sheet and cell."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

from tonghop.app import App
from tonghop.domain.period import Period
from tonghop.domain.text import figure
from tonghop.domain.tracing import Line, Number, Trace
from tonghop.domain.value import Value
from tonghop.steps.tracing import Wish


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("trace", help="truy nguồn một số liệu đến tệp, trang và ô của từng đơn vị")
    parser.add_argument("period", metavar="KỲ", help="ví dụ 20243 hoặc 2024Q3 (quý III/2024), 2024 (cả năm)")
    parser.add_argument("form", metavar="BIỂU", help="ví dụ II.06a")
    parser.add_argument("row", metavar="DÒNG", help="lĩnh vực, tên hoặc mã đơn vị, nhóm đơn vị, hoặc “TỔNG CỘNG”")
    parser.add_argument("column", metavar="CỘT", type=int, help="số của cột trên biểu; 0: số dòng của danh sách")
    parser.add_argument("--view", default="", metavar="BẢNG", help="bảng suy ra: 6T, 9T, Q4")
    parser.add_argument("--level", default="", metavar="CẤP", help="chỉ các đơn vị cấp so, huyen hoặc xa")
    parser.add_argument("--district", default="", metavar="HUYỆN", help="trong báo cáo tổng hợp của một huyện")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--version", type=int, default=0, metavar="SỐ", help="bản đã công bố; bỏ trống: bản mới nhất")
    chosen.add_argument("--current", action="store_true", help="số liệu đang được chấp nhận, dù chưa công bố")
    parser.add_argument("--json", action="store_true", help="in dạng JSON")
    parser.set_defaults(run=_trace)


def _trace(arguments: argparse.Namespace) -> int:
    period = Period.parse(arguments.period)
    names = ("form", "row", "column", "view", "level", "district", "version", "current")
    with App.from_env() as app:
        found = app.trace(period, Wish(**{name: getattr(arguments, name) for name in names}))
        if arguments.json:
            print(json.dumps(as_dict(found), ensure_ascii=False, indent=2, default=str))
            return 0
        console = Console()
        wide = console if console.is_terminal else Console(width=200)
        for one in _with_parts(found):
            _show(wide, app, period, one)
    return 0


def as_dict(found: Trace) -> dict[str, Any]:
    """A trace as plain JSON values; percents and dates are text."""
    return {
        "form": found.form,
        "view": found.view,
        "scope": found.scope,
        "row": found.row,
        "column": found.column,
        "title": found.title,
        "value": found.value,
        "counted": found.counted,
        "owed": found.owed,
        "formula": found.formula,
        "parts": [as_dict(part) for part in found.parts],
        "lines": [_line(line) for line in found.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "unit": line.unit.code,
        "name": line.unit.name,
        "period": line.period.code,
        "row": line.row,
        "column": line.column,
        "value": line.value,
        "sign": line.sign,
        "sheet": line.sheet,
        "cell": line.address,
        "submission": line.submission,
        "revision": line.revision,
        "file": line.file,
        "sha256": line.sha256,
    }


def _with_parts(found: Trace) -> Iterator[Trace]:
    """The figure, then what it follows from, each once."""
    seen: dict[int, Trace] = {}
    waiting = [found]
    while waiting:
        one = waiting.pop(0)
        if one.column not in seen:
            seen[one.column] = one
            waiting += one.parts
    return iter(seen.values())


def _show(console: Console, app: App, period: Period, found: Trace) -> None:
    where = ", ".join(filter(None, (found.scope, found.row and f"dòng “{found.row}”")))
    view = f", {found.view}" if found.view else ""
    title = f"Biểu {found.form}{view}, {where}, cột ({found.column}) {found.title}: {_number(found.value)}"
    title += f" – {found.counted}/{found.owed} đơn vị"
    if found.parts:
        console.print(f"{title}\n  = {found.formula}", highlight=False, soft_wrap=True)
        return
    table = Table(title=title, title_justify="left")
    for heading in ("Đơn vị", "Kỳ", "Dòng", "Giá trị", "Trang", "Ô", "Lần gửi", "Tệp", "SHA-256"):
        table.add_column(heading, justify="right" if heading == "Giá trị" else "left", overflow="fold")
    tree = app.province_for(period).tree(period)
    for line in found.lines:
        value = _shown(line.value)
        table.add_row(
            tree.full_name(line.unit),
            line.period.label,
            line.row,
            f"−{value}" if line.sign < 0 else value,
            line.sheet,
            line.address,
            str(line.revision),
            line.file,
            line.sha256,
        )
    if found.lines:
        table.add_section()
        table.add_row("Cộng", "", "", _number(found.value), "", "", "", "", "", style="bold")
    console.print(table)


def _number(value: Number | None) -> str:
    return "–" if value is None else figure(value)


def _shown(value: Value) -> str:
    return figure(value) if isinstance(value, Number) else str(value)
