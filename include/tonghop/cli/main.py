"""`tonghop …`: exit 0 when done, 1 when something on our side failed, 2 when the command was wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tonghop.cli import commands, forms
from tonghop.domain.errors import TonghopError, UsageError


class _Parser(argparse.ArgumentParser):
    """argparse with Vietnamese headings and errors."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.print_usage(sys.stderr)
        self.exit(2, f"Lệnh không đúng: {_vietnamese(message)}\n")


def _vietnamese(message: str) -> str:
    for english, vietnamese in (
        ("the following arguments are required:", "còn thiếu"),
        ("unrecognized arguments:", "không hiểu"),
        ("invalid choice:", "không có lựa chọn"),
        ("choose from", "chọn một trong"),
        ("expected one argument", "cần một giá trị"),
        ("argument ", "tham số "),
    ):
        message = message.replace(english, vietnamese)
    return message


def parser() -> argparse.ArgumentParser:
    """The whole command line; every command carries `run`, a function of its parsed arguments."""
    top = _Parser(prog="tonghop", description="Tổng hợp báo cáo kiểm soát thủ tục hành chính của tỉnh.")
    subparsers = top.add_subparsers(dest="command", required=True, metavar="LỆNH", parser_class=_Parser)
    commands.add(subparsers)
    forms.add(subparsers)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; faults of ours become one sentence and what to do, never a traceback."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except UsageError as error:
        print(f"{error.problem}\n→ {error.remedy}", file=sys.stderr)
        return 2
    except TonghopError as error:
        print(f"{error.problem}\n→ {error.remedy}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
