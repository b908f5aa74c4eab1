"""Totals equal an independent sum, say how many units stand behind them, and only what changed is computed again."""

from __future__ import annotations

import openpyxl
import pytest
from toy_office import COMPLAINTS, FORM, HUYEN, LAND, PHUONG, Q2, Q3, REQUESTS, SO, UNITS, XA, Office

from tonghop.domain.rollup import Total, TotalKey
from tonghop.store.records import TotalsPlace

FILED = {
    SO: {COMPLAINTS: (1, 20, 15, 6), LAND: (3, 7, 9, 1)},
    HUYEN: {COMPLAINTS: (2, 30, 25, 7)},
    XA: {COMPLAINTS: (0, 11, 10, 1), REQUESTS: (4, 5, 6, 3)},
    PHUONG: {COMPLAINTS: (5, 13, 11, 7), "Đơn kiến nghị": (0, 2, 2, 0)},
}


@pytest.fixture
def filed(office: Office) -> Office:
    for code, rows in FILED.items():
        office.send(code, Q3, rows)
    assert sorted(office.collect()) == sorted(f"{code} accepted" for code in UNITS)
    return office


def total(office: Office, scope: str, group: str = "", row: str = "", *, column: int = 5, view: str = "") -> Total:
    figures = office.app.store.totals.read(TotalsPlace("20243", view, FORM)).figures
    return figures[TotalKey(scope, group, row, column)]


def independent(column: int, units: tuple[str, ...] = UNITS, row: str = "") -> int:
    """The sum a person would make on paper."""
    rows = [figures for code in units for name, figures in FILED[code].items() if row in {"", name.lower()}]
    return sum(one[0] + one[1] if column == 3 else one[column - 4] for one in rows)


@pytest.mark.parametrize("column", [3, 4, 5, 6, 7])
def test_totals_equal_an_independent_sum(filed: Office, column: int) -> None:
    filed.app.consolidate(Q3)
    assert total(filed, "W99", column=column) == Total(independent(column), 4, 4)
    assert total(filed, "W99", "xa", column=column) == Total(independent(column, (XA, PHUONG)), 2, 2)
    assert total(filed, "W99", "xa", "đơn khiếu nại", column=column).value == independent(
        column, (XA, PHUONG), "đơn khiếu nại"
    )
    assert total(filed, "W01", column=column) == Total(independent(column, (HUYEN, XA, PHUONG)), 3, 3)


def test_a_missing_child_makes_every_total_above_it_incomplete(office: Office) -> None:
    for code in (SO, HUYEN, XA):
        office.send(code, Q3, FILED[code])
    office.collect()
    office.app.consolidate(Q3)
    assert total(office, "W99") == Total(independent(5, (SO, HUYEN, XA)), 3, 4)
    assert (total(office, "W01").counted, total(office, "W01").owed) == (2, 3)
    assert total(office, "W99", "so").complete


def test_a_missing_quarter_makes_the_nine_months_incomplete(filed: Office) -> None:
    filed.app.consolidate(Q3)
    found = total(filed, "W99", view="9T")
    assert (found.counted, found.owed) == (0, 4)


def test_a_second_run_changes_nothing(filed: Office) -> None:
    first = filed.app.consolidate(Q3)
    assert first.recomputed == (FORM, f"{FORM} 9T")
    assert first.districts == 1
    district = filed.folder(HUYEN, "nhan-ve") / f"Tong-hop-20243-{HUYEN}.xlsx"
    before, events = district.stat(), filed.event_kinds()
    second = filed.app.consolidate(Q3)
    assert (second.recomputed, second.districts, second.digest) == ((), 0, first.digest)
    assert district.stat().st_mtime_ns == before.st_mtime_ns
    assert filed.event_kinds() == events


def test_only_what_changed_is_computed_again(filed: Office) -> None:
    filed.app.open(Q2)
    filed.app.consolidate(Q3)
    filed.send(XA, Q2, {COMPLAINTS: (0, 3, 3, 0)})
    filed.collect()
    assert filed.app.consolidate(Q3).recomputed == (f"{FORM} 9T",)


def test_the_district_finds_its_computed_workbook(filed: Office) -> None:
    filed.app.consolidate(Q3)
    assert f"Tong-hop-20243-{HUYEN}.xlsx" in filed.names(HUYEN, "nhan-ve")
    assert not [name for code in (SO, XA) for name in filed.names(code, "nhan-ve") if name.startswith("Tong-hop")]
    book = openpyxl.load_workbook(filed.folder(HUYEN, "nhan-ve") / f"Tong-hop-20243-{HUYEN}.xlsx")
    rows = {row[1]: row for row in book[f"{FORM} (đơn vị)"].iter_rows(values_only=True)}
    assert rows["CỘNG"][2:7] == tuple(independent(column, (HUYEN, XA, PHUONG)) for column in (3, 4, 5, 6, 7))


def test_a_lost_district_workbook_is_written_again(filed: Office) -> None:
    filed.app.consolidate(Q3)
    path = filed.folder(HUYEN, "nhan-ve") / f"Tong-hop-20243-{HUYEN}.xlsx"
    content = path.read_bytes()
    path.unlink()
    assert filed.app.consolidate(Q3).districts == 1
    assert path.read_bytes() == content


def test_a_period_without_any_filing_can_be_consolidated(office: Office) -> None:
    office.app.consolidate(Q3)
    assert total(office, "W99") == Total(None, 0, 4)
