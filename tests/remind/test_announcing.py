"""What is opened or published is announced, once, to those it concerns."""

from __future__ import annotations

from collections.abc import Callable

from remind.conftest import Box, Morning
from toy_office import HUYEN, PHUONG, Q1, Q3, SO, XA

EVERYBODY = [SO, HUYEN, XA, PHUONG]


def test_an_opened_period_is_announced_once_to_every_unit(morning: Morning) -> None:
    assert morning.to_whom(send=True) == [f"{code} opened" for code in EVERYBODY]
    page = morning.page(XA, "Thong-bao-mo-ky-20243.html")
    assert "Mở kỳ Quý III/2024 – Xã Bù Đốp Thượng" in page
    assert "Hạn thứ Tư, ngày 18/09/2024" in page
    morning.office.app.open(Q3)
    assert morning.to_whom("2024-09-06T07:30:00", send=True) == []


def test_news_are_announced_on_days_off_too(new_morning: Callable[..., Morning]) -> None:
    made = new_morning("2024-09-08T08:00:00")
    made.office.app.open(Q3)
    assert made.to_whom(send=True) == [f"{code} opened" for code in EVERYBODY]


def test_old_news_are_no_news(morning: Morning) -> None:
    assert morning.to_whom("2024-09-09T07:30:00", send=True) == []


def test_a_period_opened_to_enter_the_past_is_not_announced(morning: Morning) -> None:
    morning.office.app.open(Q1)
    assert {letter.split()[1] for letter in morning.to_whom()} == {"opened"}
    assert all(line.letter.about == (("20243", "mo-ky"),) for line in morning.remind(send=False).lines)


def test_every_published_version_is_announced_once(morning: Morning, box: Box) -> None:
    office = morning.office
    office.at("2024-09-22T09:00:00")
    office.send_all()
    office.collect()
    office.publish()
    morning.connections["smtp_default"] = box.connection
    report = morning.remind(only_news=True)
    told = [line.letter.unit.code for line in report.lines if line.address.channel == "folder"]
    assert told == [*EVERYBODY, "W99"]
    assert ("dau-moi@tinh-thu.example", "Công bố Quý III/2024 bản v1 – Tỉnh Thử") in box.headers
    assert "Đã tổng hợp 4/4 đơn vị." in box.text("xa@")
    assert morning.remind(only_news=True).lines == []

    office.send(XA, rows={"Đơn khiếu nại": (0, 12, 8, 4)})
    office.collect()
    office.publish()
    assert {line.letter.kind for line in morning.remind(only_news=True).lines} == {"published-v2"}


def test_a_run_started_by_news_reminds_nobody(morning: Morning) -> None:
    assert morning.to_whom("2024-09-16T15:00:00", send=True, only_news=True) == []
    assert f"{XA} reminder" in morning.to_whom("2024-09-16T16:00:00", send=True)
