"""What a form is: its header, columns, rules and how its figures add up over time and over units.

A form is declared in `include/regimes/<regime>/<version>/forms/*.yaml`; this file owns the meaning of what may be
declared there, `tonghop.specs` reads it, and nothing else in the project knows a form by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tonghop.domain.usual import UsualRule


class RowKind(StrEnum):
    """What the data rows of the form stand for."""

    FIELDS = "fields"  # one row per lĩnh vực; a unit may add its own
    UNITS = "units"  # a unit files one row, its own
    LIST = "list"  # one row per item, as many as there are


class ColumnKind(StrEnum):
    """What a column holds."""

    INDEX = "index"  # TT
    NAME = "name"  # column 2: names the row
    COUNT = "count"  # whole number, ≥ 0
    MONEY = "money"  # whole đồng
    PERCENT = "percent"
    TEXT = "text"
    DATE = "date"

    @property
    def is_whole(self) -> bool:
        return self in {ColumnKind.COUNT, ColumnKind.MONEY}


class OverTime(StrEnum):
    """How the figure of several periods follows from each period's."""

    FLOW = "flow"
    OPENING = "opening"
    CLOSING = "closing"
    RECOMPUTED = "recomputed"
    STOCK = "stock"
    NOT_DERIVABLE = "not_derivable"


class OverUnits(StrEnum):
    """How the figure of several units follows from each unit's."""

    SUM = "sum"
    RECOMPUTED = "recomputed"
    CONCATENATE = "concatenate"
    DEPARTMENTS_ONLY = "departments_only"


class Severity(StrEnum):
    """What a finding demands: mending, a written giải trình, or nothing."""

    BLOCKING = "blocking"
    EXPLAIN = "explain"
    NOTE = "note"


class FormulaKind(StrEnum):
    """How a computed column follows from its parts."""

    SUM = "sum"  # a + b + …
    DIFFERENCE = "difference"  # a − b
    PERCENT = "percent"  # a / b × 100, two decimals, empty when b is 0


@dataclass(frozen=True, slots=True)
class Formula:
    """How a column follows from others of the same row; `parts` are column numbers."""

    kind: FormulaKind
    parts: tuple[int, ...]

    def __str__(self) -> str:
        """`(4) + (5) + (6)`, `(10) − (11)`, `(12) / (10) × 100`."""
        joiner = {FormulaKind.SUM: " + ", FormulaKind.DIFFERENCE: " − ", FormulaKind.PERCENT: " / "}[self.kind]
        text = joiner.join(f"({part})" for part in self.parts)
        return f"{text} × 100" if self.kind is FormulaKind.PERCENT else text


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the form. `number` is the official one printed above the data rows."""

    number: int
    key: str
    kind: ColumnKind
    label: tuple[str, ...]  # path through the header rows, outermost first
    over_time: OverTime = OverTime.NOT_DERIVABLE
    over_units: OverUnits = OverUnits.SUM
    formula: Formula | None = None
    optional: bool = False  # a blank is allowed in a row that is otherwise filled

    @property
    def is_figure(self) -> bool:
        return self.kind in {ColumnKind.COUNT, ColumnKind.MONEY, ColumnKind.PERCENT}

    @property
    def title(self) -> str:
        return " – ".join(self.label)


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A merged cell of the header: rows and columns are 1-based and inclusive."""

    text: str
    rows: tuple[int, int]
    columns: tuple[int, int]


@dataclass(frozen=True, slots=True)
class BalanceRule:
    """Σ left  op  Σ right within one row; `op` is one of `=`, `<=`, `>=`."""

    code: str
    left: tuple[int, ...]
    op: str
    right: tuple[int, ...]
    severity: Severity
    text: str  # Vietnamese, shown to the clerk

    @property
    def columns(self) -> tuple[int, ...]:
        return (*self.left, *self.right)


