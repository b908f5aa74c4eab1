"""What one workbook may cost, and refusing one that costs more or cannot be used.

Standard library only: the reading children import this module (see `reader`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

MIB = 1024 * 1024
ACCEPTED = "cần tệp Excel (.xlsx, .xlsm, .xls) hoặc .ods theo biểu mẫu trong thư mục nhan-ve"


@dataclass(frozen=True)
class Limits:
    """What one workbook may cost. The defaults fit a department's eight forms some fifteen times over.

    `ratio` (inflated to packed) counts only for parts of more than a MiB; `cells` is the area of all sheets together;
    `memory_bytes` (of addresses) and `seconds` bound the child process per file, `answer_bytes` what it hands over;
    `text` is in characters, as Excel has it; `unread_sheets` are ours and hold no figures.
    """

    file_bytes: int = 20 * MIB
    entries: int = 500
    part_bytes: int = 40 * MIB
    total_bytes: int = 100 * MIB
    ratio: int = 200
    sheets: int = 60
    last_column: int = 200
    last_row: int = 20_000
    cells: int = 400_000
    memory_bytes: int = 280 * MIB
    seconds: float = 20.0
    answer_bytes: int = 16 * MIB
    text: int = 32_767
    unread_sheets: tuple[str, ...] = ("Kiểm tra", "Hướng dẫn", "Kết quả kiểm tra", "_tonghop_goc")


class RefusedError(Exception):
    """The file at hand must not or cannot be parsed: `code` of the finding catalogue and Vietnamese words.

    Never leaves `reading_child`, which turns it into an answer.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


def refuse(code: str, message: str) -> NoReturn:
    """Raise RefusedError."""
    raise RefusedError(code, message)


def check_place(row: int, column: int, sheet: str, limits: Limits) -> None:
    """Refuse content at a 1-based place beyond any form; `sheet` as people call it: `Trang “II.06a”`."""
    if column > limits.last_column or row > limits.last_row:
        bounds = f"{counted(limits.last_column)} cột, {counted(limits.last_row)} dòng"
        refuse("unsafe", f"{sheet} có nội dung ở ô {address(row, column)}, ngoài phạm vi của biểu ({bounds}).")


def check_cells(cells: int, limits: Limits) -> None:
    """Refuse sheets that together reach over more than the limit."""
    if cells > limits.cells:
        refuse("unsafe", f"Các trang có quá {counted(limits.cells)} ô; cần tệp theo biểu mẫu trong thư mục nhan-ve.")


def address(row: int, column: int) -> str:
    """`D12` for row 12, column 4 (both 1-based)."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def counted(number: int) -> str:
    """`20.000`."""
    return f"{number:,}".replace(",", ".")


def mib(size: int) -> str:
    """`20,0 MB`."""
    return f"{size / MIB:.1f} MB".replace(".", ",")
