"""A filing sent by mistake is taken back: it counts as never sent, what stood before stands again, nothing is lost."""

from __future__ import annotations

import csv
import threading

import openpyxl
import pytest
from toy_office import COMPLAINTS, FORM, PHUONG, Q2, Q3, XA, Office, because

from tonghop.domain.errors import UsageError
from tonghop.domain.submission import Explanation
from tonghop.steps import withdrawing
from tonghop.steps.actions import Desk, Judged, mark, rule
from tonghop.steps.tracing import Wish
from tonghop.steps.withdrawing import revision_of, withdraw
from tonghop.store.withdrawals import Withdrawn

WHY = "Gửi nhầm tệp của kỳ trước, đơn vị đã có công văn."
OTHER = {COMPLAINTS: (0, 12, 9, 3)}


def take_back(office: Office, revision: int = 0, code: str = XA, reason: str = WHY) -> Withdrawn:
    desk = Desk("canbo", Q3, office.unit(code))
    chosen = revision_of(office.app.context, desk, revision)
    return withdraw(office.app.context, desk, chosen.id, reason)


def states(office: Office, code: str = XA) -> list[str]:
    return [state for _, state, _ in office.revisions(code)]


def test_the_only_filing_withdrawn_leaves_the_unit_owing(office: Office) -> None:
    office.judged(XA)
    revision = office.app.store.periods.revision("20243")
    take_back(office)
    assert states(office) == ["withdrawn"]
    assert office.state(XA) == "missing"
    assert office.app.store.periods.revision("20243") == revision + 1
    status = office.app.status(Q3).as_dict()
    kinds = ("accepted", "invalid", "awaiting_explanation", "returned", "missing")
    assert status["owed"] == sum(status[kind] for kind in kinds)
    page = office.answer(XA)
    assert "Báo cáo đã được rút" in page
    assert f"Lý do rút: {WHY}" in page
    event = office.app.events(Q3)[-1]
    assert (event.kind.value, event.actor, event.detail["reason"]) == ("withdrawn", "canbo", WHY)
    (kept,) = office.submissions(XA)
    assert office.app.context.vault.verify(kept.sha256)
    assert office.app.store.filings.cells(kept.id)


def test_what_stood_before_stands_again(office: Office) -> None:
    office.judged(XA)
    office.judged(XA, rows=OTHER)
    revision = office.app.store.periods.revision("20243")
    done = take_back(office)
    assert states(office) == ["accepted", "withdrawn"]
    assert done.standing is not None
    assert (done.standing.revision, done.standing.superseded_by, done.standing.superseded_at) == (1, None, None)
    assert office.app.store.periods.revision("20243") == revision + 1
    assert "Báo cáo đã được chấp nhận" in office.answer(XA, 1)
    assert "Lần 1 vẫn có hiệu lực." in office.answer(XA, 2)
    assert office.event_kinds()[-2:] == ["withdrawn", "restored"]
    take_back(office, 1)
    assert states(office) == ["withdrawn", "withdrawn"]
    assert office.state(XA) == "missing"


def test_done_twice_it_changes_nothing_more(office: Office) -> None:
    office.judged(XA)
    office.judged(XA, rows=OTHER)
    assert take_back(office).fresh
    events, page = office.event_kinds(), office.answer(XA, 2)
    again = take_back(office)
    assert not again.fresh
    assert states(office) == ["accepted", "withdrawn"]
    assert office.event_kinds() == events
    assert office.answer(XA, 2) == page


