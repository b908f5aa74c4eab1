"""A failing line as the finding a unit reads: the place in its workbook, what it filed, what the rule expects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from tonghop.domain.finding import Finding, make
from tonghop.domain.form import Severity
from tonghop.domain.text import figure
from tonghop.domain.value import percent
from tonghop.suite.columns import OWN, Role, Term, side_words
from tonghop.suite.frames import FormFrame, Line, is_open
from tonghop.suite.usual_frames import Figure
from tonghop.suite.usual_report import usual_words

SEVERITY_WORDS = {Severity.BLOCKING: "bắt buộc", Severity.EXPLAIN: "cần giải trình", Severity.NOTE: "lưu ý"}
_SEVERITIES = {words: severity for severity, words in SEVERITY_WORDS.items()}
_EXPECTED = {"=": "{}", "<=": "không lớn hơn {}", ">=": "không nhỏ hơn {}"}
_FOUND = {"=": "khác", "<=": "lớn hơn", ">=": "nhỏ hơn"}

Kwargs = dict[str, Any]


def findings(frame: FormFrame, line: Line, kwargs: Kwargs, meta: Kwargs) -> list[Finding]:
    """What is wrong with `line`, which failed the expectation with `kwargs` and our `meta`; suite and line must fit.

    One finding, but one for each unusual figure of a rule on what is usual.
    """
    if "condition" in kwargs:
        return [_finding(frame, line, meta, *said) for said in usual_words(frame, line, kwargs, meta["quy_tac"])]
    own = tuple(dict.fromkeys(term.name.number for term in _terms(kwargs) if term.name.role in OWN))
    return [_finding(frame, line, meta, own, _words(line, kwargs))]


def _finding(frame: FormFrame, line: Line, meta: Kwargs, own: tuple[int, ...], words: tuple[str, str, str]) -> Finding:
    """`own` are the form's own columns the rule reads; a rule beside another period or form reads one of them."""
    found, expected, message = words
    column = own[0] if own else 0
    cell = line.row.cells.get(column) if line.row else None
    return make(
        meta["ma"],
        message,
        severity=_SEVERITIES[meta["muc_do"]],
        form=frame.form.code,
        sheet=line.entry.filed.sheet,
        row_key=line.row_key,
        row_name=line.row_name,
        column=column,
        address=cell.address if cell else "",
        found=found,
        expected=expected,
        rule=meta["quy_tac"],
        columns=own,
    )


def carry_over_unchecked(frame: FormFrame) -> Iterator[tuple[str, Finding]]:
    """A note for each submission whose openings have no accepted earlier period to be compared with."""
    rules = tuple(frame.form.carry_overs)
    for entry in frame.entries if rules else ():
        if entry.previous is None and not entry.filed.nil and is_open(entry.filed):
            columns = ", ".join(f"({rule.column})" for rule in rules)
            message = f"Chưa có báo cáo kỳ trước để đối chiếu cột {columns}."
            note = make(
                "carry-over-unchecked", message, form=frame.form.code, sheet=entry.filed.sheet, rule=rules[0].code
            )
            yield entry.submission, note


def _terms(kwargs: Kwargs) -> tuple[Term, ...]:
    texts = [*kwargs["left"], *kwargs["right"]] if "op" in kwargs else kwargs.get("column_list") or [kwargs["column"]]
    return tuple(Term.parse(text) for text in texts)


def _words(line: Line, kwargs: Kwargs) -> tuple[str, str, str]:
    """What was found, what is expected, and both as one sentence."""
    if "op" in kwargs:
        return _balance(line, kwargs["left"], kwargs["op"], kwargs["right"])
    if "tolerance" in kwargs:
        return _percent(line, kwargs)
    name = Term.parse(kwargs["column"]).name
    value = line.values[str(name)]
    if "value_set" in kwargs:
        listed = ", ".join(f"“{choice}”" for choice in kwargs["value_set"])
        return f"“{value}”", f"một trong: {listed}", f"{name.words} = “{value}” không có trong danh mục: {listed}."
    found = f"{name.words} = {_figure(value)}"
    return found, f"không nhỏ hơn {kwargs['min_value']}", f"{found} nhỏ hơn {kwargs['min_value']}."


def _balance(line: Line, left: Sequence[str], op: str, right: Sequence[str]) -> tuple[str, str, str]:
    expected = _side(line, right)
    if line.kind == "gone" and Term.parse(left[0]).name.role is Role.OVER_TIME:
        name = Term.parse(left[0]).name
        found = f"{name.words} không phát sinh" if line.entry.filed.nil else f"{name.words} để trống"
        return found, _EXPECTED[op].format(expected), f"{found}, trong khi {expected}."
    found = _side(line, left)
    return found, _EXPECTED[op].format(expected), f"{found} {_FOUND[op]} {expected}."


def _side(line: Line, texts: Sequence[str]) -> str:
    """`(4) + (5) + (6) = 109`"""
    terms = [Term.parse(text) for text in texts]
    values = [_number(line, term) for term in terms]
    return f"{side_words(terms)} = {figure(sum(values))}"


def _number(line: Line, term: Term) -> Figure:
    value = line.values[str(term.name)]
    if not isinstance(value, int | Decimal):
        raise TypeError(f"cột “{term.name}” không phải cột số")
    return -value if term.negative else value


def _percent(line: Line, kwargs: Kwargs) -> tuple[str, str, str]:
    value, part, whole = (Term.parse(kwargs[name]) for name in ("value", "part", "whole"))
    exact = percent(_number(line, part), _number(line, whole))
    found = f"{value.name.words} = {_figure(_number(line, value))}%"
    formula = f"{part.name.words} / {whole.name.words} × 100"
    if exact is None:
        expected = f"để trống vì {whole.name.words} = 0"
        return found, expected, f"{found}, cần {expected}."
    expected = f"{formula} = {figure(exact)}%"
    return found, expected, f"{found} khác {expected}."


def _figure(value: object) -> str:
    return figure(value) if isinstance(value, int | Decimal) else str(value)
