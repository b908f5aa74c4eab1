"""Checks of the rates a regime declares and of the targets a province sets for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tonghop.domain.form import ColumnKind, Form, OverUnits
from tonghop.domain.regime import Regime
from tonghop.specs import models
from tonghop.specs.source import Problems


def check_measures(
    file: str,
    measures: Sequence[models.MeasureModel],
    forms: Mapping[str, Form | None],
    problems: Problems,
) -> None:
    """Add a problem for every measure named twice, or read from a form or column that cannot give it.

    `forms` holds None for a form whose own spec has mistakes: they are reported there.
    """
    for name, times in Counter(measure.name for measure in measures).items():
        if times > 1:
            problems.add(file, "measures", f"tỷ lệ “{name}” lặp lại {times} lần")
    for position, measure in enumerate(measures):
        form = forms.get(measure.form)
        if form is None:
            if measure.form not in forms:
                problems.add(file, f"measures.{position}.form", f"không có biểu {measure.form}")
            continue
        for side, columns in (("part", measure.part), ("whole", measure.whole)):
            for number in columns:
                if not _summed(form, number):
                    problems.add(
                        file,
                        f"measures.{position}.{side}",
                        f"biểu {form.code} không có cột {number} là số cộng được theo đơn vị",
                    )


def check_targets(file: str, targets: Sequence[models.TargetModel], regime: Regime, problems: Problems) -> None:
    """Add a problem for every target whose measure the regime does not declare ("" = not measured here)."""
    known = {measure.name for measure in regime.measures}
    for position, target in enumerate(targets):
        if target.measure and target.measure not in known:
            problems.add(file, f"targets.{position}.measure", f"chế độ báo cáo không có tỷ lệ “{target.measure}”")


def _summed(form: Form, number: int) -> bool:
    if number not in form:
        return False
    column = form[number]
    return column.is_figure and column.kind is not ColumnKind.PERCENT and column.over_units is not OverUnits.CONCATENATE
