"""The live checks of a data row, each as a formula and as the result Excel has for it.

Formula and result are written side by side here; a test recalculates the formulas in LibreOffice and compares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tonghop.domain.form import BalanceRule, Column, ColumnKind, Form, FormulaKind, InSetRule, RowKind, Severity
from tonghop.domain.text import figure
from tonghop.files.template.formulas import Number, address, exact, number, quoted, spans, used
from tonghop.files.template.grid import FormGrid, Row
from tonghop.files.template.pieces import Piece, is_blank, piece, quote
from tonghop.files.template.plan import CellValue

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
_OPPOSITE = {"=": "≠", "<=": ">", ">=": "<"}
_HOLDS = {
    "=": lambda left, right: left == right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


@dataclass(frozen=True)
class Line:
    """A data row under check: `flag` is the cell that says whether the row is filled."""

    grid: FormGrid
    row: Row
    flag: str
    filled: bool

    def ref(self, column: int) -> str:
        return f"{self.grid.quoted}!{address(self.row.line, column)}"

    def span(self, columns: Iterable[int]) -> str:
        return spans(self.row.line, columns, self.grid.quoted)

    def number(self, column: int) -> Number | None:
        return number(self.row.value(column))

    def sum(self, columns: Iterable[int]) -> Decimal:
        return sum((exact(self.number(column)) for column in columns), exact(0))


def filled_flag(grid: FormGrid, line: int) -> str:
    """Formula that says whether anything was typed into the row."""
    return f"{used(line, grid.inputs, grid.planned.carried, grid.quoted)}>0"


def blocking(line: Line) -> list[Piece]:
    """Every blocking check of a data row."""
    form = line.grid.form
    found = _naming(line) if form.row_kind is RowKind.FIELDS and line.row.planned.spare else []
    for column in form.data_columns:
        found.append(_computed(line, column) if column.formula else _typed(line, column))
    found += [_in_set(line, rule) for rule in form.rules if isinstance(rule, InSetRule)]
    return found + _rules(line, Severity.BLOCKING)


def soft(line: Line) -> list[Piece]:
    """Checks of a data row that ask for a written giải trình."""
    return _rules(line, Severity.EXPLAIN)


def _rules(line: Line, severity: Severity) -> list[Piece]:
    """The form's own rules of one severity, as far as one row and the openings decide them."""
    form, openings = line.grid.form, line.grid.planned.openings
    found = [_balance(line, rule) for rule in form.balances if rule.severity is severity]
    if openings is None:
        return found
    known = openings.get(line.row.planned.key, {}) if not line.row.planned.spare else {}
    columns = dict.fromkeys(rule.column for rule in form.carry_overs if rule.severity is severity)
    return found + [_carry(line, column, known.get(column, 0)) for column in columns]


def _naming(line: Line) -> list[Piece]:
    column = line.grid.name_column
    cell, names = line.ref(column), line.grid.column_range(column, sheet=True)
    name = line.row.value(column)
    unnamed, double = f"chưa ghi tên ở cột ({column})", "trùng tên với dòng khác"
    same = sum(_folded(other) == _folded(name) for other in line.grid.values(column))
    return [
        piece(
            f'IF(AND({line.flag},TRIM({cell})=""),{quote(unnamed)},"")',
            wrong=line.filled and is_blank(name),
            message=unnamed,
        ),
        piece(
            f'IF(TRIM({cell})="","",IF(SUMPRODUCT(--(TRIM({names})=TRIM({cell})))>1,{quote(double)},""))',
            wrong=not is_blank(name) and same > 1,
            message=double,
        ),
    ]


def _folded(value: CellValue) -> str:
    """As TRIM and = see a text: single spaces, no case."""
    return " ".join(part for part in str("" if value is None else value).split(" ") if part).casefold()


def _typed(line: Line, column: Column) -> Piece:
    """A cell the clerk types: no error, no gap in a filled row, and of the column's kind."""
    cell, place = line.ref(column.number), f"ô ({column.number})"
    broken = quote(f"{place} bị lỗi công thức")
    gap = '""' if column.optional else f'IF({line.flag},{quote(f"{place} còn trống")},"")'
    kind, message = _kind(line, column, cell, place)
    formula = f'IFERROR(IF(TRIM({cell})="",{gap},{kind}),{broken})'
    if is_blank(line.row.value(column.number)):
        message = f"{place} còn trống" if line.filled and not column.optional else ""
    return piece(formula, wrong=bool(message), message=message)


def _kind(line: Line, column: Column, cell: str, place: str) -> tuple[str, str]:
    """Expression and message ("" when fine) for a cell that holds something."""
    value = line.row.value(column.number)
    if column.kind is ColumnKind.DATE:
        wrong = f"{place} phải là ngày (ngày/tháng/năm)"
        return f'IF({date_formula(cell)},"",{quote(wrong)})', "" if is_day(value) else wrong
    if not column.is_figure:
        return '""', ""
    text, negative, decimal, large = (
        f"{place} phải là số",
        f"{place} là số âm",
        f"{place} phải là số nguyên",
        f"{place} quá lớn",
    )
    limit = line.grid.form.max_value
    inner = f'IF({cell}>{limit},{quote(large)},"")'
    if column.kind.is_whole:
        inner = f"IF({cell}<>INT({cell}),{quote(decimal)},{inner})"
    formula = f"IF(ISNUMBER({cell}),IF({cell}<0,{quote(negative)},{inner}),{quote(text)})"
    found = number(value)
    if found is None:
        return formula, text
    if found < 0:
        return formula, negative
    if column.kind.is_whole and found != int(found):
        return formula, decimal
    return formula, large if found > limit else ""


