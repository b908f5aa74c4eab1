"""The regulation data the system is delivered with: Bình Phước under TT 01/2020."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tonghop.domain.form import OverTime, OverUnits
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.units import Level
from tonghop.specs import load_province, load_regime, regime_versions

INCLUDE = Path(__file__).parents[2] / "include"
Q3 = Period(2024, 3)
COMMUNE = ("II.05a", "II.06a", "II.08")
DEPARTMENT = ("II.01", "II.02", "II.03", "II.04", "II.05a", "II.06a", "II.07b", "II.08")


@pytest.fixture(scope="module")
def province() -> Province:
    return load_province(INCLUDE, "binh-phuoc", date(2024, 9, 14))


def test_142_units_file(province: Province) -> None:
    filing = province.tree(Q3).filing
    assert len(filing) == 142
    assert Counter(unit.level for unit in filing) == {Level.DEPARTMENT: 20, Level.DISTRICT: 11, Level.COMMUNE: 111}
    assert len({unit.folder for unit in filing}) == 142


def test_every_commune_lies_in_a_district(province: Province) -> None:
    tree = province.tree(Q3)
    assert sum(len(tree.communes_of(district.code)) for district in tree.at(Level.DISTRICT)) == 111
    assert all(tree.communes_of(district.code) for district in tree.at(Level.DISTRICT))


def test_who_owes_what(province: Province) -> None:
    owed = Counter((unit.level.value, province.owed_by(unit, Q3)) for unit in province.tree(Q3).filing)
    assert owed == {
        ("xa", COMMUNE): 111,
        ("huyen", COMMUNE): 11,
        ("so", DEPARTMENT): 19,
        ("so", ("II.05a",)): 1,
    }
    assert province.owed_by(province.tree(Q3)["TTPVHCC"], Q3) == ("II.05a",)
    assert len(province.owing("II.06a", Q3)) == 141
    assert len(province.owing("II.05a", Q3)) == 142


def test_the_province_itself_files_nothing(province: Province) -> None:
    assert province.owed_by(province.tree(Q3).province, Q3) == ()


def test_eight_forms_of_which_two_are_confirmed(province: Province) -> None:
    forms = province.regime.forms
    assert tuple(forms) == DEPARTMENT, "official order"
    assert {code for code, form in forms.items() if form.standing == "confirmed"} == {"II.06a", "II.07b"}
    assert all(form.sources for form in forms.values())


def test_kinds_over_time_are_those_the_domain_fixes(province: Province) -> None:
    form = province.regime.forms["II.06a"]
    kinds = {column.number: column.over_time for column in form.figures}
    assert kinds == {
        3: OverTime.RECOMPUTED,
        **dict.fromkeys((4, 5, 7, 8, 9, 10), OverTime.FLOW),
        6: OverTime.OPENING,
        **dict.fromkeys((11, 12, 13), OverTime.CLOSING),
    }
    complaints = {column.number: column.over_time for column in province.regime.forms["II.05a"].figures}
    assert [number for number, kind in complaints.items() if kind is OverTime.NOT_DERIVABLE] == [6, 7, 8]
    assert (complaints[4], complaints[11]) == (OverTime.OPENING, OverTime.CLOSING)


@pytest.mark.parametrize(
    ("form", "columns"),
    [("II.02", range(3, 11)), ("II.03", range(3, 10)), ("II.07b", range(3, 15)), ("II.08", range(3, 7))],
)
def test_columns_that_count_procedures_add_over_departments_only(province: Province, form: str, columns: range) -> None:
    found = [c.number for c in province.regime.forms[form].figures if c.over_units is OverUnits.DEPARTMENTS_ONLY]
    assert found == list(columns)


def test_rules_between_periods_and_forms_can_be_explained_and_those_inside_cannot(province: Province) -> None:
    rules = {rule.code: rule.severity.value for form in province.regime.forms.values() for rule in form.rules}
    assert rules["II.06a:3=7+11"] == "blocking"
    assert rules["II.06a:6<-11"] == "explain"
    assert rules["II.08:8=II.06a:4"] == "explain"
    assert rules["II.08:3=II.07b:3"] == "explain"
    assert rules["II.02:8<=4"] == "explain"
    assert {severity for code, severity in rules.items() if code.endswith(":year")} == {"explain"}


def test_the_rules_of_decree_09_2019(province: Province) -> None:
    window = province.regime.window(Q3)
    assert (window.first, window.last) == (date(2024, 6, 15), date(2024, 9, 14))
    days = {level.value: day for level, day in province.regime.deadlines.items()}
    assert days == {"xa": 16, "so": 18, "huyen": 19, "tinh": 22}


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2024, 1, 1), False),
        (date(2024, 2, 8), False),  # Tết
        (date(2024, 2, 14), False),
        (date(2024, 2, 15), True),
        (date(2024, 4, 18), False),  # Giỗ Tổ
        (date(2024, 4, 29), False),  # swapped …
        (date(2024, 4, 30), False),
        (date(2024, 5, 4), True),  # … for this Saturday
        (date(2024, 9, 2), False),
        (date(2024, 9, 3), False),
        (date(2024, 9, 4), True),
        (date(2024, 9, 14), False),
        (date(2024, 9, 22), False),
    ],
)
def test_days_off_and_swapped_days_of_2024(province: Province, day: date, working: bool) -> None:
    assert province.regime.calendar.is_working(day) is working


def test_every_folder_of_the_delivered_data_loads() -> None:
    for path in sorted(INCLUDE.glob("regimes/*")):
        for version in regime_versions(INCLUDE, path.name):
            assert load_regime(INCLUDE, path.name, version).forms
    for path in sorted(INCLUDE.glob("provinces/*")):
        assert load_province(INCLUDE, path.name).units
