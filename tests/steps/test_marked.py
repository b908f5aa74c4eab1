"""The returned copy: what a unit mends or explains in it is understood when the copy is dropped again."""

from __future__ import annotations

import os
import re

import openpyxl
import pytest
from marked_books import (
    AMBER,
    EXPLANATIONS,
    KEPT,
    RED,
    RESULT,
    asked,
    copy_of,
    copy_path,
    drop,
    texts,
    tint,
    type_in,
)
from toy_office import COMPLAINTS, FORM, PHUONG, Q2, Q3, REQUESTS, XA, Office

from tonghop.files.marked import pool
from tonghop.steps.actions import Desk, Judged, mark, rule

DIFFERS = {COMPLAINTS: (5, 10, 8, 7)}  # quarter II closed with 2
WRONG = {COMPLAINTS: (0, 10, 8, 3), REQUESTS: (0, -1, 0, -1)}
ENOUGH = "Số kỳ trước đã báo cáo chưa đúng, số kỳ này đã rà soát"
TITLE = "C1"  # cell of the form's title, to which a note on the whole form belongs
DIFFERENT = "Số kỳ trước chuyển sang khác số cuối kỳ trước."
NOT_ENOUGH = "Nhận bàn giao đơn từ đơn vị khác"


@pytest.fixture
def carried(office: Office) -> Office:
    """Quarter II stands accepted for the commune, its complaints closing with 2."""
    office.app.open(Q2)
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 8, 2)})
    assert office.collect() == [f"{XA} accepted"]
    return office


@pytest.fixture
def awaiting(carried: Office) -> Office:
    assert carried.judged(XA, rows=DIFFERS).state.value == "awaiting_explanation"
    return carried


def test_an_accepted_filing_has_no_copy_and_its_page_names_none(office: Office) -> None:
    office.judged(XA)
    assert not copy_path(office).exists()
    assert "Da-kiem-tra" not in office.answer(XA)


def test_what_is_mended_in_the_copy_is_accepted(office: Office) -> None:
    office.judged(XA, rows=WRONG)
    assert copy_path(office).name in office.answer(XA)
    book = copy_of(office)
    assert {a: tint(book[FORM][a]) for a in ("C10", "E11", "G11")} == dict.fromkeys(("C10", "E11", "G11"), RED)
    assert "Tìm thấy: (5) = -1" in book[FORM]["E11"].comment.text

    answer = drop(office, type_in(book, {"G10": 2, "E11": 1, "G11": 1}))

    assert answer.state.value == "accepted"
    assert [finding.code for finding in answer.findings] == ["carry-over-unchecked"]
    kept = {(c.row_key, c.column): c.value for c in office.app.store.filings.cells(office.submissions(XA)[-1].id)}
    assert kept["đơn khiếu nại", 7] == 2


def test_the_copy_dropped_as_it_is_comes_to_the_same_end(office: Office) -> None:
    before = office.judged(XA, rows=WRONG)
    office.put(XA, "lai.xlsx", copy_path(office).read_bytes())
    (answer,) = office.pass_over().answers
    assert [(f.code, f.address, f.found) for f in answer.findings] == [
        (f.code, f.address, f.found) for f in before.findings
    ]


def test_a_reason_that_is_enough_when_picked_completes_the_filing_and_is_published(awaiting: Office) -> None:
    book = copy_of(awaiting)
    assert asked(book) == [(FORM, COMPLAINTS, 4, f"{DIFFERENT} (4) = 5 khác (7) của kỳ trước = 2.", None, None)]
    assert tint(book[FORM]["D10"]) == AMBER

    answer = drop(awaiting, type_in(book, {"E5": ENOUGH}, EXPLANATIONS))

    assert answer.state.value == "accepted"
    submission = awaiting.submissions(XA)[-1]
    assert [e.reason for e in awaiting.app.store.filings.explanations(submission.id)] == [ENOUGH]
    assert not copy_path(awaiting, 2).exists()
    awaiting.app.consolidate(Q3)
    published = openpyxl.load_workbook(awaiting.publish().folder / "tong-hop.xlsx")
    assert ENOUGH in texts(published["Giải trình được chấp nhận"])


