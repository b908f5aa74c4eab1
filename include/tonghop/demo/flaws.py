"""Who is late, missing or wrong in the flawed quarter, and how a right workbook is made wrong in one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from random import Random

from tonghop.demo.figures import Figures, Shift, UnitForms
from tonghop.demo.texts import EXPLANATION
from tonghop.demo.workbook import Content, Place
from tonghop.domain.errors import UsageError
from tonghop.domain.form import CarryOverRule, ColumnKind, Form, FormulaKind
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import Explanation
from tonghop.files.template.plan import CellValue

MISSING, LATE = 6, 5
_OFF_BY = 3
_SIGNATURE = 4  # bytes by which a file is known as a zip


class Flaw(StrEnum):
    """One thing wrong with a filing."""

    BROKEN_SUM = "broken_sum"
    NEGATIVE = "negative"
    TEXT = "text"
    CARRY_EXPLAINED = "carry_explained"
    CARRY_UNEXPLAINED = "carry_unexplained"
    CROSS_FORM = "cross_form"
    WRONG_PERIOD = "wrong_period"
    WRONG_UNIT = "wrong_unit"
    DAMAGED = "damaged"

    @property
    def state(self) -> str:
        """State a filing with this flaw comes to."""
        return _STATES[self]


_STATES = {
    Flaw.BROKEN_SUM: "invalid",
    Flaw.NEGATIVE: "invalid",
    Flaw.TEXT: "invalid",
    Flaw.CARRY_EXPLAINED: "accepted",
    Flaw.CARRY_UNEXPLAINED: "awaiting_explanation",
    Flaw.CROSS_FORM: "awaiting_explanation",
    Flaw.WRONG_PERIOD: "returned",
    Flaw.WRONG_UNIT: "returned",
    Flaw.DAMAGED: "returned",
}


@dataclass(frozen=True)
class Roles:
    """Units by code that do not simply file a right workbook on time; no unit has two roles."""

    missing: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    flaws: Mapping[Flaw, str] = field(default_factory=dict)

    def flaw_of(self, unit: str) -> Flaw | None:
        return next((flaw for flaw, code in self.flaws.items() if code == unit), None)


def cast(province: Province, period: Period, seed: int, forms: Mapping[str, UnitForms]) -> Roles:
    """Draw the roles among units that file figures, carry something over and state a total on two forms.

    UsageError when there are fewer such units than roles.
    """
    regime = province.regime
    able = [code for code, filed in forms.items() if _can_play(regime.forms, filed)]
    rng = Random(f"{seed}/{period.code}/vai")
    needed = MISSING + LATE + len(Flaw)
    if len(able) < needed:
        raise UsageError(
            f"Chỉ có {len(able)} đơn vị đủ biểu để giả định {needed} trường hợp muộn, thiếu, sai.",
            "Dùng bộ số liệu không có lỗi (flawed=False) cho tỉnh này.",
        )
    drawn = rng.sample(able, k=needed)
    late = drawn[MISSING : MISSING + LATE]
    flaws = dict(zip(Flaw, drawn[MISSING + LATE :], strict=True))
    return Roles(tuple(sorted(drawn[:MISSING])), tuple(sorted(late)), flaws)


def _can_play(forms: Mapping[str, Form], filed: UnitForms) -> bool:
    carries = any(
        filed[code].total(rule.source) > 0 for code in filed for rule in forms[code].carry_overs if filed[code].rows
    )
    return carries and any(rule.other in filed for code in filed for rule in forms[code].cross_forms)


def shift_of(flaw: Flaw) -> Shift | None:
    """How the figures themselves are off; None where only the workbook is."""
    if flaw in {Flaw.CARRY_EXPLAINED, Flaw.CARRY_UNEXPLAINED}:
        return Shift(carry=_OFF_BY)
    return Shift(cross=_OFF_BY) if flaw is Flaw.CROSS_FORM else None


def content_of(flaw: Flaw, content: Content, province: Province) -> Content:
    """`content` with the cells or the explanation that `flaw` needs."""
    forms = province.regime.forms
    if flaw is Flaw.CARRY_EXPLAINED:
        return replace(content, explanations=_explanations(content, forms))
    overrides: dict[Place, CellValue] = {}
    if flaw is Flaw.BROKEN_SUM:
        place, value = _largest(content, forms, computed=True)
        overrides[place] = value + _OFF_BY
    elif flaw is Flaw.NEGATIVE:
        overrides[_largest(content, forms, computed=False)[0]] = -_OFF_BY
    elif flaw is Flaw.TEXT:
        overrides[_largest(content, forms, computed=False)[0]] = "khoảng ba mươi"
    return replace(content, overrides=overrides)


def _explanations(content: Content, forms: Mapping[str, Form]) -> tuple[Explanation, ...]:
    """A giải trình for every opening that is not what the period before closed with."""
    return tuple(
        Explanation(code, row, rule.column, EXPLANATION)
        for code, filed in content.forms.items()
        for rule in forms[code].carry_overs
        for row, figures in filed.rows.items()
        if figures.get(rule.column) != _closed(content, code, row, rule)
    )


def _closed(content: Content, code: str, row: str, rule: CarryOverRule) -> object:
    former: dict[str, Figures] = content.before[code].rows if content.before else {}
    return former.get(row, {}).get(rule.source, 0)


def _largest(content: Content, forms: Mapping[str, Form], *, computed: bool) -> tuple[Place, int]:
    """The cell with the largest count among the sums (or among the typed figures that are not openings)."""
    found: list[tuple[int, Place]] = []
    for code, filed in content.forms.items():
        form = forms[code]
        openings = {rule.column for rule in form.carry_overs}
        for column in form.figures:
            is_sum = column.formula is not None and column.formula.kind is FormulaKind.SUM
            fits = is_sum if computed else column.formula is None and column.number not in openings
            if column.kind is not ColumnKind.COUNT or not fits:
                continue
            for row, figures in filed.rows.items():
                value = figures.get(column.number)
                if isinstance(value, int):
                    found.append((value, (code, row, column.number)))
    value, place = max(found)
    return place, value


def damage(path: Path) -> None:
    """Overwrite two thirds of a file, as a bad disk does; its end stays, so that it does not look half-written."""
    content = bytearray(path.read_bytes())
    last = len(content) * 2 // 3
    content[_SIGNATURE:last] = bytes(last - _SIGNATURE)
    path.write_bytes(content)
