"""`tonghop verify`: whether a receipt, a workbook or a signed PDF is genuine; `--chain`: the whole register.

Exit 0 genuine, 3 not genuine, 4 whole but no register here to ask, 2 wrong usage, 1 a fault on our side.
"""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tonghop.app import App
from tonghop.domain.errors import UsageError
from tonghop.steps.verifying import Told, verify_file, worst
from tonghop.steps.verifying_chain import verify_chain


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "verify",
        help="kiểm tra phiếu tiếp nhận, tệp báo cáo, bản ký có đúng là bản đã tiếp nhận",
        description="Kết quả: 0 đúng; 3 không đúng, đã bị sửa; 4 nguyên vẹn nhưng máy này không có sổ để đối chiếu.",
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="TỆP", help="phiếu tiếp nhận, tệp báo cáo hoặc bản ký")
    parser.add_argument("--receipt", type=Path, metavar="PHIẾU", help="so tệp với phiếu tiếp nhận này")
    parser.add_argument("--chain", action="store_true", help="kiểm tra cả sổ tiếp nhận và kho lưu tệp gốc")
    parser.set_defaults(run=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    if bool(arguments.files) == arguments.chain:
        raise UsageError("Cần tên tệp cần kiểm tra, hoặc --chain.", "Ví dụ: tonghop verify bao-cao.xlsx")
    app = App.if_there()
    with app or nullcontext():
        if arguments.chain:
            told = [_chain(app)]
            _say(told[0])
        else:
            told = []
            for path in arguments.files:
                told.append(verify_file(app.context if app else None, path, arguments.receipt))
                _say(told[-1], f"{path.name}: ")
    return worst(told)


def _chain(app: App | None) -> Told:
    if app is None:
        raise UsageError("Máy này không có sổ tiếp nhận.", "Đặt TONGHOP_HOME hoặc TONGHOP_DB của hệ thống.")
    return verify_chain(app.context)


def _say(told: Told, name: str = "") -> None:
    print(f"{name}{told.headline}")
    for line in told.lines:
        print(f"  {line}")
