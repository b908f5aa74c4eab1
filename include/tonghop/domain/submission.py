"""A filing as it was read: forms, rows, cells, explanations, paragraphs and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tonghop.domain.value import RawCell, Value


class State(StrEnum):
    """Where a submission stands (ARCHITECTURE: received → … → accepted → superseded, or withdrawn)."""

    RETURNED = "returned"
    INVALID = "invalid"
    AWAITING = "awaiting_explanation"
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"  # sent by mistake: recorded by an operator, counts as never filed


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a data row: its address in the sheet (`D12`), what stood there and what it means.

    `value` is None for a blank and for anything that could not be read as the column demands.
    """

    column: int
    address: str
    raw: RawCell
    value: Value | None = None
    problem: str = ""
    note: str = ""

    @property
    def number(self) -> int | Decimal | None:
        return self.value if isinstance(self.value, (int, Decimal)) else None


@dataclass(frozen=True, slots=True)
class FiledRow:
    """A data row: `key` identifies it over units and periods (see `text.key`), `sheet_row` is 1-based."""

    key: str
    name: str
    sheet_row: int
    cells: dict[int, Cell]
    added: bool = False  # a row the unit added in a spare line

    @property
    def is_blank(self) -> bool:
        """No figure was given in the row: no dossier in that field."""
        return all(cell.value is None and not cell.problem for cell in self.cells.values())

    @property
    def numbers(self) -> dict[int, int | Decimal | None]:
        return {number: cell.number for number, cell in self.cells.items()}


@dataclass(frozen=True, slots=True)
class FiledForm:
    """One form of a workbook; `nil` is the unit's statement that nothing arose ("Không phát sinh")."""

    form: str
    sheet: str
    nil: bool
    rows: tuple[FiledRow, ...]
    total: FiledRow | None

    @property
    def filled(self) -> tuple[FiledRow, ...]:
        return tuple(row for row in self.rows if not row.is_blank)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A giải trình: why a figure that looks wrong is right. `column` 0 stands for the whole row.

    `about` is the sign of the finding that the row was made ready for (`explaining.sign`), "" for a row the unit began
    itself; `complete` is False when the reason picked needs words of the unit's own (it only serves judging: it is not
    kept).
    """

    form: str
    row_key: str
    column: int
    reason: str
    about: str = ""
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The unit's own words under a heading of the report's outline (`heading` is its number, e.g. `I.5`)."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who answers for the figures: compiler, head of the unit, number and date of the signed report."""

    compiler: str = ""
    head: str = ""
    report_number: str = ""
    report_date: date | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose workbook this is: from the hidden sheet, else from the printed header; empty parts were not found."""

    unit_code: str = ""
    unit_name: str = ""
    period: str = ""
    regime: str = ""
    fingerprint: str = ""


@dataclass(frozen=True)
class Filing:
    """A workbook read for one unit and period, before any rule is checked."""

    identity: Identity
    forms: dict[str, FiledForm]
    explanations: tuple[Explanation, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    signature: Signature = field(default_factory=Signature)
