"""The unit's own words: sheet “Giải trình” (why a figure is right) and sheet “Thuyết minh” (paragraphs)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from tonghop.domain.explaining import stated
from tonghop.domain.form import Form, RowKind
from tonghop.domain.regime import Heading, Regime
from tonghop.domain.submission import Explanation, Paragraph
from tonghop.domain.text import clean, key
from tonghop.domain.units import Unit
from tonghop.files.raw_book import Grid, RawBook

EXPLANATIONS = "Giải trình"
PARAGRAPHS = "Thuyết minh"
_HEADER = {"form": "biểu", "row": "dòng", "column": "cột", "reason": "lý do"}
_FURTHER = {"words": "nói rõ thêm", "about": "dấu đối chiếu"}  # workbooks made before had no such columns
_DIGITS = re.compile(r"\d{1,2}")


def read_explanations(book: RawBook, regime: Regime, unit: Unit) -> tuple[Explanation, ...]:
    """Every giải trình with a reason. A form that is missing or does not exist stays as typed: others report it."""
    grid = book.sheet(EXPLANATIONS)
    header = _header(grid) if grid else None
    if grid is None or header is None:
        return ()
    header_row, places = header
    found = (
        _explanation({part: _shown(grid, row, column) for part, column in places.items()}, regime, unit)
        for row in range(header_row + 1, grid.nrows + 1)
    )
    return tuple(explanation for explanation in found if explanation is not None)


def _header(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """The row that names the columns Biểu, Dòng…, Cột, Lý do, and where each stands, with the further ones it has."""
    for row in range(1, grid.nrows + 1):
        keys = {column: key(grid.text(row, column)) for column in range(1, grid.ncols + 1)}
        places = {
            part: column
            for part, word in (_HEADER | _FURTHER).items()
            for column, text in reversed(keys.items())
            if text == word or text.startswith((f"{word} ", f"{word}(", f"{word},"))
        }
        if len({places.get(part, 0) for part in _HEADER} - {0}) == len(_HEADER):
            return row, places
    return None


def _explanation(texts: dict[str, str], regime: Regime, unit: Unit) -> Explanation | None:
    reason, complete = stated(texts["reason"], texts.get("words", ""), regime.reasons)
    if not reason:
        return None
    form = _form(texts["form"], regime.forms)
    number = _DIGITS.search(texts["column"])
    return Explanation(
        form=form.code if form else texts["form"],
        row_key=_row_key(texts["row"], form, unit),
        column=int(number[0]) if number else 0,
        reason=reason,
        about=texts.get("about", ""),
        complete=complete,
    )


def _form(text: str, forms: dict[str, Form]) -> Form | None:
    """The form meant by `II.06a`, `Biểu II.06a`, `Biểu số II.06a/VPCP/KSTT`."""
    wanted = key(text).removeprefix("biểu").strip().removeprefix("số").strip(" :")
    return next((form for form in forms.values() if wanted in {key(form.code), key(form.number)}), None)


def _row_key(text: str, form: Form | None, unit: Unit) -> str:
    if not text:
        return ""
    return unit.code if form and form.row_kind is RowKind.UNITS else key(text)


def _shown(grid: Grid, row: int, column: int) -> str:
    value = grid.value(row, column)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else clean(str(value))


def read_paragraphs(book: RawBook, outline: Iterable[Heading]) -> tuple[Paragraph, ...]:
    """Text typed under the headings units write (column A: number, B: title, then the text), in sheet order."""
    grid = book.sheet(PARAGRAPHS)
    if grid is None:
        return ()
    numbers = {key(heading.number): heading.number for heading in outline if heading.units_write}
    found = (
        (numbers.get(key(_shown(grid, row, 1)).rstrip(".")), _typed(grid, row)) for row in range(1, grid.nrows + 1)
    )
    return tuple(Paragraph(number, text) for number, text in found if number and text)


def _typed(grid: Grid, row: int) -> str:
    """The last cell of the row that is not empty, right of number and title; its lines are kept."""
    for column in range(grid.ncols, 2, -1):
        value = grid.value(row, column)
        if value is not None and clean(str(value)):
            lines = unicodedata.normalize("NFC", str(value)).splitlines()
            return "\n".join(cleaned for line in lines if (cleaned := clean(line)))
    return ""
