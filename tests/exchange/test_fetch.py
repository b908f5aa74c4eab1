"""Figures of a unit's software are a filing like any other: same vault, same checks, same answers."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from exchange.conftest import TOKEN, Remote, Waits
from exchange.unit_system import COMPLAINTS, answer, row, text
from toy_office import PHUONG, Q3, XA, Office

from tonghop.domain.errors import SpecError
from tonghop.exchange.connection import Connection
from tonghop.steps.fetching import FetchReport
from tonghop.store.records import EventKind

BOTH = {XA: text(answer(XA, COMPLAINTS)), PHUONG: text(answer(PHUONG, COMPLAINTS))}


def fetch(office: Office, remote: Remote, waits: Waits, **extra: str) -> FetchReport:
    def named(name: str) -> Connection | None:
        return remote.connection(**extra) if name == "mot_cua" else None

    return office.app.fetch(None, named, waits.patience(turns=3))


def states(report: FetchReport) -> dict[str, str]:
    return {one.unit.code: one.state.value for one in report.answers}


def test_a_response_becomes_an_accepted_filing(connected: Office, centre: Remote, waits: Waits) -> None:
    centre.tell(figures=BOTH)
    report = fetch(connected, centre, waits)
    assert (report.asked, states(report), report.troubles) == (2, {XA: "accepted", PHUONG: "accepted"}, [])
    submission = connected.standing(XA)
    assert submission is not None
    assert submission.sha256 == hashlib.sha256(BOTH[XA].encode()).hexdigest()
    kept = connected.app.context.vault.find(submission.sha256)
    assert kept is not None
    assert kept.read_bytes() == BOTH[XA].encode()
    cells = {cell.column: (cell.value, cell.address) for cell in connected.app.store.filings.cells(submission.id)}
    assert cells[5] == (10, "/forms/T.01/rows/0/values/5")
    assert cells[3][0] == 10
    assert submission.signature.head == "Trần Văn Ổn"
    assert [one["path"] for one in centre.seen] == [
        f"/api/v1/so-lieu?unit={code}&period=20243" for code in (XA, PHUONG)
    ]
    assert {one["auth"] for one in centre.seen} == {f"Bearer {TOKEN}"}


def test_its_answer_lies_where_every_answer_lies(connected: Office, centre: Remote, waits: Waits) -> None:
    centre.tell(figures=BOTH)
    fetch(connected, centre, waits)
    assert "Ket-qua-20243-lan-1.html" in connected.names(XA, "nhan-ve")
    assert [name.partition("-so-")[2] for name in connected.names(XA, "da-nhan")] == ["lieu-20243.json"]
    assert connected.app.store.arrivals.unmoved() == ()
    assert not list((connected.app.settings.home / "exchange").rglob("*.json"))


def test_unchanged_figures_are_no_new_filing(connected: Office, centre: Remote, waits: Waits) -> None:
    centre.tell(figures=BOTH)
    fetch(connected, centre, waits)
    events = len(connected.app.events(Q3))
    again = fetch(connected, centre, waits)
    assert (again.answers, len(again.unchanged)) == ([], 2)
    assert len(connected.app.events(Q3)) == events


def test_changed_figures_replace_the_earlier_ones(connected: Office, centre: Remote, waits: Waits) -> None:
    centre.tell(figures=BOTH)
    fetch(connected, centre, waits)
    centre.tell(figures={XA: text(answer(XA, row("Đơn khiếu nại", 0, 12, 8, 4)))})
    assert states(fetch(connected, centre, waits)) == {XA: "accepted"}
    assert connected.revisions(XA) == [(1, "superseded", True), (2, "accepted", True)]


def test_wrong_figures_are_the_units_to_mend(connected: Office, centre: Remote, waits: Waits) -> None:
    centre.tell(figures={XA: text(answer(XA, row("Đơn khiếu nại", 0, 10, 8, 5)))})
    report = fetch(connected, centre, waits)
    assert states(report) == {XA: "invalid"}
    assert [finding.code for finding in report.answers[0].findings] == ["balance", "carry-over-unchecked"]
    assert report.waiting == ["Phường Ỷ La"]


def test_workbooks_and_responses_are_consolidated_together(connected: Office, centre: Remote, waits: Waits) -> None:
    centre.tell(figures=BOTH)
    fetch(connected, centre, waits)
    connected.send_all(units=("WSD", "W01"))
    connected.collect()
    published = connected.publish()
    figures = (published.folder / "so-lieu.csv").read_text("utf-8-sig")
    assert f"{Q3.code},T.01,linh_vuc,W99,,3,40,complete,4,4" in figures


@pytest.mark.parametrize(
    "content",
    ["<html>Đang bảo trì</html>", '{"schema": "tonghop-unit/1"', "[1, 2]", '{"a": NaN}', "9" * 6000, "[" * 90_000],
)
def test_malformed_json_is_returned_with_its_reason(
    connected: Office, centre: Remote, waits: Waits, content: str
) -> None:
    centre.tell(figures={XA: content})
    report = fetch(connected, centre, waits)
    assert states(report) == {XA: "returned"}
    assert {finding.code for finding in report.answers[0].findings} == {"data-unreadable"}
    assert connected.state(XA) == "returned"


@pytest.mark.parametrize("word", ["status:500", "cut", "half", "busy:1", "slow:0.1"])
def test_a_passing_failure_is_waited_out(connected: Office, centre: Remote, waits: Waits, word: str) -> None:
    centre.tell(figures=BOTH, plan={"figures": [word]})
    assert states(fetch(connected, centre, waits)) == {XA: "accepted", PHUONG: "accepted"}


@pytest.mark.parametrize("word", ["status:500", "status:401", "redirect:https://ke-gian.example/", "huge"])
def test_a_failing_system_is_our_trouble_not_the_units(
    connected: Office, centre: Remote, waits: Waits, word: str
) -> None:
    centre.tell(
        figures=BOTH, plan={"figures": [word] * (1 if word[:3] in {"red", "sta"} and word != "status:500" else 3)}
    )
    report = fetch(connected, centre, waits)
    assert states(report) == {PHUONG: "accepted"}
    assert len(report.troubles) == 1
    assert report.troubles[0].startswith("Xã Bù Đốp Thượng: ")
    assert TOKEN not in report.troubles[0]
    assert connected.state(XA) == "missing"
    assert EventKind.FETCH_FAILED in [event.kind for event in connected.app.events(Q3)]


def test_a_system_nobody_reaches_is_tried_for_one_unit_only(connected: Office, centre: Remote, waits: Waits) -> None:
    report = fetch(connected, Remote(9, 9, centre.trusts), waits)
    assert (len(report.troubles), len(waits.waits)) == (2, 2)


def test_an_unconfigured_connection_is_said(connected: Office) -> None:
    report = connected.app.fetch(None, lambda _name: None)
    assert len(report.troubles) == 2
    assert "AIRFLOW_CONN_MOT_CUA" in report.troubles[0]


def test_the_verdict_is_posted_to_the_webhook_once(connected: Office, centre: Remote, waits: Waits) -> None:
    centre.tell(figures={XA: text(answer(XA, row("Đơn khiếu nại", 0, "mười", 8, 2)))}, plan={"hook": ["status:503"]})
    fetch(connected, centre, waits, webhook="/ket-qua")
    fetch(connected, centre, waits, webhook="/ket-qua")
    hooks = [one for one in centre.seen if one["kind"] == "hook"]
    assert [one["path"] for one in hooks] == ["/api/v1/ket-qua"] * 2
    assert len({one["key"] for one in hooks}) == 1
    told = json.loads(hooks[-1]["body"])
    assert (told["unit"]["code"], told["state"], told["revision"]) == (XA, "invalid", 1)
    (finding,) = [one for one in told["findings"] if one["severity"] == "blocking"]
    assert (finding["code"], finding["pointer"]) == ("not-a-number", "/forms/T.01/rows/0/values/5")


def test_an_answer_that_did_not_arrive_is_posted_next_time(connected: Office, centre: Remote, waits: Waits) -> None:
    centre.tell(figures=BOTH, plan={"hook": ["status:403"]})
    report = fetch(connected, centre, waits, webhook="/ket-qua")
    assert states(report) == {XA: "accepted", PHUONG: "accepted"}
    assert "chưa trả kết quả" in report.troubles[0]
    again = fetch(connected, centre, waits, webhook="/ket-qua")
    assert (again.troubles, len(again.unchanged)) == ([], 2)
    assert len([one for one in centre.seen if one["kind"] == "hook"]) == 3


def test_killed_before_recording_loses_nothing(
    connected: Office, centre: Remote, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.tell(figures=BOTH)

    def killed(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tonghop.steps.collect.answer", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch(connected, centre, waits)
    assert connected.names(XA, "da-nhan") == []
    report = fetch(connected, centre, waits)
    assert states(report) == {XA: "accepted", PHUONG: "accepted"}
    assert len(connected.revisions(XA)) == 1
    assert len(connected.names(XA, "da-nhan")) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("W0101,https://ke-gian.example/x,mot_cua,2024-01-01,", "đường dẫn"),
        ("W0101,//ke-gian.example/x,mot_cua,2024-01-01,", "đường dẫn"),
        ("W9999,/x,mot_cua,2024-01-01,", "không có đơn vị"),
        ("W99,/x,mot_cua,2024-01-01,", "không có đơn vị"),
        ("W0101,/x,Một cửa,2024-01-01,", "mã kết nối"),
        ("W0101,/x,mot_cua,2024-01-01,\nW0101,/y,mot_cua,2024-05-01,", "hai nguồn"),
        ("W0101,/x,mot_cua,hôm nay,", "ngày"),
    ],
)
def test_a_mistake_in_the_list_of_sources_is_refused(connected: Office, line: str, words: str) -> None:
    path = connected.app.settings.include / "provinces" / "tinh-thu" / "sources.csv"
    path.write_text(f"unit_code,endpoint,connection,valid_from,valid_to\n{line}\n", encoding="utf-8")
    with pytest.raises(SpecError, match=words):
        connected.app.fetch()
