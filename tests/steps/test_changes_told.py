"""The answer to a further filing lists what changed, cell by cell; a blank, a 0 and a stated nothing stay apart."""

from __future__ import annotations

import pytest
from toy_office import COMPLAINTS, FORM, Q3, REQUESTS, XA, Office

from tonghop.domain.submission import Signature
from tonghop.steps import comparing
from tonghop.steps.answering import write_answer
from tonghop.steps.comparing import Change, changes

FIRST = {COMPLAINTS: (0, 1000, 8, 992), REQUESTS: (0, 0, 0, 0)}


def told(office: Office, revision: int) -> list[Change]:
    found = changes(office.app.store, office.app.province, office.submissions(XA)[revision - 1])
    assert found is not None
    return list(found.listed)


def cells(office: Office, revision: int) -> list[tuple[str, int, str, str]]:
    return [(one.row, one.column, one.before, one.after) for one in told(office, revision)]


def test_a_first_filing_has_nothing_to_compare_with(office: Office) -> None:
    office.judged(XA, rows=FIRST)
    assert changes(office.app.store, office.app.province, office.submissions(XA)[0]) is None
    assert "Thay đổi" not in office.answer(XA)


def test_every_changed_cell_with_both_values(office: Office) -> None:
    office.judged(XA, rows=FIRST)
    office.judged(XA, rows=FIRST | {COMPLAINTS: (0, 1000, 9, 991)})
    assert told(office, 2) == [
        Change(FORM, COMPLAINTS, 6, "Kết quả – Đã giải quyết", "F10", "8", "9"),
        Change(FORM, COMPLAINTS, 7, "Kết quả – Còn lại", "G10", "992", "991"),
    ]
    page = office.answer(XA, 2)
    assert "Thay đổi so với lần 1:" in page
    assert f"{FORM} | {COMPLAINTS} | 7 | G10 | 992 → 991" in page


def test_a_zero_is_no_blank(office: Office) -> None:
    office.judged(XA, rows=FIRST)
    office.judged(XA, rows={COMPLAINTS: FIRST[COMPLAINTS]})
    assert cells(office, 2) == [(REQUESTS, column, "0", "để trống") for column in (3, 4, 5, 6, 7)]
    office.judged(XA, rows=FIRST)
    assert cells(office, 3) == [(REQUESTS, column, "để trống", "0") for column in (3, 4, 5, 6, 7)]


def test_a_stated_nothing_is_neither(office: Office) -> None:
    office.judged(XA, rows={COMPLAINTS: (0, 1, 1, 0)})
    office.judged(XA, rows={}, nil=True)
    assert cells(office, 2)[:2] == [
        ("", 0, "5 ô có số liệu", "không phát sinh"),
        (COMPLAINTS, 3, "1", "không phát sinh"),
    ]


def test_the_same_figures_again_are_said_to_be_the_same(office: Office) -> None:
    office.judged(XA, rows=FIRST)
    office.judged(XA, rows=FIRST, signature=Signature("Người khác"))
    assert told(office, 2) == []
    assert "không có số liệu nào thay đổi" in office.answer(XA, 2)


def test_what_could_not_be_read_is_passed_over(office: Office) -> None:
    office.judged(XA, rows=FIRST)
    office.put(XA, "hong.xlsx", b"no workbook")
    office.collect()
    assert changes(office.app.store, office.app.province, office.submissions(XA)[1]) is None
    office.judged(XA, rows=FIRST | {COMPLAINTS: (0, 1000, 9, 991)})
    found = changes(office.app.store, office.app.province, office.submissions(XA)[2])
    assert found is not None
    assert (found.before, found.after, len(found.listed)) == (1, 3, 2)


def test_a_long_list_is_cut_and_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "MOST", 2)
    office.judged(XA, rows=FIRST)
    office.judged(XA, rows={COMPLAINTS: (0, 20, 10, 10)})
    found = changes(office.app.store, office.app.province, office.submissions(XA)[1])
    assert found is not None
    assert (len(found.listed), found.more) == (2, 7)
    assert "và 7 thay đổi khác" in office.answer(XA, 2)


def test_an_answer_written_again_says_the_same(office: Office) -> None:
    office.judged(XA, rows=FIRST)
    office.judged(XA, rows={COMPLAINTS: (0, 20, 10, 10)})
    office.judged(XA, rows=FIRST)
    before = office.answer(XA, 2)
    second = office.submissions(XA)[1]
    context = office.app.context
    findings = office.app.store.filings.findings(second.id)
    write_answer(context, (office.unit(XA), context.province_for(Q3)), second, findings)
    after = office.answer(XA, 2)
    assert before[before.index("Thay đổi") :] == after[after.index("Thay đổi") :]
