"""Every kind of rule on small filings: right, wrong, not to be judged. A finding is (code, row, column)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tonghop.domain.finding import CATALOGUE
from tonghop.domain.form import BalanceRule, ColumnKind, Form, InSetRule, Severity
from tonghop.domain.regime import Regime

# One field of II.06a as DOMAIN.md's worked example: Q1, Q2 and the year of one commune.
Q1 = {3: 110, 4: 40, 5: 60, 6: 10, 7: 98, 8: 50, 9: 40, 10: 8, 11: 12, 12: 10, 13: 2}
Q2 = {3: 112, 4: 50, 5: 50, 6: 12, 7: 104, 8: 60, 9: 40, 10: 4, 11: 8, 12: 8, 13: 0}
Q3 = {3: 80, 4: 30, 5: 42, 6: 8, 7: 74, 8: 40, 9: 30, 10: 4, 11: 6, 12: 6, 13: 0}
YEAR = {3: 297, 4: 127, 5: 160, 6: 10, 7: 293, 8: 155, 9: 120, 10: 18, 11: 4, 12: 4, 13: 0}
CUT = {3: 5, 4: 4, 5: 4, 6: 1, 7: 1, 8: 1, 9: 1, 10: 300, 11: 200, 12: 100, 13: Decimal("33.33")}  # II.03
ONLINE = {3: 9, 4: 4, 5: 5, 6: 7, 7: 100, 8: 40, 9: 60, 10: 30, 11: 90, 12: 80}  # II.08

Check = Any


def test_right_figures_pass(check: Check) -> None:
    assert check.flat("II.06a", {"Đất đai": Q1, "Hộ tịch": Q2}) == []


def test_total_not_the_sum_of_its_parts(check: Check) -> None:
    rows = {"Đất đai": Q1 | {3: 111, 7: 99, 8: 51}, "Hộ tịch": Q2}
    assert check.flat("II.06a", rows) == [("formula-mismatch", "đất đai", 3)]


def test_received_must_equal_resolved_and_pending(check: Check) -> None:
    assert check.flat("II.06a", {"Đất đai": Q1 | {7: 97, 8: 49}}) == [("balance", "đất đai", 3)]


def test_negative_input(check: Check) -> None:
    assert check.flat("II.06a", {"Đất đai": Q1 | {4: -40, 5: 140}}) == [("negative", "đất đai", 4)]


def test_a_saving_may_be_negative(check: Check) -> None:
    row = CUT | {10: 200, 11: 300, 12: -100, 13: Decimal(-50)}
    assert check.flat("II.03", {"Sở Tài chính": row}, total=row) == []


@pytest.mark.parametrize("value", [None, "faulty"])
def test_a_rule_with_a_missing_part_is_not_judged(check: Check, value: str | None) -> None:
    assert check.flat("II.06a", {"Đất đai": Q1 | {4: value}}, total={4: 1}) == []


def test_a_blank_row_is_left_out(check: Check) -> None:
    assert check.flat("II.06a", {"Đất đai": Q1, "Hộ tịch": {}}) == []


def test_an_empty_form_is_the_readers_finding_not_ours(check: Check) -> None:
    assert check.findings("II.06a", {"Đất đai": {}}, previous={"đất đai": {11: 5}}) == []


def test_nil_beside_figures_is_the_readers_finding_not_ours(check: Check) -> None:
    assert check.findings("II.06a", {"Đất đai": Q1 | {3: 1}}, nil=True) == []


def test_soft_balance_asks_for_an_explanation(check: Check) -> None:
    row = CUT | {3: 3}
    [finding] = check.findings("II.03", {"Sở Tài chính": row}, total=row)
    assert (finding.code, finding.severity, finding.column) == ("balance-soft", Severity.EXPLAIN, 4)
    assert (finding.found, finding.expected) == ("(4) = 4", "không lớn hơn (3) = 3")


def test_hard_limit_blocks(check: Check) -> None:
    row = ONLINE | {10: 101}
    assert check.flat("II.08", {"25195": row}) == [("balance", "25195", 10)]


def test_at_least(check: Check, regime: Regime) -> None:
    rule = BalanceRule("II.07b:3>=7", (3,), ">=", (7,), Severity.BLOCKING, "(3) ≥ (7)")
    form = replace(regime.forms["II.07b"], rules=(rule,))
    assert check.flat(form, {"a": {3: 2, 7: 2}, "b": {3: 1, 7: 2}}) == [("balance", "b", 3)]


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ("33.33", []),
        ("33.34", []),
        ("33.35", [("formula-mismatch", "a", 13)]),
        ("33.3", [("formula-mismatch", "a", 13)]),
    ],
)
def test_percent_within_a_hundredth(check: Check, rate: str, expected: list[tuple[str, str, int]]) -> None:
    assert check.flat("II.03", {"A": CUT | {13: Decimal(rate)}}) == expected


def test_percent_of_nothing(check: Check) -> None:
    nothing = CUT | {10: 0, 11: 0, 12: 0, 13: None}
    assert check.flat("II.03", {"A": nothing}) == []
    [finding] = check.findings("II.03", {"A": nothing | {13: Decimal(10)}})
    assert finding.message == "(13) = 10%, cần để trống vì (10) = 0."


def test_percent_of_the_total_row_follows_from_the_totals(check: Check) -> None:
    total = CUT | {13: Decimal(40)}
    assert check.flat("II.03", {"A": CUT}, total=total) == [("formula-mismatch", "tổng cộng", 13)]


def test_total_row(check: Check) -> None:
    [finding] = check.findings("II.05a", {"Đất đai": {5: 3}, "Hộ tịch": {5: 4}}, total={5: 8}, previous={})
    assert (finding.code, finding.place) == ("total-mismatch", "Biểu II.05a, ô E52 (dòng “TỔNG CỘNG”, cột 5)")
    assert finding.message == "(5) = 8 khác tổng các dòng của cột (5) = 7."


def test_no_total_where_a_part_is_faulty(check: Check) -> None:
    assert check.flat("II.05a", {"Đất đai": {5: 3}, "Hộ tịch": {4: 1, 5: "faulty"}}, total={4: 1, 5: 8}) == []


def test_in_set(check: Check, regime: Regime) -> None:
    form = _with_list(regime.forms["II.04"])
    rows = {"1": {4: "Đất đai", 9: Decimal(5)}, "2": {4: "Đất", 9: None}}
    [finding] = check.findings(form, rows)
    assert (finding.code, finding.row_key, finding.found) == ("not-in-set", "2", "“Đất”")
    assert finding.expected == "một trong: “Đất đai”, “Hộ tịch”"


def _with_list(form: Form) -> Form:
    assert form[4].kind is ColumnKind.TEXT
    rule = InSetRule("II.04:4:set", 4, ("Đất đai", "Hộ tịch"), Severity.BLOCKING, "lĩnh vực trong danh mục")
    return replace(form, rules=(rule,))


@pytest.mark.parametrize("size", [10**13, 10**13 - 1])
def test_large_figures_are_exact(check: Check, size: int) -> None:
    money = {3: 1, 4: 1, 5: 0, 6: 0, 7: 0, 8: 0, 9: 0, 10: size, 11: 1, 12: size - 1}
    assert check.flat("II.03", {"A": money}) == []
    assert check.flat("II.03", {"A": money | {12: size - 2}}) == [("formula-mismatch", "a", 12)]


def test_the_total_of_many_large_figures_is_exact(check: Check) -> None:
    rows = {f"Lĩnh vực {n}": {5: 10**13} for n in range(200)}
    assert check.flat("II.05a", rows, total={5: 200 * 10**13 + 1}) == [("total-mismatch", "tổng cộng", 5)]


def test_a_finding_names_place_rule_and_columns(check: Check) -> None:
    [finding] = check.findings("II.06a", {"Đất đai": Q1 | {4: 39}}, total={}, previous={"đất đai": {11: 10}})
    assert finding.place == "Biểu II.06a, ô C12 (dòng “Đất đai”, cột 3)"
    assert (finding.found, finding.expected) == ("(3) = 110", "(4) + (5) + (6) = 109")
    assert finding.message == "(3) = 110 khác (4) + (5) + (6) = 109."
    assert (finding.rule, finding.columns, finding.sheet) == ("II.06a:3=4+5+6", (3, 4, 5, 6), "II.06a")
    assert finding.severity is CATALOGUE["formula-mismatch"].severity


def test_difference_is_written_with_its_sign(check: Check) -> None:
    [finding] = check.findings("II.03", {"A": CUT | {10: 1_000_300, 12: 99, 13: Decimal("0.01")}})
    assert finding.message == "(12) = 99 khác (10) − (11) = 1.000.100."
