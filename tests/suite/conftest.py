"""Small filings for the checks: figures in, findings out, so that a test says one thing in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from tonghop.domain.finding import Finding
from tonghop.domain.form import Form, RowKind
from tonghop.domain.regime import Regime
from tonghop.domain.submission import Cell, FiledForm, FiledRow
from tonghop.domain.value import BLANK, CellState, RawCell, Value
from tonghop.specs import load_regime
from tonghop.suite.compile import compile_suite
from tonghop.suite.frames import Entry, frame
from tonghop.suite.run import Checker

ROOT = Path(__file__).parents[2]
FIRST_ROW = 12
FAULTY = "faulty"  # a cell that could not be read

Figures = Mapping[int, int | Decimal | str | None]


@pytest.fixture(scope="session")
def regime() -> Regime:
    return load_regime(ROOT / "include", "kstthc", "2020-12-15")


@pytest.fixture(scope="session")
def expectations() -> Path:
    return ROOT / "expectations"


@pytest.fixture(scope="session")
def checker(expectations: Path) -> Checker:
    return Checker(expectations)


def cell(number: int, sheet_row: int, value: Value | None) -> Cell:
    address = f"{chr(64 + number)}{sheet_row}"
    if value == FAULTY:
        return Cell(number, address, RawCell(CellState.ERROR, "#REF!"), problem="cell-error")
    if value is None:
        return Cell(number, address, BLANK)
    return Cell(number, address, RawCell(CellState.VALUE), value)


def filed_row(form: Form, name: str, sheet_row: int, figures: Figures) -> FiledRow:
    """A row with every data column of `form`; the ones not given are blank."""
    cells = {c.number: cell(c.number, sheet_row, figures.get(c.number)) for c in form.data_columns}
    return FiledRow(name.casefold(), name, sheet_row, cells)


def filed_form(
    form: Form, rows: Mapping[str, Figures], total: Figures | None = None, *, nil: bool = False
) -> FiledForm:
    """A filed form; without `total` its TỔNG CỘNG is the right one."""
    filed = tuple(filed_row(form, name, FIRST_ROW + at, figures) for at, (name, figures) in enumerate(rows.items()))
    if total is None:
        total = {c.number: _sum(rows, c.number) for c in form.figures if c.kind.is_whole}
    last = None if form.row_kind is RowKind.LIST else filed_row(form, "TỔNG CỘNG", FIRST_ROW + 40, total)
    return FiledForm(form.code, form.code, nil, filed, last)


def _sum(rows: Mapping[str, Figures], number: int) -> int | None:
    given = [row[number] for row in rows.values() if isinstance(row.get(number), int)]
    return sum(given) if given else None


@dataclass(frozen=True)
class Check:
    """Runs the suite of a form on one filing; `flat` keeps (code, row, column) of each finding."""

    regime: Regime
    checker: Checker

    def findings(self, form: Form | str, rows: Mapping[str, Figures], **given: object) -> list[Finding]:
        """`given`: total, nil, previous, quarters, others, level."""
        spec = self.regime.forms[form] if isinstance(form, str) else form
        filed = filed_form(spec, rows, given.pop("total", None), nil=bool(given.pop("nil", False)))  # type: ignore[arg-type]
        entry = Entry("1", "25195", str(given.pop("level", "xa")), filed, **given)  # type: ignore[arg-type]
        return self.checker.run(compile_suite(spec), frame(spec, [entry]))["1"]

    def flat(self, form: Form | str, rows: Mapping[str, Figures], **given: object) -> list[tuple[str, str, int]]:
        """Codes and places, without the note that an opening could not be compared."""
        findings = self.findings(form, rows, **given)
        return [(f.code, f.row_key, f.column) for f in findings if f.code != "carry-over-unchecked"]


@pytest.fixture
def check(regime: Regime, checker: Checker) -> Check:
    return Check(regime, checker)


@pytest.fixture
def file_form() -> Callable[..., FiledForm]:
    return filed_form
