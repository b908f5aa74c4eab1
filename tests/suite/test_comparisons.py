"""Figures beside the last period, the quarters of the year and other forms of the same unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tonghop.domain.follow_ons import fold_follow_ons
from tonghop.domain.form import Severity
from tonghop.domain.regime import Regime
from tonghop.domain.submission import FiledForm
from tonghop.suite.frames import column_total

# One field of II.06a as DOMAIN.md's worked example: the quarters and the year of one commune.
Q1 = {3: 110, 4: 40, 5: 60, 6: 10, 7: 98, 8: 50, 9: 40, 10: 8, 11: 12, 12: 10, 13: 2}
Q2 = {3: 112, 4: 50, 5: 50, 6: 12, 7: 104, 8: 60, 9: 40, 10: 4, 11: 8, 12: 8, 13: 0}
Q3 = {3: 80, 4: 30, 5: 42, 6: 8, 7: 74, 8: 40, 9: 30, 10: 4, 11: 6, 12: 6, 13: 0}
YEAR = {3: 297, 4: 127, 5: 160, 6: 10, 7: 293, 8: 155, 9: 120, 10: 18, 11: 4, 12: 4, 13: 0}
ONLINE = {3: 9, 4: 4, 5: 5, 6: 7, 7: 100, 8: 40, 9: 60, 10: 30, 11: 90, 12: 80}  # II.08
RECEIVED = {("II.06a", 4): 40, ("II.06a", 5): 60}

Check = Any


def quarters(key: str = "đất đai") -> dict[str, Any]:
    return {"previous": {key: {11: 10}}, "quarters": ({key: Q1}, {key: Q2}, {key: Q3})}


def test_opening_equals_the_last_closing(check: Check) -> None:
    assert check.flat("II.06a", {"Đất đai": Q2}, previous={"đất đai": Q1}) == []


def test_opening_differs_from_the_last_closing(check: Check) -> None:
    [finding] = check.findings("II.06a", {"Đất đai": Q2}, previous={"đất đai": Q1 | {11: 15}})
    assert (finding.code, finding.severity, finding.columns) == ("carry-over", Severity.EXPLAIN, (6,))
    assert finding.message == "(6) = 12 khác (11) của kỳ trước = 15."
    assert finding.address == "F12"


def test_a_row_blank_last_period_had_nothing_open(check: Check) -> None:
    assert check.flat("II.06a", {"Đất đai": Q2}, previous={}) == [("carry-over", "đất đai", 6)]


@pytest.mark.parametrize("rows", [{"Đất đai": Q2, "Hộ tịch": {}}, {"Đất đai": Q2}], ids=["blank", "absent"])
def test_an_open_row_must_not_vanish(check: Check, rows: dict[str, dict[int, int]]) -> None:
    previous = {"đất đai": Q1, "hộ tịch": {11: 7}, "y tế": {11: 0}, "giáo dục": {11: None}}
    [finding] = check.findings("II.06a", rows, previous=previous)
    assert (finding.code, finding.row_key, finding.row_name) == ("carry-over", "hộ tịch", "Hộ tịch")
    assert (finding.found, finding.expected) == ("(6) để trống", "(11) của kỳ trước = 7")
    assert finding.address == ("F13" if len(rows) == 2 else "")


def test_nil_after_open_dossiers(check: Check) -> None:
    [finding] = check.findings("II.06a", {"Đất đai": {}}, nil=True, previous={"đất đai": Q1})
    assert finding.message == "(6) không phát sinh, trong khi (11) của kỳ trước = 12."


def test_without_a_last_period_one_note_and_no_comparison(check: Check) -> None:
    findings = check.findings("II.06a", {"Đất đai": Q2, "Hộ tịch": Q1})
    assert [(f.code, f.severity, f.row_key) for f in findings] == [("carry-over-unchecked", Severity.NOTE, "")]


def test_no_note_for_a_form_that_carries_nothing_over(check: Check) -> None:
    assert check.findings("II.08", {"25195": ONLINE}) == []


def test_a_blank_opening_is_the_readers_finding(check: Check) -> None:
    assert check.flat("II.06a", {"Đất đai": Q2 | {6: None}}, previous={"đất đai": Q1}) == []


def test_two_rows_of_one_name_are_not_compared(check: Check) -> None:
    assert check.flat("II.06a", {"Đất đai": Q2, "ĐẤT ĐAI": Q1}, previous={"đất đai": {11: 99}}) == []


def test_the_year_of_the_worked_example(check: Check) -> None:
    assert check.flat("II.06a", {"Đất đai": YEAR}, **quarters()) == []


def test_the_year_is_at_least_its_quarters(check: Check) -> None:
    year = YEAR | {4: 119, 3: 289, 7: 285, 8: 147}
    findings = check.findings("II.06a", {"Đất đai": year}, **quarters())
    assert [(f.code, f.column) for f in findings] == [("year-below-quarters", 4), ("year-below-quarters", 8)]
    assert findings[0].message == "(4) = 119 nhỏ hơn tổng ba quý của cột (4) = 120."
    assert findings[0].expected == "không nhỏ hơn tổng ba quý của cột (4) = 120"
    assert findings[0].severity is Severity.EXPLAIN


def test_a_row_of_the_quarters_must_not_vanish_from_the_year(check: Check) -> None:
    given = quarters("hộ tịch") | {"previous": {"đất đai": {11: 10}}}
    found = check.flat("II.06a", {"Đất đai": YEAR}, **given)
    assert found == [("year-below-quarters", "hộ tịch", column) for column in (4, 5, 7, 8, 9, 10)]


def test_without_all_quarters_the_year_is_not_compared(check: Check) -> None:
    assert check.flat("II.06a", {"Đất đai": YEAR | {4: 0}}, total={}) == [("formula-mismatch", "đất đai", 3)]


def test_other_form_agrees(check: Check) -> None:
    assert check.flat("II.08", {"25195": ONLINE}, others=RECEIVED) == []


def test_other_form_differs(check: Check) -> None:
    [finding] = check.findings("II.08", {"25195": ONLINE}, others=RECEIVED | {("II.06a", 4): 45})
    assert (finding.code, finding.severity, finding.row_key) == ("cross-form", Severity.EXPLAIN, "25195")
    assert (finding.column, finding.address, finding.columns) == (8, "H12", (8,))
    assert finding.message == "(8) = 40 khác (4) của biểu II.06a = 45."


def test_unknown_other_form_is_not_compared(check: Check) -> None:
    assert check.flat("II.08", {"25195": ONLINE}, others={}) == []


def test_nil_beside_a_form_with_figures(check: Check) -> None:
    found = check.flat("II.08", {"25195": {}}, nil=True, others=RECEIVED)
    assert found == [("cross-form", "", 8), ("cross-form", "", 9)]


def test_a_rule_for_departments_is_not_asked_of_communes(check: Check) -> None:
    others = RECEIVED | {("II.07b", 3): 10}
    assert check.flat("II.08", {"25195": ONLINE}, others=others, level="xa") == []
    assert check.flat("II.08", {"so": ONLINE}, others=others, level="so") == [("cross-form", "so", 3)]


def test_a_faulty_figure_is_not_compared(check: Check) -> None:
    assert check.flat("II.08", {"25195": ONLINE | {8: "faulty"}}, total={}, others=RECEIVED) == []


def test_total_of_another_form(regime: Regime, file_form: Callable[..., FiledForm]) -> None:
    form = regime.forms["II.06a"]
    assert column_total(file_form(form, {"Đất đai": Q1, "Hộ tịch": Q2, "Y tế": {}}), 4) == 90
    assert column_total(file_form(form, {"Đất đai": {}}, nil=True), 4) == 0
    assert column_total(file_form(form, {"Đất đai": {}}), 4) is None
    assert column_total(file_form(form, {"Đất đai": Q1 | {4: "faulty"}}), 4) is None
    assert column_total(file_form(form, {"Đất đai": Q1, "Hộ tịch": Q2 | {4: None}}), 4) is None


def test_one_cause_one_finding_in_a_whole_workbook(check: Check) -> None:
    """A wrong (3) also breaks the balance; a wrong opening also differs from the last closing."""
    rows = {"Đất đai": Q1 | {3: 111}, "Hộ tịch": Q2 | {6: -12, 5: 74}}
    findings = check.findings("II.06a", rows, previous={"đất đai": {11: 10}, "hộ tịch": {11: 12}})
    kept = [(f.code, f.row_key, f.column) for f in fold_follow_ons(findings)]
    assert kept == [("negative", "hộ tịch", 6), ("formula-mismatch", "đất đai", 3)]
