"""The first sheet, "Hướng dẫn": one page in plain words on what to fill in, until when, and whom to ask."""

from __future__ import annotations

from tonghop.domain.calendar import flags
from tonghop.files import typography
from tonghop.files.template import check_sheet, words
from tonghop.files.template.book import Book, Sheet
from tonghop.files.template.check_sheet import Status
from tonghop.files.template.form_checks import NIL
from tonghop.files.template.plan import TemplatePlan
from tonghop.files.template.text_sheets import EXPLANATIONS, PARAGRAPHS

NAME = "Hướng dẫn"
_LEFT, _RIGHT = 14.0, 84.0
_ALL = (1, 2)

_COLOURS = (
    ("sample_input", "Ô nhập số liệu, nhập lời hoặc chọn trong danh sách."),
    ("sample_carried", "Ô điền sẵn số cuối kỳ trước; sửa được, khi sửa phải ghi lý do."),
    ("sample_formula", "Ô công thức và phần cố định của biểu, không sửa."),
)
_FILLING = (
    "Lĩnh vực không có số liệu trong kỳ: để trống cả dòng. Dòng đã nhập thì nhập đủ các ô, không có thì nhập 0.",
    f"Cả biểu không có số liệu: tại ô bên phải dòng chữ “Tình hình trong kỳ” ở đầu biểu, chọn “{NIL}”.",
    "Lĩnh vực chưa có trong biểu: ghi tên và số liệu vào các dòng trống ngay trên dòng TỔNG CỘNG.",
    "Cuối biểu đầu tiên: ghi người lập biểu, thủ trưởng, số và ngày báo cáo; các biểu sau tự hiện theo.",
    f"Trang “{PARAGRAPHS}”: phần lời của báo cáo. Trang “{EXPLANATIONS}”: lý do của số liệu khác thường.",
)


def put_guide(sheet: Sheet, plan: TemplatePlan, status: Status) -> None:
    """Fill the sheet, which must be the workbook's first."""
    sheet.width(1, _LEFT)
    sheet.width(2, _RIGHT)
    page = _Page(sheet)
    page.wide("HƯỚNG DẪN LẬP BÁO CÁO", "title")
    page.wide(plan.province.regime.title, "bold_centre")
    page.wide(f"Kỳ báo cáo: {plan.period.label} ({plan.province.regime.window(plan.period)})", "italic_centre")
    page.wide(f"Đơn vị báo cáo: {words.reporter(plan.unit)}", "bold_centre")
    sheet.merge_formula((page.line, page.line), _ALL, status.cell, status.text, "status")
    page.down(24)
    sheet.merge_formula((page.line, page.line), _ALL, f'{status.soft_cell}&""', status.soft_text, "text")
    page.down(18)
    _deadline(page, plan)
    _forms(page, plan)
    page.section("3. Cách nhập")
    for style, text in _COLOURS:
        page.pair("", text, style)
    for text in _FILLING:
        page.item(text)
    _sending(page, plan)
    _contact(page, plan)
    _print(sheet, page.line - 1)


class _Page:
    """A cursor that goes down the sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.line = 1

    def down(self, points: float) -> None:
        self.sheet.height(self.line, points)
        self.line += 1

    def wide(self, text: str, style: str = "text") -> None:
        self.sheet.merge((self.line, self.line), _ALL, text, style)
        self.down(max(typography.height(text, _LEFT + _RIGHT, factor=1.15), 18))

    def section(self, text: str) -> None:
        self.down(5)
        self.wide(text, "section")

    def item(self, text: str) -> None:
        self.wide(f"- {text}")

    def pair(self, left: str, right: str, style: str = "bold") -> None:
        self.sheet.put(self.line, 1, left, style)
        self.sheet.put(self.line, 2, right, "indented")
        self.down(max(typography.height(right, _RIGHT), 18))


def _deadline(page: _Page, plan: TemplatePlan) -> None:
    regime, unit = plan.province.regime, plan.unit
    day = regime.deadline(plan.period, unit.level).date()
    page.section("1. Thời hạn")
    page.wide(f"Gửi chậm nhất hết {words.in_words(day)}.", "bold")
    for flag in flags(regime.calendar, regime.window(plan.period).last, {unit.level: day}):
        text = f"Lưu ý: {flag.message}."
        if flag.last_working_day != day:
            text += f" Ngày làm việc cuối cùng trước hạn là {words.in_words(flag.last_working_day)}."
        page.item(text)


def _forms(page: _Page, plan: TemplatePlan) -> None:
    page.section("2. Các biểu phải báo cáo (bấm vào số biểu để mở)")
    for planned in plan.forms:
        form = planned.form
        page.sheet.link(page.line, 1, f"'{form.code}'!A1", form.code, "link")
        page.sheet.put(page.line, 2, form.title, "indented")
        page.down(max(typography.height(form.title, _RIGHT), 17))


def _sending(page: _Page, plan: TemplatePlan) -> None:
    page.section("4. Kiểm tra và gửi")
    page.sheet.link(page.line, 1, f"'{check_sheet.NAME}'!A1", check_sheet.NAME, "link")
    page.sheet.put(page.line, 2, "Xem các lỗi còn lại; chỉ gửi khi trang này ghi “Không còn lỗi”.", "indented")
    page.down(18)
    page.item(
        f"Lưu tệp dạng Excel (.xlsx), chép vào thư mục gui-len trong thư mục {plan.unit.folder} của đơn vị; "
        "có thể để kèm bản PDF đã ký. Sau khi xử lý, tệp được chuyển sang thư mục da-nhan."
    )
    page.item("Kết quả kiểm tra được trả trong thư mục nhan-ve; cần sửa thì sửa tệp rồi gửi lại như lần đầu.")


def _contact(page: _Page, plan: TemplatePlan) -> None:
    contact = plan.province.contact
    page.section("5. Nơi hỏi")
    page.pair("Liên hệ:", contact.name)
    page.pair("Điện thoại:", contact.phone)
    page.pair("Thư điện tử:", contact.email)


def _print(sheet: Sheet, last: int) -> None:
    sheet.raw.set_portrait()
    sheet.raw.fit_to_pages(1, 1)
    sheet.raw.print_area(0, 0, last - 1, 1)
    sheet.raw.center_horizontally()
    sheet.raw.activate()


def new_guide(book: Book) -> Sheet:
    """The guide's sheet, made first and filled last: it shows results of the others."""
    return book.sheet(NAME)
