"""What the report tells, before any page is made: blocks in reading order, and how templates write them.

A template gives one paragraph per line. A line may open with a mark: `# ` title of an appendix, `## ` sub-heading,
`- ` item, `@hinh NAME | CAPTION` a chart, `@bang WIDTHS` a table (relative column widths) whose rows follow as
`| cell | cell`, `|= …` for its header and `|- …` for a line over the whole width. Words that units sent never pass
through here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tonghop.domain.errors import SpecError, SpecProblem


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the outline: `level` 1 for `I.`, 2 for `1.`, 3 for `a)`."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `item` for one of an enumeration, `quoted` for words a unit sent."""

    text: str
    item: bool = False
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart by name; left out when there is none of that name."""

    name: str
    caption: str


@dataclass(frozen=True, slots=True)
class Row:
    """`kind`: head | body | band (one text over the whole width)."""

    kind: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Relative `widths` of the columns."""

    widths: tuple[int, ...]
    rows: tuple[Row, ...]


Block = Heading | Paragraph | Picture | Table


@dataclass(frozen=True, slots=True)
class Appendix:
    """`number` roman, `title` as written, printed in capitals."""

    number: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Story:
    """The whole text: subject (trích yếu), addressee, body, appendices; `reference` ties an appendix to the report."""

    subject: str
    addressee: str
    body: tuple[Block, ...]
    appendices: tuple[Appendix, ...] = field(repr=False)
    reference: str


_ROW = {"|=": "head", "|-": "band"}
_SPACES = re.compile(r"[ \t]+")


def parse(text: str, source: str) -> tuple[str, tuple[Block, ...]]:
    """(title, blocks) of what a template gave; SpecError naming `source` for a row that does not fit its table."""
    title = ""
    blocks: list[Block] = []
    lines = [line for line in (_SPACES.sub(" ", line).strip() for line in text.splitlines()) if line]
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.startswith("# "):
            title = line[2:]
        elif line.startswith("@bang "):
            rows = list(_rows(lines[at:]))
            at += len(rows)
            blocks.append(_table(line, rows, source))
        else:
            blocks.append(_block(line, source))
    return title, tuple(blocks)


def _block(line: str, source: str) -> Block:
    if line.startswith("## "):
        return Heading(3, line[3:])
    if line.startswith("- "):
        return Paragraph(line[2:], item=True)
    if line.startswith("@hinh "):
        name, _, caption = line[6:].partition("|")
        return Picture(name.strip(), caption.strip())
    if line.startswith(("@", "|")):
        raise SpecError([SpecProblem(source, "", f"không hiểu dòng “{line[:60]}”")])
    return Paragraph(line)


def _rows(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield line


def _table(head: str, lines: list[str], source: str) -> Table:
    widths = tuple(int(number) for number in head.removeprefix("@bang ").split())
    rows = tuple(_row(line) for line in lines)
    for row in rows:
        if row.kind != "band" and len(row.cells) != len(widths):
            problem = f"bảng có {len(widths)} cột nhưng dòng “{' | '.join(row.cells)}” có {len(row.cells)} ô"
            raise SpecError([SpecProblem(source, "@bang", problem)])
    return Table(widths, rows)


def _row(line: str) -> Row:
    kind = _ROW.get(line[:2], "body")
    cells = line[1 if kind == "body" else 2 :]
    return Row(kind, tuple(cell.strip() for cell in cells.split("|")))
