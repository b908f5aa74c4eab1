"""The order of judgement: earlier periods first, and of one unit and period one file after the other, as they came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tonghop.domain.period import Period
from tonghop.steps.intake import Readable, Received, Refusal

Order = tuple[int, int, bool]


@dataclass(frozen=True)
class Waiting:
    """A file that was read and waits for judgement; `token` names it among the others."""

    token: str
    one: Received
    outcome: Readable | Refusal

    @property
    def period(self) -> Period | None:
        """The period the file counts in; None when no period is being reported."""
        return self.outcome.period

    def of(self, outcome: Readable | Refusal) -> Waiting:
        """The same file with another outcome."""
        return replace(self, outcome=outcome)


@dataclass(frozen=True)
class Wave:
    """Files that may be judged together: of one period, and no two of one unit."""

    period: Period | None
    files: list[Waiting]


def in_waves(files: Iterable[Waiting]) -> list[Wave]:
    """`files`, given in the order they came, in waves to be judged one after the other."""
    turns: Counter[tuple[object, ...]] = Counter()
    waves: dict[tuple[Order, int], Wave] = {}
    for waiting in files:
        of_unit = (waiting.period, waiting.one.unit.key)
        at = (_order(waiting.period), turns[of_unit])
        turns[of_unit] += 1
        waves.setdefault(at, Wave(waiting.period, [])).files.append(waiting)
    return [waves[at] for at in sorted(waves)]


def _order(period: Period | None) -> Order:
    return (period.year, period.last_month, period.is_year) if period else (0, 0, False)
