"""Blank, 0, “không phát sinh” and not filed are four things, wherever somebody looks."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from toy_office import COMPLAINTS, FORM, HUYEN, PHUONG, Q3, REQUESTS, SO, XA, Office

from tonghop.domain.rollup import OWN, TotalKey
from tonghop.store.records import TotalsPlace


@pytest.fixture
def nothings(office: Office) -> Office:
    """XA: 0 in one row, the other blank; PHUONG: không phát sinh; SO: not filed; HUYEN: figures."""
    office.send(XA, rows={COMPLAINTS: (0, 0, 0, 0)})
    office.send(PHUONG, rows={}, nil=True)
    office.send(HUYEN, rows={COMPLAINTS: (0, 5, 5, 0)})
    assert office.collect() == [f"{XA} accepted", f"{PHUONG} accepted", f"{HUYEN} accepted"]
    office.app.consolidate(Q3)
    return office


def test_an_empty_form_without_the_choice_is_sent_back_to_be_filled(office: Office) -> None:
    answer = office.judged(XA, rows={})
    assert answer.state.value == "invalid"
    assert "form-empty" in [finding.code for finding in answer.findings]


def test_a_partly_filled_row_has_one_finding_per_blank(office: Office) -> None:
    answer = office.judged(XA, rows={COMPLAINTS: (0, 4, None, None)})
    assert [f.address for f in answer.findings if f.code == "blank-cell"] == ["F10", "G10"]


def test_figures_beside_the_choice_nil_are_blocking(office: Office) -> None:
    answer = office.judged(XA, nil=True)
    assert "nil-with-figures" in [finding.code for finding in answer.findings]


def test_status_tells_them_apart(nothings: Office) -> None:
    told = {unit["code"]: (unit["state"], unit["forms"]) for unit in nothings.app.status(Q3).as_dict()["units"]}
    assert told[XA] == ("accepted", {FORM: "accepted"})
    assert told[PHUONG] == ("accepted", {FORM: "nil"})
    assert told[SO] == ("missing", {FORM: "missing"})


def test_totals_tell_them_apart(nothings: Office) -> None:
    figures = nothings.app.store.totals.read(TotalsPlace("20243", "", FORM)).figures
    own = {code: figures.get(TotalKey(code, OWN, "", 5)) for code in (XA, PHUONG, SO)}
    assert {code: total and (total.value, total.counted, total.owed) for code, total in own.items()} == {
        XA: (0, 1, 1),
        PHUONG: (None, 1, 1),
        SO: (None, 0, 1),
    }
    communes = figures[TotalKey("W99", "xa", "", 5)]
    assert (communes.value, communes.counted, communes.owed) == (0, 2, 2)
    province = figures[TotalKey("W99", "", "", 5)]
    assert (province.value, province.counted, province.owed) == (5, 3, 4)
    blank = figures[TotalKey("W99", "xa", "đơn đề nghị", 5)]
    assert blank.value in {None, 0}
    assert blank.counted == 2


def test_published_figures_tell_them_apart(nothings: Office) -> None:
    folder = nothings.publish().folder
    assert csv_states(folder) == {XA: ("0", "complete"), PHUONG: ("", "nil"), SO: ("", "missing")}
    sheet = openpyxl.load_workbook(folder / "tong-hop.xlsx")[f"{FORM} (đơn vị)"]
    shown = {row[1]: (row[4], row[7]) for row in sheet.iter_rows(values_only=True)}
    assert {code: shown[name] for code, name in UNIT_NAMES.items()} == {
        XA: (0, "Đã tổng hợp"),
        PHUONG: (None, "Không phát sinh"),
        SO: (None, "Chưa báo cáo"),
    }


UNIT_NAMES = {XA: "Xã Bù Đốp Thượng", PHUONG: "Phường Ỷ La", SO: "Sở Đất đai và Đô thị"}


def csv_states(folder: Path) -> dict[str, tuple[str, str]]:
    with (folder / "so-lieu.csv").open(encoding="utf-8-sig", newline="") as stream:
        lines = [line for line in csv.DictReader(stream) if line["view"] == "don_vi" and line["column"] == "5"]
    return {line["unit"]: (line["value"], line["state"]) for line in lines if line["unit"] in UNIT_NAMES}


def test_a_blank_row_of_the_unit_is_not_kept_as_zeros(nothings: Office) -> None:
    (submission,) = nothings.submissions(XA)
    assert {cell.row_name for cell in nothings.app.store.filings.cells(submission.id)} == {COMPLAINTS}
    assert REQUESTS not in {cell.row_name for cell in nothings.app.store.filings.cells(submission.id)}