@pytest.mark.parametrize(
    ("picked", "words", "state"),
    [
        (NOT_ENOUGH, None, "awaiting_explanation"),
        (NOT_ENOUGH, "ok", "awaiting_explanation"),
        (NOT_ENOUGH, "Nhận 3 đơn từ xã bên", "accepted"),
        (None, "Ba đơn chuyển từ thanh tra huyện", "accepted"),
        ("Ba đơn chuyển từ thanh tra huyện", None, "accepted"),
        ("đúng", None, "awaiting_explanation"),
    ],
)
def test_a_reason_picked_or_typed_counts_when_it_is_complete(
    awaiting: Office, picked: str | None, words: str | None, state: str
) -> None:
    answer = drop(awaiting, type_in(copy_of(awaiting), {"E5": picked, "F5": words}, EXPLANATIONS))
    assert answer.state.value == state
    told = [finding.message for finding in answer.findings if finding.code == "explanation-unmatched"]
    if state == "accepted":
        said = ": ".join(part for part in (picked, words) if part)
        assert [f.explained_by for f in answer.findings if f.code == "carry-over"] == [said]
        assert told == []
    else:
        assert "đề nghị ghi rõ hơn" in told[0]


def test_a_reason_does_not_carry_to_another_value_even_in_the_same_file(awaiting: Office) -> None:
    book = type_in(copy_of(awaiting), {"E5": ENOUGH}, EXPLANATIONS)
    answer = drop(awaiting, type_in(book, {"D10": 6, "G10": 8}))
    assert answer.state.value == "awaiting_explanation"
    assert any("nêu cho số liệu trước khi sửa" in finding.message for finding in answer.findings)

    book = copy_of(awaiting, 2)
    assert [row[3:] for row in asked(book)] == [(f"{DIFFERENT} (4) = 6 khác (7) của kỳ trước = 2.", None, None)]
    assert ENOUGH not in texts(book[EXPLANATIONS]), "the words for the old value are not there to be sent again"
    assert drop(awaiting, book).state.value == "awaiting_explanation"


def test_a_figure_mended_instead_of_explained_leaves_no_note(awaiting: Office) -> None:
    book = type_in(copy_of(awaiting), {"E5": ENOUGH}, EXPLANATIONS)
    answer = drop(awaiting, type_in(book, {"D10": 2, "G10": 4}))
    assert (answer.state.value, answer.findings) == ("accepted", ())


def test_reasons_given_before_stay_while_something_else_is_mended(carried: Office) -> None:
    carried.judged(XA, rows=DIFFERS | {REQUESTS: (0, 2, 2, 1)})
    book = type_in(copy_of(carried), {"E5": NOT_ENOUGH, "F5": "Nhận 3 đơn từ xã bên"}, EXPLANATIONS)
    assert drop(carried, book).state.value == "invalid"
    again = copy_of(carried, 2)
    assert asked(again)[0][4:] == (NOT_ENOUGH, "Nhận 3 đơn từ xã bên")
    assert tint(again[FORM]["D10"]) != AMBER, "what is explained needs no look"
    assert "Nội dung đã giải trình (1)" in texts(again[RESULT])
    assert drop(carried, type_in(again, {"G11": 0})).state.value == "accepted"


def test_marking_again_replaces_what_was_marked(office: Office) -> None:
    office.judged(XA, rows=WRONG)
    blank = openpyxl.load_workbook(office.folder(XA, "nhan-ve") / f"Bieu-mau-{Q3.code}-{XA}.xlsx")[FORM]
    drop(office, type_in(copy_of(office), {"E11": 1, "G11": 1}))

    again = copy_of(office, 2)

    assert [again.sheetnames.count(name) for name in (RESULT, EXPLANATIONS, KEPT)] == [1, 1, 1]
    assert again.sheetnames[0] == RESULT
    assert [tint(again[FORM][a]) for a in ("E11", "G11")] == [tint(blank[a]) for a in ("E11", "G11")]
    assert [again[FORM][a].comment for a in ("E11", "G11")] == [None, None]
    assert tint(again[FORM]["C10"]) == RED
    assert [row[:2] for row in again[KEPT].iter_rows(values_only=True) if row[0]] == [(FORM, "C10"), (FORM, TITLE)]


def test_the_units_own_comment_is_kept_below_ours_and_comes_back(office: Office) -> None:
    book = openpyxl.load_workbook(office.folder(XA, "nhan-ve") / f"Bieu-mau-{Q3.code}-{XA}.xlsx")
    type_in(book, {"D10": 0, "E10": 10, "F10": 8, "G10": 3})
    book[FORM]["C10"].comment = openpyxl.comments.Comment("Đã đối chiếu sổ.", "Chị Đào")
    drop(office, book)
    marked = copy_of(office)
    assert marked[FORM]["C10"].comment.text.endswith("Ghi chú của đơn vị: Đã đối chiếu sổ.")
    drop(office, type_in(marked, {"G10": 2, "E11": -1, "F11": 0, "G11": -1, "D11": 0}))
    again = copy_of(office, 2)[FORM]["C10"].comment
    assert (again.text, again.author) == ("Đã đối chiếu sổ.", "Chị Đào")


