"""Checks between a regime and its forms, and between two forms: who owes them, and whether a rule can ever apply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from tonghop.domain.form import CrossFormRule, Form, OverUnits, YearRule
from tonghop.domain.usual import ShareRule, UsualRule
from tonghop.specs import models
from tonghop.specs.source import Problems, overlapping, repeated


def check_forms(file: str, model: models.RegimeModel, forms: Mapping[str, Form | None], problems: Problems) -> None:
    """Add a problem for everything in `model` and between `forms` that cannot be.

    `forms` holds None for a form whose own spec has mistakes: they are reported there.
    """
    if not forms:
        problems.add(file, "", "chưa có biểu nào trong thư mục forms")
    if model.headline_form not in forms:
        problems.add(file, "headline_form", f"không có biểu {model.headline_form}")
    for position, item in enumerate(model.owing):
        for code in dict.fromkeys(item.forms):
            if code not in forms:
                problems.add(file, f"owing.{position}.forms", f"không có biểu {code}")
        for code in repeated(item.forms):
            problems.add(file, f"owing.{position}.forms", f"biểu {code} lặp lại")
    for form in forms.values():
        if form is not None:
            _Form(file, model, forms, form, problems).check()


class _Form:
    """The checks of one form inside its regime."""

    def __init__(
        self, file: str, model: models.RegimeModel, forms: Mapping[str, Form | None], form: Form, problems: Problems
    ) -> None:
        self.file = str(PurePosixPath(file).parent / "forms" / f"{form.code}.yaml")
        self.model = model
        self.forms = forms
        self.form = form
        self.problems = problems

    def _add(self, key: str, message: str) -> None:
        self.problems.add(self.file, key, message)

    def check(self) -> None:
        for position, rule in enumerate(self.form.rules):
            where = f"rules.{position}"
            if isinstance(rule, YearRule):
                self._year(where)
            elif isinstance(rule, CrossFormRule):
                self._cross_form(where, rule)
            elif isinstance(rule, UsualRule):
                self._usual(where, rule)

    def _year(self, where: str) -> None:
        if not {"Q1", "Q2", "Q3", "Y"} <= {slot.slot for slot in self.model.periods}:
            self._add(where, "chế độ báo cáo không có đủ ba quý và năm: quy tắc không bao giờ áp dụng")

    def _usual(self, where: str, rule: UsualRule) -> None:
        """Whether it ever applies: not retired before the regime began, and some level that owes the form is meant."""
        if not rule.in_force(self.model.valid.first):
            self._add(f"{where}.retired", "thôi dùng trước khi chế độ báo cáo có hiệu lực: không bao giờ áp dụng")
        owing = [item.level for item in self.model.owing if self.form.code in item.forms]
        if isinstance(rule, ShareRule) and owing and not any(rule.applies_to(level) for level in owing):
            self._add(f"{where}.levels", f"không cấp nào trong số này phải nộp biểu {self.form.code}: không áp dụng")

    def _cross_form(self, where: str, rule: CrossFormRule) -> None:
        if rule.other not in self.forms:
            self._add(f"{where}.other", f"không có biểu {rule.other}")
            return
        other = self.forms.get(rule.other)
        if other is None:
            return
        if rule.other_column not in other or not other[rule.other_column].is_figure:
            self._add(f"{where}.other_column", f"biểu {rule.other} không có cột số {rule.other_column}")
        elif other[rule.other_column].over_units is OverUnits.CONCATENATE:
            self._add(
                f"{where}.other_column", f"cột {rule.other_column} của biểu {rule.other} chỉ liệt kê, không có tổng"
            )
        if not self._owed_together(rule):
            self._add(
                where, f"không cấp nào phải nộp cả hai biểu {self.form.code} và {rule.other}: không bao giờ áp dụng"
            )
        if any(_mirrors(rule, back, self.form) for back in other.cross_forms):
            self._add(where, f"biểu {rule.other} đã có quy tắc này theo chiều ngược lại")

    def _owed_together(self, rule: CrossFormRule) -> bool:
        """Whether some level owes both; a form no level owes is left to the provinces that name it in `owes`."""
        holders = [list(self._owing(code, rule)) for code in (self.form.code, rule.other)]
        if not all(list(self._owing(code, None)) for code in (self.form.code, rule.other)):
            return True
        return any(
            one.level is two.level and overlapping(one.days, two.days) for one in holders[0] for two in holders[1]
        )

    def _owing(self, code: str, rule: CrossFormRule | None) -> Iterator[models.OwingModel]:
        levels = rule.levels if rule else ()
        return (o for o in self.model.owing if code in o.forms and (not levels or o.level in levels))


def _mirrors(rule: CrossFormRule, back: CrossFormRule, form: Form) -> bool:
    """Whether `back` of the later form only repeats `rule`; reported once, at the form that comes first."""
    same = back.other == form.code and back.column == rule.other_column and back.other_column == rule.column
    return same and form.code < rule.other
