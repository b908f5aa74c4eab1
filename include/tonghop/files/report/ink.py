"""Word primitives: paragraphs, runs, rules, borderless blocks and tables with every measure set, nothing inherited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from tonghop.files.report.letter_width import bold_width_mm
from tonghop.files.report.paper import FONT

LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
JUSTIFIED = WD_ALIGN_PARAGRAPH.JUSTIFY
_EIGHTHS = "6"  # 0.75 pt
_RULE_PT = 4.0


def shape(paragraph: Paragraph, align: WD_ALIGN_PARAGRAPH, *, before: float = 0, after: float = 0) -> Paragraph:
    """Alignment and room above and below in points; single lines, no indent."""
    form = paragraph.paragraph_format
    form.alignment = align
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.first_line_indent = Mm(0)
    form.line_spacing = 1.0
    return paragraph


def ink(paragraph: Paragraph, text: str, points: float, *, bold: bool = False, italic: bool = False) -> Run:
    """A run of black Times New Roman."""
    run = paragraph.add_run(text)
    run.font.name = FONT
    run.font.size = Pt(points)
    run.font.bold, run.font.italic = bold, italic
    run.font.color.rgb = RGBColor(0, 0, 0)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 - python-docx has no name for it
    for script in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(script), FONT)
    return run


def rule(paragraph: Paragraph, under: str, points: float, room_mm: float, share: float) -> None:
    """Make `paragraph` a rule centred in `room_mm`, `share` of the length of the bold line `under` above it."""
    length = min(bold_width_mm(under, points) * share, room_mm)
    side = Mm(max((room_mm - length) / 2, 0))
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = side
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_RULE_PT)
    ink(paragraph, "", 1)
    border = _element("w:pBdr", _element("w:bottom", val="single", sz=_EIGHTHS, space="0", color="000000"))
    paragraph._p.get_or_add_pPr().insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")  # noqa: SLF001


def block(parent: Any, widths_mm: Sequence[float], rows: int = 1) -> Table:
    """A table without borders whose cells hold their text to the edge; its rows never break over pages."""
    table: Table = parent.add_table(rows, len(widths_mm))
    _fixed(table, widths_mm)
    margins = _element("w:tblCellMar", *(_element(f"w:{side}", w="0", type="dxa") for side in ("left", "right")))
    table._tbl.tblPr.append(margins)  # noqa: SLF001
    for row in table.rows:
        whole(row)
    return table


def grid(parent: Any, widths_mm: Sequence[float], rows: int) -> Table:
    """A table with thin black borders."""
    table: Table = parent.add_table(rows, len(widths_mm))
    _fixed(table, widths_mm)
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = (_element(f"w:{side}", val="single", sz="4", space="0", color="000000") for side in sides)
    table._tbl.tblPr.append(_element("w:tblBorders", *lines))  # noqa: SLF001
    margins = (_element(f"w:{side}", w="57", type="dxa") for side in ("left", "right"))
    table._tbl.tblPr.append(_element("w:tblCellMar", *margins))  # noqa: SLF001
    for row in table.rows:
        whole(row)
    return table


def _fixed(table: Table, widths_mm: Sequence[float]) -> None:
    """The columns as wide as told, whatever stands in them."""
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths_mm, strict=True):
            cell.width = Mm(width)


def whole(row: Any) -> None:
    """A row stays on one page."""
    row._tr.get_or_add_trPr().append(_element("w:cantSplit"))  # noqa: SLF001


def repeated(row: Any) -> None:
    """A row is printed again on every page of its table."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader"))  # noqa: SLF001


def first(cell: _Cell) -> Paragraph:
    """The paragraph every cell has."""
    paragraph: Paragraph = cell.paragraphs[0]
    return paragraph


def page_number(paragraph: Paragraph, points: float) -> None:
    """The number of the page."""
    run = ink(paragraph, "", points)
    instruction = _element("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = " PAGE "
    for part in (_element("w:fldChar", fldCharType="begin"), instruction, _element("w:fldChar", fldCharType="end")):
        run._r.append(part)  # noqa: SLF001


def numbered_from_one(section: Any) -> None:
    """Pages of the section count from 1."""
    properties = section._sectPr  # noqa: SLF001
    for old in properties.findall(qn("w:pgNumType")):
        properties.remove(old)
    later = ("w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:bidi", "w:docGrid")
    properties.insert_element_before(_element("w:pgNumType", start="1"), *later)


def _element(name: str, *children: Any, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    for child in children:
        made.append(child)
    return made
