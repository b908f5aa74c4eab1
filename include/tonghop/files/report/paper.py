"""Measures and fixed words of an administrative document: NĐ 30/2020/NĐ-CP, Phụ lục I (`_PT` points, `_MM` mm)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tonghop.domain.province import Paper

FONT = "Times New Roman"
PAGE_MM = (210, 297)
TOP_MM = BOTTOM_MM = 20  # 20–25
LEFT_MM, RIGHT_MM = 30, 20  # 30–35 and 15–20
TEXT_MM = PAGE_MM[0] - LEFT_MM - RIGHT_MM
HEADER_MM = 10  # the page number stands in the top margin

NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
KIND, ADDRESSED, COPIES, APPENDIX = "BÁO CÁO", "Kính gửi:", "Nơi nhận:", "Phụ lục"

NATION_PT, MOTTO_PT = 12, 13
AGENCY_PT = 12
NUMBER_PT = PLACE_PT = 13
KIND_PT = SUBJECT_PT = ADDRESSED_PT = 14
BODY_PT = 14
SIGNATURE_PT = 14
COPIES_PT, COPIES_ITEM_PT = 12, 11
APPENDIX_PT, REFERENCE_PT = 14, 13
PAGE_NUMBER_PT = 13
CAPTION_PT = 12
TABLE_PT = 11

FIRST_LINE_MM = 12.7  # 1 or 1.27 cm
BETWEEN_PT = 6  # at least 6 between paragraphs
LINE_SPACING = 1.15  # 1 to 1.5 lines
RULE_SHARE = 0.4  # of the line above: the decree asks for a third to a half
LEFT_BLOCK_MM = 65  # of the header block; the rest is the nation's
COPIES_BLOCK_MM = 75  # of the closing block; the rest is the signature's


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose report it is: `place` before the date; `number` and `dated` as printed, `created` for the file itself."""

    paper: Paper
    agency: str
    place: str
    number: str
    dated: str
    created: date
