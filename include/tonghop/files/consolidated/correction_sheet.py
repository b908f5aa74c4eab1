"""A correction (đính chính) as people read it: a sheet of the workbook, and `thay-doi.csv` beside the figures.

Columns of the CSV: `period`, `form`, `view`, `unit`, `row`, `column` as in the CSV of figures; `name` of the unit or
group; `title` of the column; `old`, `old_state`, `new`, `new_state`; `causes` and `cause_names`: codes and names of
the units through whose filings the figure changed. UTF-8 with BOM.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from tonghop.domain.consolidated import Consolidated
from tonghop.domain.correction import ChangedFigure, Correction
from tonghop.domain.text import figure
from tonghop.domain.value import Value
from tonghop.files.consolidated.board import Board, Field
from tonghop.files.consolidated.book import Book, replace_file
from tonghop.files.consolidated.figures_csv import BY_DISTRICT, BY_FIELD, BY_UNIT
from tonghop.files.consolidated.lines import DASH

NAME = "Đính chính"
HEADER = (
    "period", "form", "view", "unit", "name", "row", "column", "title", "old", "old_state", "new", "new_state",
    "causes", "cause_names",
)  # fmt: skip
_VIEWS = {BY_FIELD: "Theo lĩnh vực", BY_UNIT: "Theo đơn vị", BY_DISTRICT: "Tổng hợp của huyện"}
_STATES = {"missing": "chưa báo cáo", "not_applicable": "–", "": "không có dòng"}
_WIDTHS = (6.0, 9.0, 20.0, 36.0, 34.0, 6.0, 16.0, 16.0, 44.0)
_MOST_ROWS = 20_000  # beyond that nobody reads on; the CSV has every one
_MOST_NAMED = 5


def statement(correction: Correction) -> str:
    """`Bản v2 – đính chính bản v1 đã công bố ngày 20/09/2024.`"""
    day = f"{correction.published:%d/%m/%Y}"
    return f"Bản v{correction.version} – đính chính bản v{correction.before} đã công bố ngày {day}."


def write_changes(path: Path, consolidated: Consolidated, correction: Correction) -> None:
    """Write `thay-doi.csv`; equal input gives equal bytes. StoreError when the place cannot be written."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(_record(consolidated, one) for one in correction.figures)
    replace_file(path, stream.getvalue().encode("utf-8-sig"))


def _record(consolidated: Consolidated, one: ChangedFigure) -> tuple[str | int, ...]:
    at = (consolidated.period.code, one.form, one.view, one.unit, place_name(consolidated, one), one.row, one.column)
    figures = (column_title(consolidated, one), one.old, one.old_state, one.new, one.new_state)
    names = (consolidated.tree.full_name(unit) for unit in one.causes)
    return (*at, *figures, "; ".join(unit.code for unit in one.causes), "; ".join(names))


def write_correction(book: Book, consolidated: Consolidated, correction: Correction) -> None:
    """Add the sheet: who filed late or anew or withdrew, then every figure old → new."""
    board = Board(book, NAME, _WIDTHS)
    board.text("ĐÍNH CHÍNH SỐ LIỆU ĐÃ CÔNG BỐ", size=14, align="center", bold=True)
    board.text(statement(correction), size=12, align="center", italic=True)
    board.text(
        f"Bản v{correction.before} tổng hợp {correction.counted}/{correction.owed} đơn vị; "
        f"bản này tổng hợp {consolidated.accepted}/{consolidated.owed} đơn vị. "
        f"Bản v{correction.before} được giữ nguyên và hết hiệu lực kể từ khi bản này được công bố."
    )
    board.heading("I. Đơn vị gửi bổ sung, gửi lại, rút báo cáo")
    _units(board, consolidated, correction)
    board.heading("II. Số liệu thay đổi")
    _figures(board, consolidated, correction)


