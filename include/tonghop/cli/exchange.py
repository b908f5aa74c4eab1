"""Commands of exchange with other systems: send to the centre, fetch from units' systems."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from tonghop.app import App
from tonghop.cli.commands import told
from tonghop.domain.errors import UsageError
from tonghop.domain.exchange import CENTRE, SEND_TOKEN, SEND_URL, Attempt, Outcome
from tonghop.domain.period import Period
from tonghop.steps.sending import Shipment

_ACTIONS = {"ask": "hỏi bên nhận đã có chưa", "post": "gửi"}
_OUTCOMES = {
    Outcome.RECEIVED: "bên nhận đã có",
    Outcome.UNKNOWN: "bên nhận chưa có",
    Outcome.BUSY: "bên nhận đang bận",
    Outcome.FAULT: "máy chủ bên nhận báo lỗi",
    Outcome.CUT: "mất kết nối, chưa rõ kết quả",
    Outcome.UNREACHABLE: "không kết nối được",
    Outcome.MALFORMED: "câu trả lời không đọc được",
    Outcome.REDIRECTED: "bị chuyển hướng, không gửi",
    Outcome.REFUSED: "bị từ chối",
    Outcome.UNTRUSTED: "chứng thư không hợp lệ, không gửi",
}


def add(subparsers: Any) -> None:
    """Add `send` and `fetch`."""
    words = "ví dụ 20243 hoặc 2024Q3 (quý III/2024), 2024 (cả năm)"
    send = subparsers.add_parser("send", help="gửi bản đã công bố cho cơ quan nhận báo cáo ở trung ương")
    send.add_argument("period", nargs="?", metavar="KỲ", help=words)
    send.add_argument("--status", action="store_true", help="xem các lần gửi và giấy nhận, không gửi")
    send.set_defaults(run=_send)
    fetch = subparsers.add_parser("fetch", help="lấy số liệu của các đơn vị cung cấp bằng phần mềm")
    fetch.add_argument("period", nargs="?", metavar="KỲ", help=f"{words}; bỏ trống: kỳ mới nhất đang mở")
    fetch.set_defaults(run=_fetch)


def _send(arguments: argparse.Namespace) -> int:
    period = Period.parse(arguments.period) if arguments.period else None
    if arguments.status:
        return _status(period)
    if period is None:
        raise UsageError("Chưa ghi kỳ báo cáo cần gửi.", "Ví dụ: tonghop send 20243; xem các lần gửi: --status.")
    with App.from_env() as app:
        sent = app.send(period)
        if sent.receipt is None:
            print(f"Chưa cấu hình nơi nhận ở trung ương, không gửi gì. Cấu hình kết nối {CENTRE} trong Airflow,")
            print(f"biến AIRFLOW_CONN_{CENTRE.upper()}, hoặc {SEND_URL} và {SEND_TOKEN}.")
            return 0
        verb = "Đã gửi" if sent.fresh else "Bên nhận đã có, không gửi lại"
        at = sent.receipt.received_at.astimezone(app.regime.zone)
        print(f"{verb} {period.label}, bản v{sent.version}: {sent.recipient} ({sent.host}).")
        print(f"Giấy nhận số {sent.receipt.number}, lúc {at:%H:%M:%S ngày %d/%m/%Y}.")
    return 0


def _status(period: Period | None) -> int:
    with App.from_env() as app:
        shipments = app.shipments(period)
        if not shipments:
            print("Chưa có lần gửi nào.")
        for shipment in shipments:
            _shown(app, shipment)
    return 0


def _shown(app: App, shipment: Shipment) -> None:
    what, receipt = shipment.delivery.what, shipment.delivery.receipt
    label = Period.parse(what.period).label
    state = f"giấy nhận số {receipt.number}" if receipt else "chưa có giấy nhận"
    title = f"{label}, bản v{what.version} gửi {what.recipient} ({what.host}): {state}\nMã gửi: {what.key}"
    table = Table(title=title, title_justify="left")
    for heading in ("Lúc", "Việc", "Kết quả", "Mã HTTP", "Chi tiết"):
        table.add_column(heading)
    for attempt in shipment.attempts:
        table.add_row(*_line(app, attempt))
    console = Console()
    (console if console.is_terminal else Console(width=140)).print(table)


def _line(app: App, attempt: Attempt) -> tuple[str, ...]:
    at = attempt.started_at.astimezone(app.regime.zone)
    outcome = _OUTCOMES[attempt.outcome] if attempt.outcome else "bị dừng giữa chừng, chưa rõ kết quả"
    status = "" if attempt.status is None else str(attempt.status)
    return f"{at:%d/%m/%Y %H:%M:%S}", _ACTIONS[attempt.action], outcome, status, attempt.words


def _fetch(arguments: argparse.Namespace) -> int:
    period = Period.parse(arguments.period) if arguments.period else None
    with App.from_env() as app:
        report = app.fetch(period)
        if not report.asked:
            print("Không có đơn vị nào cung cấp số liệu bằng phần mềm cho kỳ đang mở.")
            return 0
        for answer in report.answers:
            told(answer)
        for name in report.unchanged:
            print(f"{name}: số liệu không thay đổi so với lần lấy trước.")
        for name in report.waiting:
            print(f"{name}: phần mềm của đơn vị chưa có số liệu.")
        for trouble in report.troubles:
            print(f"Cần xem: {trouble}", file=sys.stderr)
        for code in app.pending():
            print(f"Kỳ {Period.parse(code).label} có số liệu mới. Chạy: tonghop consolidate {code}")
    return 1 if report.troubles else 0
