"""A clock that was set back: nothing late becomes timely, revisions and events keep their order, and it is said."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from toy_office import COMPLAINTS, Q3, XA, Office

from tonghop.domain.errors import SettingError

BEFORE, AFTER = "2024-09-18T23:00:00", "2024-09-19T08:00:00"  # the deadline of communes lies between


def test_a_clock_set_back_across_the_deadline_takes_nothing(office: Office) -> None:
    office.at(AFTER)
    office.collect()
    office.send(XA)
    office.at(BEFORE)
    with pytest.raises(SettingError, match="chậm hơn lượt nhận báo cáo gần nhất") as told:
        office.collect()
    assert "08:00 ngày 19/09/2024" in told.value.problem
    assert "Chỉnh lại đồng hồ máy chủ" in told.value.remedy
    assert (office.names(XA, "gui-len"), office.revisions(XA)) == (["bao-cao-20243.xlsx"], [])

    office.at("2024-09-19T08:05:00")
    office.collect()
    assert office.revisions(XA) == [(1, "accepted", False)]


def test_a_batch_without_a_scan_of_its_own_refuses_too(office: Office) -> None:
    office.at(AFTER)
    office.collect()
    office.send(XA)
    office.at(BEFORE)
    with pytest.raises(SettingError):
        office.collect(units=[XA], scan=False)


def test_the_note_of_a_pass_that_began_before_another_is_no_clock_set_back(office: Office) -> None:
    """The DAG writes its pass down as of its beginning; somebody may have collected by hand in between."""
    office.at(AFTER)
    office.collect()
    office.at(BEFORE)
    assert office.collect(units=[]) == []


def test_a_step_that_keeps_the_clock_right_counts_from_the_newest_pass(office: Office) -> None:
    """Set back by two minutes over the deadline: what is found then is as late as it was."""
    office.at("2024-09-19T00:01:00")
    office.collect()
    office.at("2024-09-18T23:59:30")
    office.send(XA)
    office.collect()
    (filed,) = office.submissions(XA)
    assert not filed.on_time
    assert f"{filed.received_at.astimezone(office.app.regime.zone):%d %H:%M}" == "19 00:01"


def test_a_wrong_clock_of_before_is_put_right_by_a_person_once(office: Office) -> None:
    office.at("2034-01-01T00:00:00")
    office.collect()
    office.at(BEFORE)
    office.send(XA)
    office.app.context.clock_checked = True
    office.collect()
    assert office.revisions(XA) == [(1, "accepted", True)]
    assert "clock_checked" in office.event_kinds()

    office.app.context.clock_checked = False
    office.at(AFTER)
    office.send(XA, rows={COMPLAINTS: (0, 11, 8, 3)})
    office.collect()
    assert [revision for revision, _, _ in office.revisions(XA)] == [1, 2]


def test_events_and_revisions_keep_the_order_in_which_things_happened(office: Office) -> None:
    for minute, figure in (("10:04", 10), ("10:02", 11), ("10:00", 12)):
        office.at(f"2024-09-17T{minute}:00")
        office.send(XA, rows={COMPLAINTS: (0, figure, 0, figure)}, name=f"{figure}.xlsx")
        office.collect()
    assert [one.original_name for one in office.submissions(XA)] == ["10.xlsx", "11.xlsx", "12.xlsx"]
    assert office.standing(XA) == office.submissions(XA)[-1]
    received = [one.received_at for one in office.submissions(XA)]
    assert received == sorted(received)
    told = [event.detail["name"] for event in office.app.events(Q3) if event.kind.value == "accepted"]
    assert told == ["10.xlsx", "11.xlsx", "12.xlsx"]


def test_a_file_time_in_the_future_does_not_put_an_old_report_last(office: Office) -> None:
    """The clerk's machine is years ahead: what came first is handled first, the correction stands."""
    office.put(XA, "a.xlsx", office.workbook(XA, rows={COMPLAINTS: (0, 5, 0, 5)}), mtime=time.time() + 10**8)
    tick(office.folder(XA, "gui-len") / "a.xlsx")
    office.put(XA, "b.xlsx", office.workbook(XA, rows={COMPLAINTS: (0, 6, 0, 6)}), mtime=time.time())
    office.collect()
    assert [one.original_name for one in office.submissions(XA)] == ["a.xlsx", "b.xlsx"]


def tick(path: Path) -> None:
    """Let the file system's clock move on, so that the next file is newer than this one."""
    came, probe = path.stat().st_ctime_ns, path.with_name(".dong-ho")
    while True:
        probe.touch()
        os.utime(probe)
        if probe.stat().st_ctime_ns > came:
            break
    probe.unlink()
