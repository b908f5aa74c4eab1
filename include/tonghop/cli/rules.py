"""`tonghop rules`: how soft rules fared over past periods, so that one that only annoys can be retired."""

from __future__ import annotations

import argparse
import csv
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from tonghop.app import App
from tonghop.domain.errors import UsageError
from tonghop.domain.form import Severity
from tonghop.domain.period import Period
from tonghop.steps.rule_report import RuleRecord, over_periods, rule_report

SEVERITIES = {Severity.EXPLAIN: "giải trình", Severity.NOTE: "lưu ý"}
_COUNTS = ("asked", "units", "cases", "explained", "changed", "pending")
_HEADINGS = (
    "Đơn vị\nđược kiểm",
    "Đơn vị\nbị báo",
    "Số liệu\nbị báo",
    "Giải trình\nđược nhận",
    "Đã sửa\nsố",
    "Còn\nchờ",
)
_HOW = "Bỏ một quy tắc: thêm “retired: năm-tháng-ngày” vào quy tắc trong tệp biểu, rồi chạy tonghop forms compile."


def add(subparsers: Any) -> None:
    """Add `rules [PERIOD] [--csv]`."""
    parser = subparsers.add_parser(
        "rules", help="các quy tắc cần giải trình, lưu ý: đã báo bao nhiêu lần, kết quả ra sao"
    )
    parser.add_argument(
        "period", nargs="?", default="", metavar="KỲ", help="20243: một quý; 2024: mọi kỳ của năm; để trống: mọi kỳ"
    )
    parser.add_argument("--csv", action="store_true", help="in dạng CSV, từng kỳ một")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    with App.from_env() as app:
        periods = _chosen(app, arguments.period)
        records = rule_report(app.context, periods)
    if arguments.csv:
        _csv(records)
    else:
        _table(periods, over_periods(records))
    return 0


def _chosen(app: App, text: str) -> list[Period]:
    """Opened periods: all of them, those of a year, or one quarter."""
    opened = list(app.context.opened_periods)
    if text:
        wanted = Period.parse(text)
        opened = [period for period in opened if period == wanted or (wanted.is_year and period.year == wanted.year)]
    if not opened:
        raise UsageError(
            f"Chưa có kỳ báo cáo nào được mở{f' trong “{text}”' if text else ''}.", "Chạy: tonghop open KỲ"
        )
    return opened


def _csv(records: list[RuleRecord]) -> None:
    header = ["period", "form", "rule", "text", "severity", "retired", *_COUNTS]
    rows = [
        [one.period, one.form, one.rule, one.text, one.severity.value, one.retired, *(getattr(one, n) for n in _COUNTS)]
        for one in records
    ]
    csv.writer(sys.stdout, lineterminator="\n").writerows([header, *rows])


def _table(periods: list[Period], records: list[RuleRecord]) -> None:
    title = f"Quy tắc cần giải trình và lưu ý: {', '.join(period.label for period in periods)}"
    table = Table(title=title, title_justify="left")
    table.add_column("Biểu", no_wrap=True)
    table.add_column("Quy tắc", min_width=50)
    table.add_column("Mức", no_wrap=True)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right")
    table.add_column("Nhận xét")
    for one in records:
        counts = (str(getattr(one, name)) for name in _COUNTS)
        table.add_row(one.form, one.text, SEVERITIES.get(one.severity, ""), *counts, _remark(one))
    console = Console()
    (console if console.is_terminal else Console(width=160)).print(table)
    print(_HOW)


def _remark(record: RuleRecord) -> str:
    if record.retired:
        year, month, day = record.retired.split("-")
        return f"thôi dùng sau {day}/{month}/{year}"
    return "báo nhiều, hầu như không ai phải sửa số" if record.annoys else ""
