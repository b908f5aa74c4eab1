"""Live checks of a form as a whole, and between two forms of the same workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tonghop.domain.form import CrossFormRule, RowKind, Severity
from tonghop.domain.units import Level
from tonghop.files.template.formulas import address, exact, number
from tonghop.files.template.grid import FormGrid
from tonghop.files.template.pieces import Piece, piece, quote

NIL = "Không phát sinh"
SOME = "Có phát sinh"


@dataclass(frozen=True)
class FormLine:
    """A form under check.

    `choice` is the cell with "Không phát sinh", `flags` the range that says which rows are filled, `answered` the
    cell that says whether the form has figures or the statement that there are none.
    """

    grid: FormGrid
    choice: str
    flags: str
    answered: str

    @property
    def any_filled(self) -> bool:
        return any(self.grid.is_filled(row) for row in self.grid.rows)

    @property
    def is_answered(self) -> bool:
        return self.grid.nil or self.any_filled

    def answered_formula(self) -> str:
        return f'OR({self.choice}="{NIL}",COUNTIF({self.flags},TRUE)>0)'

    def total(self, column: int) -> str:
        return f"{self.grid.quoted}!{address(self.grid.total_line, column)}"

    def total_value(self, column: int) -> Decimal:
        return exact(number(self.grid.total.value(column)))


def blocking(line: FormLine) -> list[Piece]:
    """The form is neither empty without a word nor filled against its own word, and its TỔNG CỘNG adds up."""
    return [_empty(line), _nil(line), *(_total(line, column.number) for column in line.grid.additive)]


def _empty(line: FormLine) -> Piece:
    text = f"biểu chưa có số liệu, cũng chưa chọn “{NIL}”"
    return piece(f'IF({line.answered},"",{quote(text)})', wrong=not line.is_answered, message=text)


def _nil(line: FormLine) -> Piece:
    text = f"đã chọn “{NIL}” nhưng biểu có số liệu"
    grid = line.grid
    if grid.form.row_kind is RowKind.LIST:
        figures, some = f"COUNTIF({line.flags},TRUE)>0", line.any_filled
    else:
        columns = [column.number for column in grid.form.figures]
        area = f"{grid.quoted}!{address(grid.first, columns[0])}:{address(grid.last, columns[-1])}"
        figures = f'COUNTIF({area},">0")+COUNTIF({area},"<0")>0'
        some = any(number(row.value(column)) for row in grid.rows for column in columns)
    formula = f'IF({line.choice}="{NIL}",IF({figures},{quote(text)},""),"")'
    return piece(formula, wrong=grid.nil and some, message=text)


def _total(line: FormLine, column: int) -> Piece:
    text = f"{line.grid.form.total_label} ô ({column}) khác tổng các dòng"
    wrong = line.total_value(column) != sum(exact(number(value)) for value in line.grid.values(column))
    span = line.grid.column_range(column, sheet=True)
    formula = f'IFERROR(IF(N({line.total(column)})=SUM({span}),"",{quote(text)}),"")'
    return piece(formula, wrong=wrong, message=text)


def between(line: FormLine, others: Mapping[str, FormLine], level: Level, severity: Severity) -> list[Piece]:
    """Cross-form rules whose other form is in the same workbook, asked once both forms are answered."""
    rules = [rule for rule in line.grid.form.cross_forms if rule.other in others and rule.severity is severity]
    return [_cross(line, others[rule.other], rule) for rule in rules if not rule.levels or level in rule.levels]


def _cross(line: FormLine, other: FormLine, rule: CrossFormRule) -> Piece:
    text = f"{line.grid.form.total_label} ({rule.column}) ≠ ({rule.other_column}) của biểu {rule.other}"
    here, there = line.total(rule.column), other.total(rule.other_column)
    formula = f'IFERROR(IF(AND({line.answered},{other.answered}),IF(N({here})=N({there}),"",{quote(text)}),""),"")'
    differ = line.total_value(rule.column) != other.total_value(rule.other_column)
    return piece(formula, wrong=line.is_answered and other.is_answered and differ, message=text)
