"""`tonghop remind`: what is due this morning, listed or sent."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from tonghop.app import App
from tonghop.domain.period import Period
from tonghop.domain.reminding import Channel, LetterKind, LetterOutcome
from tonghop.steps.remind import Line, RemindReport, Wish

_KINDS = {
    LetterKind.REMINDER.value: "nhắc việc",
    LetterKind.SUMMARY.value: "tình hình đơn vị trực thuộc",
    LetterKind.OVERVIEW.value: "tình hình toàn tỉnh",
    LetterKind.OPENED.value: "thông báo mở kỳ",
}
_CHANNELS = {Channel.EMAIL: "thư điện tử", Channel.WEBHOOK: "phần mềm của đơn vị", Channel.FOLDER: "thư mục"}


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("remind", help="đôn đốc các đơn vị còn phải gửi báo cáo, thông báo mở kỳ và công bố")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--dry-run", action="store_true", help="chỉ liệt kê các thư, không gửi và không ghi gì")
    choice.add_argument("--send", action="store_true", help="gửi, kể cả khi mới chỉ có thể đặt thư vào thư mục nhan-ve")
    parser.set_defaults(run=_remind)


def _remind(arguments: argparse.Namespace) -> int:
    send = True if arguments.send else False if arguments.dry_run else None
    with App.from_env() as app:
        report = app.remind(Wish(send))
        _table(report)
        _told(report)
    for line in report.troubles:
        print(f"Cần xem: {line.letter.unit.name} ({line.address.shown}): {line.words}", file=sys.stderr)
    for problem in report.dead.values():
        print(f"{problem.problem}\n→ {problem.remedy}", file=sys.stderr)
    return 1 if report.troubles else 0


def _table(report: RemindReport) -> None:
    if not report.lines:
        return
    verb = "Các thư sẽ gửi" if report.rehearsed else "Các thư đã gửi"
    table = Table(title=f"{verb} ngày {report.day:%d/%m/%Y}", title_justify="left")
    for heading in ("Nơi nhận", "Thư", "Kênh", "Địa chỉ", "Tiêu đề"):
        table.add_column(heading)
    for line in report.lines:
        table.add_row(*_row(line))
    console = Console()
    (console if console.is_terminal else Console(width=200)).print(table)


def _row(line: Line) -> tuple[str, ...]:
    letter = line.letter
    tree = letter.province.tree(Period.parse(letter.about[-1][0]))
    kind = _KINDS.get(letter.kind, "thông báo công bố")
    return tree.full_name(letter.unit), kind, _CHANNELS[line.address.channel], line.address.shown, letter.subject


def _told(report: RemindReport) -> None:
    if not report.working:
        print(f"Ngày {report.day:%d/%m/%Y} là ngày nghỉ: không đôn đốc, chỉ thông báo mở kỳ và công bố nếu có.")
    if report.unwatched:
        days = ", ".join(f"{day:%d/%m/%Y}" for day in report.unwatched)
        print(f"Không có lượt thu nhận nào chạy xong trong các ngày: {days}. Kiểm tra lịch chạy tonghop collect.")
    if not report.lines:
        print("Không có thư nào phải gửi.")
    elif report.rehearsed:
        print(f"Chạy thử: {len(report.lines)} thư, chưa gửi thư nào.")
        if not report.configured:
            print("Chưa cấu hình kênh gửi: đặt kết nối thư smtp_default (biến AIRFLOW_CONN_SMTP_DEFAULT),")
            print("hoặc chạy với --send để đặt thư vào thư mục nhan-ve của đơn vị.")
    else:
        sent = sum(line.outcome is LetterOutcome.SENT for line in report.lines)
        print(f"Đã gửi {sent}/{len(report.lines)} thư.")
