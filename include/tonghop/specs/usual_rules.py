"""From the YAML of a rule on what is usual to the rule, its code and its words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tonghop.domain.text import figure
from tonghop.domain.usual import (
    GrowthRule,
    JumpRule,
    Per,
    ShareRule,
    UnchangedRule,
    UsualRule,
    VanishedRule,
    ZeroRule,
)
from tonghop.specs import usual_models as models

_RULES: dict[type[models.UsualModel], type[UsualRule]] = {
    models.JumpModel: JumpRule,
    models.ShareModel: ShareRule,
    models.ZeroModel: ZeroRule,
    models.VanishedModel: VanishedRule,
    models.GrowthModel: GrowthRule,
    models.UnchangedModel: UnchangedRule,
}
_WHERE = {Per.ROW: " của từng dòng", Per.FORM: " toàn biểu"}


def usual_rule(form: str, model: models.UsualModel) -> UsualRule:
    """The rule `model` declares for the form with this code."""
    declared: dict[str, Any] = {name: getattr(model, name) for name in type(model).model_fields if name != "kind"}
    words = {"code": usual_code(form, model), "text": model.text or _text(model)}
    return _RULES[type(model)](**{**declared, **words})


def usual_code(form: str, model: models.UsualModel) -> str:
    """`II.06a:jump:4+5:row`; thresholds are not part of it, so that a rule that was tuned keeps its record."""
    if isinstance(model, models.JumpModel | models.ZeroModel):
        return f"{form}:{model.kind}:{'+'.join(map(str, model.columns))}:{model.per}"
    if isinstance(model, models.GrowthModel):
        return f"{form}:growth:{model.column}:{model.per}"
    if isinstance(model, models.ShareModel):
        sides = ("+".join(map(str, side)) for side in (model.part, model.whole))
        return f"{form}:share:{'/'.join(sides)}"
    return f"{form}:{'vanished' if isinstance(model, models.VanishedModel) else 'unchanged'}"


def _text(model: models.UsualModel) -> str:
    """What the rule looks for, as a demand on the figures."""
    if isinstance(model, models.JumpModel):
        before = "kỳ trước" if model.periods == 1 else f"bình quân {model.periods} kỳ trước"
        small = f"số dưới {figure(model.least)} tính như {figure(model.least)}, kỳ trước bằng 0 không xét"
        change = f"không tăng hoặc giảm từ {figure(model.factor)} lần trở lên so với {before} ({small})"
        return f"Cột {_columns(model.columns)}{_WHERE[model.per]} {change}"
    if isinstance(model, models.ShareModel):
        median = "trung vị của các đơn vị cùng cấp trong kỳ"
        return f"{model.title} không lệch quá {figure(model.distance)} điểm phần trăm so với {median}"
    if isinstance(model, models.ZeroModel):
        before = f"{model.periods} kỳ trước đều từ {figure(model.least)} trở lên"
        return f"Cột {_columns(model.columns)}{_WHERE[model.per]} không bằng 0 khi {before}"
    if isinstance(model, models.VanishedModel):
        had = f"{_columns(model.columns, ' + ')} từ {figure(model.least)} trở lên"
        return f"Dòng có số liệu kỳ trước ({had}) không để trống"
    if isinstance(model, models.GrowthModel):
        steady = f"không tăng {model.periods} kỳ liên tiếp" if model.periods else ""
        sharp = f"không tăng từ {figure(model.factor)} lần trở lên so với kỳ trước" if model.factor else ""
        grows = ", ".join(part for part in (steady, sharp) if part)
        return f"Cột ({model.column}){_WHERE[model.per]} {grows} (xét khi tăng từ {figure(model.least)} trở lên)"
    if isinstance(model, models.UnchangedModel):
        return f"Số liệu không giống hệt kỳ trước (khi có từ {figure(model.least)} số khác 0)"
    raise TypeError(f"{type(model).__name__} declares no rule")


def _columns(numbers: Iterable[int], joiner: str = ", ") -> str:
    return joiner.join(f"({number})" for number in numbers)
