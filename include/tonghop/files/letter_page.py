"""A letter's plain text as a page: paragraphs and lists, for the folder of a unit and as the HTML part of an e-mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tonghop.files.letters import render

TEMPLATE = "nhac-trang.html.j2"
_ITEM = "- "


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a paragraph, or items of a list."""

    is_list: bool
    lines: tuple[str, ...]


def page(templates: Path, office: str, subject: str, text: str) -> str:
    """HTML of a letter by the regime's template; the text is escaped there, whatever a unit is called."""
    return render(templates, TEMPLATE, office=office, subject=subject, blocks=tuple(blocks(text)))


def blocks(text: str) -> Iterator[Block]:
    """Blank lines part paragraphs; lines that begin with `- ` next to each other are a list."""
    lines: list[str] = []
    is_list = False
    for line in [*text.splitlines(), ""]:
        item = line.startswith(_ITEM)
        if lines and (not line.strip() or item != is_list):
            yield Block(is_list, tuple(lines))
            lines = []
        is_list = item
        if line.strip():
            lines.append(line.removeprefix(_ITEM).strip())
