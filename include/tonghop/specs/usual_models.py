"""The YAML of rules on what is usual (`domain.usual` says what each means)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from tonghop.domain.form import Severity
from tonghop.domain.units import Level
from tonghop.domain.usual import Per
from tonghop.specs.strict import Columns, Factor, Least, Periods, Strict, Text


class UsualModel(Strict):
    """Keys every rule on what is usual may have; it is `explain` unless it says `note`."""

    severity: Literal[Severity.EXPLAIN, Severity.NOTE] = Severity.EXPLAIN
    text: str = ""
    retired: date | None = None


class JumpModel(UsualModel):
    """Far from the mean of the last periods."""

    kind: Literal["jump"]
    per: Per
    columns: Columns
    periods: Periods = 1
    factor: Factor
    least: Least


class ShareModel(UsualModel):
    """Far from the median of the units of the same level."""

    kind: Literal["share"]
    title: Text
    part: Columns
    whole: Columns
    distance: Annotated[Decimal, Field(gt=0, lt=100)]
    least: Least
    peers: Annotated[int, Field(ge=3)]
    levels: tuple[Level, ...] = ()


class ZeroModel(UsualModel):
    """Zero where it never was."""

    kind: Literal["zero"]
    per: Per
    columns: Columns
    periods: Periods
    least: Least


class VanishedModel(UsualModel):
    """A row that had figures in the last period and has none."""

    kind: Literal["vanished"]
    columns: Columns
    least: Least


class GrowthModel(UsualModel):
    """A backlog that grows."""

    kind: Literal["growth"]
    per: Per
    column: int
    periods: Annotated[int, Field(ge=0, le=8)] = 0
    factor: Factor | None = None
    least: Least


class UnchangedModel(UsualModel):
    """All figures as in the last period."""

    kind: Literal["unchanged"]
    least: Least
