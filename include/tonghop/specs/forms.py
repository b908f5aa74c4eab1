"""From a form's YAML to a `Form`: everything that makes a spec unusable is found here, before any workbook exists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tonghop.domain.form import (
    BalanceRule,
    CarryOverRule,
    Column,
    CrossFormRule,
    Form,
    Formula,
    HeaderCell,
    InSetRule,
    OverUnits,
    RowKind,
    Rule,
    YearRule,
)
from tonghop.specs import models
from tonghop.specs.column_checks import check_columns
from tonghop.specs.header_checks import check_header
from tonghop.specs.rule_checks import check_rules
from tonghop.specs.source import Problems, Source
from tonghop.specs.usual_models import UsualModel
from tonghop.specs.usual_rules import usual_rule


def load_forms(include: Path, folder: Path, problems: Problems) -> dict[str, Form]:
    """Every form of `folder` that has no mistake, in official order."""
    built: dict[str, Form] = {}
    for path in sorted(folder.glob("*.yaml"), key=lambda path: _official(path.stem)):
        source = Source(include, path)
        model = source.model(models.FormModel, problems)
        if model is None:
            continue
        if model.code != path.stem:
            problems.add(source.name, "code", f"mã biểu “{model.code}” khác tên tệp")
        form = build_form(source, model, problems)
        if form:
            built[form.code] = form
    return built


def _official(code: str) -> list[tuple[int, str]]:
    """Sort key under which II.2 stands before II.10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", code) if part]


def build_form(source: Source, model: models.FormModel, problems: Problems) -> Form | None:
    """`model` as a Form; None after adding its mistakes to `problems`."""
    before = len(problems.found)
    check_header(source.name, model, problems)
    check_columns(source.name, model, problems)
    check_rules(source.name, model, problems)
    return _form(model) if len(problems.found) == before else None


def _rule(form: str, model: models.RuleModel) -> Rule:
    if isinstance(model, UsualModel):
        return usual_rule(form, model)
    code, text = rule_code(form, model), model.text or _default_text(form, model)
    if isinstance(model, models.BalanceModel):
        return BalanceRule(code, model.left, model.op, model.right, model.severity, text)
    if isinstance(model, models.CarryOverModel):
        return CarryOverRule(code, model.column, model.source, model.severity, text)
    if isinstance(model, models.YearModel):
        return YearRule(code, model.columns, model.severity, text)
    if isinstance(model, models.CrossFormModel):
        levels = tuple(model.levels)
        return CrossFormRule(code, model.column, model.other, model.other_column, levels, model.severity, text)
    return InSetRule(code, model.column, model.values, model.severity, text)


def _default_text(form: str, model: models.FixedModel) -> str:
    """What the rule demands, in the words a clerk reads."""
    if isinstance(model, models.BalanceModel):
        sign = {"=": "=", "<=": "≤", ">=": "≥"}[model.op]
        return f"{_words(model.left)} {sign} {_words(model.right)}"
    if isinstance(model, models.CarryOverModel):
        return f"({model.column}) của kỳ này = ({model.source}) của kỳ trước"
    if isinstance(model, models.YearModel):
        return f"Số cả năm của các cột {_words(model.columns, ', ')} ≥ tổng ba quý"
    if isinstance(model, models.CrossFormModel):
        return f"({model.column}) của biểu {form} = ({model.other_column}) của biểu {model.other}"
    return f"({model.column}) là một trong: {', '.join(model.values)}"


def rule_code(form: str, rule: models.FixedModel) -> str:
    """Name of a rule, the same as long as the rule says the same: `II.06a:3=7+11`."""
    if isinstance(rule, models.BalanceModel):
        return f"{form}:{'+'.join(map(str, rule.left))}{rule.op}{'+'.join(map(str, rule.right))}"
    if isinstance(rule, models.CarryOverModel):
        return f"{form}:{rule.column}<-{rule.source}"
    if isinstance(rule, models.YearModel):
        return f"{form}:year"
    if isinstance(rule, models.CrossFormModel):
        return f"{form}:{rule.column}={rule.other}:{rule.other_column}"
    return f"{form}:{rule.column}:set"


def _words(columns: Iterable[int], joiner: str = " + ") -> str:
    return joiner.join(f"({column})" for column in columns)


def _form(model: models.FormModel) -> Form:
    header = tuple(HeaderCell(cell.text, cell.rows, cell.columns) for cell in model.header)
    spare = model.spare_rows if model.row_kind is not RowKind.UNITS else 0
    return Form(
        code=model.code,
        number=model.number,
        title=model.title,
        legal=model.legal,
        measure=model.measure,
        standing=model.standing,
        sources=model.sources,
        row_kind=model.row_kind,
        header=header,
        columns=tuple(_column(column, header) for column in model.columns),
        rules=tuple(_rule(model.code, rule) for rule in model.rules),
        spare_rows=spare,
        total_label=model.total_label,
        transfer=(model.transfer.passed_on, model.transfer.received) if model.transfer else None,
    )


def _column(model: models.ColumnModel, header: tuple[HeaderCell, ...]) -> Column:
    above = [cell for cell in header if cell.columns[0] <= model.number <= cell.columns[1]]
    formula = None
    if model.formula:
        kind, parts = next(iter(model.formula.items()))
        formula = Formula(kind, parts)
    return Column(
        number=model.number,
        key=model.key,
        kind=model.kind,
        label=tuple(cell.text for cell in sorted(above, key=lambda cell: cell.rows)),
        over_time=model.over_time,
        over_units=model.over_units or OverUnits.CONCATENATE,
        formula=formula,
        optional=model.optional,
    )
