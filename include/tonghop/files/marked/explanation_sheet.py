"""The sheet “Giải trình” of a marked copy: a row ready for every finding that may be explained, reasons to pick.

Its columns are those of the template's sheet (`template.text_sheets`) and one hidden column: the sign of what each row
answers, so that a reason counts for that figure and no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tonghop.domain.explaining import choices, parts, sign
from tonghop.domain.finding import Finding
from tonghop.domain.form import Severity
from tonghop.domain.office import OFFICE_ACCEPTED
from tonghop.domain.submission import Explanation
from tonghop.domain.text import key
from tonghop.files.explanation_layout import ABOUT, COLUMNS, HEAD, HINT_READY, INPUT, ROWS, TITLE
from tonghop.files.marked.kept_sheet import Kept
from tonghop.files.marked.order import EXPLANATIONS, FormPlace, Order
from tonghop.files.marked.page import BOX, FONT, HEADING, finish, put_text
from tonghop.files.marked.tints import EXPLAIN, TINTS
from tonghop.files.typography import height

_PICKED, _WORDS = 5, 6
_CENTRED = frozenset({1, 3})
_SPARE = 10  # rows left for what the unit wants to explain besides
_REASON_WORDS = "Chọn trong danh sách thả xuống, hoặc tự ghi lý do."


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it will stand; `about` "" for one the unit began itself."""

    texts: tuple[str, str, str, str, str, str]
    choices: tuple[str, ...]
    about: str = ""


def put_explanations(book: Workbook, order: Order, kept: Kept) -> None:
    """Put the sheet in the place of the unit's own, with the reasons it gave."""
    old = next((sheet for sheet in book.worksheets if key(sheet.title) == key(EXPLANATIONS)), None)
    at = book.index(old) if old is not None else len(book.worksheets)
    if old is not None:
        book.remove(old)
    sheet = book.create_sheet(EXPLANATIONS, at)
    _head(sheet)
    rows = list(_rows(order))
    rows += [_Row(("",) * 6, choices(order.reasons))] * max(_SPARE, ROWS - len(rows))
    for line, row in enumerate(rows, start=HEAD + 1):
        _put(sheet, line, row)
    last = HEAD + len(rows)
    _drop_downs(sheet, rows, kept)
    _numbers(sheet, last, order.forms)
    finish(sheet, HEAD, last, len(COLUMNS))
    sheet.freeze_panes = f"A{HEAD + 1}"
    sheet.protection.sheet, sheet.protection.formatColumns, sheet.protection.formatRows = True, False, False


def _rows(order: Order) -> Iterator[_Row]:
    """What is asked, with the reasons given so far; then what the unit explained of its own accord.

    A reason given for a figure that was mended since, or refused, is not offered for another one.
    """
    used: set[str] = set()
    for finding in order.findings:
        if finding.severity is Severity.EXPLAIN and not finding.explained_by.startswith(OFFICE_ACCEPTED):
            used.add(finding.explained_by)
            yield _asked(finding, order)
    for explanation in order.explanations or ():
        if not explanation.about and explanation.reason not in used:
            yield _own(explanation, order)


def _asked(finding: Finding, order: Order) -> _Row:
    picked, words = parts(finding.explained_by, order.reasons)
    column = str(finding.column) if finding.column else ""
    texts = (finding.form, finding.row_name, column, f"{finding.title}. {finding.message}", picked, words)
    return _Row(texts, choices(order.reasons, finding.code), sign(finding))


def _own(explanation: Explanation, order: Order) -> _Row:
    picked, words = parts(explanation.reason, order.reasons)
    name = (order.row_names or {}).get(explanation.row_key, explanation.row_key)
    column = str(explanation.column) if explanation.column else ""
    return _Row((explanation.form, name, column, "", picked, words), choices(order.reasons))


def _head(sheet: Any) -> None:
    last = len(COLUMNS)
    for line, text, points in ((1, TITLE, 22.0), (2, HINT_READY, 34.0)):
        sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=last)
        put_text(sheet.cell(line, 1), text)
        sheet.row_dimensions[line].height = points
    sheet["A1"].font, sheet["A2"].font = Font(FONT, 13, bold=True), Font(FONT, 10, italic=True)
    sheet["A1"].alignment = Alignment("center", "center")
    sheet["A2"].alignment = Alignment("left", "center", wrap_text=True)
    for column, (name, width) in enumerate((*COLUMNS.items(), (ABOUT, 14.0)), start=1):
        cell = sheet.cell(HEAD, column)
        put_text(cell, name)
        cell.font, cell.border = Font(FONT, 11, bold=True), BOX
        cell.fill = PatternFill("solid", fgColor=HEADING)
        cell.alignment = Alignment("center", "center", wrap_text=True)
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.column_dimensions[sheet.cell(HEAD, last + 1).column_letter].hidden = True
    sheet.row_dimensions[HEAD].height = 20
    sheet.sheet_view.showGridLines = False


def _put(sheet: Any, line: int, row: _Row) -> None:
    for column, text in enumerate(row.texts, start=1):
        cell = sheet.cell(line, column)
        if column == 3 and text:
            cell.value = int(text)
        else:
            put_text(cell, text)
        cell.font, cell.border = Font(FONT, 11), BOX
        cell.alignment = Alignment("center" if column in _CENTRED else "left", "center", wrap_text=True)
        is_open = not row.about or column in {_PICKED, _WORDS}
        if is_open:
            cell.protection = Protection(locked=False)
            lacks = row.about and column == _PICKED and not any(row.texts[_PICKED - 1 :])
            cell.fill = PatternFill("solid", fgColor=TINTS[EXPLAIN] if lacks else INPUT)
    put_text(sheet.cell(line, len(COLUMNS) + 1), row.about)
    need = (height(text, width) for text, width in zip(row.texts, COLUMNS.values(), strict=True) if text)
    sheet.row_dimensions[line].height = max(18.0, *need) if any(row.texts) else 18.0


def _drop_downs(sheet: Worksheet, rows: list[_Row], kept: Kept) -> None:
    """One rule for all rows that offer the same reasons; anything else may be typed."""
    rules: dict[tuple[str, ...], DataValidation] = {}
    for line, row in enumerate(rows, start=HEAD + 1):
        if row.choices:
            if row.choices not in rules:
                rules[row.choices] = DataValidation(
                    "list", f"={kept.listed(row.choices)}", showErrorMessage=False, showInputMessage=True
                )
                rules[row.choices].promptTitle, rules[row.choices].prompt = "Lý do", _REASON_WORDS
            rules[row.choices].add(sheet.cell(line, _PICKED))
    for rule in rules.values():
        sheet.add_data_validation(rule)


def _numbers(sheet: Worksheet, last: int, forms: Mapping[str, FormPlace]) -> None:
    """Form and column are picked, as in the template."""
    codes, widest = ",".join(forms), max((max(form.columns) for form in forms.values()), default=1)
    for letter, rule in (
        (
            "A",
            DataValidation(
                "list", f'"{codes}"', errorTitle="Giá trị chưa đúng", error="Chọn một biểu trong danh sách."
            ),
        ),
        (
            "C",
            DataValidation(
                "whole",
                "1",
                str(widest),
                operator="between",
                errorTitle="Số cột chưa đúng",
                error=f"Ghi một số từ 1 đến {widest}.",
            ),
        ),
    ):
        rule.allow_blank = rule.showErrorMessage = True
        rule.add(f"{letter}{HEAD + 1}:{letter}{last}")
        sheet.add_data_validation(rule)
