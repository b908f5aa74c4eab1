"""What a unit's workbook will hold, decided before any sheet is drawn: forms, rows, openings and, if any, figures.

A plan knows nothing of addresses, colours or Excel; two equal plans give byte-identical workbooks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tonghop.domain.errors import UsageError
from tonghop.domain.form import Form, RowKind
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import Explanation, Paragraph, Signature
from tonghop.domain.text import key
from tonghop.domain.units import Unit

CellValue = int | float | Decimal | str | date | bool | None
Openings = Mapping[str, Mapping[str, Mapping[int, int]]]  # form → row key → opening column → figure
LAYOUT_VERSION = 1


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A data row: a named one, or a spare one (`name` "") in which the unit writes a name of its own."""

    key: str
    name: str

    @property
    def spare(self) -> bool:
        return not self.name


@dataclass(frozen=True)
class PlannedForm:
    """One form of the workbook. `openings` is None when the unit has no accepted earlier period for it."""

    form: Form
    rows: tuple[PlannedRow, ...]
    openings: Mapping[str, Mapping[int, int]] | None

    @property
    def carried(self) -> tuple[int, ...]:
        """Opening columns: filled in from the period before."""
        return tuple(dict.fromkeys(rule.column for rule in self.form.carry_overs))


@dataclass(frozen=True)
class FormFill:
    """Figures typed into one form: `nil` is "Không phát sinh"; rows by row key, or by the name of an added row."""

    nil: bool = False
    rows: Mapping[str, Mapping[int, CellValue]] = field(default_factory=dict)


@dataclass(frozen=True)
class Filled:
    """Everything a unit types into its workbook.

    `overrides` puts a raw value into one cell whatever belongs there, `(form, row key, column) → value`; row key ""
    is the row TỔNG CỘNG, value None empties the cell.
    """

    forms: Mapping[str, FormFill] = field(default_factory=dict)
    signature: Signature = field(default_factory=Signature)
    explanations: tuple[Explanation, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    overrides: Mapping[tuple[str, str, int], CellValue] = field(default_factory=dict)


@dataclass(frozen=True)
class TemplatePlan:
    """The workbook of one unit for one period; `forms` in official order, only those the unit owes."""

    province: Province = field(repr=False)
    unit: Unit
    period: Period
    forms: tuple[PlannedForm, ...] = field(repr=False)
    filled: Filled | None = field(default=None, repr=False)

    def __getitem__(self, code: str) -> PlannedForm:
        return next(planned for planned in self.forms if planned.form.code == code)


def plan(  # noqa: PLR0913, PLR0917 - the six things a workbook depends on
    province: Province,
    unit: Unit,
    period: Period,
    openings: Openings | None = None,
    filled: Filled | None = None,
    row_names: Mapping[str, str] | None = None,
) -> TemplatePlan:
    """The workbook `unit` gets for `period`.

    `openings` holds the closing figures of the unit's accepted earlier period under the opening columns; a form that
    is absent there (or None for all) has no earlier figures. Rows the unit added earlier that still have something
    open become named rows; `row_names` gives their spelling (row key → name). Raises UsageError when the unit owes
    nothing in the period, or when the period does not exist.
    """
    province.regime.slot(period)
    codes = province.owed_by(unit, period)
    if not codes:
        raise UsageError(f"{unit.name} không phải báo cáo {period.label}.", "Kiểm tra lại đơn vị và kỳ báo cáo.")
    forms = []
    for code in codes:
        form = province.regime.forms[code]
        known = (openings or {}).get(code) if any(True for _ in form.carry_overs) else None
        named = {
            RowKind.FIELDS: _fields(province, unit, period, known or {}, row_names or {}),
            RowKind.UNITS: (PlannedRow(unit.code, unit.name),),
            RowKind.LIST: (),
        }[form.row_kind]
        spare = tuple(PlannedRow(str(number), "") for number in range(1, form.spare_rows + 1))
        forms.append(PlannedForm(form, (*named, *spare), known))
    return TemplatePlan(province, unit, period, tuple(forms), filled)


def _fields(
    province: Province,
    unit: Unit,
    period: Period,
    openings: Mapping[str, Mapping[int, int]],
    names: Mapping[str, str],
) -> tuple[PlannedRow, ...]:
    """The unit's fields, then rows it added itself in which something is still open."""
    fields = tuple(PlannedRow(row.key, row.name) for row in province.fields_of(unit, period))
    official = {row.key for row in fields}
    still_open = [row for row, figures in openings.items() if key(row) not in official and any(figures.values())]
    return (*fields, *(PlannedRow(key(row), names.get(row, row[:1].upper() + row[1:])) for row in still_open))


def fingerprint(plan: TemplatePlan) -> str:
    """SHA-256 (hex) of the layout: forms, columns, formulas and rows; the same whatever figures stand in it."""
    layout = [
        {
            "form": planned.form.code,
            "columns": [[c.number, c.key, c.kind.value, str(c.formula or "")] for c in planned.form.columns],
            "header": [[cell.text, *cell.rows, *cell.columns] for cell in planned.form.header],
            "rows": [[row.key, row.name] for row in planned.rows],
        }
        for planned in plan.forms
    ]
    text = json.dumps([LAYOUT_VERSION, layout], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
