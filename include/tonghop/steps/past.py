"""The longer past of the units of a batch, and their peers: what rules on what is usual compare with."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tonghop.domain.form import Form
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.regime import Regime
from tonghop.domain.submission import FiledForm
from tonghop.domain.units import Unit
from tonghop.domain.usual import (
    GrowthRule,
    JumpRule,
    Per,
    ShareRule,
    UnchangedRule,
    UsualRule,
    VanishedRule,
    ZeroRule,
)
from tonghop.steps.history import Standing
from tonghop.store import Store
from tonghop.store.sums import UnitSums
from tonghop.suite.frames import column_totals
from tonghop.suite.usual_frames import Past, PastPeriod, Peers

Filed = Sequence[tuple[Unit, FiledForm]]
ReadRows = Callable[[Period, Form], Standing]


class UsualPast:
    """Earlier periods of the same kind and present peers; sums are added up in the store, once for all units."""

    def __init__(self, store: Store, province: Province, period: Period, codes: frozenset[str], rows: ReadRows) -> None:
        """`codes`: units being judged; `rows` reads the rows that stand of a form, for rules that need them."""
        self._store, self._province, self._period, self._codes, self._rows = store, province, period, codes, rows
        self._rules = {form.code: _in_force(form, province, period) for form in province.regime.forms.values()}
        self._earlier = _opened(store, province.regime, period, max(map(_depth, self._rules.values()), default=0))
        forms = [code for code, rules in self._rules.items() if rules]
        known = [then.code for then in self._earlier if then is not None]
        self._sums = store.sums.accepted(known, forms, codes) if known and forms else {}
        self._present: dict[tuple[str, str], UnitSums] | None = None

    def of(self, unit: Unit, form: Form) -> Past:
        """The unit's accepted forms of earlier periods, the last first; () when no rule asks or nothing stands."""
        rules = self._rules[form.code]
        deep = _row_depth(rules)
        past = tuple(
            self._one(unit, form, then, with_rows=back <= deep)
            for back, then in enumerate(self._earlier[: _depth(rules)], start=1)
        )
        return past if any(past) else ()

    def _one(self, unit: Unit, form: Form, then: Period | None, *, with_rows: bool) -> PastPeriod | None:
        """None when nothing of this very unit stands: a unit made by a merger has no past of its own."""
        sums = self._sums.get((then.code, form.code), {}).get(unit.key) if then is not None else None
        if then is None or sums is None:
            return None
        return PastPeriod(then, sums, self._rows(then, form).rows.get(unit.code) if with_rows else None)

    def peers(self, form: Form, filed: Filed) -> dict[str, dict[str, Peers]]:
        """Unit code → rate → the other units of its level, those judged now and those that stand accepted."""
        found: dict[str, dict[str, Peers]] = {unit.code: {} for unit, _ in filed}
        for rule in self._rules[form.code]:
            if isinstance(rule, ShareRule):
                for code, peers in self._beside(rule, form, filed):
                    found[code][rule.rate] = peers
        return found

    def _beside(self, rule: ShareRule, form: Form, filed: Filed) -> Iterator[tuple[str, Peers]]:
        rates = self._rates(rule, form, filed)
        ordered: dict[str, list[Fraction]] = {}
        for level, rate in rates.values():
            ordered.setdefault(level, []).append(rate)
        for of_level in ordered.values():
            of_level.sort()
        for unit, _ in filed:
            level = unit.level.value
            mine = rates.get(unit.code)
            beside = others(ordered.get(level, []), mine[1] if mine else None)
            if beside and rule.applies_to(level):
                yield unit.code, beside

    def _rates(self, rule: ShareRule, form: Form, filed: Filed) -> dict[str, tuple[str, Fraction]]:
        """Unit code → level and rate in percent, of units whose whole is large enough to have one."""
        totals: dict[str, tuple[Unit, Mapping[int, int]]] = {
            unit.code: (unit, _totals(rule, one)) for unit, one in filed if rule.applies_to(unit.level.value)
        }
        tree, judged = self._province.tree(self._period), {unit.code for unit, _ in filed}
        for key, sums in self._standing(form.code).items():
            peer = tree.get(key.code)
            if peer is not None and key.code not in judged and rule.applies_to(peer.level.value):
                totals[key.code] = (peer, sums)
        found = {}
        for code, (unit, known) in totals.items():
            parts, wholes = ([known.get(number, 0) for number in side] for side in (rule.part, rule.whole))
            if sum(wholes) >= rule.least:
                found[code] = (unit.level.value, Fraction(sum(parts) * 100, sum(wholes)))
        return found

    def _standing(self, form: str) -> UnitSums:
        """What stands accepted of `form` in the period itself, of all units."""
        if self._present is None:
            forms = [code for code, rules in self._rules.items() if any(isinstance(r, ShareRule) for r in rules)]
            self._present = self._store.sums.accepted([self._period.code], forms)
        return self._present.get((self._period.code, form), {})


def _in_force(form: Form, province: Province, period: Period) -> tuple[UsualRule, ...]:
    last_day = province.regime.window(period).last
    return tuple(rule for rule in form.usual_rules if rule.in_force(last_day))


def _opened(store: Store, regime: Regime, period: Period, count: int) -> tuple[Period | None, ...]:
    """The last `count` periods of the kind; None for one that was not opened or belongs to another regime version."""
    opened = {known.period for known in store.periods.opened()}
    return tuple(
        then if then.code in opened and regime.window(then).last >= regime.first else None
        for then in regime.earlier(period, count)
    )


def _depth(rules: Sequence[UsualRule]) -> int:
    return max((rule.depth for rule in rules), default=0)


def _row_depth(rules: Sequence[UsualRule]) -> int:
    """How many periods back rows are needed, not only sums."""
    by_row = [r.depth for r in rules if isinstance(r, JumpRule | ZeroRule | GrowthRule) and r.per is Per.ROW]
    return max([*by_row, *(1 for rule in rules if isinstance(rule, VanishedRule | UnchangedRule))], default=0)


def _totals(rule: ShareRule, filed: FiledForm) -> Mapping[int, int]:
    """Sums of the columns of the rate; {} when one of them is not known."""
    totals = column_totals(filed, (*rule.part, *rule.whole))
    known = {number: total for number, total in totals.items() if total is not None}
    return known if len(known) == len(totals) else {}


def others(ordered: Sequence[Fraction], own: Fraction | None) -> Peers | None:
    """Sorted percents without one that is `own`: their median with two places; None where no others are.

    Nothing is copied: this is asked for each unit of a crowd.
    """
    skipped = len(ordered) if own is None else bisect_left(ordered, own)
    count = len(ordered) - (skipped < len(ordered))
    if not count:
        return None
    middle, odd = divmod(count, 2)
    low, high = (ordered[at + (at >= skipped)] for at in (middle if odd else middle - 1, middle))
    exact = (low + high) / 2
    median = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Peers(median, count)
