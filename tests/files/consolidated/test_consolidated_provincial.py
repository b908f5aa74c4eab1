"""The provincial workbook, read back with openpyxl and calamine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from files.consolidated.sheets import Table, table, texts, workbook
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from tonghop.domain.consolidated import Consolidated
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.files.consolidated import write_provincial

ROMAN = {"I", "II", "III"}
_Q3 = Period(2024, 3)


@pytest.fixture(scope="session")
def written(consolidated: Consolidated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("provincial") / "tong-hop.xlsx"
    write_provincial(path, consolidated)
    return path


@pytest.fixture(scope="session")
def book(written: Path) -> Workbook:
    return workbook(written)


def one(make_quarter: Callable[..., Consolidated], tmp_path: Path, **changes: object) -> Workbook:
    """A workbook of one district, three of its communes and two departments."""
    only = frozenset({"688", "25237", "25245", "25249", "SNV", "STC"})
    path = tmp_path / "one.xlsx"
    write_provincial(path, make_quarter(only=only, **changes))
    return workbook(path)


def test_sheets_come_in_official_order(book: Workbook) -> None:
    assert book.sheetnames == [
        "Trang bìa",
        "II.01",
        "II.02",
        "II.03",
        "II.04",
        "II.05a",
        "II.05a (đơn vị)",
        "II.06a",
        "II.06a (đơn vị)",
        "II.07b",
        "II.08",
        "Lũy kế 9 tháng (II.01)",
        "Lũy kế 9 tháng (II.02)",
        "Lũy kế 9 tháng (II.03)",
        "Lũy kế 9 tháng (II.05a)",
        "Lũy kế 9 tháng",
        "Lũy kế 9 tháng (II.07b)",
        "Lũy kế 9 tháng (II.08)",
        "Giải trình được chấp nhận",
    ]


def test_column_numbers_stand_right_above_the_data(book: Workbook, province: Province) -> None:
    for totals in [code for code in book.sheetnames if code.startswith("II.")]:
        found = table(book[totals])
        form = province.regime.forms[totals.split(" ", maxsplit=1)[0]]
        assert found.width == form.width, totals
        if "04" not in totals:
            assert found.rows[0][0] in {"A", "I"}, f"{totals}: {found.rows[0]}"


def test_every_sheet_is_a4_landscape_one_page_wide_with_frozen_header(book: Workbook) -> None:
    for sheet in book:
        setup = sheet.page_setup
        assert (int(setup.paperSize), setup.orientation) == (9, "landscape"), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert int(setup.fitToHeight) == 0, sheet.title
        assert "&P" in sheet.oddFooter.center.text, sheet.title
        if sheet.title.startswith(("II.", "Lũy kế")):
            at = table(sheet).numbers_row
            assert sheet.freeze_panes == f"C{at + 1}", sheet.title
            assert sheet.print_title_rows == f"$5:${at}", sheet.title


def test_totals_by_field_and_by_unit_agree(book: Workbook) -> None:
    for code in ("II.05a", "II.06a"):
        by_field, by_unit = table(book[code]), table(book[f"{code} (đơn vị)"])
        assert by_field.total[2:] == by_unit.total[2:]
        assert all(isinstance(value, int) for value in by_field.total[2:13])


def groups(found: Table, marks: set[str]) -> list[tuple[tuple[object, ...], list[tuple[object, ...]]]]:
    """Group rows, each with the rows under it."""
    split: list[tuple[tuple[object, ...], list[tuple[object, ...]]]] = []
    for row in found.rows[:-1]:
        if row[0] in marks:
            split.append((row, []))
        else:
            split[-1][1].append(row)
    return split


@pytest.mark.parametrize(
    ("sheet", "marks"), [("II.06a", {"A", "B", "C"}), ("II.06a (đơn vị)", ROMAN), ("II.01", ROMAN)]
)
def test_rows_add_up_to_subtotals_and_subtotals_to_the_total(book: Workbook, sheet: str, marks: set[str]) -> None:
    found = table(book[sheet])
    split = groups(found, marks)
    assert {head[0] for head, _ in split} == (marks if sheet != "II.01" else {"I"})
    for place in range(2, found.width):
        for head, rows in split:
            assert head[place] == sum(row[place] or 0 for row in rows), (head[1], place + 1)
        assert found.total[place] == sum(head[place] for head, _ in split)


def test_group_rows_bear_the_names_of_the_levels(book: Workbook) -> None:
    fields = [row[:2] for row in table(book["II.06a"]).rows if row[0] in {"A", "B", "C"}]
    assert fields == [("A", "Cấp tỉnh"), ("B", "Cấp huyện"), ("C", "Cấp xã")]
    units = [row[:2] for row in table(book["II.06a (đơn vị)"]).rows if row[0] in ROMAN]
    assert units == [("I", "Sở, ban, ngành"), ("II", "Huyện, thị xã, thành phố"), ("III", "Xã, phường, thị trấn")]


def test_incomplete_lines_say_so_and_complete_ones_do_not(book: Workbook) -> None:
    found = table(book["II.06a"])
    assert found.total[-1] == "135/141 – chưa đầy đủ"
    assert found.named("Cấp xã")[-1] == "107/111 – chưa đầy đủ"
    assert found.named("Công chức, viên chức")[-1] == "1/1"


def test_zero_blank_nil_and_missing_look_different(
    make_quarter: Callable[..., Consolidated], tmp_path: Path, province: Province
) -> None:
    fields = [row.key for row in province.fields_of(next(u for u in province.units if u.code == "25249"), _Q3)]
    zero = dict.fromkeys(range(3, 14), 0)
    book = one(
        make_quarter,
        tmp_path,
        states={"25237": "missing"},
        nil=frozenset({("25245", "II.06a")}),
        rows={("25249", "II.06a"): {fields[0]: zero}, ("688", "II.06a"): {fields[0]: {}}},
    )
    found = table(book["II.06a (đơn vị)"])
    empty = (None,) * 11
    assert found.named("Xã Phước Tín")[2:] == (*(0,) * 11, "Đã tổng hợp")
    assert found.named("Thị xã Phước Long")[2:] == (*empty, "Đã tổng hợp")
    assert found.named("Xã Long Giang")[2:] == (*empty, "Không phát sinh")
    assert found.named("Phường Sơn Giang")[2:] == (*empty, "Chưa báo cáo")


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("returned", "Trả lại"),
        ("invalid", "Chưa hợp lệ"),
        ("awaiting_explanation", "Chờ giải trình"),
        ("missing", "Chưa báo cáo"),
    ],
)
def test_a_unit_that_is_not_counted_says_where_it_stands(
    make_quarter: Callable[..., Consolidated], tmp_path: Path, state: str, shown: str
) -> None:
    book = one(make_quarter, tmp_path, states={"SNV": state})
    assert table(book["II.01"]).named("Sở Nội vụ")[-1] == shown
    assert table(book["Lũy kế 9 tháng (II.01)"]).named("Sở Nội vụ")[-1] == "Chưa đủ số liệu các kỳ"
    assert ("Sở Nội vụ", shown) in [(row[1], row[5]) for row in book["Trang bìa"].iter_rows(values_only=True)]


def test_procedures_are_added_over_departments_only(book: Workbook) -> None:
    found = table(book["II.08"])
    head = {row[0]: row for row in found.rows if row[0] in ROMAN}
    for place in range(2, 6):
        assert (head["II"][place], head["III"][place]) == ("–", "–")
        assert found.total[place] == head["I"][place] > 0
    assert found.total[7] == sum(row[7] for row in head.values())
    assert any("chỉ cộng số của các sở, ban, ngành" in text for text in texts(book["II.08"]))
    assert not any("chỉ cộng số của các sở" in text for text in texts(book["II.07b"])), "only departments owe it"


def test_percent_of_nothing_is_a_dash(make_quarter: Callable[..., Consolidated], tmp_path: Path) -> None:
    costs = {number: 0 for number in range(3, 14) if number != 13} | {13: None}
    rows = {("SNV", "II.03"): {"sở nội vụ": costs}, ("STC", "II.03"): {"sở tài chính": costs}}
    found = table(one(make_quarter, tmp_path, rows=rows)["II.03"])
    assert [row[12] for row in found.rows] == ["–"] * 4
    assert [row[11] for row in found.rows] == [0] * 4


def test_list_rows_are_numbered_through_under_their_units_and_counted(
    book: Workbook, consolidated: Consolidated
) -> None:
    found = table(book["II.04"])
    items = [row for row in found.rows if row[0] is not None]
    assert [row[0] for row in items] == list(range(1, len(consolidated.form("II.04").items) + 1))
    assert found.total[2] == len(items) > 0
    assert found.total[-1] == "18/19 – chưa đầy đủ"
    assert found.named("Sở Nội vụ")[-1] == "Không phát sinh"
    assert found.named("Sở Tư pháp")[-1] == "Chờ giải trình"


def test_transfers_stand_beside_the_total(book: Workbook, consolidated: Consolidated) -> None:
    note = next(text for text in texts(book["II.05a"]) if text.startswith("Trong đó: "))
    totals = consolidated.form("II.05a")
    for column in (12, 5):
        total = totals.total("70", "", "", column)
        assert total is not None
        assert f"({column}): {total.value:,}".replace(",", ".") in note
    assert "PAKN chuyển giữa các đơn vị trong tỉnh có thể được tính ở cả hai cột" in note


def test_derived_sheets_show_a_dash_where_nothing_follows(book: Workbook) -> None:
    sheet = book["Lũy kế 9 tháng (II.05a)"]
    assert table(sheet).total[5:8] == ("–", "–", "–")
    assert "Kỳ báo cáo: Lũy kế 9 tháng năm 2024" in texts(sheet)
    assert "(Từ ngày 15/12/2023 đến ngày 14/09/2024)" in texts(sheet)


def test_cover_counts_names_and_warns(book: Workbook) -> None:
    rows = [[value for value in row if value is not None] for row in book["Trang bìa"].iter_rows(values_only=True)]
    assert ["Tổng số", 142, 136, 5, 1, 1, 1, 3] in rows
    assert [3, "Xã, phường, thị trấn", 111, 107, 3, 1, 1, 0, 2] in rows
    assert [2, "Phường Thác Mơ", "Thị xã Phước Long", "Chưa báo cáo"] in rows
    assert [2, "Hồ sơ trực tuyến toàn trình", "≥ 30%", "cả tỉnh, năm", "–", "Không có số liệu để so sánh"] in [
        row[:6] for row in rows
    ]
    found = texts(book["Trang bìa"])
    assert "Nơi nhận báo cáo: Văn phòng Chính phủ (Cục Kiểm soát thủ tục hành chính)" in found
    assert "II.08/VPCP/KSTT" in found
    assert "II.06a/VPCP/KSTT" not in found, "its layout is confirmed"


def test_explanations_are_listed_and_never_run(book: Workbook) -> None:
    rows = [row for row in book["Giải trình được chấp nhận"].iter_rows(min_row=4, values_only=True) if row[0]]
    assert rows[0][:5] == (1, "Phường Thác Mơ", "II.06a", "Đất đai", 6)
    assert rows[0][6].startswith("=Hai hồ sơ")
    assert rows[1][6] == "(Ghi nhận, không yêu cầu giải trình)"


def test_calamine_reads_the_same_total(written: Path, book: Workbook) -> None:
    rows = CalamineWorkbook.from_path(str(written)).get_sheet_by_name("II.06a").to_python()
    total = next(row for row in rows if row[1] == "TỔNG CỘNG")
    assert [int(value) for value in total[2:13]] == list(table(book["II.06a"]).total[2:13])


def test_a_form_nobody_owes_is_left_out_and_one_nobody_filed_is_not(
    make_quarter: Callable[..., Consolidated], tmp_path: Path
) -> None:
    communes = frozenset({"688", "25237"})
    path = tmp_path / "communes.xlsx"
    write_provincial(path, make_quarter(only=communes, states={"688": "missing", "25237": "missing"}))
    book = workbook(path)
    assert "II.01" not in book.sheetnames
    found = table(book["II.06a"])
    assert found.rows[0][:2] == ("A", "Cấp huyện")
    assert found.total[2:] == (*(None,) * 11, "0/2 – chưa đầy đủ")


def test_two_communes_of_one_name_are_told_apart(book: Workbook) -> None:
    names = [row[1] for row in table(book["II.06a (đơn vị)"]).rows]
    assert len(names) == len(set(names))
    assert any(name.endswith(")") for name in names), "no two communes share a name: the test shows nothing"


def test_letters_follow_the_levels_that_exist(make_quarter: Callable[..., Consolidated], tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_provincial(path, make_quarter(only=frozenset({"SNV", "25237"})))
    heads = [row[:2] for row in table(workbook(path)["II.06a"]).rows if isinstance(row[0], str)]
    assert heads == [("A", "Cấp tỉnh"), ("B", "Cấp xã")], "as after 1/7/2025, without districts"
