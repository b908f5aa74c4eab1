"""A district's computed workbook: its own office, its communes, their total, and a place to sign."""

from __future__ import annotations

from pathlib import Path

import pytest
from files.consolidated.sheets import table, texts, workbook
from openpyxl import Workbook

from tonghop.domain.consolidated import Consolidated
from tonghop.files.consolidated import write_district


@pytest.fixture(scope="module")
def book(consolidated: Consolidated, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("district") / "688.xlsx"
    write_district(path, consolidated, consolidated.tree["688"])
    return workbook(path)


def test_only_forms_of_the_district_level_are_there(book: Workbook) -> None:
    assert book.sheetnames == ["Trang bìa", "II.05a", "II.05a (đơn vị)", "II.06a", "II.06a (đơn vị)", "II.08"]


def test_blocks_b_and_c_add_up_to_the_district(book: Workbook, consolidated: Consolidated) -> None:
    found = table(book["II.06a"])
    heads = [row for row in found.rows if row[0] in {"A", "B", "C"}]
    assert [row[:2] for row in heads] == [("B", "Cấp huyện"), ("C", "Cấp xã")]
    assert [row[-1] for row in heads] == ["1/1", "3/7 – chưa đầy đủ"]
    for place in range(2, 13):
        assert found.total[place] == sum(row[place] for row in heads) > 0
    total = consolidated.form("II.06a").total("688", "", "", 3)
    assert total is not None
    assert found.total[2] == total.value


def test_unit_view_lists_its_communes_only(book: Workbook, consolidated: Consolidated) -> None:
    found = table(book["II.06a (đơn vị)"])
    communes = [unit.name for unit in consolidated.tree.communes_of("688")]
    assert [row[1] for row in found.rows] == [
        "Huyện, thị xã, thành phố",
        "Thị xã Phước Long",
        "Xã, phường, thị trấn",
        *communes,
        "TỔNG CỘNG",
    ]
    assert found.total[2:] == table(book["II.06a"]).total[2:]


def test_procedures_are_not_added_inside_a_district_but_shown_per_unit(book: Workbook) -> None:
    found = table(book["II.08"])
    assert found.total[2:6] == ("–",) * 4
    assert all(isinstance(value, int) for value in found.named("Thị xã Phước Long")[2:6])


def test_cover_names_the_district_what_lacks_and_who_signs(book: Workbook) -> None:
    found = texts(book["Trang bìa"])
    assert "CỦA THỊ XÃ PHƯỚC LONG" in found
    assert "ỦY BAN NHÂN DÂN THỊ XÃ PHƯỚC LONG" in found
    assert {"Phường Thác Mơ", "Phường Long Thủy", "Phường Phước Bình", "Phường Long Phước"} <= set(found)
    assert "Phường Tân Phú" not in found, "another district's commune"
    assert {"NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ", "(Ký, ghi rõ họ tên, đóng dấu)"} <= set(found)
    rows = [[value for value in row if value is not None] for row in book["Trang bìa"].iter_rows(values_only=True)]
    assert ["Tổng số", 8, 4, 0, 1, 1, 0, 2] in rows


def test_header_block_says_who_reports_to_whom(book: Workbook) -> None:
    found = texts(book["II.06a"])
    assert "Đơn vị báo cáo:\nỦy ban nhân dân thị xã Phước Long" in found
    assert "Đơn vị nhận báo cáo:\nỦy ban nhân dân tỉnh Bình Phước" in found


def test_same_input_gives_the_same_bytes(consolidated: Consolidated, tmp_path: Path) -> None:
    one, two = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    for path in (one, two):
        write_district(path, consolidated, consolidated.tree["688"])
    assert one.read_bytes() == two.read_bytes()
