"""`tonghop withdraw`, `tonghop exempt`: what an official records for one unit at the command line."""

from __future__ import annotations

import argparse
from typing import Any

from tonghop.app import App
from tonghop.domain.period import Period
from tonghop.steps.actions import Desk
from tonghop.steps.desk.unit_page import find_unit


def add(subparsers: Any) -> None:
    """Add the commands."""
    withdraw = _command(subparsers, "withdraw", _withdraw, "ghi nhận việc rút một lần gửi nhầm của đơn vị")
    withdraw.add_argument("--revision", type=int, default=0, metavar="SỐ", help="lần gửi; bỏ trống: lần sau cùng")

    exempt = _command(subparsers, "exempt", _exempt, "miễn cho đơn vị một biểu hoặc cả kỳ báo cáo, hoặc thôi miễn")
    exempt.add_argument("--form", default="", metavar="BIỂU", help="ví dụ II.06a; bỏ trống: tất cả các biểu của kỳ")
    exempt.add_argument("--lift", action="store_true", help="thôi miễn: đơn vị lại phải báo cáo")


def _command(subparsers: Any, name: str, run: Any, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(name, help=words)
    parser.add_argument("period", metavar="KỲ", help="ví dụ 20243 hoặc 2024Q3 (quý III/2024), 2024 (cả năm)")
    parser.add_argument("unit", metavar="ĐƠN_VỊ", help="mã đơn vị")
    parser.add_argument("--as", dest="login", required=True, metavar="TÀI_KHOẢN", help="tài khoản người ghi nhận")
    parser.add_argument("--reason", required=True, metavar="LÝ_DO", help="lý do, từ 10 ký tự")
    parser.set_defaults(run=run)
    return parser


def _withdraw(arguments: argparse.Namespace) -> int:
    period = Period.parse(arguments.period)
    with App.from_env(actor=arguments.login) as app:
        desk = _desk(app, period, arguments)
        done = app.withdraw(desk, arguments.revision, arguments.reason)
        name = app.province_for(period).tree(period).full_name(desk.unit)
        which = f"lần gửi {done.submission.revision} của {name}, {period.label}"
        print(f"Đã ghi nhận việc rút {which}." if done.fresh else f"Trước đó đã rút {which}; không có gì thay đổi.")
        if done.standing is None:
            print("Đơn vị hiện không có báo cáo nào có hiệu lực.")
        else:
            print(f"Báo cáo có hiệu lực là lần gửi {done.standing.revision}.")
        if period.code in app.pending():
            print(f"Số liệu đã thay đổi. Chạy: tonghop consolidate {period.code}")
    return 0


def _exempt(arguments: argparse.Namespace) -> int:
    period = Period.parse(arguments.period)
    with App.from_env(actor=arguments.login) as app:
        desk = _desk(app, period, arguments)
        fresh = app.exempt(desk, arguments.form, arguments.reason, lifted=arguments.lift)
        province = app.province_for(period)
        what = f"biểu {arguments.form}" if arguments.form else "tất cả các biểu"
        whom = f"{province.tree(period).full_name(desk.unit)}, {period.label}"
        if fresh:
            print(f"Đã ghi nhận {'thôi miễn' if arguments.lift else 'miễn'} {what} cho {whom}.")
        else:
            held = "không được miễn" if arguments.lift else "đã được miễn"
            print(f"{whom}: {held} {what} từ trước; không có gì thay đổi.")
        owed = province.owed_by(desk.unit, period)
        print(f"Đơn vị còn phải báo cáo: {', '.join(owed)}." if owed else "Đơn vị không phải báo cáo kỳ này.")
    return 0


def _desk(app: App, period: Period, arguments: argparse.Namespace) -> Desk:
    return Desk(arguments.login, period, find_unit(app.context, period, arguments.unit)[1])
