"""The sheets for words: "Thuyết minh", "Giải trình", and the hidden identity of the workbook."""

from __future__ import annotations

from tonghop.domain.explaining import parts
from tonghop.files import explanation_layout as layout
from tonghop.files import typography
from tonghop.files.template import validation
from tonghop.files.template.book import ROW_HEIGHT, Book, Sheet
from tonghop.files.template.plan import CellValue, TemplatePlan, fingerprint

PARAGRAPHS, EXPLANATIONS, IDENTITY = "Thuyết minh", "Giải trình", "_tonghop"
_PARAGRAPH = 84.0  # width in digits
_HEAD = layout.HEAD  # line of the column titles on both sheets
_LISTED = "D"  # column of the hidden sheet with the reasons usually given


def put_paragraphs(book: Book, plan: TemplatePlan) -> None:
    """The unit's own words under each heading of the report: A number, B heading, C input."""
    sheet = book.sheet(PARAGRAPHS)
    _title(
        sheet,
        "THUYẾT MINH",
        "Ghi ngắn gọn tình hình, kết quả của đơn vị theo từng mục; mục không có nội dung thì để trống.",
        {"Mục": 7, "Nội dung": 38, "Đơn vị ghi": _PARAGRAPH},
    )
    typed = {paragraph.heading: paragraph.text for paragraph in plan.filled.paragraphs} if plan.filled else {}
    line = _HEAD
    for heading in (h for h in plan.province.regime.outline if h.units_write):
        line += 1
        sheet.put(line, 1, heading.number, "box_top")
        sheet.put(line, 2, heading.title, "box_top")
        sheet.put(line, 3, typed.get(heading.number), "in_paragraph")
        sheet.height(line, max(typography.height(typed.get(heading.number, ""), _PARAGRAPH), 62))
    sheet.validate((_HEAD + 1, 3, line, 3), validation.text(8000))
    _page(sheet, line, 3)


def put_explanations(book: Book, plan: TemplatePlan) -> None:
    """Reasons for figures that look wrong and are right: form, row, column, what is asked, reason, further words.

    The copy a unit gets back has the same columns, with a row ready for all that is asked (see `files.marked`).
    """
    sheet = book.sheet(EXPLANATIONS)
    _title(sheet, layout.TITLE, layout.HINT, layout.COLUMNS)
    reasons = plan.province.regime.reasons
    lines = range(_HEAD + 1, _HEAD + layout.ROWS + 1)
    explained = plan.filled.explanations if plan.filled else ()
    for line, explanation in zip(lines, explained, strict=False):
        picked, words = parts(explanation.reason, reasons)
        name = _row_name(plan, explanation.form, explanation.row_key)
        _explanation_line(sheet, line, (explanation.form, name, explanation.column or None, None, picked, words))
        tallest = max(typography.height(picked, layout.REASON_WIDTH), typography.height(words, layout.WORDS_WIDTH))
        sheet.height(line, max(tallest, ROW_HEIGHT))
    for line in lines[len(explained) :]:
        _explanation_line(sheet, line, (None,) * len(layout.COLUMNS))
    codes = [planned.form.code for planned in plan.forms]
    widest = max(planned.form.width for planned in plan.forms)
    sheet.validate((lines[0], 1, lines[-1], 1), validation.one_of(codes, prompt="Chọn biểu cần giải trình."))
    sheet.validate((lines[0], 3, lines[-1], 3), validation.column(widest))
    if reasons:
        listed = f"={IDENTITY}!${_LISTED}$1:${_LISTED}${len(reasons)}"
        sheet.validate((lines[0], 5, lines[-1], 5), validation.suggested(listed))
    sheet.validate((lines[0], 6, lines[-1], 6), validation.text())
    _page(sheet, lines[-1], len(layout.COLUMNS))


def _explanation_line(sheet: Sheet, line: int, values: tuple[CellValue, ...]) -> None:
    for column, value in enumerate(values, start=1):
        sheet.put(line, column, value, "in_centre" if column in {1, 3} else "in_text")


def _row_name(plan: TemplatePlan, form: str, row_key: str) -> str:
    """The row as the clerk sees it; a row the unit added keeps the name it was filled under."""
    named = {row.key: row.name for row in plan[form].rows if not row.spare}
    return named.get(row_key, row_key)


def put_identity(book: Book, plan: TemplatePlan) -> None:
    """The hidden sheet that says whose workbook this is (keys in column A, values in B); it holds lists, too."""
    sheet = book.sheet(IDENTITY)
    identity = {
        "unit_code": plan.unit.code,
        "unit_valid_from": plan.unit.valid_from.isoformat(),
        "period": plan.period.code,
        "regime": plan.province.regime.id,
        "fingerprint": fingerprint(plan),
    }
    for line, (name, value) in enumerate(identity.items(), start=1):
        sheet.put(line, 1, name, "shown")
        sheet.put(line, 2, value, "shown")
    for line, reason in enumerate(plan.province.regime.reasons, start=1):
        sheet.put(line, 4, reason.text, "shown")
    sheet.raw.hide()


def _title(sheet: Sheet, title: str, hint: str, columns: dict[str, float]) -> None:
    sheet.merge((1, 1), (1, len(columns)), title, "title")
    sheet.merge((2, 2), (1, len(columns)), hint, "italic_small")
    sheet.height(1, 22)
    sheet.height(2, 32)
    sheet.height(3, 6)
    for column, (name, width) in enumerate(columns.items(), start=1):
        sheet.width(column, width)
        sheet.put(_HEAD, column, name, "heading")
    sheet.height(_HEAD, 20)


def _page(sheet: Sheet, last: int, columns: int) -> None:
    sheet.raw.set_landscape()
    sheet.raw.fit_to_pages(1, 0)
    sheet.raw.repeat_rows(_HEAD - 1)
    sheet.raw.print_area(0, 0, last - 1, columns - 1)
    sheet.raw.center_horizontally()
    sheet.raw.set_footer('&R&"Times New Roman,Regular"&9Trang &P/&N')
    sheet.raw.freeze_panes(_HEAD, 0)
