"""Checks of rules on what is usual: figures that can be added and compared, thresholds that something can reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from tonghop.domain.form import ColumnKind, OverTime, OverUnits, RowKind
from tonghop.domain.text import figure
from tonghop.domain.usual import Per
from tonghop.specs import models
from tonghop.specs import usual_models as usual
from tonghop.specs.column_checks import is_figure
from tonghop.specs.source import Problems, repeated

LARGEST = 10**13  # a figure above it is refused as it is read (`Form.max_value`)


def check_usual(file: str, form: models.FormModel, where: str, rule: usual.UsualModel, problems: Problems) -> None:
    """Add a problem for everything in `rule` that cannot be, or that makes it a rule that can never fire."""
    check = _Usual(form, rule)
    for key, message in check.mistakes():
        problems.add(file, f"{where}{key}", message)


def meanings(rule: usual.UsualModel) -> Iterator[object]:
    """What the rule says, a part for each figure it watches: two rules that share one repeat each other.

    A retired rule may stand beside the one that took its place.
    """
    if isinstance(rule, usual.JumpModel | usual.ZeroModel):
        yield from ((rule.kind, rule.per, column, rule.retired) for column in rule.columns)
    elif isinstance(rule, usual.GrowthModel):
        yield rule.kind, rule.per, rule.column, rule.retired
    elif isinstance(rule, usual.ShareModel):
        yield rule.kind, frozenset(rule.part), frozenset(rule.whole), rule.retired
    else:
        yield type(rule), rule.retired


class _Usual:
    """The mistakes of one rule, as (key inside the rule, message)."""

    def __init__(self, form: models.FormModel, rule: usual.UsualModel) -> None:
        self.form = form
        self.rule = rule
        self.columns = {column.number: column for column in form.columns}

    def mistakes(self) -> Iterator[tuple[str, str]]:
        rule = self.rule
        if self.form.row_kind is RowKind.LIST:
            yield "", "biểu danh sách không có số liệu so sánh được: quy tắc không bao giờ áp dụng"
        if isinstance(rule, usual.JumpModel):
            yield from self._added(".columns", rule.columns)
            yield from self._reachable(".factor", rule.factor * rule.least)
        elif isinstance(rule, usual.ZeroModel):
            yield from self._added(".columns", rule.columns)
            yield from self._reachable(".least", rule.least)
        elif isinstance(rule, usual.VanishedModel):
            yield from self._vanished(rule)
        elif isinstance(rule, usual.GrowthModel):
            yield from self._growth(rule)
        elif isinstance(rule, usual.ShareModel):
            yield from self._share(rule)
        elif isinstance(rule, usual.UnchangedModel):
            yield from self._unchanged(rule)
        if getattr(rule, "per", None) is Per.ROW and self.form.row_kind is RowKind.UNITS:
            yield ".per", "biểu này mỗi đơn vị một dòng: ghi per: form"

    def _added(self, key: str, numbers: Iterable[int]) -> Iterator[tuple[str, str]]:
        """Columns whose figures can be added up over the rows."""
        listed = tuple(numbers)
        for twice in repeated(listed):
            yield key, f"cột {twice} đứng hai lần"
        for number in dict.fromkeys(listed):
            column = self.columns.get(number)
            if column is None:
                yield key, f"không có cột {number}"
            elif not is_figure(column):
                yield key, f"cột {number} không phải cột số"
            elif column.kind is ColumnKind.PERCENT:
                yield key, f"cột {number} là tỷ lệ: không cộng được qua các dòng"
            elif column.over_units is OverUnits.CONCATENATE:
                yield key, f"cột {number} chỉ liệt kê, không có tổng để so"

    def _reachable(self, key: str, bound: int | Decimal) -> Iterator[tuple[str, str]]:
        if bound > LARGEST:
            yield key, f"chỉ báo khi có số từ {figure(bound)} trở lên, quá số lớn nhất được nhập: không bao giờ báo"

    def _vanished(self, rule: usual.VanishedModel) -> Iterator[tuple[str, str]]:
        yield from self._added(".columns", rule.columns)
        yield from self._reachable(".least", rule.least)
        if self.form.row_kind is RowKind.UNITS:
            yield "", "biểu này mỗi đơn vị một dòng: không dòng nào mất đi được, quy tắc không bao giờ báo"

    def _growth(self, rule: usual.GrowthModel) -> Iterator[tuple[str, str]]:
        yield from self._added(".column", (rule.column,))
        yield from self._reachable(".least", rule.least)
        column = self.columns.get(rule.column)
        if column is not None and column.over_time is not OverTime.CLOSING:
            yield ".column", f"cột {rule.column} phải khai over_time: closing, đang là {column.over_time}"
        if not rule.periods and rule.factor is None:
            yield "", "cần periods hoặc factor: không có thì quy tắc không bao giờ báo"

    def _share(self, rule: usual.ShareModel) -> Iterator[tuple[str, str]]:
        yield from self._added(".part", rule.part)
        yield from self._added(".whole", rule.whole)
        yield from self._reachable(".least", rule.least)

    def _unchanged(self, rule: usual.UnchangedModel) -> Iterator[tuple[str, str]]:
        counted = [
            column
            for column in self.form.columns
            if column.kind.is_whole and not column.formula and column.over_time is not OverTime.STOCK
        ]
        if not counted or (self.form.row_kind is RowKind.UNITS and rule.least > len(counted)):
            message = f"biểu chỉ có {len(counted)} số nhập được tính (không kể số tại thời điểm): không bao giờ báo"
            yield ".least", message