def _units(board: Board, consolidated: Consolidated, correction: Correction) -> None:
    if not correction.units:
        board.text("Không có đơn vị nào gửi bổ sung, gửi lại hoặc rút báo cáo.", italic=True)
        return
    zone = consolidated.province.regime.zone
    fields = [
        Field("TT", 0, 0),
        Field("Kỳ", 1, 2),
        Field("Đơn vị", 3, 4, "left"),
        Field("Lần gửi trước", 5, 6),
        Field("Lần gửi này", 7, 7),
        Field("Hệ thống nhận lúc", 8, 8),
    ]
    rows: list[Sequence[Value | None]] = [
        [
            number,
            one.period.label,
            consolidated.tree.full_name(one.unit),
            "chưa có" if one.before is None else one.before,
            "không còn" if one.after is None else one.after,
            f"{one.received_at.astimezone(zone):%H:%M ngày %d/%m/%Y}" if one.received_at else DASH,
        ]
        for number, one in enumerate(correction.units, start=1)
    ]
    board.table(fields, rows)


def _figures(board: Board, consolidated: Consolidated, correction: Correction) -> None:
    if not correction.figures:
        board.text("Không có số liệu nào thay đổi.", italic=True)
        return
    titles = ("TT", "Biểu", "Bảng", "Đơn vị, nhóm", "Dòng", "Cột", "Số cũ", "Số mới", "Do đơn vị")
    left = {3, 4, 8}
    fields = [Field(title, at, at, "left" if at in left else "center") for at, title in enumerate(titles)]
    first = board.table(fields, list(_rows(consolidated, correction.figures[:_MOST_ROWS])))
    board.sheet.repeat_rows(first - 1)
    if len(correction.figures) > _MOST_ROWS:
        more = figure(len(correction.figures) - _MOST_ROWS)
        board.text(f"Còn {more} số liệu thay đổi khác, xem tệp thay-doi.csv.", italic=True)


def _rows(consolidated: Consolidated, figures: Sequence[ChangedFigure]) -> Iterator[Sequence[Value | None]]:
    for number, one in enumerate(figures, start=1):
        yield [
            number,
            one.form,
            _view(consolidated, one),
            place_name(consolidated, one),
            one.row or "Tổng số",
            one.column,
            _shown(one.old, one.old_state),
            _shown(one.new, one.new_state),
            _causes(consolidated, one),
        ]


def _view(consolidated: Consolidated, one: ChangedFigure) -> str:
    titles = {totals.view: totals.title for totals in consolidated.derived}
    return _VIEWS.get(one.view) or titles.get(one.view, one.view)


def place_name(consolidated: Consolidated, one: ChangedFigure) -> str:
    """Name of the unit, group or province that the figure is about."""
    scope, _, level = one.unit.partition("/")
    tree, regime = consolidated.tree, consolidated.province.regime
    unit = tree.get(scope)
    name = scope if unit is None else tree.full_name(unit)
    if level:
        group = next((names.unit_group for names in regime.levels if names.level.value == level), level)
        return group if unit == tree.province else f"{name}: {group}"
    return "Cả tỉnh" if unit == tree.province else name


def column_title(consolidated: Consolidated, one: ChangedFigure) -> str:
    """What the column is called; "" for the count of a list's items."""
    form = consolidated.province.regime.forms.get(one.form)
    return form[one.column].title if form is not None and one.column in form else ""


def _shown(value: str, state: str) -> Value:
    if not value:
        return _STATES.get(state, "(trống)")
    return figure(int(value)) if value.lstrip("-").isdecimal() else value.replace(".", ",")


def _causes(consolidated: Consolidated, one: ChangedFigure) -> str:
    names = [consolidated.tree.full_name(unit) for unit in one.causes]
    if not names:
        return "Không do đơn vị nào gửi lại, rút"
    more = len(names) - _MOST_NAMED
    return "; ".join(names[:_MOST_NAMED]) + (f" và {more} đơn vị khác" if more > 0 else "")
