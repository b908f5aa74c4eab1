"""The Word file against the measures of NĐ 30/2020/NĐ-CP, Phụ lục I, read from its XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from docx import Document
from docx.oxml.ns import qn

from tonghop.domain.province import Paper
from tonghop.domain.review import Review
from tonghop.files.report import letterhead, write_report
from tonghop.files.report.charts import draw_charts
from tonghop.files.report.letter_width import bold_width_mm
from tonghop.files.report.story import Story
from tonghop.files.report.wording import Issue

EMU_MM = 36000
TWIP_MM = 1440 / 25.4


@pytest.fixture(scope="module")
def charts(looked_at: Review) -> dict[str, bytes]:
    return draw_charts(looked_at)


@pytest.fixture(scope="module")
def made(looked_at: Review, story: Story, charts: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "bao-cao.docx"
    write_report(path, story, letterhead(looked_at), charts)
    return path


@pytest.fixture(scope="module")
def document(made: Path) -> Any:
    return Document(str(made))


@pytest.fixture(scope="module")
def issued(looked_at: Review, telling: Callable[..., Story], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The same with a number, a day in February, a superior agency and a signer."""
    province = looked_at.whole.province
    paper = Paper(
        ("Ban Quản lý Khu kinh tế",), "BC-KKT", ("Trưởng ban",), ("Như trên", "Lưu: VT"), "UBND tỉnh", "Lê Văn A"
    )
    other = replace(looked_at, whole=replace(looked_at.whole, province=replace(province, paper=paper)))
    issue = Issue(5, date(2024, 2, 5))
    path = tmp_path_factory.mktemp("issued") / "bao-cao.docx"
    write_report(path, telling(other, issue), letterhead(other, issue), {})
    return Document(str(path))


def runs(document: Any) -> Iterator[Any]:
    for paragraph in paragraphs(document):
        yield from paragraph.runs


def paragraphs(document: Any) -> Iterator[Any]:
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs
    for section in document.sections:
        yield from section.header.paragraphs


def find(document: Any, text: str) -> Any:
    return next(paragraph for paragraph in paragraphs(document) if paragraph.text == text)


def points(paragraph: Any) -> set[float]:
    return {run.font.size.pt for run in paragraph.runs}


def looks(paragraph: Any) -> tuple[bool, bool]:
    """(bold, italic) of every run of the paragraph."""
    assert len({(run.font.bold, run.font.italic) for run in paragraph.runs}) == 1
    return bool(paragraph.runs[0].font.bold), bool(paragraph.runs[0].font.italic)


def centred(paragraph: Any) -> bool:
    return paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == "center"


def rule_below(paragraph: Any, room_mm: float) -> float:
    """Length in mm of the rule that follows a paragraph."""
    following = paragraph._p.getnext()
    assert following.pPr.find(qn("w:pBdr")).find(qn("w:bottom")).get(qn("w:val")) == "single"
    indent = following.pPr.find(qn("w:ind"))
    sides = [int(indent.get(qn(f"w:{side}"))) / TWIP_MM for side in ("left", "right")]
    assert sides[0] == pytest.approx(sides[1], abs=0.2), "the rule is centred"
    return room_mm - sum(sides)


def test_every_section_is_a4_with_the_margins(document: Any) -> None:
    for section in document.sections:
        assert [round(side / EMU_MM) for side in (section.page_width, section.page_height)] == [210, 297]
        assert 20 <= round(section.top_margin / EMU_MM, 1) <= 25
        assert 20 <= round(section.bottom_margin / EMU_MM, 1) <= 25
        assert 30 <= round(section.left_margin / EMU_MM, 1) <= 35
        assert 15 <= round(section.right_margin / EMU_MM, 1) <= 20


def test_every_run_is_black_times_new_roman(document: Any) -> None:
    texts = [run for run in runs(document) if run.text.strip()]
    assert len(texts) > 300
    for run in texts:
        fonts = run._element.rPr.rFonts
        assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
        assert str(run.font.color.rgb) == "000000"