@dataclass(frozen=True, slots=True)
class CarryOverRule:
    """Opening `column` of this period equals `source` (closing) of the period before, per row."""

    code: str
    column: int
    source: int
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class YearRule:
    """In the annual report each column of `columns` is at least the sum of Q1–Q3, per row (Q4 is not filed)."""

    code: str
    columns: tuple[int, ...]
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class CrossFormRule:
    """Total of `column` equals total of `other_column` of form `other`, same unit, where the unit owes both.

    `levels` empty means every level.
    """

    code: str
    column: int
    other: str
    other_column: int
    levels: tuple[str, ...]
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class InSetRule:
    """Column holds one of `values`."""

    code: str
    column: int
    values: tuple[str, ...]
    severity: Severity
    text: str


Rule = BalanceRule | CarryOverRule | YearRule | CrossFormRule | InSetRule | UsualRule


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the regime, as filed by one unit and as consolidated."""

    code: str  # "II.06a", also the sheet name
    number: str  # "II.06a/VPCP/KSTT", printed as biểu số
    title: str
    legal: str
    measure: str  # "Hồ sơ TTHC"
    standing: str  # confirmed | working
    sources: tuple[str, ...]
    row_kind: RowKind
    header: tuple[HeaderCell, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    spare_rows: int
    total_label: str
    transfer: tuple[int, int] | None = None  # (passed on, received anew): shown beside the provincial total
    max_value: int = 10**13
    _by_number: dict[int, Column] = field(init=False, repr=False, compare=False)
    _figures: tuple[Column, ...] = field(init=False, repr=False, compare=False)
    _computed: tuple[Column, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_number", {column.number: column for column in self.columns})
        object.__setattr__(self, "_figures", tuple(column for column in self.columns if column.is_figure))
        object.__setattr__(self, "_computed", _in_order(self.columns))

    def __getitem__(self, number: int) -> Column:
        return self._by_number[number]

    def __contains__(self, number: object) -> bool:
        return number in self._by_number

    @property
    def unit_view(self) -> str:
        """Sheet name of the view by unit: `II.06a (đơn vị)`."""
        return f"{self.code} (đơn vị)"

    @property
    def header_rows(self) -> int:
        return max(cell.rows[1] for cell in self.header)

    @property
    def width(self) -> int:
        return len(self.columns)

    @property
    def name_column(self) -> Column:
        return next(column for column in self.columns if column.kind is ColumnKind.NAME)

    @property
    def data_columns(self) -> tuple[Column, ...]:
        """Every column a unit reports: all but TT and the name of the row (a list reports its name column too)."""
        skipped = {ColumnKind.INDEX} if self.row_kind is RowKind.LIST else {ColumnKind.INDEX, ColumnKind.NAME}
        return tuple(column for column in self.columns if column.kind not in skipped)

    @property
    def figures(self) -> tuple[Column, ...]:
        return self._figures

    @property
    def inputs(self) -> tuple[Column, ...]:
        """Columns a clerk types."""
        return tuple(column for column in self.data_columns if column.formula is None)

    @property
    def computed(self) -> tuple[Column, ...]:
        """Columns with a formula, in an order in which each follows from those before it."""
        return self._computed

    @property
    def balances(self) -> Iterator[BalanceRule]:
        return (rule for rule in self.rules if isinstance(rule, BalanceRule))

    @property
    def carry_overs(self) -> Iterator[CarryOverRule]:
        return (rule for rule in self.rules if isinstance(rule, CarryOverRule))

    @property
    def year_rules(self) -> Iterator[YearRule]:
        return (rule for rule in self.rules if isinstance(rule, YearRule))

    @property
    def cross_forms(self) -> Iterator[CrossFormRule]:
        return (rule for rule in self.rules if isinstance(rule, CrossFormRule))

    @property
    def usual_rules(self) -> Iterator[UsualRule]:
        """Rules on what is usual, retired ones included."""
        return (rule for rule in self.rules if isinstance(rule, UsualRule))


def _in_order(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Computed columns, each after those it reads; ValueError when a formula comes back to itself."""
    done: list[Column] = []
    waiting = [column for column in columns if column.formula]
    while waiting:
        pending = {column.number for column in waiting}
        ready = [c for c in waiting if c.formula and not pending.intersection(c.formula.parts)]
        if not ready:
            raise ValueError(f"formulas of columns {sorted(pending)} read each other")
        done += ready
        waiting = [column for column in waiting if column not in ready]
    return tuple(done)
