"""A regime and a province that exist as data only run two quarters: carry-over, approval, publication."""

from __future__ import annotations

from collections.abc import Callable

import openpyxl
import pytest
from toy_office import COMPLAINTS, FORM, HUYEN, PHUONG, Q2, Q3, SO, XA, Office

from tonghop.steps.opening import template_name

pytestmark = pytest.mark.both_databases

SECOND = {SO: (0, 20, 15, 5), HUYEN: (0, 30, 25, 5), XA: (0, 11, 10, 1), PHUONG: (0, 13, 11, 2)}
THIRD = {SO: (5, 20, 20, 5), HUYEN: (5, 30, 30, 5), XA: (1, 11, 10, 2), PHUONG: (9, 13, 11, 11)}  # PHUONG: 2, not 9


def test_two_quarters_run_on_data_only(new_office: Callable[..., Office]) -> None:
    office = new_office()
    office.at("2024-06-05T08:00:00")
    office.app.open(Q2)
    office.at("2024-06-15T09:00:00")
    for code, row in SECOND.items():
        office.send(code, Q2, {COMPLAINTS: row})
    assert sorted(office.collect()) == sorted(f"{code} accepted" for code in SECOND)
    assert office.publish(Q2).version == 1

    office.at("2024-09-05T08:00:00")
    office.app.open(Q3)
    blank = openpyxl.load_workbook(office.folder(XA, "nhan-ve") / template_name(Q3, office.unit(XA)))
    assert blank[FORM]["D10"].value == 1, "the closing of quarter II is the opening of quarter III"
    office.at("2024-09-16T09:00:00")
    for code, row in THIRD.items():
        office.send(code, Q3, {COMPLAINTS: row})
    assert [said for said in office.collect() if "accepted" not in said] == [f"{PHUONG} awaiting_explanation"]
    assert office.judged(PHUONG, Q3, {COMPLAINTS: (2, 13, 11, 4)}).state.value == "accepted"

    folder = office.publish(Q3).folder
    book = openpyxl.load_workbook(folder / "tong-hop.xlsx")
    rows = {row[1]: row[2:7] for row in book[f"{FORM} (đơn vị)"].iter_rows(values_only=True)}
    assert rows["CỘNG"] == (87, 13, 74, 71, 16)
    cumulated = {row[1]: row[2:7] for row in book["Lũy kế 9 tháng"].iter_rows(values_only=True)}
    assert "CỘNG" in cumulated
    assert office.app.status(Q3).as_dict()["accepted"] == 4
