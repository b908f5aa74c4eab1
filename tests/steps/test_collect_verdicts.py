"""What becomes of a workbook: accepted, invalid, awaiting explanation, returned; and of the one sent after it."""

from __future__ import annotations

import pytest
from toy_office import (
    COMPLAINTS,
    FORM,
    HUYEN,
    IN_TIME,
    PHUONG,
    Q1,
    Q2,
    Q3,
    REQUESTS,
    SO,
    UNITS,
    XA,
    YEAR,
    Office,
    because,
)

from tonghop.domain.period import Period
from tonghop.domain.submission import Explanation

GOOD = {COMPLAINTS: (2, 10, 8, 4)}
OTHER = {COMPLAINTS: (2, 11, 8, 5)}
BROKEN = {COMPLAINTS: (2, 10, 8, 5)}
DIFFERS = {COMPLAINTS: (5, 10, 8, 7)}  # quarter II closed with 2


@pytest.fixture
def carried(office: Office) -> Office:
    """Quarter II stands accepted for the commune, its complaints closing with 2."""
    office.app.open(Q2)
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 8, 2)})
    assert office.collect() == [f"{XA} accepted"]
    return office


def test_a_good_workbook_is_accepted_answered_and_put_away(office: Office) -> None:
    answer = office.judged(XA, name="Báo cáo.xlsx")
    assert answer.state.value == "accepted"
    assert office.names(XA, "gui-len") == []
    assert office.names(XA, "da-nhan") == ["20240916-100000-Báo cáo.xlsx"]
    page = office.answer(XA)
    assert "Báo cáo đã được chấp nhận" in page
    assert "đúng hạn" in page
    (submission,) = office.submissions(XA)
    assert office.app.context.vault.verify(submission.sha256)
    assert office.app.pending() == {"20243": 1}


def test_a_workbook_saved_by_a_tool_without_formula_results_is_accepted(office: Office) -> None:
    cells = {(FORM, f"{column}10"): value for column, value in zip("DEFG", (0, 10, 8, 2), strict=True)}
    office.put(XA, "sua.xlsx", office.type_in(XA, Q3, cells))
    assert office.collect() == [f"{XA} accepted"]
    (submission,) = office.submissions(XA)
    kept = {cell.column: cell.value for cell in office.app.store.filings.cells(submission.id)}
    assert kept == {3: 10, 4: 0, 5: 10, 6: 8, 7: 2}, "the total nobody computed is recomputed from its parts"


def test_wrong_figures_are_invalid_and_every_cell_to_mend_is_named(office: Office) -> None:
    answer = office.judged(XA, rows={COMPLAINTS: (0, 10, 8, 3), REQUESTS: (0, -1, 0, -1)})
    assert answer.state.value == "invalid"
    blocking = sorted((f.code, f.address) for f in answer.findings if f.severity.value == "blocking")
    assert blocking == [("balance", "C10"), ("negative", "E11"), ("negative", "G11")]
    page = office.answer(XA)
    assert "Báo cáo còn lỗi" in page
    assert "ô E11" in page
    assert office.app.pending() == {}


def test_a_difference_to_the_period_before_awaits_an_explanation(carried: Office) -> None:
    answer = carried.judged(XA, rows=DIFFERS)
    assert answer.state.value == "awaiting_explanation"
    assert [f.code for f in answer.findings if f.severity.value == "explain"] == ["carry-over"]
    assert "Giải trình" in carried.answer(XA)
    assert carried.state(XA) == "awaiting_explanation"


def test_with_an_explanation_it_is_accepted_and_the_words_are_kept(carried: Office) -> None:
    carried.judged(XA, rows=DIFFERS)
    reason = because(COMPLAINTS, 4)
    answer = carried.judged(XA, rows=DIFFERS, explanations=[reason])
    assert answer.state.value == "accepted"
    assert carried.app.store.filings.explanations(carried.submissions(XA)[-1].id) == (reason,)
    assert reason.reason in carried.answer(XA, 2)


def test_two_words_are_no_explanation_and_the_unit_is_told_so(carried: Office) -> None:
    answer = carried.judged(XA, rows=DIFFERS, explanations=[because(COMPLAINTS, 4, "đúng")])
    assert answer.state.value == "awaiting_explanation"
    assert any("quá ngắn" in finding.message for finding in answer.findings)


