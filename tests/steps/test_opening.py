"""Opening a period: every unit finds its workbook, openings are carried over, filed things are left alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from toy_office import COMPLAINTS, PHUONG, Q2, Q3, REQUESTS, UNITS, XA, YEAR, Office

from tonghop.domain.errors import UsageError
from tonghop.domain.period import Period
from tonghop.steps.opening import template_name


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def openings(office: Office, code: str, period: Period) -> dict[str, object]:
    """Row name → what stands in column 4 of the blank workbook."""
    path = office.folder(code, "nhan-ve") / template_name(period, office.unit(code))
    sheet = openpyxl.load_workbook(path)["T.01"]
    return {row[1].value: row[3].value for row in sheet.iter_rows(min_row=9) if isinstance(row[1].value, str)}


def test_every_unit_finds_its_folders_and_its_workbook(office: Office) -> None:
    for code in UNITS:
        assert office.names(code, "nhan-ve") == [f"Bieu-mau-20243-{code}.xlsx"]
        assert office.names(code, "gui-len") == office.names(code, "da-nhan") == []


def test_opening_again_gives_the_same_bytes_and_touches_nothing_filed(office: Office) -> None:
    office.send(XA)
    office.collect()
    office.send(PHUONG)
    (office.folder(PHUONG, "nhan-ve") / "ghi-chu.txt").write_text("của đơn vị")
    before = contents(office.app.drop)

    report = office.app.open(Q3)

    assert not report.first
    assert contents(office.app.drop) == before
    assert office.event_kinds().count("opened") == 1


def test_opening_again_puts_a_spoilt_template_right(office: Office) -> None:
    path = office.folder(XA, "nhan-ve") / template_name(Q3, office.unit(XA))
    wanted = path.read_bytes()
    path.write_bytes(b"spoilt")
    office.app.open(Q3)
    assert path.read_bytes() == wanted


def test_two_offices_write_the_same_workbooks(new_office: Callable[..., Office]) -> None:
    first, second = new_office("a"), new_office("b")
    first.app.open(Q3)
    second.app.open(Q3)
    assert contents(first.app.drop) == contents(second.app.drop)


def test_openings_are_the_closings_of_the_accepted_period_before(office: Office) -> None:
    office.app.open(Q2)
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 8, 2), REQUESTS: (3, 4, 0, 7), "Đơn lạ": (0, 5, 4, 1)})
    office.send(PHUONG, Q2, {COMPLAINTS: (0, 10, 8, 3)})
    assert office.collect() == [f"{XA} accepted", f"{PHUONG} invalid"]

    office.app.open(Q3)

    assert openings(office, XA, Q3) | {COMPLAINTS: 2, REQUESTS: 7, "Đơn lạ": 1} == openings(office, XA, Q3)
    assert openings(office, PHUONG, Q3)[COMPLAINTS] is None, "an invalid filing carries nothing over"


def test_a_later_correction_reaches_the_template_when_the_period_is_opened_again(office: Office) -> None:
    office.app.open(Q2)
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 8, 2)})
    office.collect()
    office.app.open(Q3)
    office.send(XA, Q3, {COMPLAINTS: (2, 1, 3, 0)})
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 4, 6)})
    office.collect()
    office.app.open(Q3)
    assert openings(office, XA, Q3)[COMPLAINTS] == 6


def test_the_openings_of_a_year_and_its_first_quarter_are_the_closings_of_the_year_before(office: Office) -> None:
    office.at("2025-12-20T09:00:00")
    year, first = Period(2025), Period(2025, 1)
    office.app.open(YEAR)
    office.send(XA, YEAR, {COMPLAINTS: (0, 50, 41, 9)})
    assert office.collect() == [f"{XA} accepted"]
    office.app.open(year)
    office.app.open(first)
    assert openings(office, XA, year)[COMPLAINTS] == 9
    assert openings(office, XA, first)[COMPLAINTS] == 9


def test_a_quarter_nobody_files_cannot_be_opened(office: Office) -> None:
    with pytest.raises(UsageError, match=r"Không có kỳ báo cáo Quý IV/2024"):
        office.app.open(Period(2024, 4))
    assert not list(office.app.drop.rglob("*20244*"))


@pytest.mark.parametrize("step", ["consolidate", "draft", "status", "events", "publish"])
def test_nothing_is_done_on_a_period_that_was_not_opened(office: Office, step: str) -> None:
    with pytest.raises(UsageError, match=r"Quý II/2024 chưa được mở"):
        getattr(office.app, step)(Q2)
