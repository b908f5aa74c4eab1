"""Below each table: who answers for the figures, and the places for signatures.

The four answers are typed on the first form's sheet; the other sheets show them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tonghop.domain.submission import Signature
from tonghop.files.template import validation
from tonghop.files.template.book import Sheet
from tonghop.files.template.formulas import address
from tonghop.files.template.frame import Frame
from tonghop.files.template.grid import serial
from tonghop.files.template.plan import CellValue

LABELS = ("Người lập biểu:", "Thủ trưởng đơn vị:", "Số, ký hiệu báo cáo:", "Ngày báo cáo:")
_UNDATED = "Ngày …… tháng …… năm ……"


@dataclass(frozen=True)
class Footer:
    """The answers, and the cells of the first form's sheet that hold them (None on that sheet itself)."""

    signature: Signature
    cells: tuple[str, ...] | None

    @property
    def values(self) -> tuple[CellValue, ...]:
        s = self.signature
        return s.compiler, s.head, s.report_number, s.report_date


def answer_cells(sheet: str, top: int, room: Frame) -> tuple[str, ...]:
    """Cells with the answers on the first form's sheet, whose footer begins at line `top`."""
    return tuple(f"{sheet}!{address(top + index, room.value[0])}" for index in range(len(LABELS)))


def put_footer(sheet: Sheet, footer: Footer, top: int, room: Frame) -> int:
    """Write the footer from line `top` on; returns its last line."""
    for index, (label, value) in enumerate(zip(LABELS, footer.values, strict=True)):
        line = top + index
        sheet.height(line, 18)
        sheet.merge((line, line), room.left, label, "right")
        is_day = index == len(LABELS) - 1
        if footer.cells is None:
            sheet.merge((line, line), room.value, value, "in_day_left" if is_day else "in_text")
            area = (line, room.value[0], line, room.value[1])
            sheet.validate(area, validation.day(line, room.value[0]) if is_day else validation.text(200))
        else:
            cell = footer.cells[index]
            result = serial(value) if isinstance(value, date) else value or ""
            formula = f'IF({cell}="","",{cell})'
            sheet.merge_formula((line, line), room.value, formula, result, "shown_day" if is_day else "shown")
    return _signatures(sheet, footer, top, room)


def _signatures(sheet: Sheet, footer: Footer, top: int, room: Frame) -> int:
    """Places for two signatures, names below them by formula.

    Each title stands alone on its line, so that no reader takes one for the other's answer.
    """
    cells = [address(top + index, room.value[0]) for index in range(len(LABELS))]
    title = top + len(LABELS) + 2
    _date_line(sheet, footer, title - 1, cells[-1], room)
    sheet.merge((title, title + 1), room.left, "NGƯỜI LẬP BIỂU", "signature")
    sheet.merge((title + 1, title + 1), room.right, "THỦ TRƯỞNG ĐƠN VỊ", "signature")
    for line, points in enumerate((3, 16, 42, 18), start=title):
        sheet.height(line, points)
    for cell, columns, value in zip(cells, (room.left, room.right), footer.values, strict=False):
        formula = f'IF({cell}="","",{cell})'
        sheet.merge_formula((title + 3, title + 3), columns, formula, value or "", "signature")
    return title + 3


def _date_line(sheet: Sheet, footer: Footer, line: int, cell: str, room: Frame) -> None:
    dated = f'"Ngày "&RIGHT("0"&DAY({cell}),2)&" tháng "&RIGHT("0"&MONTH({cell}),2)&" năm "&YEAR({cell})'
    day = footer.signature.report_date
    result = f"Ngày {day:%d} tháng {day:%m} năm {day:%Y}" if day else _UNDATED
    formula = f'IF(ISNUMBER({cell}),{dated},"{_UNDATED}")'
    sheet.merge_formula((line, line), room.right, formula, result, "italic_centre")