def test_an_explanation_carries_over_while_the_value_is_unchanged(carried: Office) -> None:
    carried.judged(XA, rows=DIFFERS, explanations=[because(COMPLAINTS, 4)])
    again = carried.judged(XA, rows=DIFFERS | {REQUESTS: (0, 1, 1, 0)})
    assert again.state.value == "accepted"
    assert because().reason in [finding.explained_by for finding in again.findings]


def test_an_explanation_does_not_carry_over_to_another_value(carried: Office) -> None:
    carried.judged(XA, rows=DIFFERS, explanations=[because(COMPLAINTS, 4)])
    again = carried.judged(XA, rows={COMPLAINTS: (6, 10, 8, 8)})
    assert again.state.value == "awaiting_explanation"


@pytest.mark.parametrize(
    ("case", "code"),
    [("damaged", "damaged"), ("other unit", "wrong-unit"), ("unopened period", "wrong-period"), ("no form", "no-form")],
)
def test_what_is_not_for_here_is_returned(office: Office, case: str, code: str) -> None:
    whole = office.workbook(XA)
    content = {
        "damaged": lambda: b"PK\x03\x04" + whole[200:400],
        "other unit": lambda: office.workbook(PHUONG),
        "unopened period": lambda: office.workbook(XA, Q1),
        "no form": (office.app.settings.include / "provinces/tinh-thu/units.csv").read_bytes,
    }[case]()
    name = "units.csv" if case == "no form" else "bao-cao.xlsx"
    office.put(XA, name, content)
    (answer,) = office.pass_over().answers
    assert answer.state.value == "returned"
    assert [finding.code for finding in answer.findings] in ([code], ["unsupported"])
    assert "Tệp được trả lại" in office.answer(XA)
    assert office.state(XA) == "returned"
    assert office.names(XA, "gui-len") == []


def test_the_workbook_of_an_old_period_is_returned_while_the_new_one_is_not_filed(carried: Office) -> None:
    answer = carried.judged(XA, Q2, {COMPLAINTS: (0, 12, 8, 4)})
    assert answer.state.value == "returned"
    assert "“Đính chính”" in answer.findings[0].message
    assert carried.state(XA) == "returned"
    assert carried.state(XA, Q2) == "accepted"


def test_the_word_correction_lets_an_old_period_be_corrected(carried: Office) -> None:
    words = Explanation(FORM, "", 0, "Đính chính theo biên bản kiểm tra")
    answer = carried.judged(XA, Q2, {COMPLAINTS: (0, 12, 8, 4)}, explanations=[words])
    assert answer.state.value == "accepted"
    assert "explanation-unmatched" not in [finding.code for finding in answer.findings]
    assert [state for _, state, _ in carried.revisions(XA, Q2)] == ["superseded", "accepted"]


def test_an_old_period_may_be_corrected_beside_the_new_report(carried: Office) -> None:
    carried.send(XA, Q3, {COMPLAINTS: (4, 10, 8, 6)})
    carried.send(XA, Q2, {COMPLAINTS: (0, 12, 8, 4)})
    assert carried.collect() == [f"{XA} accepted", f"{XA} accepted"]
    assert carried.revisions(XA)[-1][1] == "accepted", "the corrected quarter II is what quarter III is compared with"


def test_a_correction_supersedes(office: Office) -> None:
    office.judged(XA, rows=GOOD)
    office.judged(XA, rows=OTHER)
    assert office.revisions(XA) == [(1, "superseded", True), (2, "accepted", True)]
    first, second = office.submissions(XA)
    assert first.superseded_by == second.id
    assert office.standing(XA) == second


@pytest.mark.parametrize("later", ["invalid", "returned"])
def test_what_is_not_accepted_leaves_the_accepted_one_standing(office: Office, later: str) -> None:
    office.judged(XA, rows=GOOD)
    if later == "invalid":
        office.send(XA, rows=BROKEN)
    else:
        office.put(XA, "hong.xlsx", b"no workbook")
    assert office.collect() == [f"{XA} {later}"]
    assert [state for _, state, _ in office.revisions(XA)] == ["accepted", later]
    assert office.state(XA) == "accepted"
    assert office.app.pending() == {"20243": 1}
    assert "Lần 1 vẫn có hiệu lực" in office.answer(XA, 2)


