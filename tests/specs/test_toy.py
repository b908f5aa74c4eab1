"""The toy regime and its province load: a second regime is data only."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tonghop.domain.period import Period
from tonghop.domain.units import Level
from tonghop.specs import load_province

TOY = Path(__file__).parents[1] / "data" / "toy"
Q3 = Period(2024, 3)


def test_the_toy_province_loads_with_units_of_every_level() -> None:
    province = load_province(TOY, "tinh-thu")
    tree = province.tree(Q3)
    assert {level: len(tree.at(level)) for level in Level} == {
        Level.PROVINCE: 1,
        Level.DEPARTMENT: 1,
        Level.DISTRICT: 1,
        Level.COMMUNE: 2,
    }
    assert [unit.code for unit in tree.communes_of("W01")] == ["W0101", "W0102"]
    assert [unit.code for unit in province.owing("T.01", Q3)] == ["WSD", "W01", "W0101", "W0102"]


def test_the_toy_form_has_a_formula_a_balance_and_a_carry_over() -> None:
    form = load_province(TOY, "tinh-thu").regime.forms["T.01"]
    assert form.header_rows == 2
    assert [column.number for column in form.computed] == [3]
    assert [rule.code for rule in form.rules] == ["T.01:3=6+7", "T.01:4<-7", "T.01:year"]


def test_the_toy_regime_has_its_own_deadlines_levels_and_outline() -> None:
    regime = load_province(TOY, "tinh-thu").regime
    assert {level.value: moment.date() for level, moment in regime.deadlines_of(Q3).items()} == {
        "xa": date(2024, 9, 18),  # the province's own day
        "huyen": date(2024, 9, 20),
        "so": date(2024, 9, 21),  # a Saturday worked in exchange: not moved
        "tinh": date(2024, 9, 25),
    }
    assert [names.unit_group for names in regime.levels] == ["Các sở", "Các huyện", "Các xã"]
    assert [heading.number for heading in regime.outline] == ["1", "2"]


def test_the_toy_units_report_on_their_own_rows() -> None:
    province = load_province(TOY, "tinh-thu")
    tree = province.tree(Q3)
    assert [row.name for row in province.fields_of(tree["WSD"], Q3)] == ["Đơn khiếu nại", "Đơn về đất đai, nhà ở"]
    assert [row.name for row in province.fields_of(tree["W0101"], Q3)] == ["Đơn khiếu nại", "Đơn đề nghị"]
