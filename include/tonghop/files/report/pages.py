"""The parts of the Word document in reading order: header block, subject, body, closing block, appendices."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from docx.enum.section import WD_SECTION
from docx.shared import Mm

from tonghop.files.report import paper as p
from tonghop.files.report.ink import (
    CENTRE,
    JUSTIFIED,
    LEFT,
    RIGHT,
    block,
    first,
    grid,
    ink,
    numbered_from_one,
    page_number,
    repeated,
    rule,
    shape,
)
from tonghop.files.report.paper import Letterhead
from tonghop.files.report.story import Appendix, Block, Heading, Paragraph, Picture, Row, Story, Table

_SIGNATURE_ROOM_PT = 72
_TOGETHER = re.compile(r"\b(Phụ lục|Biểu|Hình|mục|quý) (?=[IVX\d])")  # a number stays with what it numbers
_NUMERIC = re.compile(r"[+\-]?[\d.,/]+%?( điểm)?|–")


class Pages:
    """Writes into a python-docx `document`; `charts` are PNG by name."""

    def __init__(self, document: Any, charts: Mapping[str, bytes]) -> None:
        self.document = document
        self.charts = charts
        self._pictures = 0

    def write(self, story: Story, head: Letterhead) -> None:
        self._section(self.document.sections[0])
        self._head(head)
        self._subject(story)
        for part in story.body:
            self._block(part)
        self._closing(head)
        for appendix in story.appendices:
            self._appendix(appendix, story.reference)

    def _section(self, section: Any) -> None:
        """A4, the margins, and the page number that the first page does not show."""
        section.page_width, section.page_height = Mm(p.PAGE_MM[0]), Mm(p.PAGE_MM[1])
        section.top_margin, section.bottom_margin = Mm(p.TOP_MM), Mm(p.BOTTOM_MM)
        section.left_margin, section.right_margin = Mm(p.LEFT_MM), Mm(p.RIGHT_MM)
        section.header_distance = section.footer_distance = Mm(p.HEADER_MM)
        section.different_first_page_header_footer = True
        numbered_from_one(section)
        section.header.is_linked_to_previous = False
        page_number(shape(section.header.paragraphs[0], CENTRE), p.PAGE_NUMBER_PT)

    def _head(self, head: Letterhead) -> None:
        """Who issues it, the nation's name and motto with their rules; number, place and date."""
        right_mm = p.TEXT_MM - p.LEFT_BLOCK_MM
        table = block(self.document, (p.LEFT_BLOCK_MM, right_mm), rows=2)
        left, right = table.rows[0].cells
        lines = [(head.paper.superior, False)] if head.paper.superior else []
        lines += [(line, True) for line in head.paper.issuer]
        for at, (text, bold) in enumerate(lines):
            paragraph = first(left) if at == 0 else left.add_paragraph()
            ink(shape(paragraph, CENTRE), text.upper(), p.AGENCY_PT, bold=bold)
        rule(left.add_paragraph(), lines[-1][0].upper(), p.AGENCY_PT, p.LEFT_BLOCK_MM, p.RULE_SHARE)
        ink(shape(first(right), CENTRE), p.NATION, p.NATION_PT, bold=True)
        ink(shape(right.add_paragraph(), CENTRE), p.MOTTO, p.MOTTO_PT, bold=True)
        rule(right.add_paragraph(), p.MOTTO, p.MOTTO_PT, right_mm, 1.0)
        number, place = table.rows[1].cells
        ink(shape(first(number), CENTRE, before=6), f"Số: {head.number}", p.NUMBER_PT)
        ink(shape(first(place), CENTRE, before=6), f"{head.place}, {head.dated}", p.PLACE_PT, italic=True)

    def _subject(self, story: Story) -> None:
        ink(shape(self._new(), CENTRE, before=14), p.KIND, p.KIND_PT, bold=True)
        ink(shape(self._new(), CENTRE), story.subject, p.SUBJECT_PT, bold=True)
        rule(self._new(), story.subject, p.SUBJECT_PT, p.TEXT_MM, p.RULE_SHARE)
        ink(shape(self._new(), CENTRE, before=12, after=12), f"{p.ADDRESSED} {story.addressee}", p.ADDRESSED_PT)

    def _new(self) -> Any:
        return self.document.add_paragraph()

    def _block(self, part: Block) -> None:
        if isinstance(part, Heading):
            self._heading(part)
        elif isinstance(part, Paragraph):
            self._paragraph(f"- {part.text}" if part.item else part.text)
        elif isinstance(part, Picture):
            self._picture(part)
        else:
            self._table(part)

    def _heading(self, heading: Heading) -> None:
        text = heading.text.upper() if heading.level == 1 else heading.text
        paragraph = self._paragraph(text, bold=True, italic=heading.level == 3)
        paragraph.paragraph_format.keep_with_next = True

    def _paragraph(self, text: str, *, bold: bool = False, italic: bool = False) -> Any:
        paragraph = shape(self._new(), JUSTIFIED, after=p.BETWEEN_PT)
        paragraph.paragraph_format.first_line_indent = Mm(p.FIRST_LINE_MM)
        paragraph.paragraph_format.line_spacing = p.LINE_SPACING
        ink(paragraph, _TOGETHER.sub("\\1\u00a0", text), p.BODY_PT, bold=bold, italic=italic)
        return paragraph

    def _picture(self, picture: Picture) -> None:
        """The chart over the text width with its numbered caption, kept together."""
        if picture.name not in self.charts:
            return
        self._pictures += 1
        paragraph = shape(self._new(), CENTRE, before=3)
        paragraph.paragraph_format.keep_with_next = True
        drawn = paragraph.add_run().add_picture(io.BytesIO(self.charts[picture.name]), width=Mm(p.TEXT_MM))
        drawn._inline.docPr.set("descr", picture.caption)  # noqa: SLF001 - what a screen reader says
        caption = f"Hình {self._pictures}. {picture.caption}"
        ink(shape(self._new(), CENTRE, after=p.BETWEEN_PT), caption, p.CAPTION_PT, italic=True)

    def _table(self, table: Table) -> None:
        total = sum(table.widths)
        drawn = grid(self.document, [p.TEXT_MM * width / total for width in table.widths], len(table.rows))
        aligns = _aligns(table)
        for row, cells in zip(table.rows, drawn.rows, strict=True):
            self._row(row, cells, aligns)
        shape(self._new(), LEFT, after=p.BETWEEN_PT)

    def _row(self, row: Row, drawn: Any, aligns: Sequence[Any]) -> None:
        if row.kind == "head":
            repeated(drawn)
        cells = drawn.cells
        if row.kind == "band":
            merged = cells[0].merge(cells[-1])
            banded = shape(first(merged), LEFT, before=2, after=2)
            banded.paragraph_format.keep_with_next = True
            ink(banded, row.cells[0], p.TABLE_PT, bold=True)
            return
        for cell, text, align in zip(cells, row.cells, aligns, strict=True):
            placed = shape(first(cell), CENTRE if row.kind == "head" else align, before=2, after=2)
            placed.paragraph_format.keep_with_next = row.kind == "head"
            ink(placed, text, p.TABLE_PT, bold=row.kind == "head")

    def _closing(self, head: Letterhead) -> None:
        """Where copies go, and who signs; the name is left open until it is known."""
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True  # no signature on a page without text
        shape(self._new(), LEFT).paragraph_format.keep_with_next = True
        table = block(self.document, (p.COPIES_BLOCK_MM, p.TEXT_MM - p.COPIES_BLOCK_MM))
        left, right = table.rows[0].cells
        ink(shape(first(left), LEFT), p.COPIES, p.COPIES_PT, bold=True, italic=True)
        copies = head.paper.copies
        for at, text in enumerate(copies, start=1):
            end = "." if at == len(copies) else ";"
            ink(shape(left.add_paragraph(), LEFT), f"- {text}{end}", p.COPIES_ITEM_PT)
        for at, text in enumerate(head.paper.signature):
            paragraph = first(right) if at == 0 else right.add_paragraph()
            ink(shape(paragraph, CENTRE), text.upper(), p.SIGNATURE_PT, bold=True)
        name = shape(right.add_paragraph(), CENTRE, before=_SIGNATURE_ROOM_PT)
        ink(name, head.paper.signer, p.SIGNATURE_PT, bold=True)

    def _appendix(self, appendix: Appendix, reference: str) -> None:
        """On pages of its own, numbered anew."""
        self._section(self.document.add_section(WD_SECTION.NEW_PAGE))
        ink(shape(self._new(), CENTRE), f"{p.APPENDIX} {appendix.number}", p.APPENDIX_PT, bold=True)
        ink(shape(self._new(), CENTRE), appendix.title.upper(), p.APPENDIX_PT, bold=True)
        ink(shape(self._new(), CENTRE, after=12), reference, p.REFERENCE_PT, italic=True)
        for part in appendix.blocks:
            self._block(part)


def _aligns(table: Table) -> list[Any]:
    """Numbers to the right, the running number in the middle, words to the left."""
    body = [row.cells for row in table.rows if row.kind == "body"]
    found = []
    for at in range(len(table.widths)):
        numeric = bool(body) and all(_NUMERIC.fullmatch(cells[at]) for cells in body)
        found.append(CENTRE if at == 0 else RIGHT if numeric else LEFT)
    return found