def test_killed_before_the_answers_it_is_finished_by_doing_it_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.judged(XA)
    office.judged(XA, rows=OTHER)
    with monkeypatch.context() as patch:
        patch.setattr(withdrawing, "write_answer", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            take_back(office)
    assert "Báo cáo đã được rút" not in office.answer(XA, 2)
    take_back(office)
    assert "Báo cáo đã được rút" in office.answer(XA, 2)
    assert "Báo cáo đã được chấp nhận" in office.answer(XA, 1)
    assert states(office) == ["accepted", "withdrawn"]


def test_two_at_once_withdraw_once(office: Office) -> None:
    office.judged(XA)
    office.judged(XA, rows=OTHER)
    wanted = office.submissions(XA)[1].id
    done: list[Withdrawn] = []
    desk = Desk("canbo", Q3, office.unit(XA))
    threads = [
        threading.Thread(target=lambda: done.append(withdraw(office.app.context, desk, wanted, WHY))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.fresh for one in done) == [False, True]
    assert states(office) == ["accepted", "withdrawn"]
    assert office.event_kinds().count("withdrawn") == 1


@pytest.mark.parametrize(
    ("rows", "state"), [({COMPLAINTS: (0, 10, 8, 99)}, "invalid"), (None, "returned")], ids=["invalid", "returned"]
)
def test_a_filing_that_never_stood_can_be_withdrawn(office: Office, rows: object, state: str) -> None:
    if rows is None:
        office.put(XA, "hong.xlsx", b"no workbook")
        office.collect()
    else:
        office.judged(XA, rows=rows)  # type: ignore[arg-type]
    assert office.state(XA) == state
    revision = office.app.store.periods.revision("20243")
    take_back(office)
    assert office.state(XA) == "missing"
    assert office.app.store.periods.revision("20243") == revision
    assert "Nội dung phải sửa" not in office.answer(XA)


def test_what_was_replaced_stays(office: Office) -> None:
    office.judged(XA)
    office.judged(XA, rows=OTHER)
    with pytest.raises(UsageError, match="đã được thay thế"):
        take_back(office, 1)
    assert states(office) == ["superseded", "accepted"]


def test_which_one_is_meant_must_be_said_when_the_last_one_does_not_stand(office: Office) -> None:
    office.judged(XA)
    office.judged(XA, rows={COMPLAINTS: (0, 10, 8, 99)})
    with pytest.raises(UsageError, match="lần gửi 1 đang có hiệu lực"):
        take_back(office)
    take_back(office, 2)
    assert states(office) == ["accepted", "withdrawn"]
    with pytest.raises(UsageError, match="không có lần gửi 3"):
        take_back(office, 3)
    with pytest.raises(UsageError, match="Lý do phải dài"):
        take_back(office, 1, reason="nhầm")


def test_the_same_file_sent_again_is_a_filing_again(office: Office) -> None:
    office.judged(XA, name="dau.xlsx")
    take_back(office)
    answer = office.judged(XA, name="lai.xlsx")
    assert not answer.duplicate
    assert states(office) == ["withdrawn", "accepted"]


def test_its_explanations_do_not_carry_over(office: Office) -> None:
    office.app.open(Q2)
    office.send(XA, Q2)
    office.collect()
    differs = {COMPLAINTS: (5, 10, 8, 7)}
    office.judged(XA, rows=differs, explanations=[because(COMPLAINTS, 4)])
    take_back(office)
    assert office.judged(XA, rows=differs).state.value == "awaiting_explanation"


def test_a_ruling_reaches_what_stands_again(office: Office) -> None:
    office.app.open(Q2)
    office.send(XA, Q2)
    office.collect()
    differs = {COMPLAINTS: (5, 10, 8, 7)}
    office.judged(XA, rows=differs, explanations=[because(COMPLAINTS, 4)])
    office.judged(XA, rows={COMPLAINTS: (2, 10, 8, 4)})
    take_back(office)
    first = office.submissions(XA)[0]
    findings = office.app.store.filings.findings(first.id)
    at = next(n for n, finding in enumerate(findings, 1) if finding.code == "carry-over")
    judged = Judged(first.id, at, False, mark(findings[at - 1].explained_by), "Sổ theo dõi ghi hai đơn.")
    assert rule(office.app.context, Desk("canbo", Q3, office.unit(XA)), judged).state.value == "awaiting_explanation"


def test_later_periods_are_told_when_other_figures_stand_again(office: Office) -> None:
    office.app.open(Q2)
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 8, 2)})
    office.collect()
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 7, 3)}, explanations=[Explanation(FORM, "", 0, "Đính chính lần một")])
    office.collect()
    office.judged(XA, rows={COMPLAINTS: (3, 10, 8, 5)})
    desk = Desk("canbo", Q2, office.unit(XA))
    withdraw(office.app.context, desk, revision_of(office.app.context, desk).id, WHY)
    assert "earlier-period-changed" in office.codes(office.submissions(XA)[0].id)


def test_published_figures_follow_in_a_new_version_that_says_whose_they_were(office: Office) -> None:
    office.send_all()
    office.collect()
    office.app.consolidate(Q3)
    office.publish()
    take_back(office, code=PHUONG)
    assert office.app.pending() == {"20243": 5}
    folder = office.publish().folder
    with (folder / "thay-doi.csv").open(encoding="utf-8-sig", newline="") as stream:
        listed = {(one["view"], one["unit"], one["row"], one["column"]): one for one in csv.DictReader(stream)}
    whole = listed["linh_vuc", "W99", "", "5"]
    assert (whole["old"], whole["new"], whole["causes"]) == ("40", "30", PHUONG)
    sheet = openpyxl.load_workbook(folder / "tong-hop.xlsx")["Đính chính"]
    words = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert "không còn" in words
    assert office.app.trace(Q3, Wish(FORM, "TỔNG CỘNG", 5)).value == 30
