"""The first sheet of a marked copy, “Kết quả kiểm tra”: what was found, root causes first, with links to the cells."""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl.workbook import Workbook

from tonghop.domain.finding import USUAL_CODES, Finding, FollowOn
from tonghop.files.marked.order import RESULT, Group, Order
from tonghop.files.marked.page import Page
from tonghop.files.marked.places import Places
from tonghop.files.marked.tints import BLOCKING, EXPLAIN

_COLUMNS = {"TT": 5.0, "Vị trí": 21.0, "Nội dung": 42.0, "Tìm thấy": 26.0, "Yêu cầu": 32.0, "Cách xử lý": 34.0}
_COLOURS = {BLOCKING: "ô tô màu đỏ nhạt", EXPLAIN: "ô tô màu vàng cam"}
_STEPS = (
    "Cách làm: bấm vào vị trí (chữ xanh) để tới ô cần xem; ô được tô màu có ghi chú, đưa con trỏ tới ô để đọc.",
    "Sửa ngay trong tệp này; nội dung cần giải trình mà số liệu đúng thì ghi lý do ở trang “Giải trình”.",
    "Lưu tệp, chép vào thư mục “gui-len” của đơn vị. Màu và ghi chú không ảnh hưởng đến báo cáo, không cần xóa.",
)


_BY_ITSELF = "Tự hết khi sửa xong nội dung trên."


def put_result(book: Workbook, order: Order, places: Places) -> None:
    """Add the sheet before all others and open the workbook there."""
    page = Page(book.create_sheet(RESULT, 0), _COLUMNS)
    _head(page, order)
    page.titles()
    for group in order.groups:
        page.section(_title(group), group.tint)
        for number, finding in enumerate(group.findings, start=1):
            _finding(page, places, number, finding, group)
    page.wide("")
    page.wide(f"Mọi vướng mắc, đề nghị liên hệ: {order.heading.contact}. Trân trọng./.", italic=True)
    page.finish()
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == RESULT


def _head(page: Page, order: Order) -> None:
    heading = order.heading
    page.wide(heading.office.upper(), centre=True)
    page.wide("KẾT QUẢ KIỂM TRA BÁO CÁO", bold=True, centre=True, size=14)
    page.wide(heading.subject, centre=True)
    page.wide(f"Kính gửi: {heading.unit}", bold=True)
    page.wide(f"Báo cáo gửi {heading.filed}.")
    page.wide(f"{heading.headline}.", bold=True, size=12)
    page.wide(heading.next_step)
    has_asked = any(group.tint == EXPLAIN for group in order.groups)
    for step in _STEPS if has_asked else (_STEPS[0], _STEPS[1].split(";", maxsplit=1)[0] + ".", _STEPS[2]):
        page.wide(f"- {step}")
    page.wide("")


def _title(group: Group) -> str:
    colour = f" – {_COLOURS[group.tint]}" if group.tint else ""
    return f"{group.title} ({len(group.findings)}){colour}"


def _finding(page: Page, places: Places, number: int, finding: Finding, group: Group) -> None:
    spot = places.of(finding)
    way = f"Đơn vị giải trình: {finding.explained_by}" if group.explained else finding.advice
    texts = (_spot(finding), _content(finding), finding.found, finding.expected, way)
    page.line(str(number), texts, spot.link if spot else "")
    if finding.follow_ons:
        _follow_ons(page, places, finding.follow_ons)


def _follow_ons(page: Page, places: Places, found: Iterable[FollowOn]) -> None:
    """Folded rows: what goes away with the cause."""
    listed = list(found)
    page.append(f" Kéo theo {len(listed)} nội dung khác, tự hết khi sửa xong (bấm dấu + ở lề trái để xem).")
    for follow_on in listed:
        spot = places.of(follow_on)
        texts = (_spot(follow_on), _lines(follow_on.message, follow_on.line), "", "", _BY_ITSELF)
        page.line("", texts, spot.link if spot else "", folded=True)


def _spot(one: Finding | FollowOn) -> str:
    return _capital(one.spot) or "Cả tệp"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lines(*texts: str) -> str:
    return "\n".join(_capital(text) for text in texts if text)


def _content(finding: Finding) -> str:
    """Title and line, alone where the two columns beside say the rest; evidence beside the past is always told."""
    told = finding.found and finding.expected and finding.code not in USUAL_CODES
    message = "" if told or finding.message == finding.title else finding.message
    return _lines(finding.title, finding.line, message)