def test_the_same_file_again_is_acknowledged_and_makes_no_revision(office: Office) -> None:
    office.judged(XA, rows=GOOD)
    again = office.judged(XA, rows=GOOD, name="gửi lại.xlsx")
    assert again.duplicate
    assert office.revisions(XA) == [(1, "accepted", True)]
    assert "giống hệt lần gửi thứ 1" in office.answer(XA)
    assert len(office.names(XA, "da-nhan")) == 2
    assert office.event_kinds() == ["opened", "accepted", "duplicate"]
    assert office.app.pending() == {"20243": 1}


def test_a_b_a_are_three_revisions_and_the_last_stands(office: Office) -> None:
    for rows in (GOOD, OTHER, GOOD):
        office.judged(XA, rows=rows)
    assert [state for _, state, _ in office.revisions(XA)] == ["superseded", "superseded", "accepted"]
    first, _, third = office.submissions(XA)
    assert first.sha256 == third.sha256
    assert office.app.pending() == {"20243": 3}


def test_two_files_of_one_unit_in_one_pass_are_judged_in_the_order_they_came(office: Office) -> None:
    office.send(XA, rows=GOOD, name="z.xlsx")
    office.send(XA, rows=OTHER, name="a.xlsx")
    assert office.collect() == [f"{XA} accepted", f"{XA} accepted"]
    standing = office.standing(XA)
    assert standing is not None
    assert standing.original_name == "a.xlsx"


def test_a_damaged_file_sent_last_is_the_last_revision(office: Office) -> None:
    office.send(XA, rows=BROKEN)
    office.put(XA, "hong.xlsx", b"no workbook")
    office.collect()
    assert [state for _, state, _ in office.revisions(XA)] == ["invalid", "returned"]
    assert office.state(XA) == "returned"


def test_of_two_periods_in_one_pass_the_earlier_is_judged_first(office: Office) -> None:
    office.app.open(Q2)
    office.send(XA, Q3, {COMPLAINTS: (9, 1, 1, 9)})
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 8, 2)})
    assert office.collect() == [f"{XA} accepted", f"{XA} awaiting_explanation"]
    assert office.state(XA, Q2) == "accepted"
    assert office.state(XA, Q3) == "awaiting_explanation"


def test_a_year_below_its_quarters_awaits_an_explanation(office: Office) -> None:
    office.at("2025-01-02T08:00:00")
    for period in (Q1, Q2, YEAR):
        office.app.open(period)
    for period, row in ((Q1, (0, 10, 10, 0)), (Q2, (0, 10, 10, 0)), (Q3, (0, 10, 10, 0))):
        office.send(XA, period, {COMPLAINTS: row})
    office.send(XA, YEAR, {COMPLAINTS: (0, 25, 25, 0)})
    assert office.collect()[-1] == f"{XA} awaiting_explanation"
    assert "year-below-quarters" in office.codes(office.submissions(XA, YEAR)[0].id)


def test_every_level_files_and_counts(office: Office) -> None:
    office.send_all()
    assert sorted(office.collect()) == sorted(f"{code} accepted" for code in (SO, HUYEN, XA, PHUONG))
    assert office.app.status(Q3).as_dict()["accepted"] == len(UNITS)


def test_a_pass_over_some_units_leaves_the_others(office: Office) -> None:
    office.send_all()
    assert office.app.batches(3) == [[HUYEN, XA, PHUONG], [SO]]
    assert office.collect(units=[XA]) == [f"{XA} accepted"]
    assert office.names(SO, "gui-len") == ["bao-cao-20243.xlsx"]


def test_nothing_to_do_is_nothing_done(office: Office) -> None:
    assert office.app.batches() == []
    assert office.collect() == []
    assert office.event_kinds() == ["opened"]
    assert office.app.now().isoformat() == f"{IN_TIME}+07:00"
    assert Period.parse("2024Q3") == Q3
