"""`tonghop provinces`: the provinces this installation serves, and their roles in Airflow."""

from __future__ import annotations

import argparse
from typing import Any

from rich.console import Console
from rich.table import Table

from tonghop.branches import Branch, branches
from tonghop.domain.errors import TonghopError


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("provinces", help="các tỉnh mà hệ thống phục vụ và vai trò của từng tỉnh")
    parser.add_argument(
        "--grant", action="store_true", help="tạo, cập nhật vai trò của từng tỉnh trong Airflow (FabAuthManager)"
    )
    parser.set_defaults(run=_provinces)


def _provinces(arguments: argparse.Namespace) -> int:
    served = branches()
    if arguments.grant:
        from tonghop.rights.fab import grant

        for name in grant(served):
            print(f"Đã đặt quyền cho vai trò {name}.")
        return 0
    table = Table(title="Các tỉnh", title_justify="left")
    for heading in ("Tên thư mục", "Tỉnh", "Nơi lưu", "Người phê duyệt"):
        table.add_column(heading, overflow="fold")
    rows = [_row(branch) for branch in served]
    for row in rows:
        table.add_row(*row[:4])
    console = Console()
    (console if console.is_terminal else Console(width=160)).print(table)
    for row in rows:
        if row[4]:
            print(f"{row[0]}: {row[4]}")
    return 1 if any(row[4] for row in rows) else 0


def _row(branch: Branch) -> tuple[str, str, str, str, str]:
    """Cells of a line, and what is wrong with the province's data."""
    try:
        schedule = branch.schedule
    except TonghopError as fault:
        return branch.slug, "dữ liệu có lỗi", str(branch.settings.home), "", f"{fault.problem} {fault.remedy}".strip()
    steps = "; ".join(f"{step.title}: {', '.join(step.logins)}" for step in schedule.approvals)
    return branch.slug, schedule.name, str(branch.settings.home), steps, ""
