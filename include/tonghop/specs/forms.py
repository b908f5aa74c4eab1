"""From a form's YAML to a `Form`: everything that makes a spec unusable is found here, before any workbook exists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tonghop.domain.form import (
    BalanceRule,
    CarryOverRule,
    Column,
    ColumnKind,
    CrossFormRule,
    Form,
    Formula,
    HeaderCell,
    InSetRule,
    OverTime,
    OverUnits,
    Rule,
    RowKind,
    YearRule,
)
from tonghop.specs import models
from tonghop.specs.source import Problems, Source


def build_form(source: Source, model: models.FormModel, problems: Problems) -> Form | None:
    """`model` as a Form; None after adding its mistakes to `problems`."""
    before = len(problems.found)
    check = _Checker(source.name, model, problems)
    check.columns()
    check.header()
    if len(problems.found) > before:
        return None
    check.formulas()
    check.rules()
    return _form(model) if len(problems.found) == before else None


class _Checker:
    """The semantic checks of one form; each adds to `problems` and goes on."""

    def __init__(self, file: str, model: models.FormModel, problems: Problems) -> None:
        self.file = file
        self.model = model
        self.problems = problems
        self.by_number = {column.number: column for column in model.columns}

    def _add(self, key: str, message: str) -> None:
        self.problems.add(self.file, key, message)

    def columns(self) -> None:
        numbers = [column.number for column in self.model.columns]
        if numbers != list(range(1, len(numbers) + 1)):
            self._add("columns", f"số thứ tự cột phải liên tiếp từ 1, đang là {numbers}")
        for name, times in Counter(column.key for column in self.model.columns).items():
            if times > 1:
                self._add("columns", f"khóa cột “{name}” lặp lại {times} lần")
        kinds = [column.kind for column in self.model.columns[:2]]
        if kinds != [ColumnKind.INDEX, ColumnKind.NAME]:
            self._add("columns", "cột 1 phải là index (TT), cột 2 phải là name (tên dòng)")
        for position, column in enumerate(self.model.columns):
            if self._is_figure(column.number) and column.over_units is None:
                self._add(f"columns.{position}.over_units", f"cột {column.number} chưa khai cách cộng theo đơn vị")

    def _is_figure(self, number: int) -> bool:
        column = self.by_number.get(number)
        return column is not None and column.kind in {ColumnKind.COUNT, ColumnKind.MONEY, ColumnKind.PERCENT}

    def header(self) -> None:
        """The header must tile: every place of its rectangle is covered exactly once."""
        if not self.model.header:
            self._add("header", "chưa khai tiêu đề cột")
            return
        covered = Counter(place for cell in self.model.header for place in _places(cell))
        rows = max(cell.rows[1] for cell in self.model.header)
        wanted = {(row, column) for row in range(1, rows + 1) for column in self.by_number}
        for row, column in sorted(wanted - set(covered)):
            self._add("header", f"tiêu đề hở ở hàng {row}, cột {column}")
        for row, column in sorted(set(covered) - wanted):
            self._add("header", f"tiêu đề vượt ra ngoài bảng ở hàng {row}, cột {column}")
        for (row, column), times in sorted(covered.items()):
            if times > 1:
                self._add("header", f"tiêu đề chồng lên nhau ở hàng {row}, cột {column}")

    def formulas(self) -> None:
        for position, column in enumerate(self.model.columns):
            where = f"columns.{position}.formula"
            if column.formula is None:
                if column.over_units is OverUnits.RECOMPUTED or column.over_time is OverTime.RECOMPUTED:
                    self._add(where, f"cột {column.number} tính lại (recomputed) nhưng không có công thức")
                continue
            if len(column.formula) != 1:
                self._add(where, "mỗi cột chỉ có một công thức")
                continue
            kind, parts = next(iter(column.formula.items()))
            self._known(where, parts)
            if kind != "sum" and len(parts) != 2:
                self._add(where, f"công thức {kind} cần đúng hai cột")
            if self._reaches(column.number, column.number):
                self._add(where, f"công thức của cột {column.number} quay vòng về chính nó")

    def _reaches(self, start: int, goal: int) -> bool:
        """Whether following formulas from `start` comes back to `goal`."""
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            column = self.by_number.get(waiting.pop())
            for parts in (column.formula or {}).values() if column else ():
                if goal in parts:
                    return True
                waiting += [part for part in parts if part not in seen]
                seen.update(parts)
        return False

    def _known(self, where: str, numbers: Iterable[int]) -> None:
        for number in numbers:
            if number not in self.by_number:
                self._add(where, f"không có cột {number}")
            elif not self._is_figure(number):
                self._add(where, f"cột {number} không phải cột số")

    def rules(self) -> None:
        codes = Counter(_rule_code(self.model.code, rule) for rule in self.model.rules)
        for code, times in codes.items():
            if times > 1:
                self._add("rules", f"quy tắc “{code}” lặp lại {times} lần")
        for position, rule in enumerate(self.model.rules):
            self._rule(f"rules.{position}", rule)
        if self.model.transfer:
            self._known("transfer", (self.model.transfer.passed_on, self.model.transfer.received))

    def _rule(self, where: str, rule: models.RuleModel) -> None:
        if isinstance(rule, models.BalanceModel):
            self._known(where, (*rule.left, *rule.right))
            self._can_fire(where, rule)
        elif isinstance(rule, models.CarryOverModel):
            self._known(where, (rule.column, rule.source))
            self._over_time(f"{where}.column", rule.column, OverTime.OPENING)
            self._over_time(f"{where}.source", rule.source, OverTime.CLOSING)
        elif isinstance(rule, models.YearModel):
            self._known(where, rule.columns)
            for number in rule.columns:
                self._over_time(where, number, OverTime.FLOW)
        elif isinstance(rule, models.CrossFormModel):
            self._known(where, (rule.column,))
            if rule.other == self.model.code:
                self._add(where, "quy tắc giữa hai biểu lại chỉ đến chính biểu này: không bao giờ áp dụng")
        elif rule.column not in self.by_number:
            self._add(where, f"không có cột {rule.column}")

    def _can_fire(self, where: str, rule: models.BalanceModel) -> None:
        """A comparison that holds whatever is typed can never fire and hides a mistake in the spec."""
        shared = set(rule.left) & set(rule.right)
        if shared:
            self._add(where, f"cột {sorted(shared)} đứng ở cả hai vế: quy tắc không bao giờ báo lỗi đúng")
        for number, parts in self._sums():
            same = {number} == set(rule.left) and set(parts) == set(rule.right)
            above = rule.op == ">=" and rule.left == (number,) and set(rule.right) <= set(parts)
            below = rule.op == "<=" and rule.right == (number,) and set(rule.left) <= set(parts)
            if same or above or below:
                self._add(where, f"luôn đúng vì cột {number} là tổng các cột {list(parts)}: không bao giờ báo lỗi")

    def _sums(self) -> Iterable[tuple[int, tuple[int, ...]]]:
        return ((c.number, c.formula["sum"]) for c in self.model.columns if c.formula and "sum" in c.formula)  # type: ignore[index]

    def _over_time(self, where: str, number: int, wanted: OverTime) -> None:
        column = self.by_number.get(number)
        if column is not None and column.over_time is not wanted:
            self._add(where, f"cột {number} phải khai over_time: {wanted}, đang là {column.over_time}")


def _places(cell: models.HeaderModel) -> Iterable[tuple[int, int]]:
    for row in range(cell.rows[0], cell.rows[1] + 1):
        for column in range(cell.columns[0], cell.columns[1] + 1):
            yield row, column


def _rule_code(form: str, rule: models.RuleModel) -> str:
    if isinstance(rule, models.BalanceModel):
        return f"{form}:{_side(rule.left, '+')}{rule.op}{_side(rule.right, '+')}"
    if isinstance(rule, models.CarryOverModel):
        return f"{form}:{rule.column}<-{rule.source}"
    if isinstance(rule, models.YearModel):
        return f"{form}:year"
    if isinstance(rule, models.CrossFormModel):
        return f"{form}:{rule.column}={rule.other}:{rule.other_column}"
    return f"{form}:{rule.column}:set"


def _side(columns: Iterable[int], joiner: str) -> str:
    return joiner.join(str(column) for column in columns)


def _words(columns: Iterable[int]) -> str:
    return " + ".join(f"({column})" for column in columns)


def _rule(form: str, model: models.RuleModel) -> Rule:
    code = _rule_code(form, model)
    if isinstance(model, models.BalanceModel):
        sign = {"=": "=", "<=": "≤", ">=": "≥"}[model.op]
        text = model.text or f"{_words(model.left)} {sign} {_words(model.right)}"
        return BalanceRule(code, model.left, model.op, model.right, model.severity, text)
    if isinstance(model, models.CarryOverModel):
        text = model.text or f"({model.column}) của kỳ này = ({model.source}) của kỳ trước"
        return CarryOverRule(code, model.column, model.source, model.severity, text)
    if isinstance(model, models.YearModel):
        text = model.text or f"Số cả năm của các cột {_words(model.columns).replace(' + ', ', ')} ≥ tổng ba quý"
        return YearRule(code, model.columns, model.severity, text)
    if isinstance(model, models.CrossFormModel):
        text = model.text or f"({model.column}) của biểu {form} = ({model.other_column}) của biểu {model.other}"
        return CrossFormRule(
            code, model.column, model.other, model.other_column, tuple(model.levels), model.severity, text
        )
    text = model.text or f"({model.column}) là một trong: {', '.join(model.values)}"
    return InSetRule(code, model.column, model.values, model.severity, text)


def _form(model: models.FormModel) -> Form:
    header = tuple(HeaderCell(cell.text, cell.rows, cell.columns) for cell in model.header)
    spare = model.spare_rows if model.row_kind is not RowKind.UNITS else 0
    return Form(
        code=model.code,
        number=model.number,
        title=model.title,
        legal=model.legal,
        measure=model.measure,
        standing=model.standing,
        sources=model.sources,
        row_kind=model.row_kind,
        header=header,
        columns=tuple(_column(column, header) for column in model.columns),
        rules=tuple(_rule(model.code, rule) for rule in model.rules),
        spare_rows=spare,
        total_label=model.total_label,
        transfer=(model.transfer.passed_on, model.transfer.received) if model.transfer else None,
    )


def _column(model: models.ColumnModel, header: tuple[HeaderCell, ...]) -> Column:
    above = [cell for cell in header if cell.columns[0] <= model.number <= cell.columns[1]]
    formula = None
    if model.formula:
        kind, parts = next(iter(model.formula.items()))
        formula = Formula(kind, parts)
    return Column(
        number=model.number,
        key=model.key,
        kind=model.kind,
        label=tuple(cell.text for cell in sorted(above, key=lambda cell: cell.rows)),
        over_time=model.over_time,
        over_units=model.over_units or OverUnits.CONCATENATE,
        formula=formula,
        optional=model.optional,
    )
