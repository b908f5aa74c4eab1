"""Sums over the rows of what stands accepted, and what rules found, read for whole periods at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from store.samples import NOON, PERIOD, UNIT, arrival, filing, form, row, submission

from tonghop.domain.finding import make
from tonghop.domain.form import Severity
from tonghop.domain.submission import State
from tonghop.domain.units import UnitKey
from tonghop.store import Store
from tonghop.store.rule_findings import RuleFinding

OTHER = UnitKey("25220", date(2019, 1, 1))


def test_whole_numbers_are_added_over_the_rows(store: Store) -> None:
    rows = (row("Đất đai", {3: 100, 4: 40, 9: Decimal("1.5")}), row("Hộ tịch", {3: 7, 4: None, 5: 2}))
    store.submissions.record(submission(filing=filing(form("II.06a", *rows), form("II.08", row("x", {7: 1})))))
    assert store.sums.accepted([PERIOD], ["II.06a"]) == {(PERIOD, "II.06a"): {UNIT: {3: 107, 4: 40, 5: 2}}}
    assert store.sums.accepted([PERIOD], ["II.06a", "II.08"])[PERIOD, "II.08"] == {UNIT: {7: 1}}


def test_a_unit_that_states_nothing_arose_stands_without_sums(store: Store) -> None:
    store.submissions.record(submission(filing=filing(form("II.06a", nil=True))))
    assert store.sums.accepted([PERIOD], ["II.06a"]) == {(PERIOD, "II.06a"): {UNIT: {}}}


def test_only_what_stands_of_the_units_asked_for(store: Store) -> None:
    store.submissions.record(submission("a", filing=filing(form("II.06a", row("Đất đai", {3: 1})))))
    store.submissions.record(submission("b", filing=filing(form("II.06a", row("Đất đai", {3: 2})))))
    store.submissions.record(submission("c", State.INVALID, filing=filing(form("II.06a", row("Đất đai", {3: 4})))))
    other = submission(filing=filing(form("II.06a", row("Đất đai", {3: 8}))), arrival=arrival("d", unit=OTHER))
    store.submissions.record(other)
    store.periods.open("20242", NOON, "an")
    earlier = submission("e", period="20242", filing=filing(form("II.06a", row("Đất đai", {3: 16}))))
    store.submissions.record(earlier)
    assert store.sums.accepted([PERIOD], ["II.06a"]) == {(PERIOD, "II.06a"): {UNIT: {3: 2}, OTHER: {3: 8}}}
    assert store.sums.accepted([PERIOD, "20242"], ["II.06a"], {UNIT.code}) == {
        (PERIOD, "II.06a"): {UNIT: {3: 2}},
        ("20242", "II.06a"): {UNIT: {3: 16}},
    }
    assert store.sums.accepted([PERIOD], ["II.05a"]) == {}


def test_the_sum_of_the_largest_figures_is_exact(store: Store) -> None:
    rows = [row(f"Lĩnh vực {n}", {3: 10**13}) for n in range(300)]
    store.submissions.record(submission(filing=filing(form("II.06a", *rows))))
    assert store.sums.accepted([PERIOD], ["II.06a"])[PERIOD, "II.06a"][UNIT] == {3: 3 * 10**15}


def test_what_soft_rules_found_and_which_forms_were_filed(store: Store) -> None:
    place = {"form": "II.06a", "row_key": "đất đai", "column": 4, "found": "(4) = 9", "rule": "II.06a:jump:4:row"}
    findings = (
        make("jump", **place).explained("Có đợt cấp đổi giấy chứng nhận."),
        make("carry-over", form="II.06a", row_key="đất đai", column=6, rule="II.06a:6<-11"),
        make("balance", form="II.06a", row_key="đất đai", column=3, rule="II.06a:3=7+11"),
        make("signature-missing"),
    )
    kept = store.submissions.record(submission(state=State.INVALID, findings=findings)).submission
    assert store.rule_findings.of(PERIOD) == [
        RuleFinding(
            kept.id, "jump", "II.06a:jump:4:row", "II.06a", "đất đai", 4, "(4) = 9", Severity.EXPLAIN, explained=True
        ),
        RuleFinding(
            kept.id, "carry-over", "II.06a:6<-11", "II.06a", "đất đai", 6, "", Severity.EXPLAIN, explained=False
        ),
    ]
    assert store.rule_findings.forms(PERIOD) == {kept.id: frozenset({"II.06a"})}
    assert store.rule_findings.of("20242") == []
    assert store.rule_findings.forms("20242") == {}
