"""Who is written to on which morning, in which words, and that nobody is written to twice or for nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from remind.conftest import Morning
from toy_office import COMPLAINTS, HUYEN, PHUONG, Q2, Q3, SO, XA, Office, because

from tonghop.domain.office import Extension
from tonghop.domain.reminding import LetterOutcome
from tonghop.store.records import EventKind

BEFORE, ON, AFTER = "2024-09-16T07:30:00", "2024-09-18T07:30:00", "2024-09-19T07:30:00"
BAD = {COMPLAINTS: (0, 10, 8, 3)}


def scanned(office: Office, *moments: str) -> None:
    for moment in moments:
        office.at(moment)
        office.collect()


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (BEFORE, "Còn 2 ngày: Quý III/2024 – Xã Bù Đốp Thượng"),
        ("2024-09-17T07:30:00", "Còn 1 ngày: Quý III/2024 – Xã Bù Đốp Thượng"),
        (ON, "Đến hạn hôm nay: Quý III/2024 – Xã Bù Đốp Thượng"),
        (AFTER, "Quá hạn 1 ngày: Quý III/2024 – Xã Bù Đốp Thượng"),
        ("2024-09-24T07:30:00", "Quá hạn 6 ngày: Quý III/2024 – Xã Bù Đốp Thượng"),
    ],
)
def test_the_wording_differs_before_on_and_after_the_deadline(morning: Morning, at: str, words: str) -> None:
    scanned(morning.office, "2024-09-19T00:00:00")
    morning.remind(at, send=True)
    assert morning.subject(XA) == words
    assert "T.01" in morning.page(XA)


def test_nobody_is_reminded_before_the_first_step(morning: Morning) -> None:
    assert morning.to_whom("2024-09-13T07:30:00", send=True) == []


def test_every_level_is_reminded_by_its_own_deadline(morning: Morning) -> None:
    assert morning.to_whom(BEFORE, send=True) == [
        f"{XA} reminder",
        f"{PHUONG} reminder",
        f"{HUYEN} summary",
        "W99 overview",
    ]
    assert morning.to_whom("2024-09-18T07:31:00", send=True)[:1] == [f"{SO} reminder"]


def test_a_step_ends_when_its_last_day_is_over(morning: Morning) -> None:
    scanned(morning.office, "2024-10-19T00:00:00")
    assert f"{XA} reminder" in morning.to_whom("2024-10-18T07:30:00")
    assert f"{XA} reminder" not in morning.to_whom("2024-10-21T07:30:00")


def test_who_filed_is_never_reminded_and_its_page_is_taken_away(morning: Morning) -> None:
    morning.remind(BEFORE, send=True)
    assert "Don-doc.html" in morning.office.names(XA, "nhan-ve")
    morning.office.send(XA)
    assert morning.office.collect() == [f"{XA} accepted"]
    assert f"{XA} reminder" not in morning.to_whom("2024-09-17T07:30:00", send=True)
    assert "Don-doc.html" not in morning.office.names(XA, "nhan-ve")
    assert "Phường Ỷ La" in morning.page(HUYEN, "Tinh-hinh-don-vi-truc-thuoc.html")
    assert "Bù Đốp" not in morning.page(HUYEN, "Tinh-hinh-don-vi-truc-thuoc.html")


def test_nobody_is_written_to_when_nothing_is_owed(morning: Morning) -> None:
    morning.office.at("2024-09-17T08:00:00")
    morning.office.send_all()
    morning.office.collect()
    assert morning.to_whom(ON, send=True) == []


def test_a_file_still_in_the_inbox_counts_as_filed(morning: Morning) -> None:
    morning.office.send(XA)
    assert f"{XA} reminder" not in morning.to_whom(BEFORE, send=True)
    assert "Đã gửi, hệ thống chưa xử lý: Huyện Đắk Ơ (1): Xã Bù Đốp Thượng" in morning.overview("2024-09-16")


def test_a_unit_that_files_while_letters_go_out_gets_none(morning: Morning) -> None:
    morning.office.at(BEFORE)
    morning.office.send(PHUONG)
    app = morning.office.app
    (morning.office.folder(PHUONG, "gui-len") / "bao-cao-20243.xlsx").rename(
        morning.office.app.settings.home / "x.xlsx"
    )

    def file_now(line: object) -> None:
        if not morning.office.submissions(PHUONG):
            (app.settings.home / "x.xlsx").rename(morning.office.folder(PHUONG, "gui-len") / "bao-cao-20243.xlsx")
            assert morning.office.collect() == [f"{PHUONG} accepted"]

    from tonghop.steps.remind import Wish

    report = app.remind(Wish(send=True), morning.connections.get, tick=file_now)
    assert [line.letter.unit.code for line in report.lines if line.letter.kind == "reminder"] == [XA]
    assert "Don-doc.html" not in morning.office.names(PHUONG, "nhan-ve")


def test_who_must_mend_explain_or_file_again_is_told_that_instead(morning: Morning) -> None:
    office = morning.office
    office.app.open(Q2)
    office.send(PHUONG, Q2, {COMPLAINTS: (0, 10, 8, 2)})
    office.at("2024-09-12T08:00:00")
    office.collect()
    office.send(XA, rows=BAD)
    office.send(PHUONG, rows={COMPLAINTS: (5, 10, 8, 7)})
    office.put(HUYEN, "hong.xlsx", b"khong phai bang tinh")
    assert sorted(office.collect()) == [f"{HUYEN} returned", f"{XA} invalid", f"{PHUONG} awaiting_explanation"]
    (path := office.folder(HUYEN, "nhan-ve")).joinpath("ghi-chu.txt").write_text("của đơn vị", encoding="utf-8")
    morning.remind("2024-09-18T07:30:00", send=True)
    assert "Cần sửa: Quý III/2024" in morning.subject(XA)
    assert "Ket-qua-20243-lan-1.html" in morning.page(XA)
    assert "Cần giải trình: Quý III/2024" in morning.subject(PHUONG)
    assert "Phải gửi lại: Quý III/2024" in morning.subject(HUYEN)
    assert (path / "ghi-chu.txt").exists()


def test_two_periods_are_one_letter(morning: Morning) -> None:
    morning.office.app.open(Q2)
    scanned(morning.office, "2024-07-01T00:00:00")
    report = morning.remind("2024-07-02T07:30:00", send=False)
    assert report.lines, "Q2 is overdue"
    morning.office.at("2024-09-05T08:00:00")
    plan = morning.office.app.settings.include / "regimes/thu/2024-01-01/reminders.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("last: 30", "last: 200"), encoding="utf-8")
    report = morning.remind(BEFORE, send=True)
    mine = [line for line in report.lines if (line.letter.unit.code, line.letter.kind) == (XA, "reminder")]
    assert {line.letter.about for line in mine} == {(("20242", "qua-han"), ("20243", "truoc-han"))}
    assert morning.page(XA).count("còn phải gửi") == 2


def test_once_a_day_whatever_is_run_again(morning: Morning) -> None:
    first = morning.to_whom(BEFORE, send=True)
    assert first
    assert morning.to_whom("2024-09-16T15:00:00", send=True) == []
    morning.office.send(XA, rows=BAD)
    morning.office.collect()
    assert morning.to_whom("2024-09-16T16:00:00", send=True) == [], "another wording is no second letter"
    assert f"{XA} reminder" in morning.to_whom("2024-09-17T07:30:00", send=True)


@pytest.mark.parametrize(("at", "working"), [("2024-09-15T07:30:00", False), ("2024-09-23T07:30:00", False)])
def test_no_reminder_on_a_day_off(morning: Morning, at: str, working: bool) -> None:
    report = morning.remind(at, send=True)
    assert (report.working, report.lines) == (working, [])


def test_a_worked_saturday_is_a_morning_like_any_other(morning: Morning) -> None:
    assert f"{SO} reminder" in morning.to_whom("2024-09-21T07:30:00", send=True)


def test_an_extended_deadline_is_the_one_that_counts(morning: Morning) -> None:
    office = morning.office
    zone = office.app.regime.zone
    later = datetime(2024, 9, 27, 23, 59, 59, tzinfo=zone)
    unit = office.unit(XA).key
    office.app.store.office.extend(
        Extension("20243", unit, later, "mưa lũ", "chuyenvien", datetime(2024, 9, 12, tzinfo=zone))
    )
    scanned(office, "2024-09-19T00:00:00")
    assert f"{XA} reminder" not in morning.to_whom(AFTER, send=True)
    assert f"{XA} reminder" in morning.to_whom("2024-09-24T07:30:00", send=True)
    assert "Còn 3 ngày" in morning.subject(XA)


def test_nobody_is_called_late_while_no_pass_ran_since_the_deadline(morning: Morning) -> None:
    scanned(morning.office, "2024-09-18T23:00:00")
    morning.remind(AFTER, send=True)
    assert "Vẫn được tính đúng hạn" in morning.page(XA)
    overview = morning.overview("2024-09-19")
    assert "Chưa kết luận quá hạn: Các xã" in overview
    assert "Quá hạn, chưa gửi" not in overview

    scanned(morning.office, "2024-09-20T00:30:00")
    morning.remind("2024-09-20T07:30:00", send=True)
    assert "Vẫn được tính đúng hạn" not in morning.page(XA)
    assert "Quá hạn, chưa gửi: Huyện Đắk Ơ (2)" in morning.overview("2024-09-20")


def test_a_day_on_which_nothing_ran_is_said_the_next_morning(new_morning: Callable[..., Morning]) -> None:
    made = new_morning()
    made.office.app.open(Q3)
    made.watch(6, 7, 8, 9, 10, 12, 13, 15)
    made.office.app.store.scans.start(datetime(2024, 9, 14, 10, tzinfo=made.office.app.regime.zone))  # killed
    report = made.remind(BEFORE, send=True)
    assert report.unwatched == (date(2024, 9, 11), date(2024, 9, 14))
    said = "Không có lượt thu nhận: thứ Tư, ngày 11/09/2024; thứ Bảy, ngày 14/09/2024"
    assert said in made.overview("2024-09-16")

    made.remind("2024-09-16T09:00:00")
    noted = [event for event in made.office.app.events(Q3) if event.kind is EventKind.UNWATCHED]
    assert [event.detail for event in noted] == [{"days": ["2024-09-11", "2024-09-14"]}]


def test_a_gap_is_told_to_the_office_once_when_nobody_owes(new_morning: Callable[..., Morning]) -> None:
    made = new_morning()
    made.office.app.open(Q3)
    made.office.send_all()
    made.office.collect()
    made.watch(6, 7, 8, 9, 10)
    assert made.to_whom("2024-09-12T07:30:00", send=True) == ["W99 overview"]
    made.watch(12)
    assert made.to_whom("2024-09-13T07:30:00", send=True) == [], "the gap of the 11th was told the morning before"
    assert made.remind("2024-09-13T08:30:00").unwatched == (date(2024, 9, 11),)


def test_the_day_of_opening_is_no_gap(new_morning: Callable[..., Morning]) -> None:
    made = new_morning("2024-09-16T06:00:00")
    made.office.app.open(Q3)
    assert made.remind("2024-09-17T07:30:00").unwatched == ()


def test_rehearsed_by_default_until_a_way_is_configured(morning: Morning) -> None:
    report = morning.remind(BEFORE)
    assert (report.configured, report.rehearsed) == (False, True)
    assert {line.outcome for line in report.lines} == {None}
    assert "Don-doc.html" not in morning.office.names(XA, "nhan-ve")
    assert morning.office.app.store.letters.on(date(2024, 9, 16)) == ()
    assert any(line.address.to == ("xa@tinh-thu.example",) for line in report.lines), "e-mails to come are listed"

    plan = morning.office.app.settings.include / "provinces/tinh-thu/reminders.yaml"
    plan.write_text("steps: [{letter: truoc-han, first: -3, last: -1}]\nfolder_is_enough: true\n", encoding="utf-8")
    report = morning.remind(BEFORE)
    assert {line.outcome for line in report.lines if line.address.channel == "folder"} == {LetterOutcome.SENT}


def test_a_dry_run_writes_nothing_at_all(morning: Morning) -> None:
    before = morning.office.event_kinds()
    home = morning.office.app.settings.home
    names = sorted(path.name for path in home.iterdir())
    assert morning.remind(BEFORE, send=False).lines
    assert morning.office.event_kinds() == before
    assert sorted(path.name for path in home.iterdir()) == names


def test_a_merged_unit_is_not_written_to_but_stays_in_the_overview(
    province: Path, new_morning: Callable[..., Morning]
) -> None:
    units = province / "provinces" / "tinh-thu" / "units.csv"
    text = units.read_text(encoding="utf-8").replace(
        "xa,W01,2024-01-01,,\nW0102", "xa,W01,2024-01-01,2024-09-15,\nW0102"
    )
    units.write_text(text, encoding="utf-8")
    made = new_morning()
    made.office.app.open(Q3)
    assert made.to_whom(BEFORE, send=True) == [f"{PHUONG} reminder", f"{HUYEN} summary", "W99 overview"]
    assert "Xã Bù Đốp Thượng" in made.overview("2024-09-16")


def test_every_letter_stands_in_the_events_of_its_unit(morning: Morning) -> None:
    morning.remind(BEFORE, send=True)
    events = morning.office.app.store.events.of_unit("20243", morning.office.unit(XA).key)
    assert [(event.kind, event.detail["wording"]) for event in events] == [(EventKind.LETTER_SENT, "truoc-han")]


def test_accepted_with_an_explanation_is_filed(morning: Morning) -> None:
    office = morning.office
    office.app.open(Q2)
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 8, 2)})
    office.at("2024-09-12T08:00:00")
    office.collect()
    office.send(XA, rows={COMPLAINTS: (5, 10, 8, 7)}, explanations=[because()])
    assert office.collect() == [f"{XA} accepted"]
    assert f"{XA} reminder" not in morning.to_whom(BEFORE, send=True)
