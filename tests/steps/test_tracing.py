"""Published numbers, picked at random, walked back to the bytes in the vault."""

from __future__ import annotations

import csv
import hashlib
import random
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from toy_office import COMPLAINTS, FORM, HUYEN, LAND, PHUONG, Q1, Q2, Q3, REQUESTS, SO, XA, YEAR, Office, because

from tonghop.domain.errors import UsageError
from tonghop.domain.tracing import Trace
from tonghop.domain.value import compute
from tonghop.steps.tracing import Wish

LEVELS = {"so", "huyen", "xa"}


@pytest.fixture
def office(new_office: Any) -> Office:
    """Three quarters and the year; PHUONG missing in Q3, SO without dossiers in Q2, a row a unit added."""
    office = new_office()
    for period in (Q1, Q2, Q3, YEAR):
        office.app.open(period)
    for at, code in enumerate((XA, HUYEN, SO, PHUONG)):
        office.send(code, Q1, {COMPLAINTS: (0, 10 + at, 8, 2 + at), LAND: (0, 4, 4, 0)})
    for code in (XA, HUYEN, PHUONG):
        office.send(code, Q2, {COMPLAINTS: _carried(office, code)})
    office.send(SO, Q2, rows={}, nil=True)
    for code in (XA, HUYEN, SO):
        office.send(code, Q3, {COMPLAINTS: (3, 9, 8, 4), REQUESTS: (0, 1, 1, 0), "Đơn khác": (0, 2, 1, 1)})
    for code in (XA, HUYEN, SO, PHUONG):
        office.send(code, YEAR, {COMPLAINTS: (0, 60, 50, 10), LAND: (0, 9, 7, 2)})
    office.collect()
    _explain(office)
    for period in (Q3, YEAR):
        office.app.consolidate(period)
        office.publish(period)
    return office


def _carried(office: Office, code: str) -> tuple[int, int, int, int]:
    at = (XA, HUYEN, SO, PHUONG).index(code)
    return 2 + at, 6, 5, 3 + at


def _explain(office: Office) -> None:
    """Whatever waits for a giải trình gets one: what is filed differs from what was carried over."""
    waiting = [
        (p, u.unit.code) for p in (Q3, YEAR) for u in office.app.status(p).units if u.state == "awaiting_explanation"
    ]
    for period, code in waiting:
        rows = (
            {COMPLAINTS: (3, 9, 8, 4), REQUESTS: (0, 1, 1, 0), "Đơn khác": (0, 2, 1, 1)}
            if period == Q3
            else {COMPLAINTS: (0, 60, 50, 10), LAND: (0, 9, 7, 2)}
        )
        office.send(code, period, rows, explanations=[because(), because(COMPLAINTS), because(LAND)])
    office.collect()


