"""What the XML of a workbook says that a reader of values does not: which sheets there are, where content lies,
which blanks are errors or formulas without a result, which columns are hidden.

Standard library only: the reading children import this module (see `reader`).
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree as ET

from tonghop.files.limits import Limits, check_place, refuse
from tonghop.files.package import Archive

ERROR, UNCACHED, DATE = "error", "uncached", "date"
Odd = dict[
    tuple[int, int], tuple[str, str]
]  # (row, column), 1-based → (ERROR, "#REF!"), (UNCACHED, "") or (DATE, ISO text)

_ROOT = re.compile(rb"<(\w+:)?worksheet[\s>]")
_ADDRESS = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']")
_TYPE = re.compile(rb"\bt\s*=\s*[\"'](\w+)[\"']")
_SHEET_DATA = b"sheetData"
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_FIRST, _LAST = re.compile(rb"\bmin=[\"'](\d{1,5})[\"']"), re.compile(rb"\bmax=[\"'](\d{1,5})[\"']")
_IS_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_LAST_LETTER = 26  # `Marks.unusual` lets columns A–Z and rows of four digits through
_SMALL_AREA = 26_000  # of a sheet that needs no exact look
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of the workbook: its name, whether people see it, and the part that holds its cells."""

    name: str
    visible: bool
    part: str


class Package:
    """The checked parts of one workbook; reading one never inflates more than its declared, limited size."""

    def __init__(self, archive: Archive, parts: dict[str, zipfile.ZipInfo], limits: Limits) -> None:
        self._archive = archive
        self._parts = parts
        self._limits = limits

    def xml(self, part: str) -> bytes:
        """Bytes of a part; RefusedError when it is absent or its XML declares entities or an odd encoding."""
        info = self._parts.get(part.lower())
        if info is None:
            refuse("damaged", "Tệp Excel thiếu một thành phần; cần tệp Excel (.xlsx) mở được.")
        content = self._archive.read(info, self._limits.part_bytes + 1)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content[:8]:
            refuse("unsafe", "Tệp có khai báo XML mà Excel không dùng (DOCTYPE); cần tệp do Excel lưu.")
        return content

    def sheets(self) -> tuple[SheetPart, ...]:
        """Worksheets in workbook order, hidden ones included; chart sheets are left out."""
        targets = {
            relation.get("Id", ""): _part(relation.get("Target", ""))
            for relation in _tree(self.xml("xl/_rels/workbook.xml.rels"))
            if relation.get("Type", "").endswith("/worksheet")
        }
        sheets = tuple(
            SheetPart(element.get("name", ""), element.get("state", "visible") == "visible", targets[relation])
            for element in _tree(self.xml("xl/workbook.xml")).iter()
            if element.tag.endswith("}sheet")
            and (relation := element.get(_RELATION) or element.get(_STRICT_RELATION, "")) in targets
        )
        if len(sheets) > self._limits.sheets:
            refuse("too-big", f"Tệp có {len(sheets)} trang; giới hạn là {self._limits.sheets} trang.")
        return sheets

    def check_shared(self) -> None:
        """Look at the parts that every reader of values inflates beside the sheets."""
        for part in ("xl/sharedstrings.xml", "xl/styles.xml", "[content_types].xml"):
            if part in self._parts:
                self.xml(part)


def _tree(xml: bytes) -> ET.Element:
    utf8 = ET.XMLParser(encoding="utf-8")  # noqa: S314  `Package.xml` has refused DOCTYPE and entities
    return ET.fromstring(xml, utf8)  # noqa: S314


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


