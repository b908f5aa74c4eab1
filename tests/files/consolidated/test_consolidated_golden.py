"""The workbooks of a small quarter against what was once looked at and found right.

A change that is meant: read the new file named in the failure, then copy it over the golden one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from files.consolidated.sheets import dump

from tonghop.domain.consolidated import Consolidated
from tonghop.files.consolidated import write_district, write_provincial

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture(scope="module")
def small(make_quarter: Callable[..., Consolidated]) -> Consolidated:
    """One district, four communes, three departments; one missing, one late, one "không phát sinh"."""
    return make_quarter(
        only=frozenset({"688", "25237", "25245", "25249", "25216", "SNV", "STC", "STP"}),
        states={"25237": "missing", "STP": "invalid"},
        nil=frozenset({("25245", "II.06a"), ("STC", "II.04")}),
        late=frozenset({"25249"}),
    )


def check(name: str, text: str, tmp_path: Path) -> None:
    new = tmp_path / name
    new.write_text(text, encoding="utf-8", newline="")
    golden = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    differing = [pair for pair in zip(golden, text.splitlines(), strict=False) if pair[0] != pair[1]]
    assert differing[:3] == [], f"differs from {GOLDEN / name}; the new one is {new}"
    assert len(golden) == len(text.splitlines()), f"differs in length from {GOLDEN / name}; the new one is {new}"


def test_provincial_workbook(small: Consolidated, tmp_path: Path) -> None:
    path = tmp_path / "tinh.xlsx"
    write_provincial(path, small)
    check("consolidated_provincial.txt", dump(path), tmp_path)


def test_district_workbook(small: Consolidated, tmp_path: Path) -> None:
    path = tmp_path / "huyen.xlsx"
    write_district(path, small, small.tree["688"])
    check("consolidated_district.txt", dump(path), tmp_path)
