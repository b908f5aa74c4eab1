"""Vietnamese text as keys, folder names and figures for people."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

_KNOWN = 1 << 14  # the same names and labels stand in every workbook of a period
_SPACES = re.compile(r"[\s\u00a0\u200b\ufeff]+")


@lru_cache(_KNOWN)
def clean(text: str) -> str:
    """NFC form with every run of white space (also non-breaking) made one space and the ends stripped."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


@lru_cache(_KNOWN)
def key(text: str) -> str:
    """Key under which two spellings of one name are the same: NFC, one space, no case. Diacritics and đ stay."""
    return clean(clean(text).casefold())


def slug(text: str) -> str:
    """ASCII name for a folder or file, never a key: `Sở Tài chính` → `so-tai-chinh`."""
    plain = clean(text).replace("đ", "d").replace("Đ", "D")
    ascii_only = unicodedata.normalize("NFD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")


def figure(value: int | Decimal) -> str:
    """A figure as Vietnamese offices write it: `1234567` → `1.234.567`, `Decimal("1.5")` → `1,5`."""
    swapped = f"{value:,}" if isinstance(value, int) else f"{value:,f}"
    return swapped.translate(str.maketrans(",.", ".,"))
