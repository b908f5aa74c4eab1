"""`tonghop …`: exit 0 when done, 1 when something on our side failed, 2 when the command was wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tonghop.cli import approve, commands, exchange, forms, keeping, remind, rules, trace
from tonghop.cli.parsing import Parser
from tonghop.domain.errors import TonghopError, UsageError


def parser() -> Parser:
    """The whole command line; every command carries `run`, a function of its parsed arguments."""
    top = Parser(prog="tonghop", description="Tổng hợp báo cáo kiểm soát thủ tục hành chính của tỉnh.")
    subparsers = top.add_subparsers(
        title="Các lệnh", dest="command", required=True, metavar="LỆNH", parser_class=Parser
    )
    commands.add(subparsers)
    approve.add(subparsers)
    trace.add(subparsers)
    forms.add(subparsers)
    rules.add(subparsers)
    exchange.add(subparsers)
    remind.add(subparsers)
    keeping.add(subparsers)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; faults of ours become one sentence and what to do, never a traceback."""
    arguments = parser().parse_args(argv)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except TonghopError as error:
        return _told(error.problem, error.remedy, 2 if isinstance(error, UsageError) else 1)
    except BrokenPipeError:  # the reader of our output has seen enough (`… | head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        remedy = "Kiểm tra ổ đĩa và quyền ghi thư mục dữ liệu rồi chạy lại; chạy lại không làm mất hay trùng dữ liệu."
        return _told(f"Hệ điều hành báo lỗi: {error.strerror or error}{where}.", remedy, 1)
    except KeyboardInterrupt:
        return _told("Đã dừng theo yêu cầu.", "Chạy lại lệnh để làm tiếp; không có dữ liệu nào bị mất.", 1)
    return code


def _told(problem: str, remedy: str, code: int) -> int:
    print(f"{problem}\n→ {remedy}" if remedy else problem, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
