"""A text nobody may see: it shows itself only where it is asked to."""

from __future__ import annotations

from typing import NoReturn

SHOWN = "•••"


class Secret:
    """A token. Printing, logging, formatting and comparing never show it; pickling it is refused."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one header it belongs in."""
        return self._text

    def hide(self, text: str) -> str:
        """`text` with every occurrence of the secret blotted out."""
        return text.replace(self._text, SHOWN) if self._text else text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return SHOWN

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")
