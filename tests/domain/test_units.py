from __future__ import annotations

from datetime import date

import pytest

from tonghop.domain.units import Level, Unit, UnitKey, UnitTree, is_identifier

OLD = Unit("25217", "Phường Long Thủy", Level.COMMUNE, "688", date(2020, 12, 15), date(2025, 6, 30))
NEW = Unit("25217", "Phường Phước Long", Level.COMMUNE, "75", date(2025, 7, 1))


def test_a_unit_is_known_by_code_and_first_day_because_mergers_reuse_codes() -> None:
    assert OLD.key == UnitKey("25217", date(2020, 12, 15))
    assert OLD.key != NEW.key


@pytest.mark.parametrize(
    ("day", "old", "new"),
    [
        (date(2020, 12, 14), False, False),
        (date(2020, 12, 15), True, False),
        (date(2025, 6, 30), True, False),
        (date(2025, 7, 1), False, True),
        (date(2099, 1, 1), False, True),
    ],
)
def test_validity_includes_both_ends(day: date, old: bool, new: bool) -> None:
    assert (OLD.valid_on(day), NEW.valid_on(day)) == (old, new)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Xã Đắk Ơ", "X1-xa-dak-o"),
        ("Sở Lao động - Thương binh và Xã hội", "X1-so-lao-dong-thuong-binh-va-xa-hoi"),
        ("Thị xã Bình Long", "X1-thi-xa-binh-long"),
        ("Phường Ỷ La", "X1-phuong-y-la"),
    ],
)
def test_a_folder_is_ascii_and_keeps_crossed_d_as_d(name: str, folder: str) -> None:
    unit = Unit("X1", name, Level.COMMUNE, "", date(2024, 1, 1))
    assert unit.folder == folder
    assert unit.folder.isascii()


@pytest.mark.parametrize(
    "text",
    ["H49", "H49.22", "H49.22.05.001", "A01.1", "000.00.22.H49", "000.00.00.H49", "000.12.19.H49", "012.12.19.Y29"],
)
def test_both_writings_of_an_identifier_are_accepted(text: str) -> None:
    assert is_identifier(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Z49.22",
        "h49.22",
        "H4.22",
        "H49.",
        "H49..22",
        ".22.H49",
        "H49-22",
        "000.00.22",
        "H49.22.H49",
        "H49.२२",
        "H49.22 ",
        "H49" + ".111" * 9,
    ],
)
def test_other_identifiers_are_refused(text: str) -> None:
    assert not is_identifier(text)


def test_an_identifier_has_at_most_35_characters() -> None:
    longest = "H49" + ".111" * 8
    assert len(longest) == 35
    assert is_identifier(longest)
    assert not is_identifier(longest + ".1")


def _tree(day: date) -> UnitTree:
    province = Unit("70", "Tỉnh", Level.PROVINCE, "", date(2020, 1, 1), date(2025, 6, 30))
    district = Unit("688", "Thị xã Phước Long", Level.DISTRICT, "70", date(2020, 1, 1), date(2025, 6, 30))
    department = Unit("STP", "Sở Tư pháp", Level.DEPARTMENT, "70", date(2020, 1, 1), date(2025, 6, 30))
    return UnitTree.on([province, department, district, OLD, NEW], day)


def test_a_tree_holds_the_units_of_one_day() -> None:
    tree = _tree(date(2024, 9, 14))
    assert tree["25217"] is OLD
    assert tree.province.code == "70"
    assert [unit.code for unit in tree.filing] == ["STP", "688", "25217"]
    assert tree.communes_of("688") == (OLD,)
    assert tree.at(Level.DEPARTMENT)[0].name == "Sở Tư pháp"
    assert [unit.code for unit in tree] == ["70", "STP", "688", "25217"]
    assert "25217" in tree
    assert tree.get("không có") is None


def test_after_the_merger_the_same_code_is_another_unit() -> None:
    tree = _tree(date(2025, 7, 1))
    assert tree["25217"] is NEW
    assert tree.communes_of("688") == ()


def test_a_commune_is_told_from_its_namesakes_by_its_district() -> None:
    tree = _tree(date(2024, 9, 14))
    assert tree.full_name(tree["25217"]) == "Phường Long Thủy, thị xã Phước Long"
    assert tree.full_name(tree["STP"]) == "Sở Tư pháp"
    merged = _tree(date(2025, 7, 1))
    assert merged.full_name(merged["25217"]) == "Phường Phước Long", "no district level any more"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("X1", "Xã Tân Tiến, huyện Bù Đốp"),
        ("H1", "Huyện Bù Đốp"),
        ("S1", "Sở Tư pháp"),
        ("X2", "Xã Tân Tiến"),
    ],
)
def test_a_commune_is_named_with_its_district_as_far_as_there_is_one(code: str, name: str) -> None:
    day = date(2024, 1, 1)
    tree = UnitTree(
        (
            Unit("70", "Tỉnh Bình Phước", Level.PROVINCE, "", day),
            Unit("S1", "Sở Tư pháp", Level.DEPARTMENT, "70", day),
            Unit("H1", "Huyện Bù Đốp", Level.DISTRICT, "70", day),
            Unit("X1", "Xã Tân Tiến", Level.COMMUNE, "H1", day),
            Unit("X2", "Xã Tân Tiến", Level.COMMUNE, "70", day),
        )
    )
    assert tree.full_name(tree[code]) == name
