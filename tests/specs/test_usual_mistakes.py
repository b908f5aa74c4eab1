"""Rules on what is usual: a threshold nothing can reach, a column that cannot be compared, a rule said twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tonghop.domain.form import Severity
from tonghop.domain.usual import GrowthRule, JumpRule, Per, ShareRule
from tonghop.specs import load_province

from .conftest import FORM, Data

JUMP = "{kind: jump, per: row, columns: [5], factor: 5, least: 20}"
SHARE = "{kind: share, title: Tỷ lệ, part: [6], whole: [3], distance: 20, least: 50, peers: 8}"
GROWTH = "{kind: growth, per: form, column: 7, periods: 2, least: 5}"
NEVER_SO_LARGE = "chỉ báo khi có số từ 20.000.000.000.000 trở lên, quá số lớn nhất được nhập: không bao giờ báo"


def test_every_kind_can_be_declared(data: Data) -> None:
    data.rule("{kind: jump, per: row, columns: [5, 6], periods: 3, factor: 2.5, least: 20, severity: note}")
    data.rule(SHARE)
    data.rule("{kind: zero, per: form, columns: [5], periods: 2, least: 20, text: Cột (5) phải có số}")
    data.rule("{kind: vanished, columns: [3], least: 20, retired: 2025-12-31}")
    data.rule("{kind: growth, per: row, column: 7, periods: 2, least: 5}")
    data.rule("{kind: unchanged, least: 6}")
    jump, share, zero, vanished, growth, unchanged = (
        load_province(data.include, "tinh-thu").regime.forms["T.01"].usual_rules
    )
    assert jump == JumpRule(
        code="T.01:jump:5+6:row",
        severity=Severity.NOTE,
        text=jump.text,
        per=Per.ROW,
        columns=(5, 6),
        periods=3,
        factor=Decimal("2.5"),
        least=20,
    )
    assert jump.text == (
        "Cột (5), (6) của từng dòng không tăng hoặc giảm từ 2,5 lần trở lên so với bình quân 3 kỳ trước "
        "(số dưới 20 tính như 20, kỳ trước bằng 0 không xét)"
    )
    assert isinstance(share, ShareRule)
    assert (share.code, share.rate, share.levels, share.severity) == ("T.01:share:6/3", "6/3", (), Severity.EXPLAIN)
    assert (zero.code, zero.text, zero.depth) == ("T.01:zero:5:form", "Cột (5) phải có số", 2)
    assert (vanished.code, vanished.retired) == ("T.01:vanished", date(2025, 12, 31))
    assert isinstance(growth, GrowthRule)
    assert (growth.code, growth.periods, growth.factor) == ("T.01:growth:7:row", 2, None)
    assert (unchanged.code, unchanged.depth) == ("T.01:unchanged", 1)


@pytest.mark.parametrize(
    ("rule", "key", "message"),
    [
        ("{kind: jump, per: row, columns: [99], factor: 5, least: 20}", ".columns", "không có cột 99"),
        ("{kind: jump, per: row, columns: [2], factor: 5, least: 20}", ".columns", "cột 2 không phải cột số"),
        ("{kind: jump, per: row, columns: [5, 5], factor: 5, least: 20}", ".columns", "cột 5 đứng hai lần"),
        ("{kind: jump, per: row, columns: [5], factor: 2, least: 10000000000000}", ".factor", NEVER_SO_LARGE),
        ("{kind: zero, per: form, columns: [5], periods: 2, least: 20000000000000}", ".least", NEVER_SO_LARGE),
        ("{kind: vanished, columns: [3], least: 20000000000000}", ".least", NEVER_SO_LARGE),
        (
            "{kind: growth, per: row, column: 5, periods: 2, least: 5}",
            ".column",
            "cột 5 phải khai over_time: closing, đang là flow",
        ),
        (
            "{kind: growth, per: row, column: 7, least: 5}",
            "",
            "cần periods hoặc factor: không có thì quy tắc không bao giờ báo",
        ),
        (
            "{kind: share, title: Tỷ lệ, part: [4, 5], whole: [3], distance: 20, least: 50, peers: 8}",
            "",
            "tử số và mẫu số là một: tỷ lệ luôn là 100%, quy tắc không bao giờ báo",
        ),
        (
            "{kind: share, title: Tỷ lệ, part: [6], whole: [3], distance: 20, least: 50, peers: 8, levels: [tinh]}",
            ".levels",
            "không cấp nào trong số này phải nộp biểu T.01: không áp dụng",
        ),
        (
            "{kind: unchanged, least: 6, retired: 2023-12-31}",
            ".retired",
            "thôi dùng trước khi chế độ báo cáo có hiệu lực: không bao giờ áp dụng",
        ),
    ],
)
def test_a_rule_that_can_never_fire_or_never_be_asked(data: Data, rule: str, key: str, message: str) -> None:
    data.rule(rule)
    assert data.mistake() == (FORM, f"rules.3{key}", message)


@pytest.mark.parametrize(
    ("rule", "key", "message"),
    [
        ("{kind: jump, per: row, columns: [5], factor: 1, least: 20}", "factor", "phải lớn hơn 1, đang là “1”"),
        ("{kind: jump, per: row, columns: [], factor: 5, least: 20}", "columns", "cần ít nhất 1 mục"),
        ("{kind: jump, per: row, columns: [5], factor: 5, least: 0}", "least", "không được nhỏ hơn 1, đang là “0”"),
        (JUMP.replace("per: row", "per: cell"), "per", "phải là một trong: 'row' hoặc 'form', đang là “cell”"),
        ("{kind: zero, per: row, columns: [5], periods: 9, least: 1}", "periods", "không được lớn hơn 8, đang là “9”"),
        (SHARE.replace("distance: 20", "distance: 100"), "distance", "phải nhỏ hơn 100, đang là “100”"),
        (SHARE.replace("peers: 8", "peers: 2"), "peers", "không được nhỏ hơn 3, đang là “2”"),
        ("{kind: unchanged, least: 6, severity: blocking}", "severity", None),
        ("{kind: unchanged, least: 6, columns: [5]}", "columns", "khóa này không được khai ở đây"),
    ],
)
def test_a_threshold_that_makes_no_sense(data: Data, rule: str, key: str, message: str | None) -> None:
    data.rule(rule)
    kind = rule.removeprefix("{kind: ").partition(",")[0]
    file, where, told = data.mistakes()[0]
    assert (file, where) == (FORM, f"rules.3.{kind}.{key}")
    assert message is None or told == message


@pytest.mark.parametrize(
    ("rule", "again"),
    [
        (JUMP, "{kind: jump, per: row, columns: [6, 5], factor: 9, least: 90}"),
        (SHARE, SHARE.replace("distance: 20", "distance: 30")),
        ("{kind: unchanged, least: 6}", "{kind: unchanged, least: 9}"),
        (GROWTH, GROWTH.replace("periods: 2", "factor: 2")),
    ],
)
def test_two_rules_that_watch_the_same_figure(data: Data, rule: str, again: str) -> None:
    data.rule(rule)
    data.rule(again)
    assert data.mistake() == (FORM, "rules.4", "trùng với quy tắc rules.3")


@pytest.mark.parametrize(
    ("rule", "other"),
    [
        (JUMP, "{kind: jump, per: form, columns: [5], factor: 5, least: 20}"),
        (JUMP, "{kind: jump, per: row, columns: [6], factor: 5, least: 20}"),
        (JUMP.replace("}", ", retired: 2024-12-31}"), JUMP),  # the rule that took its place
    ],
)
def test_rules_that_may_stand_side_by_side(data: Data, rule: str, other: str) -> None:
    data.rule(rule)
    data.rule(other)
    assert len(list(load_province(data.include, "tinh-thu").regime.forms["T.01"].usual_rules)) == 2


def test_a_list_has_nothing_to_compare(data: Data) -> None:
    data.replace(FORM, "row_kind: fields", "row_kind: list")
    data.rule("{kind: unchanged, least: 6}")
    told = (FORM, "rules.3", "biểu danh sách không có số liệu so sánh được: quy tắc không bao giờ áp dụng")
    assert told in data.mistakes()


@pytest.mark.parametrize(
    ("rule", "key", "message"),
    [
        (JUMP, ".per", "biểu này mỗi đơn vị một dòng: ghi per: form"),
        (
            "{kind: vanished, columns: [3], least: 20}",
            "",
            "biểu này mỗi đơn vị một dòng: không dòng nào mất đi được, quy tắc không bao giờ báo",
        ),
        (
            "{kind: unchanged, least: 5}",
            ".least",
            "biểu chỉ có 4 số nhập được tính (không kể số tại thời điểm): không bao giờ báo",
        ),
    ],
)
def test_a_form_with_one_row_per_unit(data: Data, rule: str, key: str, message: str) -> None:
    data.replace(FORM, "row_kind: fields", "row_kind: units")
    data.rule(rule)
    assert (FORM, f"rules.3{key}", message) in data.mistakes()


def test_a_rate_is_not_added_over_rows(data: Data) -> None:
    rate = "kind: percent, over_time: recomputed, over_units: recomputed, formula: {percent: [6, 3]}"
    data.replace(FORM, "\nrules:", f"  - {{number: 8, key: ty_le, {rate}}}\n\nrules:")
    data.replace(FORM, "\ncolumns:", "  - {text: Tỷ lệ, rows: [1, 2], columns: [8, 8]}\n\ncolumns:")
    data.rule("{kind: zero, per: form, columns: [8], periods: 2, least: 20}")
    assert data.mistake() == (FORM, "rules.3.columns", "cột 8 là tỷ lệ: không cộng được qua các dòng")
