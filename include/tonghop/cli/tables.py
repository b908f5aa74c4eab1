"""Tables for people at a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tonghop.app import App
from tonghop.domain.period import Period
from tonghop.domain.units import Level
from tonghop.steps.status import STATES, Status
from tonghop.steps.words import STATE_WORDS

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def deadlines_table(app: App, period: Period) -> None:
    """Deadlines per level; one on a day off, or too close to the data cut-off, says so with the last working day."""
    regime = app.province_for(period).regime
    table = Table(title=f"Hạn gửi báo cáo {period.label} (số liệu {regime.window(period)})", title_justify="left")
    table.add_column("Cấp")
    table.add_column("Hạn")
    table.add_column("Lưu ý")
    flags = regime.flags(period)
    names = {names.level: names.unit_group for names in regime.levels} | {Level.PROVINCE: "Tỉnh gửi trung ương"}
    for level in regime.deadlines:
        day = regime.deadline(period, level)
        notes = [
            f"{flag.message}; ngày làm việc cuối trước hạn: {flag.last_working_day:%d/%m/%Y}"
            for flag in flags
            if flag.level == level
        ]
        table.add_row(names.get(level, level.value), f"{_WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}", "; ".join(notes))
    _console().print(table)


def status_table(status: Status) -> None:
    """Counts per level, then every unit that is not accepted, by name."""
    levels = [
        names for names in status.province.regime.levels if any(u.unit.level is names.level for u in status.units)
    ]
    table = Table(title=f"Tình hình gửi báo cáo {status.period.label}", title_justify="left")
    table.add_column("Cấp")
    for heading in ("Phải gửi", *(STATE_WORDS[state].capitalize() for state in STATES), "Trong đó muộn"):
        table.add_column(heading, justify="right")
    for names in levels:
        units = [unit for unit in status.units if unit.unit.level is names.level]
        late = sum(unit.accepted and unit.on_time is False for unit in units)
        counts = [sum(unit.state == state for unit in units) for state in STATES]
        table.add_row(names.unit_group, *(str(number) for number in (len(units), *counts, late)))
    whole = [len(status.units), *(status.count(state) for state in STATES), status.accepted_late]
    table.add_row("Toàn tỉnh", *(str(number) for number in whole), style="bold")
    console = _console()
    console.print(table)
    tree = status.province.tree(status.period)
    for unit in status.units:
        if not unit.accepted:
            findings = f" – {unit.findings} nội dung" if unit.findings else ""
            line = f"  {unit.unit.code:>8}  {tree.full_name(unit.unit)}: {STATE_WORDS[unit.state]}{findings}"
            console.print(line, highlight=False, soft_wrap=True)


def exempt_list(status: Status) -> None:
    """What units need not file, and why."""
    console, tree = _console(), status.province.tree(status.period)
    if status.exempt:
        console.print("Được miễn báo cáo:")
    for one in status.exempt:
        unit = tree.get(one.unit.code)
        name = tree.full_name(unit) if unit else one.unit.code
        what = f"biểu {one.form}" if one.form else "tất cả các biểu"
        console.print(f"  {one.unit.code:>8}  {name}: {what} – {one.reason}", highlight=False, soft_wrap=True)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=120)
