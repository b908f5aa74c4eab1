"""Which sheet of a workbook is which form: by its name, else by what its header says; never two for one form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tonghop.domain.finding import Finding, make
from tonghop.domain.form import Form
from tonghop.domain.text import clean, key
from tonghop.files.interpret_cells import Layout
from tonghop.files.interpret_identity import HIDDEN_SHEET
from tonghop.files.interpret_layout import find_layout
from tonghop.files.interpret_pages import EXPLANATIONS, PARAGRAPHS
from tonghop.files.limits import Limits
from tonghop.files.raw_book import Grid, RawBook

HEAD_ROWS = 20  # of a sheet whose table cannot be found
_OURS = frozenset(key(name) for name in (HIDDEN_SHEET, EXPLANATIONS, PARAGRAPHS, *Limits().unread_sheets))
_FORM_LABEL = re.compile(r"biểu(?: mẫu)?(?: số)?\s*:?\s*(\S+)")
_LETTERS = re.compile(r"[^a-z0-9đ]+")
_SHOWN = 8  # names of further sheets told in one note


@dataclass
class FormSheets:
    """Form code → its sheet and its layout (or why it has none), in official order.

    `unclear` forms have two sheets or one that contradicts itself: a blocking finding each, and the sheet that tells
    whose workbook it is. `notes` are about sheets, by form code ("" for the workbook).
    """

    grids: dict[str, Grid] = field(default_factory=dict)
    layouts: dict[str, Layout | Finding] = field(default_factory=dict)
    unclear: dict[str, Finding] = field(default_factory=dict)
    doubtful: dict[str, Grid] = field(default_factory=dict)
    notes: dict[str, list[Finding]] = field(default_factory=dict)

    def heads(self) -> Iterator[tuple[Grid, int]]:
        """Every sheet of a form with the last row above its table."""
        for code, layout in self.layouts.items():
            yield self.grids[code], layout.number_row - 1 if isinstance(layout, Layout) else HEAD_ROWS
        for grid in self.doubtful.values():
            yield grid, HEAD_ROWS


@dataclass(frozen=True)
class _Claim:
    """Forms a sheet may be: by its exact name, by its header, by a name that only contains the code; "" for none."""

    grid: Grid
    named: str
    headed: str
    alike: str
    layout: Layout | Finding | None

    def supports(self, code: str) -> bool:
        """A name decides; a header claims; a name that is only alike claims with the form's table in the sheet."""
        if self.named or self.headed:
            return code == (self.named or self.headed)
        return self.alike == code and isinstance(self.layout, Layout)


def form_sheets(book: RawBook, forms: dict[str, Form]) -> FormSheets:
    """Sort the sheets of `book`; those that are no form's and not ours are named in a note."""
    views = {key(form.unit_view) for form in forms.values()}  # of a consolidated workbook: no unit's form
    claims = [
        _claim(grid, {} if key(grid.name) in views else forms)
        for grid in book.sheets.values()
        if key(grid.name) not in _OURS
    ]
    found = FormSheets()
    for code, form in forms.items():
        mine = [claim for claim in claims if claim.supports(code)]
        _settle(found, form, [claim for claim in mine if claim.named or isinstance(claim.layout, Layout)] or mine)
    _note_others(found, claims)
    return found


def _claim(grid: Grid, forms: dict[str, Form]) -> _Claim:
    named = next((code for code in forms if key(code) == key(grid.name)), "")
    headed = _headed(grid, forms)
    alike = "" if named or headed else _alike(grid.name, forms)
    code = named or headed or alike
    return _Claim(grid, named, headed, alike, find_layout(grid, forms[code]) if code else None)


def _headed(grid: Grid, forms: dict[str, Form]) -> str:
    """The one form whose number, or else whose title, stands in the header; "" when there is none or several."""
    texts = [key(line) for line in _head_lines(grid)]
    labels = {match[1].strip(".,;:()[]") for text in texts if (match := _FORM_LABEL.match(text))}
    numbered = [code for code, form in forms.items() if labels & {key(code), key(form.number)}]
    if numbered:
        return numbered[0] if len(numbered) == 1 else ""
    titled = [code for code, form in forms.items() if key(form.title) in texts]
    return titled[0] if len(titled) == 1 else ""


def _head_lines(grid: Grid) -> Iterator[str]:
    for row in range(1, min(grid.nrows, HEAD_ROWS) + 1):
        for _, value in grid.values(row):
            if isinstance(value, str):
                yield from (line for line in value.splitlines() if clean(line))


def _alike(name: str, forms: dict[str, Form]) -> str:
    """The one form whose code stands in the name: `Biểu II.06a`, `II.06a (2)`, `ii06a`."""
    words = f" {key(name)} "
    found = [code for code in forms if re.search(rf"(?<![\w.]){re.escape(key(code))}(?![\w.])", words)]
    if not found:
        plain = _LETTERS.sub("", key(name))
        found = [code for code in forms if _LETTERS.sub("", key(code)) == plain]
    return found[0] if len(found) == 1 else ""


def _settle(found: FormSheets, form: Form, claims: list[_Claim]) -> None:
    if not claims:
        return
    if len(claims) > 1:
        names = " và ".join(f"“{claim.grid.name}”" for claim in claims)
        _block(found, form, claims[0].grid, f"các trang {names} cùng là biểu này", "một trang cho mỗi biểu")
        return
    (claim,) = claims
    if claim.named and claim.headed not in {"", form.code}:
        told = f"trang mang tên “{claim.grid.name}” nhưng đầu trang ghi biểu số {claim.headed}"
        _block(found, form, claim.grid, told, "tên trang và biểu số như nhau")
        return
    found.grids[form.code] = claim.grid
    found.layouts[form.code] = claim.layout or find_layout(claim.grid, form)
    if not claim.named:
        by = "phần đầu trang" if claim.headed else "tên gần giống"
        message = f"Trang “{claim.grid.name}” được nhận là biểu {form.code} theo {by}; cần giữ tên “{form.code}”."
        note = make("sheet-renamed", message, form=form.code, sheet=claim.grid.name, found=claim.grid.name)
        found.notes.setdefault(form.code, []).append(note)


def _block(found: FormSheets, form: Form, grid: Grid, told: str, expected: str) -> None:
    message = f"Biểu {form.code}: {told}; cần {expected}."
    found.unclear[form.code] = make(
        "sheet-ambiguous", message, form=form.code, sheet=grid.name, found=told, expected=expected
    )
    found.doubtful[form.code] = grid


def _note_others(found: FormSheets, claims: Iterable[_Claim]) -> None:
    """One note on every sheet with content that is nobody's."""
    used = {grid.name for grid in (*found.grids.values(), *found.doubtful.values())}
    others = [
        claim.grid.name
        for claim in claims
        if claim.grid.name not in used and claim.grid.nrows and not any(map(claim.supports, found.unclear))
    ]
    if others:
        names = ", ".join(f"“{name}”" for name in others[:_SHOWN]) + (" và các trang khác" if others[_SHOWN:] else "")
        message = f"Tệp có trang không thuộc biểu mẫu: {names}; nội dung các trang này không được tổng hợp."
        found.notes.setdefault("", []).append(make("sheet-extra", message, found=names))
