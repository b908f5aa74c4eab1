"""A province's files with a mistake are refused when they are loaded, with file, line and column."""

from __future__ import annotations

import pytest

from tonghop.domain.errors import SettingError
from tonghop.domain.period import Period
from tonghop.specs import load_province

from .conftest import FIELDS, PROVINCE, UNITS, Data

COMMUNE = "W0102,,Phường Ỷ La,xa,W01,2024-01-01,,"


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        (COMMUNE, "code", "mã đơn vị W0102 lặp lại trong cùng thời gian"),
        ("W0102,,Xã Mới,xa,W01,2030-01-01,,", "code", "mã đơn vị W0102 lặp lại trong cùng thời gian"),
        ("xã 3,,Xã Ba,xa,W01,2024-01-01,,", "code", None),
        ("../W03,,Xã Ba,xa,W01,2024-01-01,,", "code", None),
        (",,Xã Ba,xa,W01,2024-01-01,,", "code", "không được để trống"),
        ("W03,,,xa,W01,2024-01-01,,", "name", "không được để trống"),
        ("W03,,Xã Ba,ap,W01,2024-01-01,,", "level", "phải là một trong: tinh, so, huyen, xa, đang là “ap”"),
        ("W03,,Xã Ba,xa,W77,2024-01-01,,", "parent", "không có đơn vị cấp trên W77"),
        ("W03,,Xã Ba,xa,,2024-01-01,,", "parent", "chưa ghi đơn vị cấp trên"),
        ("W03,,Xã Ba,xa,W0101,2024-01-01,,", "parent", "đơn vị W0101 không thể là cấp trên của cấp xa"),
        ("W03,,Sở Ba,so,W01,2024-01-01,,", "parent", "đơn vị W01 không thể là cấp trên của cấp so"),
        ("W98,,Tỉnh Khác,tinh,W99,2024-01-01,,", "parent", "tỉnh không có đơn vị cấp trên"),
        (
            "W03,,Xã Ba,xa,W01,2023-01-01,,",
            "parent",
            "đơn vị cấp trên W01 không tồn tại trong cả thời gian của đơn vị này",
        ),
        ("W03,,Xã Ba,xa,W01,1/1/2024,,", "valid_from", "phải là ngày dạng 2024-12-31, đang là “1/1/2024”"),
        ("W03,,Xã Ba,xa,W01,2024-01-01,mai,", "valid_to", "phải là ngày dạng 2024-12-31, đang là “mai”"),
        (
            "W03,,Xã Ba,xa,W01,2024-01-01,2023-01-01,",
            "valid_to",
            "ngày cuối 01/01/2023 trước ngày đầu 01/01/2024",
        ),
        (
            "W03,H4-22,Xã Ba,xa,W01,2024-01-01,,",
            "identifier",
            "mã định danh “H4-22” không đúng dạng H49.22 hoặc 000.00.22.H49",
        ),
        ("W03,,Xã Ba,xa,W01,2024-01-01,,khong-phai-thu", "email", "địa chỉ thư “khong-phai-thu” không đúng dạng"),
    ],
)
def test_a_mistake_in_the_units(data: Data, line: str, column: str, message: str | None) -> None:
    data.append(UNITS, f"{line}\n")
    file, key, text = data.mistake()
    assert (file, key) == (UNITS, f"dòng 7, cột {column}")
    assert message is None or text == message


def test_a_code_may_be_used_again_after_the_old_unit_ended(data: Data) -> None:
    data.replace(UNITS, COMMUNE, COMMUNE.replace("2024-01-01,", "2024-01-01,2025-06-30"))
    data.append(UNITS, "W0102,,Phường Mới,xa,W99,2025-07-01,,\n")
    units = [unit for unit in load_province(data.include, "tinh-thu").units if unit.code == "W0102"]
    assert len({unit.key for unit in units}) == 2


