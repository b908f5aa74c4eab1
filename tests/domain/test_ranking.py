"""Who leads and who lags, by name; ties share a place, few dossiers are no rank."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tonghop.domain.consolidated import Consolidated, FormTotals
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.ranking import Ranking, rank
from tonghop.domain.rollup import UnitFigures, roll_up
from tonghop.domain.units import Level
from tonghop.domain.value import recompute
from tonghop.specs import load_province

PERIOD = Period(2024, 3)


@pytest.fixture(scope="module")
def province() -> Province:
    return load_province(Path(__file__).parents[2] / "include", "binh-phuoc", date(2024, 9, 14))


def ranking(province: Province, shares: dict[str, tuple[int, int]], level: Level, better: str = "high") -> Ranking:
    """Ranked by on-time dossiers of all resolved: unit code → (on time, overdue); other units filed nothing."""
    form, tree = province.regime.forms["II.06a"], province.tree(PERIOD)
    units, states = [], {}
    for unit in province.owing("II.06a", PERIOD):
        given = shares.get(unit.code)
        figures = {column.number: 0 for column in form.inputs} | ({8: given[0], 10: given[1]} if given else {})
        rows = {"đất đai": recompute(form, figures)} if given else None
        district = {Level.DISTRICT: unit.code, Level.COMMUNE: unit.parent_code}.get(unit.level, "")
        units.append(UnitFigures(unit.code, unit.level, district, rows))
        states[unit.code] = "accepted" if given else "missing"
    totals = FormTotals(form, "", "", roll_up(form, units, "70"), {}, {}, states)
    measure = replace(province.regime.measures[0], better=better, least=20)
    return rank(Consolidated(province, PERIOD, tree, (), (totals,), (), (), ""), measure, level)


def test_best_first_and_equals_share_a_place(province: Province) -> None:
    found = ranking(province, {"SNV": (90, 10), "STP": (99, 1), "SYT": (180, 20), "SXD": (50, 50)}, Level.DEPARTMENT)
    assert [(p.number, p.unit.code, p.value) for p in found.places] == [
        (1, "STP", Decimal("99.00")),
        (2, "SYT", Decimal("90.00")),
        (2, "SNV", Decimal("90.00")),
        (4, "SXD", Decimal("50.00")),
    ]
    assert [p.unit.code for p in found.first] == ["STP"]
    assert len(found.left_out) == 15


def test_few_dossiers_are_not_ranked(province: Province) -> None:
    found = ranking(province, {"SNV": (19, 0), "STP": (20, 0)}, Level.DEPARTMENT)
    assert [p.unit.code for p in found.places] == ["STP"]
    assert "SNV" in {unit.code for unit in found.left_out}


def test_where_less_is_better_the_lowest_leads(province: Province) -> None:
    found = ranking(province, {"SNV": (90, 10), "STP": (99, 1)}, Level.DEPARTMENT, "low")
    assert [p.unit.code for p in found.places] == ["SNV", "STP"]


def test_a_district_stands_for_its_communes_and_says_what_lacks(province: Province) -> None:
    communes = province.tree(PERIOD).communes_of("689")
    found = ranking(province, {"689": (10, 0), communes[0].code: (10, 10)}, Level.DISTRICT)
    (place,) = found.places
    assert (place.unit.code, place.rate.whole, place.value) == ("689", 30, Decimal("66.67"))
    assert (place.rate.counted, place.rate.owed) == (2, 1 + len(communes))


def test_best_and_last_never_cut_through_a_tie_nor_overlap(province: Province) -> None:
    codes = [unit.code for unit in province.tree(PERIOD).at(Level.DEPARTMENT)][:8]
    shares = dict(
        zip(codes, [(100, 0), (99, 1), (98, 2), (98, 2), (90, 10), (90, 10), (90, 10), (80, 20)], strict=True)
    )
    found = ranking(province, shares, Level.DEPARTMENT)
    assert [p.unit.code for p in found.best(3)] == codes[:4]
    assert {p.unit.code for p in found.last(3)} == set(codes[4:])
    assert found.last(3)[0].unit.code == codes[7]
    everyone = ranking(province, dict.fromkeys(codes, (50, 0)), Level.DEPARTMENT)
    assert len(everyone.first) == 8
    assert everyone.last(3) == ()


def test_a_commune_goes_by_its_district(province: Province) -> None:
    found = ranking(province, {"25195": (30, 0)}, Level.COMMUNE)
    assert found.places[0].name == "Phường Tân Phú, thành phố Đồng Xoài"
