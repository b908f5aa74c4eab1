"""The notes under a consolidated table: what a figure in it does and does not say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tonghop.domain.consolidated import FormTotals
from tonghop.domain.form import Form, OverTime, OverUnits
from tonghop.domain.text import figure
from tonghop.files.consolidated.lines import DASH, INCOMPLETE, Line
from tonghop.files.consolidated.scope import Scope, lowered


def notes(scope: Scope, totals: FormTotals, lines: Sequence[Line]) -> Iterator[str]:
    """Vietnamese sentences, one paragraph each, in printing order."""
    form = totals.form
    if form.transfer:
        yield _transfer(scope, totals)
    only = [f"({c.number})" for c in form.figures if c.over_units is OverUnits.DEPARTMENTS_ONLY]
    if only and len(scope.groups(totals)) > 1:
        yield (
            f"Ghi chú: Các cột {', '.join(only)} ghi số thủ tục hành chính; nhiều đơn vị cùng thực hiện một thủ tục "
            f"nên chỉ cộng số của các sở, ban, ngành. Dòng ghi “{DASH}” ở các cột này là không cộng."
        )
    if totals.view and _any_underivable(form):
        yield f"Ghi chú: Cột ghi “{DASH}” không suy ra được từ số liệu các kỳ."
    if not all(line.complete for line in lines):
        yield (
            f"Ghi chú: “{INCOMPLETE}” là còn đơn vị chưa có báo cáo được chấp nhận; "
            "số liệu của dòng chỉ gồm các đơn vị đã tổng hợp."
        )


def _any_underivable(form: Form) -> bool:
    return any(column.over_time is OverTime.NOT_DERIVABLE for column in form.figures)


def _transfer(scope: Scope, totals: FormTotals) -> str:
    """What was passed on and what was received anew beside the total: transfers may be counted in both."""
    shown = []
    for number in totals.form.transfer or ():
        total = totals.total(scope.code, "", "", number)
        text = DASH if total is None or total.value is None else figure(total.value)
        shown.append(f"{lowered(_label(totals.form, number))} ({number}): {text}")
    things = totals.form.measure.removeprefix("Số ")
    place = "tỉnh" if scope.unit == scope.consolidated.tree.province else "huyện"
    return f"Trong đó: {'; '.join(shown)}. {things} chuyển giữa các đơn vị trong {place} có thể được tính ở cả hai cột."


def _label(form: Form, number: int) -> str:
    return form[number].label[-1]
