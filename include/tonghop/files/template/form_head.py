"""The block above a form's table: biểu số, legal source, title, period, who reports to whom, and the nil choice."""

from __future__ import annotations

from tonghop.files import typography
from tonghop.files.template import validation, words
from tonghop.files.template.book import Sheet
from tonghop.files.template.form_checks import NIL, SOME
from tonghop.files.template.frame import Frame
from tonghop.files.template.grid import HEAD_ROWS, FormGrid
from tonghop.files.template.plan import TemplatePlan


def put_head(sheet: Sheet, plan: TemplatePlan, grid: FormGrid, room: Frame) -> None:
    """Lines 1 to HEAD_ROWS of a form's sheet."""
    form, period = grid.form, plan.period
    left, centre, right = room.left, room.centre, room.right
    reporter = f"Đơn vị báo cáo: {words.reporter(plan.unit)}"
    recipient = f"Đơn vị nhận báo cáo: {words.recipient(plan.province, plan.unit, period)}"
    sheet.merge((1, 1), left, f"Biểu số: {form.number}", "bold")
    sheet.merge((2, 2), left, form.legal, "italic")
    sheet.merge((1, 2), centre, form.title.upper(), "title")
    sheet.merge((1, 1), right, reporter, "bold")
    sheet.merge((2, 2), right, recipient, "text")
    sheet.merge((3, 3), centre, f"Kỳ báo cáo: {period.label}", "bold_centre")
    window = str(plan.province.regime.window(period))
    sheet.merge((4, 4), centre, f"({window[:1].upper()}{window[1:]})", "italic_centre")
    sheet.merge((grid.choice_line, grid.choice_line), left, "Tình hình trong kỳ:", "right")
    choice = (grid.choice_line, room.value[0], grid.choice_line, room.value[1])
    sheet.merge((choice[0], choice[2]), room.value, NIL if grid.nil else SOME, "in_choice")
    prompt = f"Chọn “{NIL}” khi cả biểu không có số liệu trong kỳ."
    sheet.validate(choice, validation.one_of((SOME, NIL), prompt=prompt))
    sheet.merge((grid.choice_line, grid.choice_line), right, f"Đơn vị tính: {form.measure}", "italic_right")
    _note(sheet, plan, grid, room)
    _heights(sheet, room, form.title.upper(), (f"Biểu số: {form.number}", reporter), (form.legal, recipient))


def _note(sheet: Sheet, plan: TemplatePlan, grid: FormGrid, room: Frame) -> None:
    """One line on where the opening figures come from; nothing on forms without a carry-over."""
    sheet.height(HEAD_ROWS, 6)
    if not grid.planned.carried:
        return
    columns = ", ".join(f"({column})" for column in grid.planned.carried)
    earlier = plan.province.regime.previous(plan.period).label
    if grid.planned.openings is None:
        text = f"Chưa có số liệu kỳ trước ({earlier}): đơn vị tự nhập cột {columns}."
    else:
        text = f"Cột {columns} điền sẵn số cuối kỳ trước ({earlier}); nếu sửa số này, ghi lý do vào trang “Giải trình”."
    sheet.merge((HEAD_ROWS, HEAD_ROWS), room.all, text, "italic_small")
    sheet.height(HEAD_ROWS, 16)


def _heights(sheet: Sheet, room: Frame, title: str, first: tuple[str, str], second: tuple[str, str]) -> None:
    rows = [
        max(
            typography.height(text, room.width(columns), factor=0.92)
            for text, columns in zip(pair, (room.left, room.right), strict=True)
        )
        for pair in (first, second)
    ]
    wanted = typography.height(title, room.width(room.centre), factor=0.8) * 1.15
    rows[1] = max(rows[1], wanted - rows[0])
    for line, points in enumerate((*rows, 16, 16, 19), start=1):
        sheet.height(line, points)
