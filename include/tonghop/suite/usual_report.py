"""The evidence of a finding on what is usual, as a unit reads it: `quý trước 1.204, quý này 12.040: gấp 10 lần`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tonghop.domain.period import Period
from tonghop.domain.text import figure
from tonghop.domain.usual import ShareRule
from tonghop.domain.value import Value, percent
from tonghop.suite.columns import Name, Role
from tonghop.suite.frames import FormFrame, Line
from tonghop.suite.usual import Known, rises
from tonghop.suite.usual_expectation import Group, unusual
from tonghop.suite.usual_frames import Figure

Kwargs = dict[str, Any]
Words = tuple[str, str, str]  # what was found, what is expected (the same as long as the figures are), one sentence
_PEERS = "trung vị của các đơn vị cùng cấp"


def usual_words(frame: FormFrame, line: Line, kwargs: Kwargs, rule: str) -> Iterator[tuple[tuple[int, ...], Words]]:
    """For each unusual group of figures of `line`: the form's own columns in it (none: all), and what to tell.

    `line` failed the check with `kwargs` of the rule with code `rule`.
    """
    for group in map(Group.parse, kwargs["figures"]):
        evidence = _Evidence(frame, line, group, kwargs["limits"], rule)
        if evidence.known and unusual(kwargs["condition"], evidence.sides, kwargs["limits"]):
            yield evidence.own, _WORDS[kwargs["condition"]](evidence)


class _Evidence:
    """A group of figures of a failing line, in words."""

    def __init__(self, frame: FormFrame, line: Line, group: Group, limits: Kwargs, rule: str) -> None:
        self.frame, self.line, self.group, self.limits, self.rule = frame, line, group, limits, rule

    @property
    def sides(self) -> list[Known]:
        return [self.figures(side) for side in self.group.sides]

    def figures(self, names: Sequence[str]) -> list[Figure | None]:
        return [_number(self.line.values.get(name)) for name in names]

    @property
    def known(self) -> bool:
        now, whole, _ = self.sides
        return None not in now and None not in whole

    @property
    def own(self) -> tuple[int, ...]:
        read = (Name.parse(text) for text in self.group.names)
        mine = (name.number for name in read if name.role in {Role.FILED, Role.FORM, Role.GONE})
        return tuple(dict.fromkeys(mine))

    @property
    def number(self) -> int:
        return self.own[0]

    @property
    def column(self) -> str:
        """`Cột (4)`, or `Tổng cột (4)` where rows were added up."""
        summed = Name.parse(self.group.now[0]).role is Role.FORM and self.line.row_key != self.line.entry.unit
        return f"{'Tổng cột' if summed else 'Cột'} ({self.number})"

    @property
    def present(self) -> str:
        """`quý này`, `năm nay`."""
        period = self.frame.period
        if period is None:
            return "kỳ này"
        return "năm nay" if period.is_year else "quý này"

    @property
    def kind(self) -> str:
        period = self.frame.period
        if period is None:
            return "kỳ"
        return "năm" if period.is_year else "quý"

    def back(self, back: int) -> str:
        """How the period `back` periods of the kind ago is called: `quý trước`, `quý I/2024`."""
        then = self.line.entry.past[back - 1] if back <= len(self.line.entry.past) else None
        if then is None or self.frame.period is None:
            return f"{self.kind} trước" if back == 1 else f"{back} {self.kind} trước"
        if _ordinal(then.period) + 1 == _ordinal(self.frame.period):
            return f"{self.kind} trước"
        return then.period.label[:1].lower() + then.period.label[1:]

    def values(self, names: Sequence[str]) -> list[Figure]:
        return [value for value in self.figures(names) if value is not None]

    @property
    def before(self) -> list[tuple[int, Figure]]:
        """(periods back, figure) of the earlier figures that are known, the last period first."""
        known = enumerate(self.figures(self.group.beside), start=1)
        return [(back, value) for back, value in known if value is not None]

    def told(self, before: Sequence[tuple[int, Figure]]) -> str:
        """`quý I/2024 5, quý trước 9`"""
        return ", ".join(f"{self.back(back)} {figure(value)}" for back, value in reversed(before))


def _number(value: Value | None) -> Figure | None:
    return value if isinstance(value, int | Decimal) else None


def _ordinal(period: Period) -> int:
    return period.year if period.is_year else period.year * 4 + period.quarter


def _one_place(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    whole = rounded.to_integral_value()
    return whole if rounded == whole else rounded


def _times(now: Fraction, then: Fraction) -> str:
    if now <= 0:
        return "giảm về 0"
    if now >= then:
        return f"gấp {figure(_one_place(now / then))} lần"
    return f"giảm {figure(_one_place(then / now))} lần"


def _jump(of: _Evidence) -> Words:
    [now], before = of.values(of.group.now), of.before
    mean = Fraction(sum(value for _, value in before)) / len(before)
    if len(before) == 1:
        then = of.told(before)
    else:
        then = f"bình quân {len(before)} {of.kind} trước {figure(_one_place(mean))}"
    factor = figure(Decimal(str(of.limits["factor"])))
    expected = f"không tăng hoặc giảm từ {factor} lần trở lên so với {then}"
    message = f"{of.column} {then}, {of.present} {figure(now)}: {_times(Fraction(now), mean)}."
    return f"({of.number}) = {figure(now)}", expected, message


def _zero(of: _Evidence) -> Words:
    before = of.told(of.before)
    nil = of.line.entry.filed.nil
    found = "không phát sinh" if nil else f"({of.number}) = 0"
    now = "không phát sinh" if nil else "bằng 0"
    return found, f"khác 0 như {before}", f"{of.column} {of.present} {now}, trong khi {before}."


def _vanished(of: _Evidence) -> Words:
    figures = ", ".join(
        f"({number}) = {figure(value)}" for number, value in zip(of.own, of.values(of.group.beside), strict=True)
    )
    found = "để trống" if of.line.row is not None else "không còn trong biểu"
    then = of.back(1)
    return found, f"có số liệu như {then}: {figures}", f"Dòng {found}, trong khi {then} {figures}."


def _growth(of: _Evidence) -> Words:
    [now], before, periods = of.values(of.group.now), of.before, int(of.limits.get("periods", 0))
    found, expected = f"({of.number}) = {figure(now)}", f"không tăng so với {of.told(before[:1])}"
    if rises(now, [value for _, value in before], periods):
        grown = f"{of.column} {of.told(before[:periods])}, {of.present} {figure(now)}"
        return found, expected, f"{grown}: tăng {periods} {of.kind} liên tiếp."
    last = before[:1]
    times = _times(Fraction(now), Fraction(last[0][1]))
    return found, expected, f"{of.column} {of.told(last)}, {of.present} {figure(now)}: {times}."


def _share(of: _Evidence) -> Words:
    part, whole = sum(of.values(of.group.now)), sum(of.values(of.group.whole))
    mine, (median, peers) = percent(part, whole) or Decimal(0), of.values(of.group.beside)
    rules = (rule for rule in of.frame.form.usual_rules if isinstance(rule, ShareRule) and rule.code == of.rule)
    title = next((rule.title for rule in rules), "Tỷ lệ")
    side = "thấp" if mine < median else "cao"
    apart = f"{side} hơn {figure(abs(mine - median))} điểm phần trăm"
    found = f"{figure(mine)}% ({figure(part)} trên {figure(whole)})"
    distance = figure(Decimal(str(of.limits["distance"])))
    expected = f"không lệch quá {distance} điểm phần trăm so với {_PEERS}"
    median_words = f"trung vị của {figure(peers)} đơn vị cùng cấp là {figure(median)}%"
    return found, expected, f"{title} là {found}, {median_words}: {apart}."


def _unchanged(of: _Evidence) -> Words:
    [same] = of.values(of.group.beside)
    found = f"giống hệt {of.back(1)}"
    message = f"Toàn bộ số liệu của biểu {found} ({figure(same)} số khác 0 không thay đổi)."
    return found, f"số liệu của {of.present}", message


_WORDS: dict[str, Callable[[_Evidence], Words]] = {
    "jump": _jump,
    "zero": _zero,
    "vanished": _vanished,
    "growth": _growth,
    "share": _share,
    "unchanged": _unchanged,
}
