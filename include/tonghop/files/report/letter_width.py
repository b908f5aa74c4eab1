"""How long a line set in bold Times New Roman is, for rules that must be as long as their text.

A table of the type's advance widths in thousandths of its size: marks above and below a letter do not widen it.
"""

from __future__ import annotations

import unicodedata

_GROUPS = {
    250: " ,.",
    278: "ilt/:;",
    333: "-()fjt",
    389: "Is",
    444: "cerz",
    500: "agovxyJ0123456789",
    556: "bdhknpquS",
    611: "FP",
    667: "BELTZ",
    722: "ACDNRUVXYw",
    778: "GHKOQ",
    833: "m",
    944: "M",
    1000: "W–",
}
_WIDTHS = {letter: width for width, letters in _GROUPS.items() for letter in letters}
_UNKNOWN = 600
_MM_PER_POINT = 25.4 / 72


def bold_width_mm(text: str, points: float) -> float:
    """Length of `text` in millimetres at `points`, within a few percent."""
    plain = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    thousandths = sum(_WIDTHS.get(letter, _UNKNOWN) for letter in plain if not unicodedata.combining(letter))
    return thousandths / 1000 * points * _MM_PER_POINT
