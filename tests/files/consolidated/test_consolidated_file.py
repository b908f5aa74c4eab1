"""The workbook as a file: exact, harmless, whole or absent, the same for the same input, quick."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from files.consolidated.sheets import table, workbook

from tonghop.domain.consolidated import Consolidated
from tonghop.domain.errors import StoreError
from tonghop.domain.rollup import TotalKey
from tonghop.files.consolidated import write_provincial


def test_no_cell_is_a_formula_or_a_link(make_quarter: Callable[..., Consolidated], tmp_path: Path) -> None:
    risky = {(unit, 3): text for unit, text in zip(("SNV", "STC"), ("=1+1", "@http://x.example"), strict=True)}
    path = tmp_path / "x.xlsx"
    write_provincial(path, make_quarter(only=frozenset({"688", "25237", "SNV", "STC"}), texts=risky))
    book = workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_same_input_gives_the_same_bytes(consolidated: Consolidated, tmp_path: Path) -> None:
    first = tmp_path / "first.xlsx"
    write_provincial(first, consolidated)
    again = tmp_path / "again.xlsx"
    write_provincial(again, consolidated)
    assert again.read_bytes() == first.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.xlsx", "first.xlsx"]


def test_totals_that_disagree_are_refused(consolidated: Consolidated, tmp_path: Path) -> None:
    form = consolidated.form("II.06a")
    at = TotalKey("70", "xa", "đất đai", 4)
    wrong = dict(form.totals) | {at: replace(form.totals[at], value=10**9)}
    forms = tuple(replace(t, totals=wrong) if t is form else t for t in consolidated.forms)
    with pytest.raises(StoreError, match=r"Biểu II\.06a .*cột 4: dòng TỔNG CỘNG .*các lĩnh vực"):
        write_provincial(tmp_path / "wrong.xlsx", replace(consolidated, forms=forms))
    assert not list(tmp_path.iterdir())


def test_142_units_are_written_in_time(consolidated: Consolidated, tmp_path: Path) -> None:
    start = time.perf_counter()
    write_provincial(tmp_path / "timed.xlsx", consolidated)
    assert time.perf_counter() - start < 5, "measured 0.25 s alone on 2 cores; the aim is 1.5 s"


def test_unwritable_place_is_our_fault_in_plain_words(consolidated: Consolidated, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"Không ghi được tệp “x\.xlsx”"):
        write_provincial(tmp_path / "absent" / "x.xlsx", consolidated)


def test_a_figure_beyond_what_excel_keeps_is_written_digit_by_digit(
    make_quarter: Callable[..., Consolidated], tmp_path: Path
) -> None:
    costs = dict.fromkeys(range(3, 13), 0) | {10: 10**15 + 1, 11: 2, 12: 10**15 - 1}
    path = tmp_path / "x.xlsx"
    write_provincial(path, make_quarter(only=frozenset({"SNV"}), rows={("SNV", "II.03"): {"x": costs}}))
    total = table(workbook(path)["II.03"]).total
    assert (total[9], total[11]) == ("1.000.000.000.000.001", 10**15 - 1)
