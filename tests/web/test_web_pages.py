"""What the pages show: figures, letters, filters in the address, where a figure comes from, both languages."""

from __future__ import annotations

import re

import pytest
from toy_office import COMPLAINTS, FORM, Q2, Q3, XA
from web.conftest import Desk

from report_desk.rendering import Reader
from tonghop.domain.text import key
from tonghop.steps.desk.figures import mark

UNIT = f"/ky/20243/don-vi/{XA}"


def text(html: str) -> str:
    """The words of a page, without marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def row(html: str, name: str) -> str:
    """The words of the table row headed by `name`."""
    found = next(part for part in re.findall(r"<tr.*?</tr>", html, re.DOTALL) if name in part)
    return text(found)


def test_the_overview_counts_every_level(filed: Desk) -> None:
    page = filed.page("/")
    assert "Tổng quan Quý III/2024" in text(page)
    deadline = filed.office.app.regime.deadline(Q3, filed.office.unit("WSD").level)
    over = 25 - deadline.day
    assert row(page, "Các sở") == f"Các sở 23:59 {deadline:%d/%m/%Y} quá hạn {over} ngày 1 1 1 0 0 0 0"
    assert "4 4 1 0 0 0 0" in row(page, "Tổng số")


def test_every_state_has_a_letter_and_words(filed: Desk) -> None:
    page = filed.page("/")
    assert row(page, "Sở Đất đai").endswith("M đã chấp nhận, gửi muộn")
    assert row(page, "Phường Ỷ La").endswith("K không phát sinh")
    assert row(page, "Xã Bù Đốp Thượng").endswith("Đ đã chấp nhận, đúng hạn")


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ({"tim": "ỷ la"}, "Phường Ỷ La", "Xã Bù Đốp Thượng"),
        ({"tim": "w0101"}, "Xã Bù Đốp Thượng", "Phường Ỷ La"),
        ({"tt": "late"}, "Sở Đất đai", "Phường Ỷ La"),
        ({"tt": "nil"}, "Phường Ỷ La", "Xã Bù Đốp Thượng"),
        ({"cap": "xa"}, "Phường Ỷ La", "Sở Đất đai"),
        ({"tt": "missing"}, "Không có đơn vị nào phù hợp", "Phường Ỷ La"),
        ({"tt": "nonsense", "cap": "nonsense", "bieu": "nonsense"}, "Phường Ỷ La", "Không có đơn vị nào"),
    ],
)
def test_filters_live_in_the_address(filed: Desk, query: dict[str, str], shown: str, hidden: str) -> None:
    grid = filed.page("/ky/20243", **query).partition('class="groups"')[2]
    assert shown in grid
    assert hidden not in grid


def test_communes_are_folded_under_their_district(filed: Desk) -> None:
    page = filed.page("/")
    district = re.search(r'<details class="group" id="n-W01">(.*?)</details>', page, re.DOTALL)
    assert district, "the district is not folded"
    assert "Xã Bù Đốp Thượng" in district[1]


def test_rates_stand_beside_their_targets(filed: Desk) -> None:
    line = row(filed.page("/"), "Tỷ lệ đơn đã giải quyết")
    assert "80,00%" in line
    assert "≥ 90%" in line
    assert "chưa đạt" in line


def test_a_unit_shows_what_it_filed_and_what_happened(filed: Desk) -> None:
    page = text(filed.page(UNIT))
    for words in (
        "Xã Bù Đốp Thượng, huyện Đắk Ơ",
        "Lần 1",
        "bao-cao-20243.xlsx",
        "Nguyễn Thị Đào",
        "Chấp nhận báo cáo",
    ):
        assert words in page
    submission = filed.office.standing(XA)
    assert submission is not None
    assert submission.sha256 in page


def test_what_changed_between_two_filings(filed: Desk) -> None:
    filed.office.send(XA, rows={COMPLAINTS: (0, 12, 9, 3)}, name="lan-2.xlsx")
    filed.office.collect()
    page = text(filed.page(UNIT))
    assert "Thay đổi từ lần 1 đến lần 2" in page
    assert f"{FORM} {COMPLAINTS} (5) Số đơn tiếp nhận – Tiếp nhận mới 10 12" in page


def test_a_figure_leads_to_the_cells_it_was_added_from(filed: Desk) -> None:
    table = filed.page("/ky/20243/so-lieu")
    assert row(table, "CỘNG").startswith("CỘNG 30 0 30 24 6")
    link = re.search(rf'href="([^"]*/{FORM}/5\?cap=xa&amp;dong={mark(key(COMPLAINTS))})"', table)
    assert link, "the figure is no link"
    page = text(filed.page(link[1].replace("&amp;", "&")))
    assert "cộng các dòng dưới đây: 10" in page
    assert "Xã Bù Đốp Thượng, huyện Đắk Ơ 10 E" in page
    assert "Phường Ỷ La, huyện Đắk Ơ không phát sinh" in page
    assert "Sở Đất đai" not in page


def test_a_missing_unit_is_named_behind_the_figure(desk: Desk) -> None:
    desk.office.send(XA)
    desk.office.collect()
    desk.office.app.consolidate(Q3)
    page = text(desk.page(f"/ky/20243/so-lieu/{FORM}/5"))
    assert "1/4 đơn vị" in page
    assert "Chưa có số liệu (3): Sở Đất đai và Đô thị , Huyện Đắk Ơ , Phường Ỷ La" in page


def test_checks_say_how_often_they_fired(awaiting: Desk) -> None:
    page = awaiting.page("/ky/20243/kiem-tra")
    assert row(page, "(4) của kỳ này = (11) của kỳ trước".replace("11", "7")).endswith("cần giải trình 1 1")
    assert row(page, "(3) = (6) + (7)").endswith("phải sửa 0 0")
    assert "Chế độ báo cáo thử, không phải văn bản thật" in page


def test_reports_show_versions_and_their_difference(filed: Desk) -> None:
    filed.office.publish()
    filed.office.send(XA, rows={COMPLAINTS: (0, 20, 18, 2)}, name="dinh-chinh.xlsx")
    filed.office.collect()
    assert "chưa gồm các báo cáo vừa nhận" in filed.page("/ky/20243/bao-cao")
    filed.office.app.consolidate(Q3)
    filed.office.publish()
    page = text(filed.page("/ky/20243/bao-cao"))
    assert "Bản 2" in page
    assert "Gồm 4/4 đơn vị." in page
    assert "Thẩm định : truongphong" in page
    assert "Phê duyệt : lanhdao" in page
    difference = text(filed.page("/ky/20243/so-sanh", cu="1", moi="2"))
    assert "Xã Bù Đốp Thượng 20243 lần 1 lần 2" in difference
    assert f"{FORM} – (5) Số đơn tiếp nhận – Tiếp nhận mới 30 40" in difference


def test_a_waiting_approval_is_linked_for_the_named_only(filed: Desk) -> None:
    from report_desk.gate import Waiting

    filed.waiting.append(Waiting("Phê duyệt báo cáo Quý III/2024", "/dags/publish/runs/1/tasks/ask", ("lanhdao",)))
    filed.waiting.append(Waiting("Phê duyệt báo cáo Quý II/2024", "/dags/publish/runs/2/tasks/ask", ("lanhdao",)))
    theirs = filed.page("/ky/20243/bao-cao", "lanhdao")
    assert 'href="/dags/publish/runs/1/tasks/ask"' in theirs
    assert "runs/2" not in theirs
    others = filed.page("/ky/20243/bao-cao", "canbo")
    assert "runs/1" not in others
    assert "đang chờ lanhdao quyết định" in text(others)


def test_a_run_leads_to_the_period_it_worked_on(filed: Desk) -> None:
    for query, place in (
        ({"quy-trinh": "publish", "luot": "cua-quy"}, "/ky/20243/bao-cao"),
        ({"quy-trinh": "collect", "luot": "scheduled__x"}, "/ky/20243"),
    ):
        assert filed.get("/luot-chay", **query).headers["location"] == place


def test_english_is_remembered_and_names_stay(filed: Desk) -> None:
    browser = filed.browser("xem")
    first = browser.get("/", params={"lang": "en"})
    assert '<html lang="en">' in first.text
    assert "HttpOnly" in first.headers["set-cookie"]
    page = browser.get("/ky/20243").text
    assert "Who has filed" in page
    assert '<span class="title" lang="vi">Các sở</span>' in page
    assert "lang=vi" in page
    assert '<html lang="vi">' in browser.get("/", params={"lang": "vi"}).text


def test_an_unopened_period_is_not_found(desk: Desk) -> None:
    for path in (
        "/ky/20242",
        "/ky/20244",
        "/ky/x",
        "/ky/20243/don-vi/W99",
        "/ky/20243/don-vi/nope",
        "/ky/20243/so-lieu/X",
    ):
        answer = desk.get(path)
        assert answer.status_code == 404, path
        assert "Không tìm thấy" in answer.text


def test_days_to_a_deadline(awaiting: Desk) -> None:
    regime = awaiting.office.app.regime
    deadline = regime.deadline(Q2, awaiting.office.unit(XA).level)
    spans = {}
    for days, hours in ((-1, 0), (0, -2), (0, 1), (3, 0)):
        from datetime import timedelta

        reader = Reader("vi", regime.zone, deadline + timedelta(days=days, hours=hours))
        spans[days, hours] = reader.days_left(deadline)
    assert spans == {
        (-1, 0): "còn 1 ngày",
        (0, -2): "hết hạn hôm nay",
        (0, 1): "quá hạn 1 ngày",
        (3, 0): "quá hạn 3 ngày",
    }
