"""A regime.yaml with a mistake is refused when it is loaded, with file and key."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from tonghop.domain.errors import SettingError, UsageError
from tonghop.specs import load_province, load_regime, regime_versions

from .conftest import DAYS_OFF, FORM, REGIME, Data

OWING = "{level: xa, forms: [T.01], from: 2024-01-01, to: null}"
FIRST = "{slot: Q1, carry_from: Y, years_back: 1}"
SECOND = "{slot: Q2, carry_from: Q1, years_back: 0}"
NINE = "after: Q3, parts: [Q1, Q2, Q3]"
NEVER_BEFORE = "số kỳ trước không bao giờ đối chiếu được"


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("name: thu", "name: khac", "name", "“khac” khác tên thư mục “thu”"),
        ('version: "2024-01-01"', 'version: "2023-01-01"', "version", "“2023-01-01” khác tên thư mục “2024-01-01”"),
        ("Asia/Ho_Chi_Minh", "Asia/Sai_Gon_Moi", "timezone", "không có múi giờ “Asia/Sai_Gon_Moi”"),
        ("Asia/Ho_Chi_Minh", "Asia", "timezone", "không có múi giờ “Asia”"),
        (SECOND, f"{SECOND}\n  - {SECOND}", "periods", "kỳ Q2 lặp lại"),
        (
            SECOND,
            "{slot: Q2, carry_from: Q4, years_back: 1}",
            "periods.1.carry_from",
            "không có kỳ Q4",
        ),
        (
            SECOND,
            "{slot: Q2, carry_from: Q3, years_back: 0}",
            "periods.1.carry_from",
            f"kỳ Q3 cùng năm không kết thúc trước kỳ Q2: {NEVER_BEFORE}",
        ),
        (
            "{slot: Y, carry_from: Y, years_back: 1}",
            "{slot: Y, carry_from: Q3, years_back: 0}",
            "periods.3.carry_from",
            f"kỳ Q3 cùng năm không kết thúc trước kỳ Y: {NEVER_BEFORE}",
        ),
        (NINE, "after: Q3, parts: [Q1, Q3]", "cumulatives.1.parts", "phải là các quý liền nhau, từ trước đến sau"),
        (NINE, "after: Q3, parts: []", "cumulatives.1.parts", "phải là các quý liền nhau, từ trước đến sau"),
        (NINE, "after: Q3, parts: [Q1, Q2]", "cumulatives.1.after", "phải là kỳ cuối của parts (Q2)"),
        (NINE, "after: Q4, parts: [Q4]", "cumulatives.1", "không có kỳ Q4"),
        ("name: 9T", "name: 6T", "cumulatives", "tên kỳ suy ra “6T” đã có"),
        ("name: 9T", "name: Q3", "cumulatives", "tên kỳ suy ra “Q3” đã có"),
        (
            "after: Y, parts",
            "after: Q3, parts",
            "implied.0.after",
            "phải là Y: quý suy ra bằng số cả năm trừ các quý",
        ),
        (
            "xa: 17, huyen: 20, so: 21, tinh: 25",
            "xa: 17, huyen: 20, so: 21",
            "deadlines",
            "chưa có hạn của tỉnh (tinh)",
        ),
        (
            "huyen: 20, so: 21, tinh: 25",
            "huyen: 28, so: 21, tinh: 25",
            "deadlines.huyen",
            "hạn của cấp dưới (ngày 28) sau hạn của tỉnh (ngày 25)",
        ),
        ("huyen: 20, so", "so", "deadlines", "cấp huyen phải báo cáo nhưng không có hạn"),
        (
            '  - {level: huyen, field_group: Khối huyện, unit_group: "Các huyện"}\n',
            "",
            "levels",
            "cấp huyen phải báo cáo nhưng không có tên gọi",
        ),
        ("{level: huyen, field_group", "{level: so, field_group", "levels", "cấp so lặp lại"),
        ("{level: huyen, field_group", "{level: tinh, field_group", "levels", None),
        (
            OWING,
            f"{OWING}\n  - {{level: tinh, forms: [T.01], from: 2024-01-01, to: null}}",
            "owing.3.level",
            "tỉnh (tinh) không tự nộp biểu: dòng này không bao giờ áp dụng",
        ),
        (OWING, OWING.replace("T.01", "T.09"), "owing.2.forms", "không có biểu T.09"),
        (OWING, OWING.replace("T.01", "T.01, T.01"), "owing.2.forms", "biểu T.01 lặp lại"),
        (OWING, f"{OWING}\n  - {OWING}", "owing.3", "cấp xa đã có dòng khác trong cùng thời gian"),
        (
            OWING,
            OWING.replace("to: null", "to: 2023-01-01"),
            "owing.2",
            "ngày cuối 01/01/2023 trước ngày đầu 01/01/2024",
        ),
        ("headline_form: T.01", "headline_form: T.09", "headline_form", "không có biểu T.09"),
        ("form: T.01, part: [6]", "form: T.09, part: [6]", "measures.0.form", "không có biểu T.09"),
        (
            "\nowing:",
            "  - {text: Cơ quan khác, from: 2025-01-01}\n\nowing:",
            "recipients.1",
            "trùng thời gian với “Cơ quan nhận báo cáo thử”",
        ),
        ('number: "2"', 'number: "1"', "outline", "mục 1 lặp lại"),
        (
            "Nhận bàn giao đơn",
            "Lý do: đơn",
            "reasons.1.text",
            "không được có dấu hai chấm: sau dấu này là lời của đơn vị",
        ),
        (
            'khác", for: [carry-over]}',
            'khác", for: [carry]}',
            "reasons.1.for",
            "không có loại nội dung “carry”",
        ),
        ("Nhận bàn giao đơn từ đơn vị khác", "Lý do khác", "reasons", "lý do “Lý do khác” lặp lại"),
        ("country: VN", "country: XX", "days_off.country", "không có lịch nghỉ của nước “XX”"),
    ],
)
def test_a_mistake_in_the_regime(data: Data, old: str, new: str, key: str, message: str | None) -> None:
    data.replace(REGIME, old, new)
    found = [item for item in data.mistakes() if item[:2] == (REGIME, key)]
    assert found, data.mistakes()
    assert message is None or message in {text for _, _, text in found}


def test_a_level_may_owe_before_the_province_has_units_of_it(data: Data) -> None:
    data.replace("provinces/tinh-thu/units.csv", "W0101,,Xã Bù Đốp Thượng,xa,W01,2024-01-01,,\n", "")
    data.replace("provinces/tinh-thu/units.csv", "W0102,,Phường Ỷ La,xa,W01,2024-01-01,,\n", "")
    assert load_province(data.include, "tinh-thu").regime.forms


def test_lists_of_forms_are_read_in_official_order(data: Data) -> None:
    data.second_form()
    regime = load_province(data.include, "tinh-thu").regime
    assert {owing.forms for owing in regime.owing} == {("T.01", "T.02")}


@pytest.mark.parametrize(
    ("line", "key", "message"),
    [
        ("2024-02-30,0,sai", "dòng 4, cột date", "phải là ngày dạng 2024-12-31, đang là “2024-02-30”"),
        ("2024-10-01,có,sai", "dòng 4, cột working", "phải là 1 (làm việc) hoặc 0 (nghỉ), đang là “có”"),
        ("2031-10-01,0,sai", "dòng 4, cột date", "năm 2031 không có trong days_off.years của regime.yaml"),
    ],
)
def test_a_mistake_in_the_days_off(data: Data, line: str, key: str, message: str) -> None:
    data.append(DAYS_OFF, f"{line}\n")
    assert data.mistake() == (DAYS_OFF, key, message)


def test_the_file_of_days_off_wins_over_the_official_list(data: Data) -> None:
    calendar = load_province(data.include, "tinh-thu").regime.calendar
    assert not calendar.is_working(date(2024, 9, 2)), "from the official list"
    assert not calendar.is_working(date(2024, 9, 23)), "a Monday made a day off by the file"
    assert calendar.is_working(date(2024, 9, 21)), "a Saturday made a working day by the file"
    data.append(DAYS_OFF, "2024-09-02,1,Không nghỉ\n")
    assert load_province(data.include, "tinh-thu").regime.calendar.is_working(date(2024, 9, 2))


def test_a_missing_file_of_days_off_is_a_mistake(data: Data) -> None:
    (data.include / DAYS_OFF).unlink()
    assert data.mistake() == (DAYS_OFF, "", "không đọc được tệp: không có tệp này")


def test_a_regime_without_forms_is_a_mistake(data: Data) -> None:
    (data.include / FORM).unlink()
    assert (REGIME, "", "chưa có biểu nào trong thư mục forms") in data.mistakes()


def newer(data: Data) -> None:
    """A second version of the regime from 2025 on; the first ends with 2024."""
    folder = data.include / "regimes/thu"
    shutil.copytree(folder / "2024-01-01", folder / "2025-01-01")
    data.replace(REGIME, "valid: {from: 2024-01-01, to: null}", "valid: {from: 2024-01-01, to: 2024-12-31}")
    new = REGIME.replace("2024-01-01", "2025-01-01")
    data.replace(new, 'version: "2024-01-01"', 'version: "2025-01-01"')
    data.replace(new, "valid: {from: 2024-01-01, to: null}", "valid: {from: 2025-01-01, to: null}")


def test_a_period_is_judged_by_the_version_of_its_time(data: Data) -> None:
    newer(data)
    assert regime_versions(data.include, "thu") == ("2024-01-01", "2025-01-01")
    by_day = [
        load_province(data.include, "tinh-thu", day).regime.version
        for day in (date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1), None)
    ]
    assert by_day == ["2024-01-01", "2024-01-01", "2025-01-01", "2025-01-01"]


def test_only_the_fitting_version_is_read(data: Data) -> None:
    newer(data)
    data.replace(FORM, "standing: working", "standing: unknown")
    assert load_province(data.include, "tinh-thu", date(2025, 3, 14)).regime.version == "2025-01-01"
    assert data.mistakes(date(2024, 3, 14))[0][:2] == (FORM, "standing")


def test_a_version_whose_dates_are_wrong_is_not_passed_over(data: Data) -> None:
    newer(data)
    data.replace(REGIME.replace("2024-01-01", "2025-01-01"), "{from: 2025-01-01, to: null}", "{from: năm 2025}")
    [(file, key, _)] = data.mistakes(date(2024, 3, 14))
    assert (file, key) == (REGIME.replace("2024-01-01", "2025-01-01"), "valid.from")


def test_a_day_before_every_version_is_a_wrong_period(data: Data) -> None:
    with pytest.raises(UsageError, match="hiệu lực ngày 14/09/2019"):
        load_province(data.include, "tinh-thu", date(2019, 9, 14))


def test_an_unknown_regime_names_the_known_ones(data: Data) -> None:
    with pytest.raises(SettingError) as caught:
        regime_versions(data.include, "kstthc")
    assert "kstthc" in caught.value.problem
    assert "thu" in caught.value.remedy


def test_one_version_can_be_loaded_by_name(data: Data) -> None:
    assert load_regime(data.include, "thu", "2024-01-01").id == "thu/2024-01-01"
