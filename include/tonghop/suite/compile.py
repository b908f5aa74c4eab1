"""From a form's spec to its Great Expectations suite, as the JSON committed under `expectations/`.

Every expectation carries in Vietnamese what it checks: `ma` (finding code), `quy_tac` (rule code), `muc_do` (severity),
`dien_giai` (the rule in words) and `can_cu` (legal source). The check run reads the committed files, never the spec.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tonghop.domain.form import (
    BalanceRule,
    CarryOverRule,
    Column,
    CrossFormRule,
    Form,
    Formula,
    FormulaKind,
    InSetRule,
    Rule,
    Severity,
    YearRule,
)
from tonghop.domain.regime import Regime
from tonghop.domain.usual import UsualRule
from tonghop.suite.columns import Role, Term
from tonghop.suite.expectations import BALANCE, PERCENT
from tonghop.suite.frames import summed
from tonghop.suite.report import SEVERITY_WORDS
from tonghop.suite.usual_compile import usual_check
from tonghop.suite.usual_expectation import USUAL

REMEDY = "Chạy `tonghop forms compile` rồi lưu lại các tệp trong expectations/."
RETIRED = "thoi_dung"  # further key of meta: last day of data for which a retired rule still runs
META = ("ma", "quy_tac", "muc_do", "dien_giai", "can_cu")
PERCENT_TOLERANCE = "0.01"  # percentage points: one unit of the last decimal that is printed
_STANDING = {"confirmed": "đã đối chiếu", "working": "tạm dùng, chờ phụ lục chính thức"}

Json = dict[str, Any]
Sides = tuple[Sequence[str], str, Sequence[str]]  # left, operator, right
RuleWords = tuple[str, Severity, str]  # code, severity, text


def compile_suite(form: Form) -> Json:
    """The suite of `form` as plain JSON values: name, expectations in the order of the columns, meta."""
    return {
        "name": form.code,
        "meta": {
            "bieu": form.number,
            "ten_bieu": form.title,
            "can_cu": form.legal,
            "mau_bieu": _STANDING.get(form.standing, form.standing),
            "nguon": list(form.sources),
        },
        "expectations": [
            *_columns(form),
            *_totals(form),
            *(check for rule in form.rules for check in _rule(form, rule)),
        ],
    }


def suite_folder(regime: Regime, folder: Path) -> Path:
    """Where the suites of `regime` lie under `folder` (the project's expectations/)."""
    return folder / f"{regime.name}-{regime.version}"


def compile_all(regime: Regime, folder: Path) -> list[Path]:
    """Write the suite of every form of `regime`; files of forms that no longer exist are removed."""
    target = suite_folder(regime, folder)
    target.mkdir(parents=True, exist_ok=True)
    wanted = _texts(regime)
    for path in _present(target):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (target / name).write_text(text, encoding="utf-8")
    return [target / name for name in wanted]


def drift(regime: Regime, folder: Path) -> list[str]:
    """Names of suite files that differ from the specs, are missing or have no form; empty when all agree."""
    target = suite_folder(regime, folder)
    wanted = _texts(regime)
    present = {path.name: path.read_text(encoding="utf-8") for path in _present(target)}
    return sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))


def _texts(regime: Regime) -> dict[str, str]:
    return {f"{code}.json": _text(compile_suite(form)) for code, form in regime.forms.items()}


