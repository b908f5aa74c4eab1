"""How much room text takes: Excel does not grow rows of merged cells by itself."""

from __future__ import annotations

import textwrap

LINE = 15.0  # points per line of 11 pt Times New Roman
_FACTOR = 1.08  # column width counts digits; Vietnamese prose runs a little narrower


def lines(text: str, width: float, *, factor: float = _FACTOR) -> int:
    """Lines that `text` takes in a column `width` digits wide."""
    room = max(int(width * factor), 4)
    return sum(max(1, len(textwrap.wrap(part, room))) for part in text.split("\n"))


def height(text: str, width: float, *, factor: float = _FACTOR) -> float:
    """Row height in points for `text`."""
    return lines(text, width, factor=factor) * LINE + 3
