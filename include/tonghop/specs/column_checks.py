"""Checks of a form's columns: numbering, formulas, and how their figures follow over time and over units."""

from __future__ import annotations

from collections.abc import Iterable

from tonghop.domain.form import ColumnKind, FormulaKind, OverTime, OverUnits
from tonghop.specs import models
from tonghop.specs.source import Problems, repeated

_FIGURES = frozenset({ColumnKind.COUNT, ColumnKind.MONEY, ColumnKind.PERCENT})


def is_figure(column: models.ColumnModel | None) -> bool:
    """Whether the column exists and holds figures."""
    return column is not None and column.kind in _FIGURES


def check_columns(file: str, model: models.FormModel, problems: Problems) -> None:
    """Add a problem for every mistake in `model.columns`."""
    check = _Columns(file, model, problems)
    check.numbering()
    for position, column in enumerate(model.columns):
        check.kind(f"columns.{position}", column)
        check.formula(f"columns.{position}.formula", column)
        check.consistency(f"columns.{position}", column)


class _Columns:
    """The checks of one form's columns; each adds to `problems` and goes on."""

    def __init__(self, file: str, model: models.FormModel, problems: Problems) -> None:
        self.file = file
        self.model = model
        self.problems = problems
        self.by_number = {column.number: column for column in model.columns}

    def _add(self, key: str, message: str) -> None:
        self.problems.add(self.file, key, message)

    def numbering(self) -> None:
        """Numbers run from 1, keys are unique, and TT and the name of the row come first and only there."""
        columns = self.model.columns
        numbers = [column.number for column in columns]
        if numbers != list(range(1, len(numbers) + 1)):
            self._add("columns", f"số thứ tự cột phải liên tiếp từ 1, đang là {', '.join(map(str, numbers))}")
        for name in repeated(column.key for column in columns):
            self._add("columns", f"khóa cột “{name}” lặp lại")
        if [column.kind for column in columns[:2]] != [ColumnKind.INDEX, ColumnKind.NAME]:
            self._add("columns", "cột 1 phải là index (TT), cột 2 phải là name (tên dòng)")
        for position, column in enumerate(columns[2:], start=2):
            if column.kind in {ColumnKind.INDEX, ColumnKind.NAME}:
                self._add(f"columns.{position}.kind", f"chỉ cột 1 và 2 được là {column.kind}")

    def kind(self, where: str, column: models.ColumnModel) -> None:
        """A figure says how it adds up over units; a rate is never added."""
        if not is_figure(column):
            if column.formula:
                self._add(f"{where}.formula", f"cột {column.number} không phải cột số nhưng có công thức")
            return
        if column.over_units is None:
            self._add(f"{where}.over_units", f"cột {column.number} chưa khai cách cộng theo đơn vị")
        if column.kind is not ColumnKind.PERCENT:
            return
        added = {OverUnits.SUM, OverUnits.DEPARTMENTS_ONLY} if column.formula is None else {OverUnits.SUM}
        if column.over_units in added:
            message = f"cột {column.number} là tỷ lệ: không cộng, chỉ tính lại (recomputed) hoặc liệt kê (concatenate)"
            self._add(f"{where}.over_units", message)
        if column.over_time is OverTime.FLOW:
            self._add(f"{where}.over_time", f"cột {column.number} là tỷ lệ: không cộng qua các kỳ")

    def formula(self, where: str, column: models.ColumnModel) -> None:
        if column.formula is None:
            if column.over_units is OverUnits.RECOMPUTED or column.over_time is OverTime.RECOMPUTED:
                self._add(where, f"cột {column.number} tính lại (recomputed) nhưng không có công thức")
            return
        if len(column.formula) != 1:
            self._add(where, "mỗi cột có đúng một công thức")
            return
        kind, parts = next(iter(column.formula.items()))
        self._known(where, parts)
        if kind is not FormulaKind.SUM and len(parts) != 2:
            self._add(where, f"công thức {kind} cần đúng hai cột")
        if not parts:
            self._add(where, "công thức không có cột nào")
        if self._reaches(column.number):
            self._add(where, f"công thức của cột {column.number} quay vòng về chính nó")

    def _known(self, where: str, numbers: tuple[int, ...]) -> None:
        for twice in repeated(numbers):
            self._add(where, f"cột {twice} đứng hai lần")
        for number in dict.fromkeys(numbers):
            if number not in self.by_number:
                self._add(where, f"không có cột {number}")
            elif not is_figure(self.by_number[number]):
                self._add(where, f"cột {number} không phải cột số")

    def _reaches(self, goal: int) -> bool:
        """Whether following formulas from `goal` comes back to it."""
        seen: set[int] = set()
        waiting = [goal]
        while waiting:
            parts = set(parts_of(self.by_number.get(waiting.pop())))
            if goal in parts:
                return True
            waiting += parts - seen
            seen |= parts
        return False

    def consistency(self, where: str, column: models.ColumnModel) -> None:
        """What a computed column declares must be what its parts make of it: it is always derived from them."""
        parts = [self.by_number[number] for number in parts_of(column) if number in self.by_number]
        if not parts or not is_figure(column):
            return
        restricted = OverUnits.DEPARTMENTS_ONLY
        if any((part.over_units is restricted) != (column.over_units is restricted) for part in parts):
            self._add(f"{where}.over_units", f"cột {column.number} và các cột thành phần phải cùng departments_only")
        free = {OverTime.RECOMPUTED, OverTime.NOT_DERIVABLE}
        if column.over_time not in free and any(part.over_time is not column.over_time for part in parts):
            message = f"cột {column.number} khai {column.over_time} nhưng có cột thành phần khai khác"
            self._add(f"{where}.over_time", message)


def parts_of(column: models.ColumnModel | None) -> Iterable[int]:
    """Columns the formula reads; none without a formula."""
    return (part for parts in (column.formula or {}).values() for part in parts) if column else ()
