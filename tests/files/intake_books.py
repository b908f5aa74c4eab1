"""Workbooks for the tests of the intake, laid out by hand: nothing here comes from the template writer."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from tonghop.domain.form import Form
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.units import Unit
from tonghop.files.interpret import Context, Interpreted, interpret
from tonghop.files.limits import Limits
from tonghop.files.raw_book import Grid, RawBook
from tonghop.files.reading_child import BOOK, answer

Q3 = Period(2024, 3)
NUMBER_ROW = 10
FIRST = NUMBER_ROW + 1
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass
class Sheet:
    """A form's sheet: `rows` are values from column 1 on; `total` None leaves the total row out."""

    rows: list[list[Any]] = field(default_factory=list)
    name: str = ""
    choice: str = "Có phát sinh"
    numbers: list[Any] | None = None
    total: list[Any] | None = field(default_factory=list)
    footer: list[list[Any]] = field(default_factory=list)
    head: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Books:
    """Writes workbooks of `unit` into `folder` and reads them back as filings."""

    province: Province
    unit: Unit
    folder: Path
    period: Period = Q3

    @property
    def identity(self) -> dict[str, Any]:
        return {
            "unit_code": self.unit.code,
            "unit_valid_from": self.unit.valid_from.isoformat(),
            "period": self.period.code,
            "regime": self.province.regime.id,
            "fingerprint": "f" * 64,
        }

    def context(self, *opened: Period) -> Context:
        return Context(self.province, self.unit, frozenset(opened or {self.period}))

    def form(self, code: str) -> Form:
        return self.province.regime.forms[code]

    def write(
        self,
        forms: Mapping[str, Sheet],
        *,
        identity: Mapping[str, Any] | None = None,
        pages: Mapping[str, list[list[Any]]] | None = None,
        change: Callable[[openpyxl.Workbook], None] = lambda _book: None,
        name: str = "bao-cao.xlsx",
    ) -> Path:
        """A workbook as openpyxl saves it: formulas without results. `identity` {} leaves the hidden sheet out."""
        book = openpyxl.Workbook()
        book.remove(book.active)
        for code, sheet in forms.items():
            self._form(book.create_sheet(sheet.name or code), code, sheet)
        for title, rows in (pages or {}).items():
            page = book.create_sheet(title)
            for row in rows:
                page.append(row)
        known = self.identity if identity is None else identity
        if known:
            hidden = book.create_sheet("_tonghop")
            hidden.sheet_state = "hidden"
            for pair in known.items():
                hidden.append(pair)
        change(book)
        path = self.folder / name
        book.save(path)
        return path

    def _form(self, page: Any, code: str, sheet: Sheet) -> None:
        form = self.form(code)
        page["A1"] = f"Biểu số: {form.number}"
        page["H1"] = f"Đơn vị báo cáo: UBND {self.unit.name[:1].lower()}{self.unit.name[1:]}"
        page["C3"] = f"Kỳ báo cáo: {self.period.label}"
        page["D5"] = sheet.choice
        for place, value in sheet.head.items():
            page[place] = value
        for number, column in enumerate(sheet.numbers or [column.number for column in form.columns], 1):
            page.cell(NUMBER_ROW, number, column)
        at = NUMBER_ROW
        for row in sheet.rows:
            at += 1
            for column, value in enumerate(row, 1):
                page.cell(at, column, value)
        if sheet.total is not None:
            at += 1
            for column, value in enumerate([None, form.total_label, *sheet.total], 1):
                page.cell(at, column, value)
        for row in sheet.footer:
            at += 1
            for column, value in enumerate(row, 1):
                page.cell(at + 1, column, value)

    def read(self, path: Path, *opened: Period) -> Interpreted:
        return interpret(raw(path), self.context(*opened))


def raw(path: Path, limits: Limits | None = None) -> RawBook:
    """The workbook as the child reads it, read in this process."""
    kind, *content = answer(path, limits or Limits())
    assert kind == BOOK, content
    return RawBook({frame[0]: Grid(*frame) for frame in content[0]})


def refusal(path: Path, limits: Limits | None = None) -> tuple[str, str]:
    """(code, message) with which the child refuses the file."""
    kind, *content = answer(path, limits or Limits())
    assert kind == "refused", (kind, content)
    return content[0], content[1]


def field_row(name: str, *inputs: int | None, position: int = 1) -> list[Any]:
    """A row of II.06a from its eight inputs (4, 5, 6, 8, 9, 10, 12, 13) with formulas as Excel users write them."""
    a, b, c, d, e, f, g, h = inputs
    return [position, name, "=D1+E1+F1", a, b, c, "=H1+I1+J1", d, e, f, "=L1+M1", g, h]


def rewrite(
    path: Path, part: str, change: Callable[[bytes], bytes], *, also: Mapping[str, bytes] | None = None
) -> Path:
    """The same package with the bytes of `part` changed and parts `also` added."""
    with zipfile.ZipFile(path) as old:
        parts = {info.filename: old.read(info) for info in old.infolist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in {**parts, **(also or {})}.items():
            new.writestr(name, content)
    return path


def codes(read: Interpreted) -> list[str]:
    return [finding.code for finding in read.findings]


def flat(read: Interpreted) -> list[tuple[str, str, int]]:
    """(code, address, column) of every finding but the one on the signature."""
    return [(f.code, f.address, f.column) for f in read.findings if f.code != "signature-missing"]


SIGNED = [
    [None, "Người lập biểu:", "Nguyễn Văn An"],
    [None, "Thủ trưởng đơn vị:", "Trần Thị Bình"],
    [None, "Số, ký hiệu báo cáo:", "12/BC-UBND"],
    [None, "Ngày báo cáo:", dt.date(2024, 9, 15)],
]
