"""When figures are not usual: the conditions of `domain.usual` on plain numbers, whole ones kept whole.

Each function answers whether the finding is made. A figure that is missing (None) is never compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise

Number = int | Decimal
Known = Sequence[Number | None]
Limits = Mapping[str, int | str]  # numbers that are not whole as text: no threshold passes through a float


def jumps(now: Number, before: Sequence[Number], factor: Fraction, least: int) -> bool:
    """Whether `now` and the mean of `before` are `factor` times apart, figures under `least` counted as `least`.

    Not from nothing: work that begins (a new field) is no jump, and no factor could be told.
    """
    if sum(before) <= 0:
        return False
    low, high = sorted((now * len(before), sum(before)))
    return high * factor.denominator >= factor.numerator * max(low, least * len(before))


def grows(now: Number, before: Sequence[Number], limits: Limits) -> bool:
    """Whether a backlog grew step by step over all of `before` (last period first), or at once by the factor."""
    least, periods, factor = int(limits["least"]), int(limits.get("periods", 0)), limits.get("factor")
    steady = rises(now, before, periods) and now - before[periods - 1] >= least
    sharp = factor is not None and before[0] > 0 and now >= Fraction(factor) * Fraction(before[0])
    return steady or (sharp and now - before[0] >= least)


def rises(now: Number, before: Sequence[Number], periods: int) -> bool:
    """Whether the figure rose in each of the last `periods` steps; not when none is asked for or one is unknown."""
    return 0 < periods <= len(before) and all(later > earlier for later, earlier in pairwise([now, *before[:periods]]))


def rate(part: Number, whole: Number) -> Fraction:
    """`part` of `whole` in percent, exactly; `whole` is not 0."""
    return Fraction(part) * 100 / Fraction(whole)


_exact = cache(Fraction)  # asked for every figure of every unit


def _jump(now: Known, _whole: Known, beside: Known, limits: Limits) -> bool:
    before = [figure for figure in beside if figure is not None]
    if now[0] is None or not before:
        return False
    return jumps(now[0], before, _exact(limits["factor"]), int(limits["least"]))


def _zero(now: Known, _whole: Known, beside: Known, limits: Limits) -> bool:
    return now[0] == 0 and all(figure is not None and figure >= int(limits["least"]) for figure in beside)


def _vanished(_now: Known, _whole: Known, beside: Known, limits: Limits) -> bool:
    return sum(figure for figure in beside if figure is not None) >= int(limits["least"])


def _growth(now: Known, _whole: Known, beside: Known, limits: Limits) -> bool:
    before: list[Number] = []
    for figure in beside:
        if figure is None:
            break
        before.append(figure)
    return now[0] is not None and bool(before) and grows(now[0], before, limits)


def _share(now: Known, whole: Known, beside: Known, limits: Limits) -> bool:
    parts, wholes = [p for p in now if p is not None], [w for w in whole if w is not None]
    median, peers = beside
    if len(parts) < len(now) or len(wholes) < len(whole) or median is None or peers is None:
        return False
    if sum(wholes) < int(limits["least"]) or peers < int(limits["peers"]):
        return False
    return abs(rate(sum(parts), sum(wholes)) - Fraction(median)) > Fraction(limits["distance"])


def _unchanged(now: Known, _whole: Known, beside: Known, limits: Limits) -> bool:
    """`now`: how many figures differ; `beside`: how many are the same and not 0."""
    return now[0] == 0 and beside[0] is not None and beside[0] >= int(limits["least"])


CONDITIONS: dict[str, Callable[[Known, Known, Known, Limits], bool]] = {
    "jump": _jump,
    "share": _share,
    "zero": _zero,
    "vanished": _vanished,
    "growth": _growth,
    "unchanged": _unchanged,
}
