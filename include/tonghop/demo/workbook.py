"""A synthetic filing as the workbook a unit would send: the period's template, filled in and marked as invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tonghop.demo.figures import FormFigures, UnitForms
from tonghop.demo.texts import paragraphs, signature
from tonghop.domain.form import Form, RowKind
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import Explanation
from tonghop.domain.units import Unit
from tonghop.files.template import Filled, FormFill, plan, write_template
from tonghop.files.template.plan import CellValue

Place = tuple[str, str, int]  # form, row key, column
Openings = dict[str, dict[str, dict[int, int]]]


@dataclass(frozen=True)
class Content:
    """What goes into one workbook: figures, what the unit filed before, and cells that are wrong on purpose."""

    unit: Unit
    period: Period
    forms: UnitForms
    before: UnitForms | None
    overrides: Mapping[Place, CellValue] = field(default_factory=dict)
    explanations: tuple[Explanation, ...] = ()

    @property
    def name(self) -> str:
        """File name: `25217-phuong-long-thuy-20243-gia-dinh.xlsx` (giả định: assumed figures)."""
        return f"{self.unit.folder}-{self.period.code}-gia-dinh.xlsx"


def write(path: Path, province: Province, content: Content, seed: int) -> None:
    """Write the workbook of `content` at `path`: same arguments, same bytes."""
    rng = Random(f"{seed}/{content.unit.code}/{content.period.code}/lời")
    forms = province.regime.forms
    opened = openings(province, content.before)
    filled = Filled(
        forms={code: _fill(forms[code], filed, (opened or {}).get(code)) for code, filed in content.forms.items()},
        signature=signature(province, content.unit, content.period, rng),
        paragraphs=paragraphs(province, content.period, rng),
        explanations=content.explanations,
        overrides=content.overrides,
    )
    names = {row: name for filed in (content.before or {}).values() for row, name in filed.names.items()}
    write_template(path, plan(province, content.unit, content.period, opened, filled, names))


def openings(province: Province, before: UnitForms | None) -> Openings | None:
    """Closing figures of the previous period under the opening columns; None when nothing was filed before."""
    if before is None:
        return None
    found: Openings = {}
    for code, filed in before.items():
        for rule in province.regime.forms[code].carry_overs:
            rows = found.setdefault(code, {})
            for row, figures in filed.rows.items():
                closing = figures.get(rule.source)
                if isinstance(closing, int):
                    rows.setdefault(row, {})[rule.column] = closing
    return found


def _fill(form: Form, filed: FormFigures, opened: dict[str, dict[int, int]] | None) -> FormFill:
    """What the clerk types: inputs only, and an opening only where it is not the one already printed."""
    rows: dict[str, dict[int, CellValue]] = {}
    for row, figures in filed.rows.items():
        typed = {column.number: figures.get(column.number) for column in form.inputs}
        if opened is not None:
            for rule in form.carry_overs:
                if typed[rule.column] == opened.get(row, {}).get(rule.column, 0):
                    del typed[rule.column]
        known: dict[int, CellValue] = {number: value for number, value in typed.items() if value is not None}
        rows[filed.names[row] if form.row_kind is RowKind.FIELDS else row] = known
    return FormFill(nil=not filed.rows, rows=rows)
