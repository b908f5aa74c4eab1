"""Two people, in order, on exactly these figures; a refusal needs a reason; nobody's silence goes unnoticed."""

from __future__ import annotations

import pytest
from toy_office import PHUONG, Q3, XA, Office

from tonghop.domain.errors import ApprovalError
from tonghop.domain.province import ApprovalStep
from tonghop.steps import approving
from tonghop.steps.approving import Signing

FIRST, SECOND = "truongphong", "lanhdao"


@pytest.fixture
def filed(office: Office) -> Office:
    office.send_all()
    office.collect()
    return office


def decisions(office: Office) -> list[tuple[str, str, str]]:
    return [(one.step, one.login, one.decision.value) for one in office.app.store.approvals.of("20243")]


def test_the_second_step_cannot_come_first(filed: Office) -> None:
    with pytest.raises(ApprovalError, match="Chưa có “Thẩm định” nên chưa “Phê duyệt” được") as caught:
        filed.app.approve(Q3, SECOND, via="cli")
    assert FIRST in caught.value.remedy
    assert decisions(filed) == []


def test_a_step_belongs_to_its_logins(filed: Office) -> None:
    with pytest.raises(ApprovalError, match="không được giao bước “phe_duyet”"):
        filed.app.approve(Q3, FIRST, via="airflow", step="phe_duyet")


def test_both_steps_in_order_release(filed: Office) -> None:
    assert filed.app.approve(Q3, FIRST, via="cli").name == "tham_dinh"
    assert filed.app.approve(Q3, SECOND, via="cli", step="phe_duyet").name == "phe_duyet"
    assert filed.app.publish(Q3).version == 1
    assert decisions(filed) == [("tham_dinh", FIRST, "approved"), ("phe_duyet", SECOND, "approved")]


def test_approving_twice_records_once(filed: Office) -> None:
    for _ in range(2):
        filed.app.approve(Q3, FIRST, via="cli")
    assert decisions(filed) == [("tham_dinh", FIRST, "approved")]


def test_one_person_cannot_give_both_steps(filed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    context, province = filed.app.context, filed.app.province_for(Q3)
    both = (ApprovalStep("tham_dinh", "Thẩm định", (FIRST,)), ApprovalStep("phe_duyet", "Phê duyệt", (FIRST, SECOND)))
    monkeypatch.setattr(type(context), "opened", lambda *_: _with(province, both))
    digest = filed.app.draft(Q3).digest
    approving.approve(context, Q3, Signing(FIRST, "cli"), digest)
    with pytest.raises(ApprovalError, match="đã quyết định ở bước khác") as caught:
        approving.approve(context, Q3, Signing(FIRST, "cli"), digest)
    assert "người khác" in caught.value.remedy


def _with(province: object, steps: tuple[ApprovalStep, ...]) -> object:
    object.__setattr__(province, "approvals", steps)
    return province


@pytest.mark.parametrize("note", ["", "   "])
def test_a_refusal_needs_a_reason(filed: Office, note: str) -> None:
    with pytest.raises(ApprovalError, match="phải ghi rõ lý do"):
        filed.app.reject(Q3, FIRST, via="cli", note=note)
    assert decisions(filed) == []


def test_a_refusal_by_someone_else_is_no_refusal(filed: Office) -> None:
    with pytest.raises(ApprovalError, match="“vanthu” không có quyền"):
        filed.app.reject(Q3, "vanthu", via="cli", note="Không rõ")


def test_a_refusal_takes_back_what_was_given_and_leaves_the_draft_open(filed: Office) -> None:
    filed.app.approve(Q3, FIRST, via="cli")
    filed.app.reject(Q3, SECOND, via="cli", note="Thiếu 6 xã")
    draft = filed.app.draft(Q3)
    assert (draft.folder / "tong-hop.xlsx").exists()
    with pytest.raises(ApprovalError, match=r"không được phê duyệt \(lý do: Thiếu 6 xã\)"):
        filed.app.publish(Q3)
    with pytest.raises(ApprovalError, match="Chưa có “Thẩm định”"):
        filed.app.approve(Q3, SECOND, via="cli")
    for login in (FIRST, SECOND):
        filed.app.approve(Q3, login, via="cli")
    assert filed.app.publish(Q3).created


def test_what_an_approver_reads_names_coverage_changes_and_the_draft(filed: Office) -> None:
    summary = filed.app.draft(Q3).summary
    assert "4/4" in summary


class TestSilence:
    """A draft that nobody answers."""

    def test_nobody_is_reminded_before_the_time_is_up(self, filed: Office) -> None:
        filed.app.present(Q3)
        filed.at("2024-09-16T13:59:00")
        assert filed.app.remind_approvers() == ()

    def test_the_one_whose_turn_it_is_is_reminded_every_four_hours(self, filed: Office) -> None:
        filed.app.present(Q3)
        found = []
        for moment in ("14:00:00", "14:05:00", "17:59:00", "18:00:00"):
            filed.at(f"2024-09-16T{moment}")
            found.append([one.waiting.step.logins for one in filed.app.remind_approvers()])
        assert found == [[(FIRST,)], [], [], [(FIRST,)]]
        assert filed.event_kinds().count("approval_waits") == 2
        assert filed.app.store.events.of("20243")[-1].detail["problem"] == "chưa cấu hình máy chủ thư"

    def test_the_next_one_has_time_of_their_own(self, filed: Office) -> None:
        digest = filed.app.present(Q3).digest
        filed.at("2024-09-16T13:00:00")
        approving.approve(filed.app.context, Q3, Signing(FIRST, "cli"), digest)
        filed.at("2024-09-16T16:59:00")
        assert filed.app.remind_approvers() == ()
        filed.at("2024-09-16T17:00:00")
        assert [one.waiting.step.name for one in filed.app.remind_approvers()] == ["phe_duyet"]

    def test_a_refused_or_released_draft_waits_for_nobody(self, filed: Office) -> None:
        filed.app.present(Q3)
        filed.app.reject(Q3, FIRST, via="cli", note="Xem lại")
        assert filed.app.waiting() == ()
        filed.app.present(Q3)
        assert len(filed.app.waiting()) == 1
        filed.publish()
        assert filed.app.waiting() == ()

    def test_a_newer_draft_takes_the_place_of_the_older(self, office: Office) -> None:
        office.send(XA)
        office.collect()
        office.app.present(Q3)
        office.send(PHUONG)
        office.collect()
        office.at("2024-09-16T11:00:00")
        newer = office.app.present(Q3)
        assert [one.digest for one in office.app.waiting()] == [newer.digest]
