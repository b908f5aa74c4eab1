"""Commands of a quarter: open, collect, consolidate, publish, status, events, demo."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

from rich.console import Console
from rich.progress import Progress

from tonghop.app import App
from tonghop.cli.tables import deadlines_table, exempt_list, status_table
from tonghop.domain.period import Period
from tonghop.steps.collect import Answer
from tonghop.steps.signed import SignedCopy
from tonghop.steps.words import STATE_WORDS


def add(subparsers: Any) -> None:
    """Add the commands to the command line."""
    _command(subparsers, "open", _open, "mở kỳ: đặt biểu mẫu vào thư mục nhan-ve của từng đơn vị")
    collect = subparsers.add_parser("collect", help="nhận, kiểm tra, lưu các tệp trong thư mục gui-len và trả kết quả")
    collect.add_argument(
        "--clock-checked",
        action="store_true",
        help="đã kiểm tra: đồng hồ bây giờ đúng, lượt nhận lần trước chạy theo đồng hồ sai",
    )
    collect.set_defaults(run=_collect)
    _command(subparsers, "consolidate", _consolidate, "tổng hợp số liệu đã chấp nhận của kỳ")
    _command(subparsers, "publish", _publish, "công bố báo cáo đã được phê duyệt")
    status = _command(subparsers, "status", _status, "tình hình gửi báo cáo của kỳ")
    status.add_argument("--json", action="store_true", help="in dạng JSON")
    events = _command(subparsers, "events", _events, "nhật ký mọi việc của kỳ")
    events.add_argument("--csv", action="store_true", help="in dạng CSV")
    demo = subparsers.add_parser("demo", help="chạy thử cả một quý với số liệu giả định trong Airflow")
    demo.add_argument("--exit", action="store_true", help="kết thúc ngay khi xong, không chờ Ctrl-C")
    demo.add_argument("--port", metavar="CỔNG", help="cổng của giao diện Airflow (mặc định 8080)")
    demo.set_defaults(run=_demo)


def _command(subparsers: Any, name: str, run: Any, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(name, help=words)
    parser.add_argument("period", type=str, metavar="KỲ", help="ví dụ 20243 hoặc 2024Q3 (quý III/2024), 2024 (cả năm)")
    parser.set_defaults(run=run)
    return parser


def _open(arguments: argparse.Namespace) -> int:
    period = Period.parse(arguments.period)
    with App.from_env() as app, _progress() as bar:
        task = bar.add_task(f"Mở kỳ {period.label}", total=None) if bar else None
        report = app.open(period, tick=lambda name: bar.update(task, advance=1, description=name) if bar else None)
        verb = "Đã mở" if report.first else "Đã làm mới biểu mẫu của"
        print(f"{verb} kỳ {period.label}: {report.written} đơn vị có biểu mẫu trong thư mục nhan-ve.")
        print(f"Thư mục trao đổi: {app.drop}")
        deadlines_table(app, period)
    return _see_to(report.troubles)


def _see_to(troubles: Iterable[str]) -> int:
    """Name what a person must see to; the exit code."""
    told = list(troubles)
    for trouble in told:
        print(f"Cần xem: {trouble}", file=sys.stderr)
    return 1 if told else 0


def _collect(arguments: argparse.Namespace) -> int:
    with App.from_env() as app, _progress() as bar:
        app.context.clock_checked = arguments.clock_checked
        task = bar.add_task("Đang nhận báo cáo", total=None) if bar else None
        report = app.collect(tick=lambda one: told(one) if bar is None else bar.update(task, advance=1))
        counts = Counter(answer.state.value for answer in report.answers)
        summary = ", ".join(f"{STATE_WORDS[state]}: {number}" for state, number in counts.items()) or "không có tệp mới"
        print(f"Đã xử lý {len(report.answers)} tệp ({summary}).")
        for copy in report.signed:
            print(_signed(copy))
        for name in report.waiting:
            print(f"Đang được ghi, để lần sau: {name}")
        for code in app.pending():
            print(f"Kỳ {Period.parse(code).label} có số liệu mới. Chạy: tonghop consolidate {code}")
    return _see_to(report.troubles)


def told(answer: Answer) -> None:
    """One line about what became of a filing."""
    open_findings = [finding for finding in answer.findings if not finding.explained_by]
    first = f" – {open_findings[0].message}" if open_findings and answer.state.value != "accepted" else ""
    again = " (giống hệt lần trước)" if answer.duplicate else ""
    print(f"{answer.unit_name}: {answer.name}: {STATE_WORDS[answer.state.value]}{again}{first}")


def _signed(copy: SignedCopy) -> str:
    """One line about a signed PDF."""
    beside = f"kèm lần gửi thứ {copy.revision}" if copy.revision else "chưa có tệp Excel"
    again = " (giống hệt bản đã nhận)" if copy.duplicate else ""
    return f"{copy.unit_name}: {copy.name}: bản ký {Period.parse(copy.period).label}, {beside}{again}"


def _consolidate(arguments: argparse.Namespace) -> int:
    period = Period.parse(arguments.period)
    with App.from_env() as app:
        report = app.consolidate(period)
        if report.recomputed:
            print(f"Đã tổng hợp {period.label}: tính lại {', '.join(report.recomputed)}.")
        else:
            print(f"{period.label}: số liệu không thay đổi, không phải tính lại.")
        if report.districts:
            print(f"Đã gửi bảng tổng hợp cho {report.districts} huyện, thị xã, thành phố.")
        _coverage(app, period)
    return _see_to(report.troubles)


def _coverage(app: App, period: Period) -> None:
    status = app.status(period)
    accepted, owed = status.count("accepted"), len(status.units)
    state = "đầy đủ" if accepted == owed else "CHƯA ĐẦY ĐỦ"
    print(f"Đã tổng hợp {accepted}/{owed} đơn vị ({state}).")


def _publish(arguments: argparse.Namespace) -> int:
    period = Period.parse(arguments.period)
    with App.from_env() as app:
        published = app.publish(period)
        verb = "Đã công bố" if published.created else "Số liệu không đổi, bản đã công bố vẫn là"
        print(f"{verb} {period.label}, bản v{published.version}: {published.folder}")
        _coverage(app, period)
    return 0


def _status(arguments: argparse.Namespace) -> int:
    period = Period.parse(arguments.period)
    with App.from_env() as app:
        status = app.status(period)
        if arguments.json:
            print(json.dumps(status.as_dict(), ensure_ascii=False, indent=2))
        else:
            deadlines_table(app, period)
            status_table(status)
            exempt_list(status)
    return 0


def _events(arguments: argparse.Namespace) -> int:
    period = Period.parse(arguments.period)
    with App.from_env() as app:
        zone, rows = app.regime.zone, app.events(period)
        table = [
            [
                event.at.astimezone(zone).isoformat(timespec="seconds"),
                event.actor,
                event.kind.value,
                event.period,
                event.unit.code if event.unit else "",
                "" if event.submission_id is None else str(event.submission_id),
                json.dumps(dict(event.detail), ensure_ascii=False),
            ]
            for event in rows
        ]
    header = ["at", "actor", "kind", "period", "unit", "submission", "detail"]
    if arguments.csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([header, *table])
    else:
        for row in table:
            print("  ".join(part for part in row if part))
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    from tonghop.demo.run import main

    port = ["--port", arguments.port] if arguments.port else []
    return main([*port, *(["--exit"] if arguments.exit else [])])


def _progress() -> Any:
    """A progress bar when a person looks, else nothing."""
    console = Console(stderr=True)
    return Progress(console=console, transient=True) if console.is_terminal else nullcontext()
