"""Letters by e-mail through a real SMTP server, by post to a system, and what happens when one of them fails."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from remind.conftest import Box, Hook, Morning
from toy_office import HUYEN, PHUONG, Q3, XA

from tonghop.domain.reminding import Channel, LetterOutcome, NewLetter
from tonghop.store.records import EventKind

BEFORE, NEXT = "2024-09-16T07:30:00", "2024-09-17T07:30:00"


@pytest.fixture
def mailing(morning: Morning, box: Box) -> Morning:
    morning.connections["smtp_default"] = box.connection
    return morning


def outcomes(report: object) -> dict[str, str]:
    """`unit kind channel` → outcome."""
    return {
        f"{line.letter.unit.code} {line.letter.kind} {line.address.channel}": str(line.outcome)
        for line in report.lines  # type: ignore[attr-defined]
    }


def test_letters_leave_by_default_once_the_mail_server_is_configured(mailing: Morning, box: Box) -> None:
    report = mailing.remind(BEFORE)
    assert (report.configured, report.rehearsed) == (True, False)
    assert box.headers == [
        ("xa@tinh-thu.example", "Còn 2 ngày: Quý III/2024 – Xã Bù Đốp Thượng"),
        ("huyen@tinh-thu.example", "Quý III/2024: 2/2 – Huyện Đắk Ơ"),
        ("dau-moi@tinh-thu.example", "Đôn đốc 16/09/2024"),
    ]


def test_a_letter_is_complete_mail(mailing: Morning, box: Box) -> None:
    mailing.remind(BEFORE)
    mail = box.mails[0]
    assert str(mail["From"]) == "Văn phòng Ủy ban nhân dân tỉnh Thử <vp@tinh-thu.example>"
    assert str(mail["Reply-To"]) == "dau-moi@tinh-thu.example"
    assert str(mail["Auto-Submitted"]) == "auto-generated"
    assert str(mail["Message-ID"]) == "<tinh-thu-reminder-20243-w0101-20240916@tinh-thu.example>"
    assert str(mail["Date"]) == "Mon, 16 Sep 2024 07:30:00 +0700"
    assert "Xã Bù Đốp Thượng còn phải gửi T.01, hạn thứ Tư, ngày 18/09/2024" in box.text("xa@")
    html = mail.get_body(("html",))
    assert html is not None
    assert "<h1>Còn 2 ngày: Quý III/2024 – Xã Bù Đốp Thượng</h1>" in html.get_content()


def test_an_e_mail_goes_once_a_day(mailing: Morning, box: Box) -> None:
    mailing.remind(BEFORE)
    assert mailing.remind("2024-09-16T10:00:00").lines == []
    mailing.remind(NEXT)
    assert [subject for to, subject in box.headers if to.startswith("xa@")] == [
        "Còn 2 ngày: Quý III/2024 – Xã Bù Đốp Thượng",
        "Còn 1 ngày: Quý III/2024 – Xã Bù Đốp Thượng",
    ]


def test_a_refused_address_stops_nobody_and_is_shown(mailing: Morning, box: Box) -> None:
    box.says["xa@tinh-thu.example"] = "550 khong co hop thu nay"
    report = mailing.remind(BEFORE)
    assert outcomes(report)[f"{XA} reminder email"] == "failed"
    assert outcomes(report)[f"{HUYEN} summary email"] == "sent"
    assert outcomes(report)[f"{XA} reminder folder"] == "sent", "the page in the folder is there all the same"
    (trouble,) = [line for line in report.troubles if line.address.channel is Channel.EMAIL]
    assert "550 khong co hop thu nay" in trouble.words
    overview = box.text("dau-moi@")
    assert "Thư chưa tới: Xã Bù Đốp Thượng, huyện Đắk Ơ (xa@tinh-thu.example)" in overview
    assert "550" in overview
    kinds = [event.kind for event in mailing.office.app.events(Q3) if event.kind is EventKind.LETTER_FAILED]
    assert kinds


def test_a_letter_that_failed_goes_again_on_the_same_day(mailing: Morning, box: Box) -> None:
    box.says["xa@tinh-thu.example"] = "451 ban qua"
    mailing.remind(BEFORE)
    box.says.clear()
    before = len(box.mails)
    assert outcomes(mailing.remind("2024-09-16T09:00:00"))[f"{XA} reminder email"] == "sent"
    assert [to for to, _ in box.headers[before:]] == ["xa@tinh-thu.example"]
    assert not [line for line in mailing.remind("2024-09-16T09:30:00").lines if line.address.channel == "email"]


def test_one_of_two_addresses_refused_is_sent_and_shown(mailing: Morning, box: Box, province: Path) -> None:
    contacts = province / "provinces" / "tinh-thu" / "contacts.csv"
    contacts.write_text(
        contacts.read_text(encoding="utf-8") + "W0101,hai@tinh-thu.example,,,2024-01-01,\n", encoding="utf-8"
    )
    box.says["hai@tinh-thu.example"] = "550 khong co"
    report = mailing.remind(BEFORE)
    assert box.headers[0][0] == "xa@tinh-thu.example, hai@tinh-thu.example"
    (trouble,) = [line for line in report.troubles if line.address.channel is Channel.EMAIL]
    assert (trouble.outcome, trouble.words) == (LetterOutcome.SENT, "hai@tinh-thu.example: 550 khong co")


def test_a_line_cut_after_the_letter_left_is_not_sent_again(mailing: Morning, box: Box) -> None:
    box.cut = True
    report = mailing.remind(BEFORE)
    assert outcomes(report)[f"{XA} reminder email"] == "unknown"
    box.cut = False
    taken = len(box.mails)
    again = mailing.remind("2024-09-16T09:00:00")
    assert f"{XA} reminder email" not in outcomes(again)
    assert len(box.mails) == taken
    assert "chưa rõ thư đã đi chưa" in "".join(line.words for line in report.troubles)


def test_a_server_out_of_reach_is_asked_once_and_everything_goes_later(morning: Morning, box: Box) -> None:
    morning.reach_by_system(PHUONG)
    morning.connections["smtp_default"] = "smtp://127.0.0.1:1/?disable_ssl=true&disable_tls=true"
    report = morning.remind(BEFORE)
    assert list(report.dead) == ["email", "phan_mem"]
    assert outcomes(report)[f"{XA} reminder email"] == "failed"
    assert f"{XA} reminder folder" in outcomes(report)
    assert "Don-doc.html" in morning.office.names(PHUONG, "nhan-ve")

    morning.connections["smtp_default"] = box.connection
    morning.remind("2024-09-16T09:00:00")
    assert [to for to, _ in box.headers] == [
        "xa@tinh-thu.example",
        "huyen@tinh-thu.example",
        "dau-moi@tinh-thu.example",
    ]


def test_a_name_with_markup_stays_text(province: Path, new_morning: Callable[..., Morning], box: Box) -> None:
    units = province / "provinces" / "tinh-thu" / "units.csv"
    text = units.read_text(encoding="utf-8").replace("Xã Bù Đốp Thượng", '"Xã <script>alert(1)</script> & Co"')
    units.write_text(text, encoding="utf-8")
    made = new_morning()
    made.connections["smtp_default"] = box.connection
    made.office.app.open(Q3)
    made.remind(BEFORE)
    assert "<script>" not in made.page(XA)
    assert "&lt;script&gt;" in made.page(XA)
    assert "Xã <script>alert(1)</script> & Co" in box.text("xa@")


def test_a_killed_run_leaves_no_second_e_mail(mailing: Morning, box: Box) -> None:
    """The letter was written down as begun, and the process ended: nobody knows whether it left."""
    store, unit = mailing.office.app.store, mailing.office.unit(XA)
    mailing.office.at(BEFORE)
    for channel in (Channel.EMAIL, Channel.FOLDER):
        new = NewLetter("20243", unit.key, date(2024, 9, 16), "reminder", channel, "truoc-han", "x", "y")
        store.letters.claim([new], mailing.office.app.context.clock())
    report = mailing.remind()
    assert f"{XA} reminder email" not in outcomes(report)
    assert outcomes(report)[f"{XA} reminder folder"] == "sent", "a page is written over"
    assert "bị dừng giữa chừng, chưa rõ đã gửi chưa" in box.text("dau-moi@")


def test_a_system_gets_the_letter_as_json(morning: Morning, hook: Hook) -> None:
    morning.reach_by_system(PHUONG)
    morning.connections["phan_mem"] = hook.connection
    report = morning.remind(BEFORE)
    assert not report.rehearsed, "a webhook is a configured way"
    (post,) = hook.posts
    assert post["path"] == "/api/nhac-viec"
    assert post["headers"]["authorization"] == "Bearer ma-truy-cap"
    letter = post["letter"]
    assert post["headers"]["idempotency-key"] == letter["key"] == "tinh-thu-reminder-20243-w0102-20240916"
    assert (letter["kind"], letter["unit"]["code"], letter["periods"]) == ("reminder", PHUONG, ["20243"])
    assert letter["subject"] == "Còn 2 ngày: Quý III/2024 – Phường Ỷ La"
    assert "T.01" in letter["text"]
    morning.remind("2024-09-16T09:00:00")
    assert len(hook.posts) == 1


def test_a_failing_system_is_shown_and_stops_nobody(morning: Morning, hook: Hook, box: Box) -> None:
    morning.reach_by_system(PHUONG)
    morning.connections |= {"phan_mem": hook.connection, "smtp_default": box.connection}
    hook.status = 403
    report = morning.remind(BEFORE)
    assert outcomes(report)[f"{PHUONG} reminder webhook"] == "failed"
    assert len(box.mails) == 3
    assert "ma-truy-cap" not in "".join(line.words for line in report.lines)
    hook.status = 200
    assert outcomes(morning.remind("2024-09-16T09:00:00")) == {f"{PHUONG} reminder webhook": "sent"}


def test_a_wrong_connection_of_a_unit_stops_nobody(morning: Morning, box: Box) -> None:
    morning.reach_by_system(PHUONG)
    morning.connections |= {"phan_mem": "http://khong-co-ma.example/x", "smtp_default": box.connection}
    report = morning.remind(BEFORE)
    assert outcomes(report)[f"{PHUONG} reminder webhook"] == "failed"
    assert len(box.mails) == 3


def test_two_processes_at_once_write_every_letter_once(mailing: Morning, box: Box, province: Path) -> None:
    settings = mailing.office.app.settings
    environment = {
        "TONGHOP_HOME": str(settings.home),
        "TONGHOP_INCLUDE": str(province),
        "TONGHOP_EXPECTATIONS": str(settings.expectations),
        "TONGHOP_PROVINCE": "tinh-thu",
        "TONGHOP_NOW": BEFORE,
        "AIRFLOW_CONN_SMTP_DEFAULT": box.connection,
        "PYTHONPATH": str(Path(__file__).parents[2] / "include"),
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "-m", "tonghop.cli.main", "remind"]
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert sorted(to for to, _ in box.headers) == sorted({to for to, _ in box.headers}), json.dumps(said)
    assert len(box.mails) == 3


def test_the_department_by_its_address_in_units_csv(mailing: Morning, box: Box) -> None:
    mailing.office.at("2024-09-18T07:30:00")
    mailing.remind()
    assert "Sở Đất đai và Đô thị" in box.text("so@tinh-thu.example")