@dataclass(frozen=True)
class Marks:
    """Patterns of a sheet's XML for one namespace prefix (none, or `x:` as some libraries write)."""

    cell_start: bytes
    unusual: re.Pattern[bytes]  # a cell that is not plainly addressed as `<c r="D12"`
    content: re.Pattern[bytes]  # the start tag of every cell that is not empty
    error: re.Pattern[bytes]  # attributes and text of an error cell
    empty_formula: re.Pattern[bytes]  # a formula up to the end of its cell, and its stored empty value if any

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, prefix: bytes) -> Marks:
        p = re.escape(prefix)
        return cls(
            b"<" + prefix + b"c",
            re.compile(rb"<%bc(?! r=\"[A-Z][1-9]\d{0,3}\")[\s/>]" % p),
            re.compile(rb"<%bc(\s[^>]*)?(?<!/)>" % p),
            re.compile(
                rb"<%bc\s([^>]*\bt=[\"']e[\"'][^>]*)(?<!/)>(?:<%bf\b[^>]*/>|<%bf\b[^>]*>[^<]*</%bf>)?\s*<%bv>([^<]*)<"
                % (p, p, p, p, p)
            ),
            re.compile(
                rb"<%bf\b(?:[^>]*/>|[^>]*>[^<]*</%bf>)\s*(<%bv\s*/>|<%bv[^>]*>\s*</%bv>)?\s*</%bc>" % (p, p, p, p, p, p)
            ),
        )


def _marks(xml: bytes) -> Marks:
    root = _ROOT.search(xml)
    return Marks.of((root and root[1]) or b"")


def area(xml: bytes, sheet: str, limits: Limits) -> int:
    """Rows × columns up to the furthest cell with content; RefusedError when one lies out of bounds or has no address.

    Empty formatted cells do not count (programs write them far out), and the declared dimension is not believed.
    """
    marks = _marks(xml)
    bound = _ordinary_area(xml, marks)
    small = min(_SMALL_AREA, _LAST_LETTER * limits.last_row)
    if bound is not None and bound <= small and limits.last_column >= _LAST_LETTER:
        return bound
    last_row = last_column = 0
    for cell in marks.content.finditer(xml):
        row, column = _position(cell[1] or b"", sheet)
        check_place(row, column, f"Trang “{sheet}”", limits)
        last_row, last_column = max(last_row, row), max(last_column, column)
    return last_row * last_column


def _ordinary_area(xml: bytes, marks: Marks) -> int | None:
    """An upper bound from the last cell, at little cost; None when a cell is not addressed as `<c r="D12"`.

    Cells come in order; a file that breaks this stays within 9,999 rows of 26 columns.
    """
    if marks.unusual.search(xml):
        return None
    start = xml.rfind(marks.cell_start + b' r="')
    if start < 0:
        return 0
    digits = xml[start + len(marks.cell_start) + 5 : start + len(marks.cell_start) + 9].split(b'"', 1)[0]
    return _LAST_LETTER * int(digits)


def _position(attributes: bytes, sheet: str) -> tuple[int, int]:
    match = _ADDRESS.search(attributes)
    if match is None:
        refuse("unsafe", f"Trang “{sheet}” có ô không ghi địa chỉ; cần tệp do Excel lưu.")
    return int(match[2][:9]), _column_number(match[1].upper())


def hidden_columns(xml: bytes, limits: Limits) -> list[int]:
    """1-based numbers of the columns nobody sees, as far as content may reach."""
    hidden: list[int] = []
    for column in _COLUMN.finditer(xml, 0, max(0, xml.find(_SHEET_DATA))):
        first, last = _FIRST.search(column[0]), _LAST.search(column[0])
        if first and last and _IS_HIDDEN.search(column[0]):
            hidden += range(int(first[1]), min(int(last[1]), limits.last_column) + 1)
    return hidden


def _column_number(letters: bytes) -> int:
    if len(letters) > 3:
        return 10**6
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def odd_cells(xml: bytes, sheet: str) -> Odd:
    """Cells that a reader of values gives as blank although they are not: errors, and formulas without a result.

    A formula whose stored result is the empty text (`t="str"` with an empty value) is a blank.
    """
    marks = _marks(xml)
    odd: Odd = {}
    if b't="e"' in xml or b"t='e'" in xml:
        for attributes, text in marks.error.findall(xml):
            odd[_position(attributes, sheet)] = (ERROR, text.decode("utf-8", "replace"))
    for match in marks.empty_formula.finditer(xml):
        start = xml.rfind(marks.cell_start, 0, match.start())
        attributes = xml[start : match.start()]
        kind = _TYPE.search(attributes)
        if match[1] and kind and kind[1] == b"str":
            continue
        odd.setdefault(_position(attributes, sheet), (UNCACHED, ""))
    return odd