def published(office: Office, period: str) -> list[dict[str, str]]:
    folder = office.app.settings.home / "published" / period / "v1"
    with (folder / "so-lieu.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def wish(line: dict[str, str]) -> Wish:
    """The words for the place of a published figure."""
    scope, _, level = line["unit"].partition("/")
    derived = line["view"] not in {"linh_vuc", "don_vi", "huyen"}
    row, district = line["row"], scope if line["view"] == "huyen" else ""
    if not row and not level and scope != "W99" and not district:
        row = scope
    view = line["view"] if derived else ""
    return Wish(line["form"], row or "TỔNG CỘNG", int(line["column"]), view, level, district)


@cache
def sheet(path: Path, name: str) -> Any:
    return openpyxl.load_workbook(path, data_only=True)[name]


def walk(office: Office, found: Trace) -> None:
    """Every line's cell still says what the trace says, in a file whose bytes give the SHA-256."""
    for line in found.every_line():
        path = office.app.vault.find(line.sha256)
        assert path is not None
        assert hashlib.sha256(path.read_bytes()).hexdigest() == line.sha256
        assert sheet(path, line.sheet)[line.address].value == line.value
    if found.parts:
        formula = office.app.regime.forms[found.form][found.column].formula
        assert formula is not None
        assert found.value == compute(formula, {part.column: part.value for part in found.parts})
    elif found.lines:
        assert found.value == sum(line.sign * line.value for line in found.lines)  # type: ignore[misc, operator]


@pytest.mark.parametrize("period", [Q3, YEAR], ids=["quarter", "year"])
def test_random_published_numbers_come_from_bytes_in_the_vault(office: Office, period: Any) -> None:
    lines = [line for line in published(office, period.code) if line["state"] != "not_applicable"]
    chosen = random.Random(20243).sample(lines, 120)
    views = {line["view"] for line in chosen}
    assert len(views) >= 3, "the sample should see fields, units and derived figures"
    for line in chosen:
        found = office.app.trace(period, wish(line))
        expected = Decimal(line["value"]) if line["value"] else None
        assert (found.value, found.counted, found.owed) == (expected, int(line["counted"]), int(line["owed"])), line
        walk(office, found)


def test_a_total_lists_its_units_with_file_sheet_and_cell(office: Office) -> None:
    found = office.app.trace(Q3, Wish(FORM, COMPLAINTS, 5))
    assert found.value == 27
    assert [line.unit.code for line in found.lines] == [SO, HUYEN, XA]
    (line,) = [line for line in found.lines if line.unit.code == XA]
    assert (line.value, line.sheet, line.sign) == (9, FORM, 1)
    standing = office.standing(XA)
    assert standing is not None
    assert (line.submission, line.sha256) == (standing.id, standing.sha256)


def test_a_computed_column_is_traced_through_its_parts(office: Office) -> None:
    found = office.app.trace(Q3, Wish(FORM, "TỔNG CỘNG", 3))
    assert found.formula == "(4) + (5)"
    assert [part.column for part in found.parts] == [4, 5]
    assert found.value == sum(part.value or 0 for part in found.parts)


@pytest.mark.parametrize("words", [XA, "Xã Bù Đốp Thượng", "xã bù đốp thượng, huyện đắk ơ"])
def test_a_unit_may_be_named_in_its_own_words(office: Office, words: str) -> None:
    found = office.app.trace(Q3, Wish(FORM, words, 6))
    assert (found.value, {line.unit.code for line in found.lines}) == (10, {XA})


def test_a_level_narrows_a_field(office: Office) -> None:
    found = office.app.trace(Q3, Wish(FORM, COMPLAINTS, 5, level="xa"))
    assert (found.value, found.counted, found.owed) == (9, 1, 2)


def test_nine_months_add_flows_and_take_the_first_opening(office: Office) -> None:
    flow = office.app.trace(Q3, Wish(FORM, XA, 5, view="9T"))
    assert [(line.period.code, line.row, line.value) for line in flow.lines][:2] == [
        ("20241", COMPLAINTS, 10), ("20241", LAND, 4)
    ]  # fmt: skip
    opening = office.app.trace(Q3, Wish(FORM, XA, 4, view="9T"))
    assert {line.period.code for line in opening.lines} == {"20241"}


def test_the_implied_quarter_subtracts(office: Office) -> None:
    found = office.app.trace(YEAR, Wish(FORM, XA, 5, view="Q4"))
    assert {(line.period.code, line.sign) for line in found.lines} == {
        ("2024", 1), ("20241", -1), ("20242", -1), ("20243", -1)
    }  # fmt: skip
    assert found.value == 69 - 14 - 6 - 12


def test_a_published_number_is_traced_to_what_was_published(office: Office) -> None:
    """A correction accepted since changes what stands, not where a published number came from."""
    said = [because(), because(COMPLAINTS)]
    office.send(HUYEN, Q3, {COMPLAINTS: (4, 100, 100, 4)}, explanations=said, name="lan-ba.xlsx")
    assert office.collect() == [f"{HUYEN} accepted"]
    before = office.app.trace(Q3, Wish(FORM, HUYEN, 5))
    assert before.value == 12
    walk(office, before)
    assert office.app.trace(Q3, Wish(FORM, HUYEN, 5, current=True)).value == 100


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        (Wish("X.01", "", 3), "không có biểu “X.01”"),
        (Wish(FORM, "", 2), "Cột 2"),
        (Wish(FORM, "", 99), "Cột 99"),
        (Wish(FORM, "Đơn không có", 5), "không có dòng “Đơn không có”"),
        (Wish(FORM, "", 5, view="6T"), "không có bảng “6T”"),
        (Wish(FORM, "", 5, level="thon"), "Không có cấp “thon”"),
        (Wish(FORM, "", 5, district="ZZ"), "Không có huyện"),
        (Wish(FORM, "", 5, version=7), "chưa có bản v7"),
        (Wish(FORM, "", 0), "không phải danh sách"),
    ],
)
def test_a_figure_that_is_not_there_is_said_to_be_so(office: Office, asked: Wish, problem: str) -> None:
    with pytest.raises(UsageError, match=problem) as caught:
        office.app.trace(Q3, asked)
    assert caught.value.remedy