def date_formula(cell: str) -> str:
    """Whether a cell holds a day: a real one, or text written day/month/year (Excel set to another country)."""
    first, last = number(FIRST_DAY), number(LAST_DAY)
    text = f"TRIM({cell})"
    slashes = f'LEN({text})-LEN(SUBSTITUTE({text},"/",""))=2'
    written = f"AND(LEN({text})<11,{slashes},ISNUMBER(-RIGHT({text},4)))"
    return f"IF(ISNUMBER({cell}),AND({cell}>={first},{cell}<={last}),{written})"


def is_day(value: CellValue) -> bool:
    """What `date_formula` yields for `value`."""
    found = number(value)
    if found is not None:
        return (number(FIRST_DAY) or 0) <= found <= (number(LAST_DAY) or 0)
    text = str(value).strip(" ")
    return len(text) < 11 and text.count("/") == 2 and text[-4:].isdigit()


def _computed(line: Line, column: Column) -> Piece:
    """A formula column equals its parts, also when the formula was overwritten."""
    formula = column.formula
    if formula is None:
        raise ValueError(f"column {column.number} has no formula")
    cell, parts = line.ref(column.number), line.span(formula.parts)
    text = f"({column.number}) ≠ {formula}"
    not_number, broken = f"ô ({column.number}) phải là số", f"ô ({column.number}) bị lỗi công thức"
    same = _same(line, column)
    expression = (
        f'IFERROR(IF(OR(ISNUMBER({cell}),TRIM({cell})=""),IF({same},"",{quote(text)}),{quote(not_number)}),'
        f'IF(ISERROR(SUM({parts})),"",{quote(broken)}))'
    )
    value = line.row.value(column.number)
    if number(value) is None and not is_blank(value):
        return piece(expression, wrong=True, message=not_number)
    return piece(expression, wrong=not follows(line, column), message=text)


def _same(line: Line, column: Column) -> str:
    """Expression that is true when the column follows from its parts; nothing is asked while parts are missing."""
    formula = column.formula
    if formula is None:
        raise ValueError(f"column {column.number} has no formula")
    cell, parts = line.ref(column.number), line.span(formula.parts)
    first, *rest = [line.ref(part) for part in formula.parts]
    if formula.kind is FormulaKind.SUM:
        return f"N({cell})=SUM({parts})"
    if formula.kind is FormulaKind.DIFFERENCE:
        return f"IF(COUNT({parts})<{len(formula.parts)},TRUE,N({cell})={'-'.join([first, *rest])})"
    return f"IF(COUNT({parts})<2,TRUE,IF({rest[0]}=0,TRUE,ABS(N({cell})-{first}/{rest[0]}*100)<0.0101))"


def follows(line: Line, column: Column) -> bool:
    """What `_same` yields."""
    formula = column.formula
    if formula is None:
        return True
    value = exact(line.number(column.number))
    parts = [line.number(part) for part in formula.parts]
    if formula.kind is FormulaKind.SUM:
        return value == line.sum(formula.parts)
    known = [exact(part) for part in parts if part is not None]
    if len(known) < len(parts):
        return True
    if formula.kind is FormulaKind.DIFFERENCE:
        return value == known[0] - sum(known[1:])
    return not known[1] or abs(value - known[0] / known[1] * 100) < Decimal("0.0101")


def _balance(line: Line, rule: BalanceRule) -> Piece:
    """Σ left op Σ right, once every cell is a number and no total it reads contradicts its own parts."""
    form = line.grid.form
    columns = list(dict.fromkeys(rule.columns))
    text = f"{_words(rule.left)} {_OPPOSITE[rule.op]} {_words(rule.right)}"
    left, right = ("+".join(line.ref(column) for column in side) for side in (rule.left, rule.right))
    totals = [form[column] for column in columns if _adds_up(form, column)]
    inner = f'IF({left}{rule.op}{right},"",{quote(text)})'
    if totals:
        sound = ",".join(_same(line, column) for column in totals)
        inner = f'IF(AND({sound}),{inner},"")'
    cells = line.span(columns)
    formula = f'IFERROR(IF(COUNT({cells})={len(columns)},{inner},""),"")'
    ready = all(line.number(column) is not None for column in columns) and all(follows(line, c) for c in totals)
    wrong = ready and not _HOLDS[rule.op](line.sum(rule.left), line.sum(rule.right))
    return piece(formula, wrong=wrong, message=text)


def _adds_up(form: Form, column: int) -> bool:
    formula = form[column].formula
    return formula is not None and formula.kind is FormulaKind.SUM


def _words(columns: Iterable[int]) -> str:
    return " + ".join(f"({column})" for column in columns)


def _in_set(line: Line, rule: InSetRule) -> Piece:
    cell, text = line.ref(rule.column), f"ô ({rule.column}) không có trong danh mục"
    allowed = ",".join(f"TRIM({cell})={quoted(value)}" for value in rule.values)
    value = line.row.value(rule.column)
    wrong = not is_blank(value) and _folded(value) not in {_folded(known) for known in rule.values}
    formula = f'IFERROR(IF(OR(TRIM({cell})="",{allowed}),"",{quote(text)}),"")'
    return piece(formula, wrong=wrong, message=text)


def _carry(line: Line, column: int, expected: int) -> Piece:
    text = f"({column}) khác số cuối kỳ trước là {figure(expected)}"
    formula = f'IFERROR(IF(N({line.ref(column)})={expected},"",{quote(text)}),"")'
    return piece(formula, wrong=exact(line.number(column)) != expected, message=text)
