"""argparse in Vietnamese: headings, help and errors."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

_WORDS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"the following arguments are required: (.*)", r"còn thiếu \1"),
    (r"unrecognized arguments: (.*)", r"không hiểu “\1”"),
    (r"invalid choice: (.+?) \(choose from (.*)\)", r"không có lựa chọn \1; các lựa chọn: \2"),
    (r"ambiguous option: (\S+) could match (.*)", r"“\1” chưa rõ, có thể là \2"),
    (r"expected (?:at least )?one argument", "cần một giá trị"),
    (r"not allowed with argument (.*)", r"không dùng cùng với \1"),
    (r"ignored explicit argument (.*)", r"không nhận giá trị \1"),
    (r"one of the arguments (.*) is required", r"cần một trong \1"),
    (r"invalid (?:\S+) value: (.*)", r"giá trị \1 không hợp lệ"),
    (r"^argument (\S+): ", r"tham số \1: "),
)


class Formatter(argparse.HelpFormatter):
    """Help with “Cách dùng” instead of "usage"."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "Cách dùng: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser that speaks Vietnamese; its subparsers do, too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": Formatter, "add_help": False, **options})
        self._positionals.title = "Tham số"
        self._optionals.title = "Tùy chọn"
        self.add_argument("-h", "--help", action="help", help="hiện hướng dẫn này rồi thoát")
        # Before or after the command; absent unless given, so that the inner parser does not hide the outer one's.
        self.add_argument(
            "--province",
            default=argparse.SUPPRESS,
            metavar="TỈNH",
            help="tỉnh cần làm, khi hệ thống phục vụ nhiều tỉnh",
        )

    def error(self, message: str) -> NoReturn:
        """Exit 2 with the usage and one sentence."""
        self.print_usage(sys.stderr)
        self.exit(2, f"Lệnh không đúng: {vietnamese(message)}.\n→ Xem hướng dẫn: {self.prog} --help\n")


def vietnamese(message: str) -> str:
    """A message of argparse in Vietnamese."""
    for english, words in _WORDS:
        message = re.sub(english, words, message)
    return message
