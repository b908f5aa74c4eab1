"""A workbook that holds only the forms that change: the others stay as they stand, and every figure finds its file."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from steps.catalogue_office import FORM, LIST_FORM, PEERS, UNIT_FORM, only, workbook
from toy_office import COMPLAINTS, Q3, REQUESTS, XA, Office, because

from tonghop.domain.submission import Paragraph, State
from tonghop.steps import collect
from tonghop.steps.desk import figures as desk_figures
from tonghop.steps.desk.figures import Spot
from tonghop.steps.stored import stored_filing
from tonghop.steps.tracing import Wish
from tonghop.store.records import ArrivalKey, FormPlace, NewSubmission

CHANGED = {COMPLAINTS: (2, 12, 9, 5), REQUESTS: (0, 3, 3, 0)}  # 15 received, as in GOOD
WORDS = [Paragraph("1", "Đã tiếp 12 lượt công dân."), Paragraph("2", "Không có kiến nghị.")]
ITEM = {2: "KN-01", 3: "Khiếu nại", 4: date(2024, 9, 30)}


@pytest.fixture
def office(three_forms: Office) -> Office:
    return three_forms


def file_whole(office: Office, code: str = XA, **typed: object) -> None:
    office.put(code, "ca-bo.xlsx", workbook(office, code=code, **typed))  # type: ignore[arg-type]
    assert office.collect(units=[code]) == [f"{code} accepted"]


def correct(office: Office, *forms: str, name: str = "dinh-chinh.xlsx", **typed: object) -> str:
    """File only `forms` of a workbook; what became of it."""
    office.put(XA, name, only(workbook(office, **typed), *forms))  # type: ignore[arg-type]
    (answer,) = office.pass_over(units=[XA]).answers
    return answer.state.value


def places(office: Office, revision: int) -> dict[str, FormPlace]:
    return office.app.store.filings.places(office.submissions(XA)[revision - 1].id)


def origins(office: Office, revision: int) -> dict[str, int]:
    """Form → revision whose workbook holds it."""
    revisions = {one.id: one.revision for one in office.submissions(XA)}
    return {form: revisions[place.origin] for form, place in places(office, revision).items()}


def cells(office: Office, revision: int) -> dict[tuple[str, str, int], tuple[object, str]]:
    kept = office.app.store.filings.cells(office.submissions(XA)[revision - 1].id)
    return {(cell.form, cell.row_key, cell.column): (cell.value, cell.address) for cell in kept}


def test_a_correction_of_one_form_keeps_the_others_as_they_stand(office: Office) -> None:
    file_whole(office, items={"1": ITEM})
    assert correct(office, FORM, rows=CHANGED) == "accepted"
    assert [state for _, state, _ in office.revisions(XA)] == ["superseded", "accepted"]
    assert origins(office, 2) == {FORM: 2, UNIT_FORM: 1, LIST_FORM: 1}
    before, after = cells(office, 1), cells(office, 2)
    assert {at: kept for at, kept in after.items() if at[0] != FORM} == {
        at: kept for at, kept in before.items() if at[0] != FORM
    }
    assert after[FORM, COMPLAINTS.casefold(), 6][0] == 9
    assert sorted(office.codes(office.submissions(XA)[1].id)) == ["carry-over-unchecked", "form-kept"]
    page = office.answer(XA, 2)
    assert f"Tệp không có biểu {UNIT_FORM}, {LIST_FORM}: số liệu giữ nguyên theo lần gửi thứ 1." in page
    assert f"Giữ nguyên {UNIT_FORM} theo lần 1" in page
    assert office.state(XA) == "accepted"


def test_a_form_kept_twice_leads_to_the_workbook_that_really_holds_it(office: Office) -> None:
    file_whole(office)
    assert correct(office, FORM, rows=CHANGED) == "accepted"
    assert correct(office, UNIT_FORM, rows=CHANGED, unit={3: 15, 4: 2}) == "accepted"
    assert origins(office, 3) == {FORM: 2, UNIT_FORM: 3, LIST_FORM: 1}
    page = office.answer(XA, 3)
    assert f"Tệp không có biểu {LIST_FORM}: số liệu giữ nguyên theo lần gửi thứ 1." in page
    assert f"Tệp không có biểu {FORM}: số liệu giữ nguyên theo lần gửi thứ 2." in page


def test_a_form_is_missing_while_no_accepted_version_of_it_stands(office: Office) -> None:
    assert correct(office, FORM, name="mot.xlsx") == "invalid"
    assert office.codes(office.submissions(XA)[0].id).count("form-missing") == 2
    assert correct(office, UNIT_FORM, LIST_FORM, name="hai.xlsx") == "invalid"
    assert origins(office, 2) == {UNIT_FORM: 2, LIST_FORM: 2}


def test_an_incorrect_correction_leaves_what_stands_and_the_next_one_starts_from_it(office: Office) -> None:
    file_whole(office)
    assert correct(office, FORM, rows={COMPLAINTS: (2, 13, 8, 99)}) == "invalid"
    assert [state for _, state, _ in office.revisions(XA)] == ["accepted", "invalid"]
    assert "vẫn có hiệu lực" in office.answer(XA, 2)
    assert correct(office, FORM, rows=CHANGED) == "accepted"
    assert origins(office, 3) == {FORM: 3, UNIT_FORM: 1, LIST_FORM: 1}


def test_rules_between_forms_see_the_forms_that_were_kept(office: Office) -> None:
    file_whole(office)
    more = {COMPLAINTS: (2, 20, 17, 5)}  # T.02 says 15 received
    assert correct(office, FORM, rows=more) == "awaiting_explanation"
    assert "cross-form" in office.codes(office.submissions(XA)[1].id)
    assert office.standing(XA) == office.submissions(XA)[0]
    assert correct(office, FORM, rows=more, explanations=[because()]) == "accepted"
    assert origins(office, 3) == {FORM: 3, UNIT_FORM: 1, LIST_FORM: 1}


def test_what_was_explained_in_a_kept_form_stays_explained(office: Office) -> None:
    figures = {COMPLAINTS: (2, 10, 11, 1), REQUESTS: (0, 5, 5, 0)}  # more resolved than received
    file_whole(office, rows=figures, explanations=[because()])
    assert correct(office, UNIT_FORM, rows=figures, unit={3: 15, 4: 1}) == "accepted"
    findings = office.app.store.filings.findings(office.submissions(XA)[1].id)
    assert [f.explained_by for f in findings if f.code == "balance-soft"] == [because().reason]


def test_whether_a_kept_form_is_unusual_is_not_asked_again(office: Office) -> None:
    """Two peers are too few to be compared with; when the third has filed, nobody asks about figures that stand."""
    far = {COMPLAINTS: (2, 10, 2, 10), REQUESTS: (0, 5, 1, 4)}
    file_whole(office, rows=far)
    for code in PEERS:
        file_whole(office, code, rows={COMPLAINTS: (0, 20, 20, 0)})
    assert correct(office, UNIT_FORM, rows=far, unit={3: 15, 4: 1}) == "accepted"
    assert correct(office, FORM, rows=far, name="ca-bieu.xlsx") == "awaiting_explanation"


def test_words_left_blank_stay_and_those_written_anew_take_their_place(office: Office) -> None:
    file_whole(office, paragraphs=WORDS)
    assert correct(office, FORM, rows=CHANGED, paragraphs=[Paragraph("2", "Đề nghị tập huấn.")]) == "accepted"
    kept = office.app.store.filings.accepted_paragraphs("20243")[XA]
    assert kept == (WORDS[0], Paragraph("2", "Đề nghị tập huấn."))
    assert "mục 1: giữ nguyên nội dung của lần gửi thứ 1" in office.answer(XA, 2)


def test_the_same_correction_again_is_acknowledged_as_such(office: Office) -> None:
    file_whole(office)
    assert correct(office, FORM, rows=CHANGED) == "accepted"
    sent = office.app.context.vault.find(office.submissions(XA)[1].sha256)
    assert sent is not None
    office.put(XA, "gui-lai.xlsx", sent.read_bytes())
    (answer,) = office.pass_over(units=[XA]).answers
    assert answer.duplicate
    assert len(office.submissions(XA)) == 2
    assert "Tệp giống hệt lần gửi thứ 2" in office.answer(XA, 2)


def test_a_form_that_does_not_arise_any_more_must_be_sent(office: Office) -> None:
    file_whole(office, items={"1": ITEM})
    assert correct(office, LIST_FORM) == "accepted"
    assert origins(office, 2) == {FORM: 1, UNIT_FORM: 1, LIST_FORM: 2}
    assert places(office, 2)[LIST_FORM].nil
    assert f"{LIST_FORM} |  | 0 |  | 3 ô có số liệu → không phát sinh" in office.answer(XA, 2)


def test_totals_trace_and_manifest_name_the_file_that_holds_the_figure(office: Office) -> None:
    file_whole(office)
    assert correct(office, FORM, rows=CHANGED) == "accepted"
    office.app.consolidate(Q3)
    published = office.publish()
    files = {one.revision: one for one in office.submissions(XA)}
    for form, column, value, revision in ((UNIT_FORM, 3, 15, 1), (FORM, 6, 12, 2)):
        traced = office.app.trace(Q3, Wish(form, "TỔNG CỘNG", column))
        assert traced.value == value
        assert {(line.file, line.sha256, line.revision) for line in traced.lines} == {
            (files[revision].original_name, files[revision].sha256, revision)
        }
        spot = desk_figures.trace(office.app.context, Q3, Spot(form, column))
        assert [part.submission for part in spot.parts] == [files[revision].id]
    manifest = json.loads((published.folder / "manifest.json").read_text(encoding="utf-8"))
    (entry,) = [one for one in manifest["inputs"] if one["unit"] == XA]
    assert (entry["submission"], [one["forms"] for one in entry["inherited"]]) == (
        files[2].id,
        [[UNIT_FORM, LIST_FORM]],
    )
    assert entry["inherited"][0]["sha256"] == files[1].sha256


def test_a_base_replaced_while_the_correction_is_judged_has_it_judged_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_whole(office)
    (first,) = office.submissions(XA)
    store, judge = office.app.store, collect.judge
    verdicts: list[object] = []

    def overtaken(*arguments: Any) -> Any:
        """While the first verdict is made, another whole workbook of the unit is accepted."""
        if not verdicts:
            key = ArrivalKey(first.unit, "khac.xlsx", 1, 1, "ff")
            filing = stored_filing(store, first.id)
            store.submissions.record(NewSubmission(key, first.received_at, "20243", State.ACCEPTED, True, filing))
        verdicts.append(arguments)
        return judge(*arguments)

    monkeypatch.setattr(collect, "judge", overtaken)
    assert correct(office, FORM, rows=CHANGED) == "accepted"
    assert len(verdicts) == 2
    assert [state for _, state, _ in office.revisions(XA)] == ["superseded", "superseded", "accepted"]
    assert origins(office, 3) == {FORM: 3, UNIT_FORM: 2, LIST_FORM: 2}
