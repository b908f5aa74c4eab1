"""The catalogue of findings, and which findings only repeat an earlier cause."""

import pytest

from tonghop.domain.finding import CATALOGUE, Finding, make
from tonghop.domain.follow_ons import CELL_PROBLEMS, fold_follow_ons
from tonghop.domain.form import Severity


def found(code: str, row: str = "đất đai", column: int = 3, *columns: int, form: str = "II.06a") -> Finding:
    return make(code, form=form, row_key=row, column=column, columns=(column, *columns))


def kept(*findings: Finding) -> list[tuple[str, str, int]]:
    return [(finding.code, finding.row_key, finding.column) for finding in fold_follow_ons(findings)]


def test_every_kind_speaks_whole_sentences() -> None:
    wrong = [kind.code for kind in CATALOGUE.values() if not kind.title[0].isupper() or not kind.advice.endswith(".")]
    assert wrong == []


def test_only_a_blocking_kind_returns_the_file() -> None:
    assert [kind.code for kind in CATALOGUE.values() if kind.returns and kind.severity is not Severity.BLOCKING] == []


@pytest.mark.parametrize("problem", sorted(CELL_PROBLEMS))
def test_rules_stay_silent_where_a_cell_is_faulty(problem: str) -> None:
    cell, rule = found(problem, "đất đai", 4), found("formula-mismatch", "đất đai", 3, 4, 5, 6)
    assert kept(rule, cell) == [(problem, "đất đai", 4)]


def test_a_faulty_cell_silences_only_its_own_row() -> None:
    cell, rule = found("not-a-number", "đất đai", 4), found("formula-mismatch", "hộ tịch", 3, 4, 5, 6)
    assert kept(cell, rule) == [("not-a-number", "đất đai", 4), ("formula-mismatch", "hộ tịch", 3)]


def test_a_faulty_cell_silences_only_its_own_form() -> None:
    cell, rule = found("not-a-number", column=4), found("formula-mismatch", "đất đai", 3, 4, 5, form="II.05a")
    assert len(kept(cell, rule)) == 2


def test_a_wrong_total_column_hides_the_balance_that_reads_it() -> None:
    assert kept(found("balance", "đất đai", 3, 7, 11), found("formula-mismatch", "đất đai", 3, 4, 5, 6)) == [
        ("formula-mismatch", "đất đai", 3)
    ]


def test_a_percent_is_not_blamed_for_the_wrong_figure_it_follows_from() -> None:
    saved, rate = found("formula-mismatch", "25195", 12, 10, 11), found("formula-mismatch", "25195", 13, 12, 10)
    assert kept(saved, rate) == [("formula-mismatch", "25195", 12)]


def test_two_balances_that_share_a_column_are_both_told() -> None:
    first, second = found("balance", "đất đai", 3, 6, 7, 8), found("balance", "đất đai", 3, 9, 12)
    assert len(kept(first, second)) == 2


def test_the_total_row_is_silent_for_a_column_with_a_fault_above() -> None:
    wrong, total = found("formula-mismatch", "đất đai", 3, 4, 5, 6), found("total-mismatch", "tổng cộng", 3)
    assert kept(total, wrong) == [("formula-mismatch", "đất đai", 3)]


def test_the_total_row_speaks_beside_an_unbalanced_row() -> None:
    assert len(kept(found("total-mismatch", "tổng cộng", 3), found("balance", "đất đai", 3, 7, 11))) == 2


def test_the_total_row_speaks_for_its_other_columns() -> None:
    assert len(kept(found("total-mismatch", "tổng cộng", 5), found("blank-cell", "đất đai", 4))) == 2


def test_a_comparison_with_another_form_waits_for_its_column() -> None:
    assert kept(found("cross-form", "25195", 8), found("cell-error", "25195", 8)) == [("cell-error", "25195", 8)]


def test_a_comparison_with_another_period_waits_only_for_its_own_row() -> None:
    cell = found("blank-cell", "đất đai", 6)
    assert kept(cell, found("carry-over", "đất đai", 6)) == [("blank-cell", "đất đai", 6)]
    assert len(kept(cell, found("carry-over", "hộ tịch", 6))) == 2


def test_root_causes_come_first_and_notes_last() -> None:
    findings = (
        found("number-as-text"),
        found("carry-over", column=6),
        found("balance", column=7),
        found("negative", column=9),
    )
    assert [code for code, _, _ in kept(*findings)] == ["negative", "balance", "carry-over", "number-as-text"]


def test_place_names_form_cell_row_and_column() -> None:
    finding = make("negative", form="II.06a", row_key="đất đai", row_name="Đất đai", column=4, address="D12")
    assert finding.place == "Biểu II.06a, ô D12 (dòng “Đất đai”, cột 4)"
