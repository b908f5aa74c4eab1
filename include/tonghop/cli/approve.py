"""`tonghop approve`: thẩm định and phê duyệt from the command line, or the refusal of a draft."""

from __future__ import annotations

import argparse
from typing import Any

from tonghop.app import App
from tonghop.domain.errors import ApprovalError
from tonghop.domain.period import Period


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("approve", help="thẩm định, phê duyệt số liệu hiện có của kỳ, hoặc không phê duyệt")
    parser.add_argument("period", metavar="KỲ", help="ví dụ 20243 hoặc 2024Q3 (quý III/2024), 2024 (cả năm)")
    parser.add_argument("--as", dest="login", required=True, metavar="TÀI_KHOẢN", help="tài khoản người quyết định")
    parser.add_argument("--step", default="", metavar="BƯỚC", help="ví dụ tham_dinh, phe_duyet; bỏ trống: bước kế tiếp")
    parser.add_argument("--reject", action="store_true", help="không phê duyệt, phải kèm --note")
    parser.add_argument("--note", default="", metavar="Ý_KIẾN", help="ý kiến; bắt buộc khi không phê duyệt")
    parser.set_defaults(run=_approve)


def _approve(arguments: argparse.Namespace) -> int:
    period = Period.parse(arguments.period)
    with App.from_env(actor=arguments.login) as app:
        if not app.settings.cli_approve:
            raise ApprovalError("Phê duyệt bằng dòng lệnh đã bị tắt.", "Phê duyệt trong Airflow (DAG Công bố).")
        draft = app.draft(period)
        decision = {"via": "cli", "digest": draft.digest, "note": arguments.note.strip(), "step": arguments.step}
        if arguments.reject:
            step = app.reject(period, arguments.login, **decision)
            print(f"Đã ghi nhận “{arguments.login}” không phê duyệt ({step.title.lower()}) số liệu {period.label}.")
            print("Không có gì được công bố; khắc phục rồi trình lại.")
            return 0
        step = app.approve(period, arguments.login, **decision)
        print(draft.summary)
        given = f"“{arguments.login}” ({step.title.lower()})"
        print(f"\nĐã ghi nhận phê duyệt của {given} cho số liệu {period.label} hiện có.")
        lacking = app.waiting_for(period, draft.digest)
        for one in lacking:
            print(f"Còn chờ {one.title.lower()}: {', '.join(one.logins)}")
        if not lacking:
            print(f"Công bố: tonghop publish {period.code}")
    return 0
