"""The structure of one workbook per level, kept as text; TONGHOP_RENEW=1 writes it anew after a wanted change."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from files.template_cases import COMMUNE, DEPARTMENT, DISTRICT, OPENINGS, planned
from openpyxl.worksheet.worksheet import Worksheet

from tonghop.files.template import write_template

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("code", [COMMUNE, DISTRICT, DEPARTMENT])
def test_structure_is_as_kept(tmp_path: Path, code: str) -> None:
    write_template(tmp_path / "b.xlsx", planned(code, openings=OPENINGS))
    found = "\n".join(_dump(tmp_path / "b.xlsx")) + "\n"
    kept = GOLDEN / f"template-{code}-20243.txt"
    if os.environ.get("TONGHOP_RENEW") == "1":
        kept.write_text(found, encoding="utf-8")
    wanted = kept.read_text(encoding="utf-8")
    diff = difflib.unified_diff(wanted.splitlines(), found.splitlines(), kept.name, "workbook", lineterm="", n=1)
    assert found == wanted, "\n".join(["the workbook changed; wanted? run with TONGHOP_RENEW=1", *diff])


def _dump(path: Path) -> Iterator[str]:
    book = openpyxl.load_workbook(path)
    for sheet in book:
        yield f"# {sheet.title} ({sheet.sheet_state}, {sheet.dimensions}, freeze {sheet.freeze_panes})"
        yield from _sheet(sheet)


def _sheet(sheet: Worksheet) -> Iterator[str]:
    """A form: its header, first and last data row and what follows; any other sheet: its first lines."""
    numbers = next((row[0].row for row in sheet.iter_rows() if [c.value for c in row[:3]] == [1, 2, 3]), 0)
    totals = next((row[1].row for row in sheet.iter_rows() if row[1].value == "TỔNG CỘNG"), 0)
    kept = {*range(1, numbers + 2), *range(max(totals - 1, 1), totals + 12)} if numbers else set(range(1, 8))
    if numbers:
        yield f"print {sheet.print_area}, repeat {sheet.print_title_rows}, {sheet.page_setup.orientation}"
        yield "merged " + " ".join(sorted(str(area) for area in sheet.merged_cells.ranges))
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None and cell.row in kept:
                yield f"{cell.coordinate}{'' if cell.protection.locked else ' open'}: {_short(str(cell.value))}"
    for rule in sorted(sheet.data_validations.dataValidation, key=lambda rule: str(rule.sqref)):
        yield f"allow {rule.sqref}: {rule.type} {rule.operator or ''} {rule.formula1} {rule.formula2 or ''}".rstrip()


def _short(text: str) -> str:
    return text if len(text) < 400 else f"{text[:400]}… ({len(text)} characters)"
