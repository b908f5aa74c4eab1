"""What a case of `test_any_file` is, and the ways in which a clerk changes a right workbook."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from files.made_books import Made, Page
from files.wide_province import FIRST, FORM, OTHER, TOTAL

Change = Callable[[Made], object]


@dataclass(frozen=True)
class Case:
    """What is dropped (`make`, under `file`, `age` seconds old) and what must become of it.

    `codes`: of the findings, separated by spaces. `words` must stand in their messages.
    """

    name: str
    state: str
    codes: str
    make: Callable[[Made], bytes]
    file: str | bytes = "bao-cao.xlsx"
    words: tuple[str, ...] = ()
    age: float = 3600


def changed(change: Change, kind: str = "xlsx") -> Callable[[Made], bytes]:
    """The workbook after `change`, saved as `kind`."""

    def make(made: Made) -> bytes:
        change(made)
        saved: bytes = getattr(made, kind)()
        return saved

    return make


def typed(value: Any, column: int = 5, row: int = FIRST, kind: str = "xlsx") -> Callable[[Made], bytes]:
    """The workbook with `value` in one cell of the first form."""
    return changed(lambda made: made[FORM].cells.update({(row, column): value}), kind)


def renamed(old: str, new: str) -> Change:
    def change(made: Made) -> None:
        made[old].name = new

    return change


def both(*changes: Change) -> Change:
    def change(made: Made) -> None:
        for each in changes:
            each(made)

    return change


def without(*places: tuple[int, int], form: str = FORM) -> Change:
    return lambda made: [made[form].cells.pop(place) for place in places]


def head(text: str, *, form: str = FORM) -> Change:
    """Another text where the number of the form is printed."""
    return lambda made: made[form].cells.update({(1, 1): text})


def hidden(*columns: int) -> Change:
    return lambda made: made[FORM].hidden.extend(columns)


def moved(places: dict[int, int], first: int = 1) -> Change:
    """Whole columns moved, from sheet row `first` on."""

    def change(made: Made) -> None:
        page = made[FORM]
        below = {at: value for at, value in page.cells.items() if first <= at[0] < TOTAL + 1}
        for at in below:
            del page.cells[at]
        page.cells |= {(row, places.get(column, column)): value for (row, column), value in below.items()}

    return change


def row(number: int, name: str | None, *figures: Any) -> Change:
    def change(made: Made) -> None:
        page = made[FORM]
        page.cells |= {(number, column): value for column, value in enumerate(figures, 3)}
        if name is not None:
            page.cells[number, 2] = name

    return change


def total(*figures: int) -> Change:
    return row(TOTAL, None, *figures)


def copied(name: str) -> Change:
    return lambda made: made.pages.append(Page(name, dict(made[FORM].cells)))


def extra(name: str, *, visible: bool = True, text: str = "ghi chú") -> Change:
    cells = {(2, 2): text} if text else {}
    return lambda made: made.pages.append(Page(name, cells, visible))


def unseen(made: Made) -> None:
    made[FORM].visible = False


def swapped_rows(made: Made) -> None:
    cells = made[FORM].cells
    for column in range(2, 8):
        cells[FIRST, column], cells[FIRST + 1, column] = cells[FIRST + 1, column], cells[FIRST, column]


def decomposed(made: Made) -> None:
    for page in made.pages:
        page.map_texts(lambda text: unicodedata.normalize("NFD", text))
        page.name = unicodedata.normalize("NFD", page.name)


def nil(made: Made) -> None:
    without(*((row, column) for row in (FIRST, FIRST + 1, TOTAL) for column in range(3, 8)))(made)
    made[FORM].cells[5, 3] = "Không phát sinh"


def numbers_as(pattern: str) -> Change:
    return lambda made: made[FORM].cells.update({(9, column): pattern.format(column) for column in range(1, 8)})


def identity(line: int, value: str) -> Change:
    return lambda made: made["_tonghop"].cells.update({(line, 2): value})


def printed(place: tuple[int, int], text: str) -> Change:
    """The same text in the header of both forms, without the hidden sheet."""

    def change(made: Made) -> None:
        made.pages.remove(made["_tonghop"])
        for form in (FORM, OTHER):
            made[form].cells[place] = text

    return change


def printed_period(label: str) -> Change:
    def change(made: Made) -> None:
        for form in (FORM, OTHER):
            made[form].cells[3, 3] = f"Kỳ báo cáo: {label}"

    return change
