"""Rates a regime declares, and targets a province sets for them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tonghop.specs import load_province, models
from tonghop.specs.measures import check_measures, check_targets
from tonghop.specs.source import Problems

INCLUDE = Path(__file__).parents[2] / "include"


def measure(**changes: object) -> models.MeasureModel:
    whole = {"name": "rate", "title": "Tỷ lệ", "form": "II.06a", "part": (8, 9), "whole": (7,)} | changes
    return models.MeasureModel.model_validate(whole)


def problems_of(*measures: models.MeasureModel) -> list[str]:
    problems = Problems()
    forms = load_province(INCLUDE, "binh-phuoc").regime.forms
    check_measures("regime.yaml", measures, forms, problems)
    return [f"{problem.key}: {problem.message}" for problem in problems.found]


def test_the_regime_declares_the_rates_leaders_read() -> None:
    measures = load_province(INCLUDE, "binh-phuoc").regime.measures
    assert [m.name for m in measures] == [
        "on_time_rate",
        "online_rate",
        "overdue_pending_rate",
        "digitised_rate",
        "online_payment_rate",
    ]


def test_a_right_measure_passes() -> None:
    assert problems_of(measure()) == []


def test_every_mistake_is_named() -> None:
    found = problems_of(measure(part=(2, 99)), measure(form="II.99"), measure(form="II.04", part=(9,), whole=(9,)))
    assert found == [
        "measures: tỷ lệ “rate” lặp lại 3 lần",
        "measures.0.part: biểu II.06a không có cột 2 là số cộng được theo đơn vị",
        "measures.0.part: biểu II.06a không có cột 99 là số cộng được theo đơn vị",
        "measures.1.form: không có biểu II.99",
        "measures.2.part: biểu II.04 không có cột 9 là số cộng được theo đơn vị",
        "measures.2.whole: biểu II.04 không có cột 9 là số cộng được theo đơn vị",
    ]


def test_a_target_names_a_measure_or_none() -> None:
    target = models.TargetModel(title="x", measure="", operator=">", value=Decimal(98), scope="", source="")
    problems = Problems()
    regime = load_province(INCLUDE, "binh-phuoc").regime
    check_targets("province.yaml", (target, target.model_copy(update={"measure": "none"})), regime, problems)
    assert [problem.key for problem in problems.found] == ["targets.1.measure"]
