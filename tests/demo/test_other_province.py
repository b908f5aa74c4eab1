"""The generator knows no form and no province: another regime, as data only, gets figures that obey its rules, too."""

from pathlib import Path

import pytest

from tonghop.demo.synthetic import plan_quarter
from tonghop.domain.errors import UsageError
from tonghop.domain.period import Period
from tonghop.specs import load_province

TOY = Path(__file__).parents[1] / "data" / "toy"


class _Site:
    def __init__(self, drop):
        self.province, self.drop = load_province(TOY, "tinh-thu"), drop


@pytest.fixture
def toy(tmp_path) -> _Site:
    return _Site(tmp_path)


def _sum(row, numbers):
    return sum(row[number] for number in numbers)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_figures_of_a_toy_regime_obey_its_rules(toy, number):
    quarter = plan_quarter(toy, Period(2024, number), flawed=False)
    checked = 0
    for forms in quarter.figures.values():
        for code, rows in forms.items():
            form = toy.province.regime.forms[code]
            for row in rows.values():
                for column in form.columns:
                    if column.formula:
                        assert row[column.number] == _sum(row, column.formula.parts)
                for rule in form.balances:
                    left, right = _sum(row, rule.left), _sum(row, rule.right)
                    assert {"=": left == right, "<=": left <= right, ">=": left >= right}[rule.op]
                    checked += 1
    assert checked


def test_its_workbooks_can_be_written(toy):
    quarter = plan_quarter(toy, Period(2024, 2), flawed=False)
    assert len(quarter.drop(toy)) == len(quarter.forms) > 0


def test_too_few_units_for_all_roles_is_said(toy):
    with pytest.raises(UsageError, match="flawed=False"):
        plan_quarter(toy, Period(2024, 3))
