"""`tonghop server …`: the installation on a server, run by the services of docker-compose.yaml."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from tonghop.server import env_file, installing, samba, secrets_check
from tonghop.settings import Settings


def add(subparsers: Any) -> None:
    """Add `server env|check|init|share`."""
    server = subparsers.add_parser("server", help="cài đặt trên máy chủ (docker-compose.yaml)")
    actions = server.add_subparsers(title="Các việc", dest="action", required=True, metavar="VIỆC")
    actions.add_parser("env", help="in nội dung tệp .env mới với mật khẩu ngẫu nhiên").set_defaults(run=_env)
    actions.add_parser("check", help="kiểm tra mật khẩu trong .env; còn giá trị mẫu thì từ chối").set_defaults(
        run=_check
    )
    actions.add_parser(
        "init", help="tạo, cập nhật cơ sở dữ liệu, tài khoản, kết nối; chạy lại không đổi gì thêm"
    ).set_defaults(run=_init)
    actions.add_parser("share", help="chạy thư mục dùng chung của các đơn vị (Samba)").set_defaults(run=_share)


def _env(_arguments: argparse.Namespace) -> int:
    sys.stdout.write(env_file.filled())
    return 0


def _check(_arguments: argparse.Namespace) -> int:
    settings = Settings.from_env()
    secrets_check.check(os.environ, installing.approvers(settings), settings.provinces)
    print("Cài đặt trong .env hợp lệ.")
    return 0


def _init(_arguments: argparse.Namespace) -> int:
    installing.install(os.environ, lambda line: print(line, flush=True))
    return 0


def _share(_arguments: argparse.Namespace) -> int:
    samba.serve(Settings.from_env().for_province(), Path(os.environ.get("TONGHOP_SHARE") or "/var/lib/tonghop-share"))
    return 0
