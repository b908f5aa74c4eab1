"""The published version reaches the centre once, whatever happens on the way, and every attempt is kept."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

import pytest
from exchange.conftest import Remote, Waits
from toy_office import COMPLAINTS, Q2, Q3, SO, XA, Office

from tonghop.domain.errors import ApprovalError, ExchangeError, StoreError, UsageError
from tonghop.domain.exchange import Outcome
from tonghop.steps.sending import Sent
from tonghop.store.records import EventKind


def send(office: Office, remote: Remote, waits: Waits, **bounds: Any) -> Sent:
    return office.app.send(Q3, remote.connection(), waits.patience(**bounds))


def tried(office: Office) -> list[tuple[str, str | None, int | None]]:
    (shipment,) = office.app.shipments(Q3)
    return [(one.action, one.outcome and one.outcome.value, one.status) for one in shipment.attempts]


def test_a_version_arrives_whole_with_its_files(published: Office, centre: Remote, waits: Waits) -> None:
    sent = send(published, centre, waits)
    assert sent.receipt is not None
    assert (sent.fresh, sent.version, sent.receipt.number, sent.recipient) == (
        True,
        1,
        "GN-0001",
        "Cơ quan nhận báo cáo thử",
    )
    assert tried(published) == [("ask", "unknown", 404), ("post", "received", 200)]
    ((key, stored),) = centre.state["stored"].items()
    folder = published.app.context.published / Q3.code / "v1"
    report, *files = stored["parts"]
    document = json.loads(report["text"])
    assert document["key"] == key == sent.receipt.key
    assert {one["name"]: one["sha256"] for one in files} == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.name[0] != "."
    }
    assert [(one["name"], one["sha256"]) for one in document["files"]] == [
        (one["name"], one["sha256"]) for one in files
    ]
    total = next(
        line for line in document["figures"] if (line["unit"], line["row"], line["view"]) == ("W99", "", "linh_vuc")
    )
    assert {one["column"]: one["value"] for one in total["values"]} == {3: 40, 4: 0, 5: 40, 6: 32, 7: 8}
    assert document["coverage"] == {"owed": 4, "accepted": 4, "missing": []}
    assert "truongphong" not in report["text"]


def test_a_connection_may_be_given_as_airflow_writes_it(published: Office, centre: Remote) -> None:
    sent = published.app.send(Q3, centre.uri())
    assert (sent.fresh, sent.host) == (True, f"localhost:{centre.port}")


def test_sent_again_nothing_is_sent(published: Office, centre: Remote, waits: Waits) -> None:
    first = send(published, centre, waits)
    before = len(centre.seen)
    again = send(published, centre, waits)
    assert (again.receipt, again.fresh) == (first.receipt, False)
    assert len(centre.seen) == before


def test_the_key_follows_from_what_was_published(published: Office, centre: Remote, waits: Waits) -> None:
    sent = send(published, centre, waits)
    manifest = published.app.context.published / Q3.code / "v1" / "manifest.json"
    assert sent.receipt is not None
    assert sent.receipt.key == f"tinh-thu-20243-v1-{hashlib.sha256(manifest.read_bytes()).hexdigest()[:32]}"
    assert {one["key"] for one in centre.seen if one["kind"] == "post"} == {sent.receipt.key}


def test_a_lost_record_is_found_by_asking(published: Office, centre: Remote, waits: Waits, new_office: Any) -> None:
    """A store put back from before the sending does not make the centre take it twice."""
    sent = send(published, centre, waits)
    with published.app.store.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM attempts")
        connection.exec_driver_sql("DELETE FROM deliveries")
    again = send(published, centre, waits)
    assert (again.receipt, again.fresh) == (sent.receipt, True)
    assert centre.kinds() == ["ask", "post", "ask"]


@pytest.mark.parametrize("word", ["cut", "lost", "malformed", "half", "foreign"])
def test_what_was_taken_without_a_usable_answer_is_not_sent_again(
    published: Office, centre: Remote, waits: Waits, word: str
) -> None:
    centre.plan(post=[word])
    sent = send(published, centre, waits)
    assert sent.fresh
    assert centre.kinds() == ["ask", "post", "ask"]
    assert list(centre.state["taken"].values()) == [1]
    assert waits.waits == [1.0]
    assert [outcome for _, outcome, _ in tried(published)][-1] == "received"


def test_an_answer_too_late_is_not_waited_for(published: Office, centre: Remote, waits: Waits) -> None:
    centre.plan(post=["slow:1.5"])
    sent = send(published, centre, waits, read_s=0.4)
    assert sent.fresh
    assert centre.kinds()[:3] == ["ask", "post", "ask"]
    assert tried(published)[1] == ("post", "cut", None)
    assert len(centre.state["stored"]) == 1


def test_an_answer_in_drops_is_cut_off(published: Office, centre: Remote, waits: Waits) -> None:
    centre.plan(ask=["drip"])
    assert send(published, centre, waits, whole_s=0.3).fresh
    assert tried(published)[0] == ("ask", "cut", 200)


def test_an_endless_answer_is_not_read_to_its_end(published: Office, centre: Remote, waits: Waits) -> None:
    centre.plan(ask=["huge"])
    assert send(published, centre, waits).fresh
    assert tried(published)[0] == ("ask", "malformed", 200)


def test_a_busy_centre_is_given_the_time_it_asks_for(published: Office, centre: Remote, waits: Waits) -> None:
    centre.plan(ask=["busy:30"], post=["busy:45", "status:503"])
    assert send(published, centre, waits).fresh
    assert waits.waits == [30.0, 45.0, 4.0]
    assert list(centre.state["taken"].values()) == [1]


def test_more_time_than_we_have_ends_the_run(published: Office, centre: Remote, waits: Waits) -> None:
    centre.plan(ask=["busy:3600"])
    with pytest.raises(ExchangeError) as told:
        send(published, centre, waits)
    assert "60 phút" in told.value.remedy
    assert waits.waits == []
    assert send(published, centre, waits).fresh


def test_failing_all_the_time_ends_and_says_so(published: Office, centre: Remote, waits: Waits) -> None:
    centre.plan(ask=["status:500"] * 6)
    with pytest.raises(ExchangeError, match="sau 6 lần thử") as told:
        send(published, centre, waits)
    assert told.value.outcome == Outcome.FAULT
    assert waits.waits == [1, 2, 4, 8, 16]
    assert len(tried(published)) == 6
    (event,) = [one for one in published.app.events(Q3) if one.kind is EventKind.SEND_FAILED]
    assert event.detail["host"].startswith("localhost:")
    assert send(published, centre, waits).fresh


@pytest.mark.parametrize(
    ("status", "words"), [(401, "mã truy cập"), (409, "nội dung khác"), (422, "không được chấp nhận")]
)
def test_a_refusal_is_not_repeated(published: Office, centre: Remote, waits: Waits, status: int, words: str) -> None:
    centre.plan(post=[f"status:{status}"])
    with pytest.raises(ExchangeError, match=words):
        send(published, centre, waits)
    assert centre.kinds() == ["ask", "post"]


def test_nobody_there(published: Office, centre: Remote, waits: Waits) -> None:
    gone = Remote(9, 9, centre.trusts)
    with pytest.raises(ExchangeError, match="không kết nối được") as told:
        send(published, gone, waits, turns=2)
    assert told.value.outcome == Outcome.UNREACHABLE


def test_a_new_version_is_a_new_delivery(published: Office, centre: Remote, waits: Waits) -> None:
    first = send(published, centre, waits)
    published.send(XA, rows={COMPLAINTS: (0, 11, 8, 3)}, name="dinh-chinh.xlsx")
    published.collect()
    published.publish()
    second = send(published, centre, waits)
    assert (first.version, second.version) == (1, 2)
    assert len(centre.state["stored"]) == 2
    assert len(published.app.shipments()) == 2
    document = json.loads(list(centre.state["stored"].values())[1]["parts"][0]["text"])
    assert (document["version"], document["replaces"]) == (2, 1)


def test_only_what_is_published_is_sent(office: Office, centre: Remote, waits: Waits) -> None:
    with pytest.raises(ApprovalError, match="chưa được công bố"):
        send(office, centre, waits)
    office.send(SO)
    office.collect()
    office.app.draft(Q3)
    with pytest.raises(ApprovalError):
        send(office, centre, waits)
    assert centre.seen == []


def test_changed_files_are_not_sent(published: Office, centre: Remote, waits: Waits) -> None:
    figures = published.app.context.published / Q3.code / "v1" / "so-lieu.csv"
    figures.chmod(0o644)
    figures.write_bytes(figures.read_bytes().replace(b"40", b"41", 1))
    with pytest.raises(StoreError, match="đã bị thay đổi"):
        send(published, centre, waits)
    assert centre.seen == []


def test_without_a_connection_nothing_is_sent(published: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("AIRFLOW_CONN_", "TONGHOP_SEND"))]:
        monkeypatch.delenv(name)
    sent = published.app.send(Q3)
    assert (sent.configured, published.app.shipments()) == (False, ())


def test_a_period_nobody_opened_is_not_sent(office: Office, centre: Remote, waits: Waits) -> None:
    with pytest.raises(UsageError):
        office.app.send(Q2, centre.connection(), waits.patience())


def test_the_recipient_is_that_of_the_day_of_sending(published: Office, centre: Remote, waits: Waits) -> None:
    sent = send(published, centre, waits)
    (event,) = [one for one in published.app.events(Q3) if one.kind is EventKind.SENT]
    assert event.detail["recipient"] == sent.recipient
    assert event.detail["receipt"] == "GN-0001"
