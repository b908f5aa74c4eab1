"""`tonghop …`: exit 0 when done, 1 when something on our side failed, 2 when the command was wrong.

`verify` adds 3 (not genuine) and 4 (cannot be decided here).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tonghop.cli import (
    approve,
    commands,
    doctor,
    exchange,
    forms,
    keeping,
    office,
    provinces,
    remind,
    rules,
    server,
    trace,
    verify,
)
from tonghop.cli.parsing import Parser
from tonghop.domain.errors import TonghopError, UsageError
from tonghop.domain.refusals import why
from tonghop.journal import show
from tonghop.settings import ONLY, wants_log


def parser() -> Parser:
    """The whole command line; every command carries `run`, a function of its parsed arguments."""
    top = Parser(prog="tonghop", description="Tổng hợp báo cáo kiểm soát thủ tục hành chính của tỉnh.")
    subparsers = top.add_subparsers(
        title="Các lệnh", dest="command", required=True, metavar="LỆNH", parser_class=Parser
    )
    commands.add(subparsers)
    approve.add(subparsers)
    office.add(subparsers)
    trace.add(subparsers)
    forms.add(subparsers)
    rules.add(subparsers)
    exchange.add(subparsers)
    remind.add(subparsers)
    verify.add(subparsers)
    keeping.add(subparsers)
    provinces.add(subparsers)
    doctor.add(subparsers)
    server.add(subparsers)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; faults of ours become one sentence and what to do, never a traceback."""
    arguments = parser().parse_args(argv)
    try:
        if wants_log(os.environ):
            show()
        with _for(getattr(arguments, "province", "")):
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
        return _told(f"Hệ điều hành báo lỗi: {why(error)}{where}.", remedy, 1)
    except KeyboardInterrupt:
        return _told("Đã dừng theo yêu cầu.", "Chạy lại lệnh để làm tiếp; không có dữ liệu nào bị mất.", 1)
    return code


@contextmanager
def _for(province: str) -> Iterator[None]:
    """The environment of a command for one of several provinces; as it is when none was named."""
    before = os.environ.get(ONLY)
    if province:
        os.environ[ONLY] = province
    try:
        yield
    finally:
        if province:
            os.environ.pop(ONLY)
            os.environ |= {ONLY: before} if before else {}


def _told(problem: str, remedy: str, code: int) -> int:
    print(f"{problem}\n→ {remedy}" if remedy else problem, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