def test_page_number_is_centred_on_top_and_hidden_on_page_one(document: Any) -> None:
    for section in document.sections:
        assert section.different_first_page_header_footer
        assert not any(paragraph.text for paragraph in section.first_page_header.paragraphs)
        (paragraph,) = section.header.paragraphs
        assert "PAGE" in paragraph._p.xml
        assert centred(paragraph)
        assert all(13 <= size <= 14 for size in points(paragraph))
        assert section.header_distance < section.top_margin


def test_nation_and_motto(document: Any) -> None:
    nation = find(document, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    motto = find(document, "Độc lập - Tự do - Hạnh phúc")
    assert looks(nation) == looks(motto) == (True, False)
    assert all(12 <= size <= 13 for size in points(nation))
    assert all(13 <= size <= 14 for size in points(motto))
    assert centred(nation)
    assert centred(motto)
    text_mm = true_width_mm(motto.text, motto.runs[0].font.size.pt)
    assert rule_below(motto, 95) == pytest.approx(text_mm, rel=0.03)


def test_issuer_is_bold_capitals_with_a_rule_of_a_third_to_a_half(document: Any) -> None:
    for text in ("ỦY BAN NHÂN DÂN", "TỈNH BÌNH PHƯỚC"):
        line = find(document, text)
        assert looks(line) == (True, False)
        assert all(12 <= size <= 13 for size in points(line))
    share = rule_below(line, 65) / true_width_mm(line.text, line.runs[0].font.size.pt)
    assert 1 / 3 <= share <= 1 / 2


def test_superior_agency_is_capitals_not_bold(issued: Any) -> None:
    line = find(issued, "UBND TỈNH")
    assert looks(line) == (False, False)
    assert all(12 <= size <= 13 for size in points(line))
    assert looks(find(issued, "BAN QUẢN LÝ KHU KINH TẾ")) == (True, False)


def test_number_place_and_date(document: Any, issued: Any) -> None:
    number = find(issued, "Số: 05/BC-KKT")
    assert points(number) == {13}
    dated = find(issued, "Bình Phước, ngày 05 tháng 02 năm 2024")
    assert looks(dated) == (False, True)
    assert all(13 <= size <= 14 for size in points(dated))
    assert any(re.fullmatch(r"Số:\s+/BC-UBND", p.text) for p in paragraphs(document))
    assert any(re.fullmatch(r"Bình Phước, ngày\s+tháng\s+năm 2024", p.text) for p in paragraphs(document))


def test_kind_and_subject_with_their_rule(document: Any) -> None:
    kind, subject = find(document, "BÁO CÁO"), find(document, "Công tác kiểm soát thủ tục hành chính quý III năm 2024")
    for paragraph in (kind, subject):
        assert looks(paragraph) == (True, False)
        assert centred(paragraph)
        assert all(13 <= size <= 14 for size in points(paragraph))
    share = rule_below(subject, 160) / true_width_mm(subject.text, 14)
    assert 1 / 3 <= share <= 1 / 2


def test_addressee_of_the_period(document: Any) -> None:
    line = find(document, "Kính gửi: Văn phòng Chính phủ (Cục Kiểm soát thủ tục hành chính)")
    assert looks(line) == (False, False)
    assert all(13 <= size <= 14 for size in points(line))


def test_body_is_justified_with_its_indent_and_spacing(document: Any, story: Story) -> None:
    start = next(at for at, p in enumerate(document.paragraphs) if p.text.startswith("Thực hiện Thông tư"))
    end = next(at for at, p in enumerate(document.paragraphs) if p.text.endswith("./."))
    body = [p for p in document.paragraphs[start : end + 1] if p.runs and not p._p.findall(f".//{qn('w:drawing')}")]
    captions = [p for p in body if p.text.startswith("Hình ")]
    plain = [p for p in body if p not in captions]
    assert len(plain) > 60
    for paragraph in plain:
        form = paragraph.paragraph_format
        assert form.alignment == 3, paragraph.text  # justified
        assert round(form.first_line_indent.cm, 2) in {1.0, 1.27}
        assert form.space_after.pt >= 6
        assert 1 <= form.line_spacing <= 1.5
        assert all(13 <= size <= 14 for size in points(paragraph))
    assert len(captions) >= 3


def test_closing_block(document: Any, issued: Any) -> None:
    for text in ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"):
        line = find(document, text)
        assert looks(line) == (True, False)
        assert all(13 <= size <= 14 for size in points(line))
    assert looks(find(issued, "Lê Văn A")) == (True, False)
    copies = find(document, "Nơi nhận:")
    assert looks(copies) == (True, True)
    assert points(copies) == {12}
    closing = next(t for t in document.tables if t.rows[0].cells[0].paragraphs[0].text == "Nơi nhận:")
    items = closing.rows[0].cells[0].paragraphs[1:]
    assert items[0].text == "- Như trên;"
    assert items[-1].text.startswith("- Lưu: VT, ")
    assert items[-1].text.endswith(".")
    assert {size for p in items for size in points(p)} == {11}
    assert {looks(p) for p in items} == {(False, False)}


def test_signature_never_stands_alone_on_a_page(document: Any) -> None:
    last = next(p for p in document.paragraphs if p.text.endswith("./."))
    assert last.paragraph_format.keep_with_next
    closing = next(t for t in document.tables if t.rows[0].cells[0].paragraphs[0].text == "Nơi nhận:")
    assert closing._tbl.getprevious().pPr.find(qn("w:keepNext")) is not None
    assert closing.rows[0]._tr.trPr.find(qn("w:cantSplit")) is not None


def test_appendices_are_headed_and_numbered_from_one(document: Any, story: Story) -> None:
    assert len(document.sections) == 1 + len(story.appendices) == 5
    for appendix in story.appendices:
        number, title = find(document, f"Phụ lục {appendix.number}"), find(document, appendix.title.upper())
        for paragraph in (number, title):
            assert looks(paragraph) == (True, False)
            assert points(paragraph) == {14}
            assert centred(paragraph)
    for section in document.sections:
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_tables_repeat_their_head_and_keep_rows_whole(document: Any) -> None:
    grids = [table for table in document.tables if table._tbl.tblPr.find(qn("w:tblBorders")) is not None]
    assert len(grids) >= 5
    for table in grids:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_pictures_say_what_they_show(made: Path, charts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(made) as package:
        xml = package.read("word/document.xml").decode()
        images = [package.read(name) for name in package.namelist() if name.startswith("word/media/")]
    assert sorted(images) == sorted(charts.values())
    assert len(re.findall(r'<wp:docPr [^>]*descr="[^"]{20,}"', xml)) == len(charts)


def test_equal_input_gives_equal_bytes_whenever(
    made: Path, looked_at: Review, story: Story, charts: dict[str, bytes], tmp_path: Path
) -> None:
    again = tmp_path / "bao-cao.docx"
    write_report(again, story, letterhead(looked_at), charts)
    assert again.read_bytes() == made.read_bytes()
    with zipfile.ZipFile(again) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = Document(str(again)).core_properties
    assert properties.author == "Ủy ban nhân dân tỉnh Bình Phước"
    assert properties.created.date() == date(2024, 9, 14)


def true_width_mm(text: str, size: float) -> float:
    """Length by the metrics of Times Bold that come with matplotlib; marks above letters do not widen them."""
    import unicodedata

    path = Path(mpl.get_data_path()) / "fonts" / "pdfcorefonts" / "Times-Bold.afm"
    found = re.findall(r"^C (\d+) ; WX (\d+)", path.read_text(encoding="latin-1"), re.MULTILINE)
    widths = {chr(int(code)): int(width) for code, width in found}
    plain = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    letters = [letter for letter in plain if not unicodedata.combining(letter)]
    return sum(widths[letter] for letter in letters) / 1000 * size * 25.4 / 72


@pytest.mark.parametrize("text", ["Độc lập - Tự do - Hạnh phúc", "TỈNH BÌNH PHƯỚC", "Kiểm soát; (quý) XYZ 0129/jwk"])
def test_widths_of_the_type_are_its_own(text: str) -> None:
    assert bold_width_mm(text, 13) == pytest.approx(true_width_mm(text, 13), rel=0.01)
