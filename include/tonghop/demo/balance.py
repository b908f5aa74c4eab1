"""Rows of figures that obey a form's own rules by construction, whatever the form.

Every balance rule becomes a link from the columns that lead to those that follow: in `4 + 5 + 6 = 8 + … + 13` the
received dossiers lead and are split over the outcomes; in `10 <= 8 + 9` the bound leads. Columns that follow from no
link are free. Nothing here knows a form, and nothing asks Great Expectations whether the result is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from tonghop.demo.profile import hint
from tonghop.domain.errors import TonghopError
from tonghop.domain.form import BalanceRule, Form, FormulaKind, OverTime
from tonghop.domain.value import recompute

Row = dict[int, int]


@dataclass(frozen=True, slots=True)
class Link:
    """Σ follow = Σ lead when `exact`, else Σ follow ≤ Σ lead; both are input columns."""

    lead: tuple[int, ...]
    follow: tuple[int, ...]
    exact: bool


@dataclass(frozen=True)
class Dice:
    """Chance of one unit and form: `now` differs by period, `ever` is the same in all of them (stocks, habits)."""

    now: Random
    ever: Random


class Balance:
    """The links of a form, in the order in which they can be worked off."""

    def __init__(self, form: Form, given: Iterable[int] = ()) -> None:
        """`given`: columns whose figures come from elsewhere (another form); openings are known from the spec."""
        self.form = form
        known = {*given, *(rule.column for rule in form.carry_overs)}
        links = [link for link in self._links(known) if link.lead and link.follow]
        self.links = _ordered(links)
        driven = {number for link in self.links for number in link.follow}
        whole = [column.number for column in form.inputs if column.kind.is_whole]
        self.free = tuple(number for number in whole if number not in driven)

    def _links(self, known: set[int]) -> Iterable[Link]:
        for rule in self.form.balances:
            left, right = self._inputs(rule.left), self._inputs(rule.right)
            right_is_known = known.intersection(right) and not known.intersection(left)
            if rule.op == "<=" or (rule.op == "=" and right_is_known):
                left, right = right, left
            yield Link(left, right, exact=rule.op == "=")
        for column in self.form.computed:
            if column.formula and column.formula.kind is FormulaKind.DIFFERENCE:
                first, *rest = column.formula.parts
                yield Link(self._inputs((first,)), self._inputs(rest), exact=False)

    def _inputs(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """`numbers` with sums replaced by their parts, down to the columns a clerk types."""
        found: list[int] = []
        for number in numbers:
            formula = self.form[number].formula
            if formula is None:
                found.append(number)
            elif formula.kind is FormulaKind.SUM:
                found += self._inputs(formula.parts)
        return tuple(found)

    def complete(self, row: Mapping[int, int], dice: Dice, weights: Mapping[int, float]) -> Row:
        """`row` with its free columns given, as a whole row of inputs; TonghopError when the rules cannot be met."""
        full = dict(row)
        for link in self.links:
            still = all(self.form[number].over_time is OverTime.STOCK for number in link.follow)
            rng = dice.ever if still else dice.now
            open_columns = [number for number in link.follow if number not in full]
            budget = sum(full.get(number, 0) for number in link.lead)
            budget -= sum(full.get(number, 0) for number in link.follow)
            if open_columns and not link.exact:
                budget = self._bounded(budget, open_columns[0], rng)
            full.update(zip(open_columns, split(budget, [weights[n] for n in open_columns], rng), strict=True))
        self._without_cause(full)
        broken = self.broken(full)
        if broken:
            raise TonghopError(
                f"Không dựng được số liệu giả định cho biểu {self.form.code} theo quy tắc {', '.join(broken)}.",
                "Kiểm tra các quy tắc cân đối trong đặc tả của biểu.",
            )
        return full

    def _bounded(self, budget: int, column: int, rng: Random) -> int:
        about = hint(self.form[column].key)
        share = int(budget * rng.uniform(*about.fill))
        return share - share % about.step

    def _without_cause(self, row: Row) -> None:
        """Set to 0 what makes no sense without another column (costs where nothing is simplified)."""
        figures = recompute(self.form, row)
        by_key = {column.key: figures.get(column.number) for column in self.form.columns}
        for column in self.form.inputs:
            needs = hint(column.key).needs
            if needs in by_key and not by_key[needs] and column.number in row:
                row[column.number] = 0

    def broken(self, row: Mapping[int, int]) -> list[str]:
        """Codes of the balance rules that `row` does not meet, and columns below 0."""
        figures = recompute(self.form, row)
        negative = [f"({number}) >= 0" for number, value in figures.items() if value is not None and value < 0]
        return negative + [rule.code for rule in self.form.balances if not _holds(rule, figures)]


def _holds(rule: BalanceRule, figures: Mapping[int, object]) -> bool:
    left = sum(value for n in rule.left if isinstance(value := figures.get(n), int))
    right = sum(value for n in rule.right if isinstance(value := figures.get(n), int))
    return {"=": left == right, "<=": left <= right, ">=": left >= right}[rule.op]


def _ordered(links: Sequence[Link]) -> tuple[Link, ...]:
    """`links` so that each comes after those its leading columns follow from."""
    done: list[Link] = []
    waiting = list(links)
    while waiting:
        pending = {number for link in waiting for number in link.follow}
        ready = [link for link in waiting if not pending.intersection(link.lead)] or waiting[:1]
        done += ready
        waiting = [link for link in waiting if link not in ready]
    return tuple(done)


def split(total: int, weights: Sequence[float], rng: Random) -> list[int]:
    """`total` in whole parts about as `weights`; chance moves each a little, the largest part takes the rest."""
    if not weights:
        return []
    weights = [weight * rng.uniform(0.85, 1.15) for weight in weights]
    whole = sum(weights)
    parts = [0] * len(weights)
    largest = max(range(len(weights)), key=lambda place: weights[place])
    left = max(total, 0)
    for place, weight in enumerate(weights):
        if place == largest:
            continue
        expected = total * weight / whole
        parts[place] = min(int(expected) + (rng.random() < expected - int(expected)), left)
        left -= parts[place]
    parts[largest] = left
    return parts
