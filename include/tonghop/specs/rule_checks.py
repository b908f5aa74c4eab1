"""Checks of a form's rules: columns that exist, and no rule that can never fire or never be kept.

A rule that holds whatever is typed hides a mistake in the spec; one that contradicts the form's own formulas would
send back every honest filing. Both are found by writing each side as a sum of typed columns, which are never negative.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from tonghop.domain.form import ColumnKind, FormulaKind, OverTime, OverUnits, RowKind
from tonghop.specs import models
from tonghop.specs.column_checks import is_figure, parts_of
from tonghop.specs.source import Problems, repeated
from tonghop.specs.usual_checks import check_usual, meanings
from tonghop.specs.usual_models import ShareModel, UsualModel

Columns = Mapping[int, models.ColumnModel]


def check_rules(file: str, model: models.FormModel, problems: Problems) -> None:
    """Add a problem for every mistake in `model.rules` and `model.transfer`."""
    check = _Rules(file, model, problems)
    for position, rule in enumerate(model.rules):
        check.rule(f"rules.{position}", rule)
    check.repeats()
    if model.transfer:
        check.known("transfer", (model.transfer.passed_on, model.transfer.received))


class _Rules:
    """The checks of one form's rules; each adds to `problems` and goes on."""

    def __init__(self, file: str, model: models.FormModel, problems: Problems) -> None:
        self.file = file
        self.model = model
        self.problems = problems
        self.columns: Columns = {column.number: column for column in model.columns}

    def _add(self, key: str, message: str) -> None:
        self.problems.add(self.file, key, message)

    def known(self, where: str, numbers: Iterable[int]) -> bool:
        """Whether every number is a column of figures, each named once."""
        before = len(self.problems.found)
        listed = tuple(numbers)
        for twice in repeated(listed):
            self._add(where, f"cột {twice} đứng hai lần")
        for number in dict.fromkeys(listed):
            if number not in self.columns:
                self._add(where, f"không có cột {number}")
            elif not is_figure(self.columns[number]):
                self._add(where, f"cột {number} không phải cột số")
        return len(self.problems.found) == before

    def rule(self, where: str, rule: models.RuleModel) -> None:
        if isinstance(rule, models.BalanceModel):
            self._balance(where, rule)
        elif isinstance(rule, models.CarryOverModel):
            self._not_a_list(where)
            if self.known(where, (rule.column, rule.source)):
                self._over_time(f"{where}.column", rule.column, OverTime.OPENING)
                self._over_time(f"{where}.source", rule.source, OverTime.CLOSING)
        elif isinstance(rule, models.YearModel):
            self._not_a_list(where)
            if self.known(where, rule.columns):
                for number in rule.columns:
                    self._over_time(f"{where}.columns", number, OverTime.FLOW)
        elif isinstance(rule, models.CrossFormModel):
            self._cross_form(where, rule)
        elif isinstance(rule, models.InSetModel):
            self._in_set(where, rule)
        else:
            self._usual(where, rule)

    def _balance(self, where: str, rule: models.BalanceModel) -> None:
        if not self.known(where, (*rule.left, *rule.right)):
            return
        weights = self._weights(rule)
        if weights is None:
            return
        highest, lowest = max(weights.values(), default=0), min(weights.values(), default=0)
        holds = {"=": not weights, "<=": highest <= 0, ">=": lowest >= 0}[rule.op]
        only_zero = {"=": highest <= 0 or lowest >= 0, "<=": lowest >= 0, ">=": highest <= 0}[rule.op]
        if holds:
            self._add(where, "luôn đúng theo công thức các cột: quy tắc không bao giờ báo lỗi")
        elif only_zero:
            listed = ", ".join(f"({number})" for number in sorted(weights))
            self._add(where, f"trái với công thức các cột: chỉ đúng khi các cột {listed} đều bằng 0")

    def _weights(self, rule: models.BalanceModel) -> dict[int, int] | None:
        """Left less right in typed columns; None when a rate stands in it or the formulas themselves are wrong."""
        weights: Counter[int] = Counter()
        try:
            for side, sign in ((rule.left, 1), (rule.right, -1)):
                for number in side:
                    self._spread(number, sign, weights, ())
        except _NotLinearError:
            return None
        return {number: weight for number, weight in weights.items() if weight}

    def _spread(self, number: int, sign: int, weights: Counter[int], path: tuple[int, ...]) -> None:
        column = self.columns.get(number)
        if column is None or number in path or column.kind is ColumnKind.PERCENT:
            raise _NotLinearError
        if not column.formula:
            weights[number] += sign
            return
        subtracts = FormulaKind.DIFFERENCE in column.formula
        for position, part in enumerate(parts_of(column)):
            self._spread(part, -sign if subtracts and position else sign, weights, (*path, number))

    def _cross_form(self, where: str, rule: models.CrossFormModel) -> None:
        known = self.known(f"{where}.column", (rule.column,))
        if known and self.columns[rule.column].over_units is OverUnits.CONCATENATE:
            self._add(f"{where}.column", f"cột {rule.column} chỉ liệt kê, không có tổng để so")
        if rule.other == self.model.code:
            self._add(f"{where}.other", "so biểu với chính nó: quy tắc không bao giờ áp dụng")

    def _in_set(self, where: str, rule: models.InSetModel) -> None:
        column = self.columns.get(rule.column)
        named = {ColumnKind.TEXT, ColumnKind.NAME} if self.model.row_kind is RowKind.LIST else {ColumnKind.TEXT}
        if column is None:
            self._add(f"{where}.column", f"không có cột {rule.column}")
        elif column.kind not in named:
            self._add(f"{where}.column", f"cột {rule.column} không phải cột chữ do đơn vị nhập")
        for value in repeated(rule.values):
            self._add(f"{where}.values", f"giá trị “{value}” lặp lại")

    def _usual(self, where: str, rule: UsualModel) -> None:
        check_usual(self.file, self.model, where, rule, self.problems)
        if isinstance(rule, ShareModel):
            sides = models.BalanceModel(kind="balance", left=rule.part, op="=", right=rule.whole)
            if self._weights(sides) == {}:
                self._add(where, "tử số và mẫu số là một: tỷ lệ luôn là 100%, quy tắc không bao giờ báo")

    def _not_a_list(self, where: str) -> None:
        if self.model.row_kind is RowKind.LIST:
            self._add(where, "biểu danh sách không có dòng nối tiếp giữa các kỳ: quy tắc không bao giờ áp dụng")

    def _over_time(self, where: str, number: int, wanted: OverTime) -> None:
        column = self.columns[number]
        if column.over_time is not wanted:
            self._add(where, f"cột {number} phải khai over_time: {wanted}, đang là {column.over_time}")

    def repeats(self) -> None:
        """Two rules that say the same would report every mistake twice."""
        seen: dict[object, int] = {}
        for position, rule in enumerate(self.model.rules):
            said = tuple(meanings(rule)) if isinstance(rule, UsualModel) else (self._meaning(rule),)
            twin = next((seen[meaning] for meaning in said if meaning in seen), None)
            if twin is not None:
                self._add(f"rules.{position}", f"trùng với quy tắc rules.{twin}")
            for meaning in said:
                seen.setdefault(meaning, position)

    def _meaning(self, rule: models.FixedModel) -> object:
        if isinstance(rule, models.BalanceModel):
            weights = self._weights(rule)
            if not weights:
                return rule.left, rule.op, rule.right
            turned = rule.op == ">=" or (rule.op == "=" and weights[min(weights)] < 0)
            sign = -1 if turned else 1
            return rule.op == "=", frozenset((number, sign * weight) for number, weight in weights.items())
        if isinstance(rule, models.YearModel):
            return rule.kind
        if isinstance(rule, models.CarryOverModel | models.InSetModel):
            return rule.kind, rule.column
        return rule.kind, rule.column, rule.other, rule.other_column


class _NotLinearError(Exception):
    """A side of a comparison is not a sum of typed columns."""