def _text(suite: Json) -> str:
    return json.dumps(suite, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _present(target: Path) -> list[Path]:
    return sorted(target.glob("*.json"))


def _check(form: Form, kind: str, kwargs: Json, code: str, rule: RuleWords) -> Json:
    name, severity, text = rule
    meta = zip(META, (code, name, SEVERITY_WORDS[severity], text, form.legal), strict=True)
    return {"type": kind, "kwargs": kwargs, "meta": dict(meta)}


def _balance(form: Form, sides: Sides, code: str, rule: RuleWords) -> Json:
    left, op, right = sides
    names = [str(Term.parse(term).name) for term in (*left, *right)]
    kwargs = {"column_list": names, "left": list(left), "op": op, "right": list(right)}
    return _check(form, BALANCE, kwargs, code, rule)


def _columns(form: Form) -> Iterator[Json]:
    """Inputs are not negative; computed columns follow from their parts."""
    for column in form.figures:
        if column.formula is None:
            rule = (f"{form.code}:{column.number}>=0", Severity.BLOCKING, f"({column.number}) không nhỏ hơn 0")
            kwargs = {"column": f"{Role.FILED}{column.number}", "min_value": 0}
            yield _check(form, "expect_column_values_to_be_between", kwargs, "negative", rule)
        else:
            yield _formula(form, column, column.formula, Role.FILED)


def _formula(form: Form, column: Column, formula: Formula, role: Role) -> Json:
    value, *parts = (f"{role}{number}" for number in (column.number, *formula.parts))
    row = " ở dòng tổng" if role is Role.TOTAL else ""
    name = f"{form.code}:{'total:' if row else ''}{_formula_code(column.number, formula)}"
    rule = (name, Severity.BLOCKING, f"({column.number}) = {formula}{row}")
    if formula.kind is FormulaKind.PERCENT:
        kwargs = {
            "column_list": [value, *parts],
            "value": value,
            "part": parts[0],
            "whole": parts[1],
            "tolerance": PERCENT_TOLERANCE,
        }
        return _check(form, PERCENT, kwargs, "formula-mismatch", rule)
    if formula.kind is FormulaKind.DIFFERENCE:
        parts = [parts[0], *(f"-{part}" for part in parts[1:])]
    return _balance(form, ([value], "=", parts), "formula-mismatch", rule)


def _formula_code(number: int, formula: Formula) -> str:
    sign = {FormulaKind.SUM: "+", FormulaKind.DIFFERENCE: "-", FormulaKind.PERCENT: "/"}[formula.kind]
    return f"{number}={sign.join(str(part) for part in formula.parts)}"


def _totals(form: Form) -> Iterator[Json]:
    """TỔNG CỘNG adds up its rows; a percent in it follows from the totals, it is never added."""
    for number in summed(form):
        rule = (f"{form.code}:total:{number}", Severity.BLOCKING, f"({number}) ở dòng tổng = tổng các dòng")
        sides = ([f"{Role.TOTAL}{number}"], "=", [f"{Role.ROWS}{number}"])
        yield _balance(form, sides, "total-mismatch", rule)
    for column in form.figures if summed(form) else ():
        if column.formula and column.formula.kind is FormulaKind.PERCENT:
            yield _formula(form, column, column.formula, Role.TOTAL)


def _rule(form: Form, rule: Rule) -> Iterator[Json]:
    words = (rule.code, rule.severity, rule.text)
    if isinstance(rule, BalanceRule):
        left, right = ([f"{Role.FILED}{number}" for number in side] for side in (rule.left, rule.right))
        code = "balance" if rule.severity is Severity.BLOCKING else "balance-soft"
        yield _balance(form, (left, rule.op, right), code, words)
    elif isinstance(rule, CarryOverRule):
        sides = ([f"{Role.OVER_TIME}{rule.column}"], "=", [f"{Role.PREVIOUS}{rule.source}"])
        yield _balance(form, sides, "carry-over", words)
    elif isinstance(rule, YearRule):
        for number in rule.columns:
            sides = ([f"{Role.OVER_TIME}{number}"], ">=", [f"{Role.QUARTERS}{number}"])
            text = f"({number}) cả năm ≥ tổng ba quý đã báo cáo"
            yield _balance(form, sides, "year-below-quarters", (rule.code, rule.severity, text))
    elif isinstance(rule, CrossFormRule):
        other = f"{Role.OTHER}_{rule.other}_{rule.other_column}"
        yield _balance(form, ([f"{Role.FORM}{rule.column}"], "=", [other]), "cross-form", words)
    elif isinstance(rule, InSetRule):
        kwargs = {"column": f"{Role.FILED}{rule.column}", "value_set": list(rule.values)}
        yield _check(form, "expect_column_values_to_be_in_set", kwargs, "not-in-set", words)
    elif isinstance(rule, UsualRule):
        code, kwargs = usual_check(rule)
        check = _check(form, USUAL, kwargs, code, words)
        if rule.retired:
            check["meta"][RETIRED] = rule.retired.isoformat()
        yield check