def test_parents_that_follow_each_other_carry_a_unit_through(data: Data) -> None:
    district = "W01,000.00.01.W99,Huyện Đắk Ơ,huyen,W99,2024-01-01,,"
    data.replace(UNITS, district, district.replace("2024-01-01,", "2024-01-01,2024-12-31"))
    assert len(data.mistakes()) == 2, "both communes outlive their district"
    data.append(UNITS, "W01,,Thị xã Đắk Ơ,huyen,W99,2025-01-01,,\n")
    assert load_province(data.include, "tinh-thu").units


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("xa,W77,1,Đơn khác,2024-01-01,", "unit_code", "không có đơn vị W77"),
        (
            "so,W0101,1,Đơn khác,2024-01-01,",
            "level",
            "đơn vị W0101 không thuộc cấp so: dòng này không bao giờ áp dụng",
        ),
        ("tinh,,1,Đơn khác,2024-01-01,", "level", "tỉnh không tự nộp biểu: dòng này không bao giờ áp dụng"),
        ("xa,,đầu,Đơn khác,2024-01-01,", "position", "phải là số nguyên, đang là “đầu”"),
        ("xa,,3,,2024-01-01,", "field", "không được để trống"),
        (
            "xa,W0101,3,ĐƠN  KHIẾU NẠI,2024-01-01,",
            "field",
            "lĩnh vực “ĐƠN  KHIẾU NẠI” lặp lại cho cùng đơn vị trong cùng thời gian",
        ),
        ("xa,,3,Đơn khác,mai,", "valid_from", "phải là ngày dạng 2024-12-31, đang là “mai”"),
    ],
)
def test_a_mistake_in_the_fields(data: Data, line: str, column: str, message: str) -> None:
    data.append(FIELDS, f"{line}\n")
    assert data.mistake() == (FIELDS, f"dòng 7, cột {column}", message)


def test_a_comma_that_shifts_the_columns_is_seen(data: Data) -> None:
    data.append(FIELDS, "xa,,3,Đơn về đất đai, nhà ở,2024-01-01,\n")
    keys = {key for _, key, _ in data.mistakes()}
    assert "dòng 7" in keys


def test_a_missing_column_and_a_missing_file(data: Data) -> None:
    data.replace(UNITS, "identifier,name", "id,name")
    (data.include / FIELDS).unlink()
    assert data.mistakes() == [
        (UNITS, "dòng 1", "thiếu cột identifier"),
        (FIELDS, "", "không đọc được tệp: không có tệp này"),
        (PROVINCE, "units", "units.csv chưa có dòng của tỉnh (level tinh)"),
    ]


def test_lines_are_counted_as_an_editor_shows_them(data: Data) -> None:
    data.append(UNITS, "\n\nW03,,Xã Ba,ap,W01,2024-01-01,,\n")
    assert data.mistake()[1] == "dòng 9, cột level"


def test_a_file_not_in_utf8_is_named(data: Data) -> None:
    path = data.include / UNITS
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    assert (UNITS, "", "không đọc được tệp: tệp phải lưu dạng UTF-8") in data.mistakes()


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("slug: tinh-thu", "slug: tinh-khac", "slug", "“tinh-khac” khác tên thư mục “tinh-thu”"),
        ("deadlines: {xa: 18}", "deadlines: {xa: 26}", "deadlines.xa", None),
        ("name: tham_dinh", "name: phe_duyet", "approvals", "bước phê duyệt “phe_duyet” lặp lại"),
        (
            "measure: ty_le_giai_quyet",
            "measure: ty_le_khac",
            "targets.0.measure",
            "chế độ báo cáo không có tỷ lệ “ty_le_khac”",
        ),
        ("targets:", "owes: {W77: [T.01]}\ntargets:", "owes.W77", "không có đơn vị này trong units.csv"),
        ("targets:", "owes: {WSD: [T.09]}\ntargets:", "owes.WSD", "không có biểu T.09"),
        ("targets:", "owes: {WSD: [T.01, T.01]}\ntargets:", "owes.WSD", "biểu T.01 lặp lại"),
        (
            "targets:",
            "files: consolidated\ntargets:",
            "files",
            "huyện tự gửi báo cáo đã tổng hợp (consolidated) chưa dùng được; đặt files: own",
        ),
    ],
)
def test_a_mistake_in_the_province(data: Data, old: str, new: str, key: str, message: str | None) -> None:
    data.replace(PROVINCE, old, new)
    file, where, text = data.mistake()
    assert (file, where) == (PROVINCE, key)
    assert message is None or text == message


def test_a_unit_may_owe_something_else_than_its_level(data: Data) -> None:
    data.replace(PROVINCE, "targets:", "owes: {WSD: []}\ntargets:")
    period = Period(2024, 3)
    province = load_province(data.include, "tinh-thu")
    assert province.owed_by(province.tree(period)["WSD"], period) == ()


def test_an_unknown_province_names_the_known_ones(data: Data) -> None:
    with pytest.raises(SettingError) as caught:
        load_province(data.include, "binh-phuoc")
    assert "binh-phuoc" in caught.value.problem
    assert "tinh-thu" in caught.value.remedy


def test_an_unknown_regime_is_named(data: Data) -> None:
    data.replace(PROVINCE, "regime: thu", "regime: cchc")
    with pytest.raises(SettingError, match="cchc"):
        load_province(data.include, "tinh-thu")
