"""What a live check is made of: an expression that yields "" or "; what is wrong", and its result.

Pieces of one line are concatenated, so the number of "; " is the number of faults.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tonghop.files.template.formulas import quoted
from tonghop.files.template.plan import CellValue

MARK = "; "


@dataclass(frozen=True, slots=True)
class Piece:
    """An Excel expression and its result."""

    formula: str
    text: str


def piece(formula: str, *, wrong: bool, message: str) -> Piece:
    """The check `formula`, which says `message` when `wrong`."""
    return Piece(formula, MARK + message if wrong else "")


def quote(message: str) -> str:
    """`message` with its mark, as a string literal of a formula."""
    return quoted(MARK + message)


def is_blank(value: CellValue) -> bool:
    """Whether TRIM of the cell is empty."""
    return value is None or (isinstance(value, str) and not value.strip(" "))


def joined(pieces: Iterable[Piece]) -> Piece:
    """One cell for all `pieces`: their texts without the first mark."""
    found = list(pieces)
    if not found:
        return Piece("", "")
    text = "".join(part.text for part in found)
    return Piece(f"MID({'&'.join(part.formula for part in found)},{len(MARK) + 1},9999)", text[len(MARK) :])


def count_of(cell: str, text: str) -> tuple[str, int]:
    """Formula and result: how many faults the joined text in `cell` holds."""
    formula = f'IF({cell}="",0,1+(LEN({cell})-LEN(SUBSTITUTE({cell},"{MARK}","")))/{len(MARK)})'
    return formula, 1 + text.count(MARK) if text else 0