def test_what_only_follows_is_folded_under_its_cause_everywhere(office: Office) -> None:
    answer = office.judged(XA, overrides={(FORM, COMPLAINTS, 3): 11})
    (root,) = [finding for finding in answer.findings if finding.severity.value == "blocking"]
    assert (root.code, [one.address for one in root.follow_ons]) == ("formula-mismatch", ["C10"])
    kept = office.app.store.filings.findings(office.submissions(XA)[0].id)
    assert kept == answer.findings
    sheet = copy_of(office)[RESULT]
    folded = [row for row, look in sheet.row_dimensions.items() if look.outlineLevel == 1 and look.hidden]
    assert len(folded) == len(root.follow_ons)
    assert "Kéo theo" in sheet.cell(folded[0] - 1, 3).value
    assert root.follow_ons[0].message in office.answer(XA)


def test_a_link_leads_from_the_list_to_the_cell(office: Office) -> None:
    office.judged(XA, rows=WRONG)
    sheet = copy_of(office)[RESULT]
    links = {cell.value: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links[f"Biểu {FORM}, ô E11"] == f"'{FORM}'!E11"


def test_no_code_and_no_english_faces_a_clerk(awaiting: Office) -> None:
    book = copy_of(awaiting)
    shown = " ".join(text for sheet in (RESULT, EXPLANATIONS) for text in texts(book[sheet]))
    assert not re.search(r"carry|over|awaiting|blocking|explain|balance|None|T\.01:", shown)


def test_text_that_looks_like_a_formula_stays_text(office: Office) -> None:
    office.judged(XA, rows={COMPLAINTS: (0, 10, 8, 2), '=HYPERLINK("http://x","y")': (0, 1, 1, "@SUM(A1)")})
    book = copy_of(office)
    found = [c for s in (RESULT, FORM) for row in book[s].iter_rows() for c in row if "HYPERLINK" in str(c.value)]
    assert len(found) >= 2
    assert {cell.data_type for cell in found} == {"s"}


def test_a_file_that_ends_the_marking_child_still_has_its_page(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pool, "_CHILD", "tonghop.no_such_module")
    answer = office.judged(XA, rows=WRONG)
    assert answer.state.value == "invalid"
    assert "ô E11" in office.answer(XA)
    assert "Da-kiem-tra" not in office.answer(XA)
    assert not copy_path(office).exists()
    assert "died" in caplog.text


def test_the_copies_of_many_units_are_their_own(office: Office) -> None:
    office.send(XA, rows=WRONG)
    office.send(PHUONG, rows={COMPLAINTS: (0, -5, 8, 3)})
    office.collect()
    assert [tint(copy_of(office, 1, code)[FORM]["E10"]) == RED for code in (XA, PHUONG)] == [False, True]
    assert copy_of(office, 1, PHUONG)["_tonghop"]["B1"].value == PHUONG


def test_a_copy_that_somebody_works_in_is_left_alone(awaiting: Office) -> None:
    path = copy_path(awaiting)
    path.write_bytes(b"half typed")
    os.utime(path, (1_800_000_000, 1_800_000_000))
    _accept(awaiting)
    assert path.read_bytes() == b"half typed"


def test_a_ruling_takes_back_the_copy_and_a_refusal_makes_a_new_one(awaiting: Office) -> None:
    _accept(awaiting)
    assert awaiting.state(XA) == "accepted"
    assert not copy_path(awaiting).exists()
    submission = awaiting.submissions(XA)[-1]
    _rule(awaiting, submission.id, accepted=False)
    assert awaiting.state(XA) == "awaiting_explanation"
    assert [row[4:] for row in asked(copy_of(awaiting))] == [(None, None)]


def _accept(office: Office) -> None:
    _rule(office, office.submissions(XA)[-1].id, accepted=True)


def _rule(office: Office, submission_id: int, *, accepted: bool) -> None:
    found = office.app.store.filings.findings(submission_id)
    position, finding = next((at, f) for at, f in enumerate(found, 1) if f.code == "carry-over")
    judged = Judged(submission_id, position, accepted, mark(finding.explained_by), "Đã đối chiếu với sổ theo dõi.")
    rule(office.app.context, Desk("canbo", Q3, office.unit(XA)), judged)
