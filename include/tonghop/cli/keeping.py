"""Commands that keep the data safe: backup, restore, and what is done to the store as a whole."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from tonghop.app import App
from tonghop.domain.errors import StoreError, UsageError
from tonghop.domain.text import figure
from tonghop.settings import Settings
from tonghop.steps import backing_up, moving, restoring
from tonghop.steps.backing_up import Tick

_MIB = 1 << 20


def add(subparsers: Any) -> None:
    """Add `backup`, `restore` and `store`."""
    backup = subparsers.add_parser("backup", help="sao lưu toàn bộ số liệu và tệp, không cần dừng hệ thống")
    backup.add_argument("target", type=Path, metavar="NƠI", help="tệp .tar mới, hoặc thư mục đã có để đặt tệp vào")
    backup.add_argument("--verify", action="store_true", help="chỉ đọc lại, kiểm tra bản sao lưu NƠI đã có")
    backup.set_defaults(run=_backup)
    restore = subparsers.add_parser("restore", help="khôi phục bản sao lưu vào thư mục và cơ sở dữ liệu trống")
    restore.add_argument("archive", type=Path, metavar="TỆP", help="tệp do tonghop backup tạo ra")
    restore.set_defaults(run=_restore)
    store = subparsers.add_parser("store", help="chuyển, kiểm tra cơ sở dữ liệu")
    within = store.add_subparsers(title="Các lệnh", dest="part", required=True, metavar="LỆNH")
    move = within.add_parser("move", help="chuyển số liệu sang cơ sở dữ liệu khác, còn trống (ví dụ PostgreSQL)")
    move.add_argument("url", metavar="ĐỊA_CHỈ", help="ví dụ postgresql+psycopg://tài_khoản:mật_khẩu@máy_chủ:5432/tên")
    move.set_defaults(run=_move)
    within.add_parser(
        "check", help="đối chiếu tệp gốc, số tổng hợp, phiếu tiếp nhận, bản đã công bố với cơ sở dữ liệu"
    ).set_defaults(run=_check)
    down = within.add_parser("downgrade", help="đưa cơ sở dữ liệu về phiên bản cũ hơn, nếu không mất số liệu nào")
    down.add_argument("revision", metavar="PHIÊN_BẢN", help="mã phiên bản, ví dụ r0005_letters")
    down.set_defaults(run=_downgrade)


def _backup(arguments: argparse.Namespace) -> int:
    if arguments.verify:
        with _progress("Đang kiểm tra bản sao lưu") as tick:
            manifest = backing_up.check(arguments.target, tick)
        made = datetime.fromisoformat(manifest.about["created_at"])
        print(f"Bản sao lưu lúc {made:%H:%M ngày %d/%m/%Y} nguyên vẹn: {figure(len(manifest.files))} tệp.")
        return 0
    with App.from_env() as app:
        with _progress("Đang sao lưu") as tick:
            report = app.back_up(arguments.target, tick)
        size = report.path.stat().st_size / _MIB
        held = f"{figure(report.rows)} dòng số liệu và {figure(report.files)} tệp ({_mib(size)} MB)"
        print(f"Đã sao lưu {held}, đã đọc lại để kiểm tra.")
        print(f"Bản sao lưu: {report.path}")
    return _told(report.troubles)


def _restore(arguments: argparse.Namespace) -> int:
    settings = Settings.from_env().for_province()
    if settings.places:
        raise UsageError(
            f"Bản sao lưu chỉ khôi phục được vào {settings.home}, không vào kho tệp trên máy khác.",
            f"Bỏ {', '.join(f'TONGHOP_{name.upper()}' for name in settings.places)} rồi chạy lại.",
        )
    with _progress("Đang khôi phục") as tick:
        restored = restoring.restore(arguments.archive, settings.home, settings.database, tick)
    made = datetime.fromisoformat(restored.created_at)
    print(f"Đã khôi phục bản sao lưu lúc {made:%H:%M ngày %d/%m/%Y}: {figure(restored.rows)} dòng số liệu, ", end="")
    print(f"{figure(restored.files)} tệp, vào {settings.home}.")
    if restored.province != settings.province:
        print(f"Bản sao lưu là của “{restored.province}”. Đặt: TONGHOP_PROVINCE={restored.province}")
        return 1
    return _check(arguments)


def _check(_arguments: argparse.Namespace) -> int:
    with App.from_env() as app:
        with _progress("Đang đối chiếu") as tick:
            proof = app.prove(tick)
        words = (
            f"{figure(proof.files)} tệp gốc, {figure(proof.totals)} số tổng hợp, "
            f"{figure(proof.receipts)} phiếu tiếp nhận, {figure(proof.versions)} bản đã công bố"
        )
        print(f"Đã đối chiếu {words}: {f'{len(proof.troubles)} sai lệch' if proof.troubles else 'khớp'}.")
        for label in proof.behind:
            print(f"{label} có số liệu mới chưa tổng hợp, chưa đối chiếu số tổng hợp.")
    return _told(proof.troubles)


def _move(arguments: argparse.Namespace) -> int:
    settings = Settings.from_env().for_province()
    source = settings.database.removeprefix("sqlite:///")
    if settings.database.startswith("sqlite:") and not Path(source).is_file():
        raise StoreError(f"Chưa có cơ sở dữ liệu {source}.", "Kiểm tra TONGHOP_HOME và TONGHOP_DB.")
    with _progress("Đang chuyển") as tick:
        rows = moving.move(settings.database, settings.database_at(arguments.url), lambda table, _rows: tick(table))
    print(f"Đã chuyển {figure(sum(rows.values()))} dòng của {len(rows)} bảng và so từng dòng: khớp.")
    after = "Chuyển xong mọi tỉnh thì đặt" if settings.several else "Từ nay đặt"
    print(f"{after} TONGHOP_DB là địa chỉ vừa ghi (cả cho Airflow) rồi khởi động lại hệ thống.")
    print(f"Thư mục dữ liệu {settings.home} giữ nguyên; cơ sở dữ liệu cũ không còn dùng, cất đi để đối chiếu.")
    return 0


def _downgrade(arguments: argparse.Namespace) -> int:
    if arguments.revision == "base":
        raise UsageError("Không xóa cơ sở dữ liệu bằng lệnh này.", "Ghi mã một phiên bản, ví dụ r0005_letters.")
    before = moving.downgrade(Settings.from_env().for_province().database, arguments.revision)
    print(f"Cơ sở dữ liệu đã từ phiên bản {before} về {arguments.revision}.")
    print("Cài phiên bản phần mềm tương ứng trước khi chạy lệnh khác: phần mềm hiện nay sẽ lại nâng cấp.")
    return 0


def _told(troubles: list[str]) -> int:
    for trouble in troubles:
        print(f"Cần xem: {trouble}", file=sys.stderr)
    return 1 if troubles else 0


def _mib(size: float) -> str:
    return f"{size:.1f}".replace(".", ",")


@contextmanager
def _progress(words: str) -> Iterator[Tick]:
    """What is being worked on, when a person looks; else nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield backing_up.ignore
        return
    with console.status(f"{words} …") as shown:
        yield lambda name: shown.update(f"{words}: {name}")
