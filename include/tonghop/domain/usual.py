"""Rules on what is usual: figures that add up and yet deserve a second look.

Each compares a form with the unit's own past (accepted periods of the same kind: quarters with quarters, years with
years) or with units of its level. All thresholds are data. A rule is silent where there is no such past, and for
periods after the day it was `retired`. None is laid down in law: a finding asks for a giải trình or only informs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # form.py holds the union of all rules
    from tonghop.domain.form import Severity


class Per(StrEnum):
    """What a rule looks at: every data row by itself, or the sum of the form's rows."""

    ROW = "row"
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualRule:
    """What all of them declare: `code` names the rule in reports, `text` is what it looks for, in Vietnamese."""

    code: str
    severity: Severity
    text: str
    retired: date | None = None

    @property
    def depth(self) -> int:
        """How many earlier periods it reads."""
        return 1

    def in_force(self, last_day: date) -> bool:
        """Whether it runs for a period whose data window ends on `last_day`."""
        return self.retired is None or last_day <= self.retired

    def can_run(self, known: Sequence[bool]) -> bool:
        """Whether the past suffices; `known[0]`: the last period of the kind stands accepted, `known[1]`: before it."""
        return len(known) >= self.depth and all(known[: self.depth])


@dataclass(frozen=True, slots=True, kw_only=True)
class JumpRule(UsualRule):
    """A figure is `factor` times the mean of the last `periods` (those that stand), or that mean is `factor` times it.

    A figure under `least` counts as `least` in the comparison, so that small numbers do not annoy; a mean of 0 is not
    compared with: work that begins is no jump.
    """

    per: Per
    columns: tuple[int, ...]
    periods: int
    factor: Decimal
    least: int

    @property
    def depth(self) -> int:
        return self.periods

    def can_run(self, known: Sequence[bool]) -> bool:
        return any(known[: self.periods])


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRule(UsualRule):
    """A rate, Σ `part` / Σ `whole` of the form, is over `distance` percentage points from the median of its level.

    The median is of the other units of the level in the same period whose whole is at least `least`; with fewer than
    `peers` of them it says nothing. `levels` empty means every level.
    """

    title: str
    part: tuple[int, ...]
    whole: tuple[int, ...]
    distance: Decimal
    least: int
    peers: int
    levels: tuple[str, ...]

    @property
    def depth(self) -> int:
        return 0

    @property
    def rate(self) -> str:
        """The rate by its columns: `8+9/7`."""
        return "/".join("+".join(map(str, side)) for side in (self.part, self.whole))

    def applies_to(self, level: str) -> bool:
        return not self.levels or level in self.levels


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroRule(UsualRule):
    """A figure is 0 that was at least `least` in each of the last `periods`."""

    per: Per
    columns: tuple[int, ...]
    periods: int
    least: int

    @property
    def depth(self) -> int:
        return self.periods


@dataclass(frozen=True, slots=True, kw_only=True)
class VanishedRule(UsualRule):
    """A row whose `columns` added up to at least `least` in the last period is blank or gone now."""

    columns: tuple[int, ...]
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthRule(UsualRule):
    """A backlog grew in each of the last `periods` steps, or to `factor` times the last period's; by `least` or more.

    `periods` 0 or `factor` None: that half of the rule is off.
    """

    per: Per
    column: int
    periods: int
    factor: Decimal | None
    least: int

    @property
    def depth(self) -> int:
        return self.periods or 1

    def can_run(self, known: Sequence[bool]) -> bool:
        steady = self.periods > 0 and len(known) >= self.periods and all(known[: self.periods])
        return steady or (self.factor is not None and any(known[:1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnchangedRule(UsualRule):
    """Every typed figure of the form equals the last period's, `least` or more of them not 0 (stocks not counted)."""

    least: int
