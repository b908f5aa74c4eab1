"""What an operator does at the desk, and what follows: deadlines, giải trình, a workbook sent for a unit."""

from __future__ import annotations

import openpyxl
import pytest
from toy_office import COMPLAINTS, Q3, XA, because
from web.conftest import DIFFERS, Desk

from tonghop.steps.actions import safe_name

UNIT = f"/ky/20243/don-vi/{XA}"
WHY = "Đã đối chiếu với sổ theo dõi đơn của xã."


def events(desk: Desk) -> list[tuple[str, str]]:
    """(kind, who) of the unit's events."""
    key = desk.office.unit(XA).key
    return [(event.kind.value, event.actor) for event in desk.office.app.store.events.of_unit("20243", key)]


@pytest.fixture
def late(desk: Desk) -> Desk:
    """The commune filed two days after its deadline of 18 September; a pass ran in between."""
    desk.office.at("2024-09-19T08:00:00")
    desk.office.collect()
    desk.office.send(XA)
    desk.office.at("2024-09-20T10:00:00")
    desk.office.collect()
    desk.office.app.consolidate(Q3)
    assert desk.office.revisions(XA) == [(1, "accepted", False)]
    return desk


def test_a_later_deadline_makes_a_late_filing_timely(late: Desk) -> None:
    before = late.office.app.draft(Q3).digest
    answer = late.post(UNIT, "gia-han", han="2024-09-21T17:00", ly_do="Xã mất điện hai ngày liền do bão.")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{UNIT}?bao=gia-han"
    assert late.office.revisions(XA) == [(1, "accepted", True)]
    assert events(late)[-1] == ("extended", "canbo")
    page = late.page(UNIT, bao="gia-han")
    assert "Đã gia hạn cho đơn vị." in page
    assert "17:00 21/09/2024" in page
    draft = late.office.app.draft(Q3)
    assert draft.digest != before, "an approved draft would hide the extension"
    cover = openpyxl.load_workbook(draft.folder / "tong-hop.xlsx")["Trang bìa"]
    words = [cell.value for row in cover.iter_rows() for cell in row if cell.value]
    assert "Xã mất điện hai ngày liền do bão." in words
    assert "17:00 ngày 21/09/2024" in words


def test_a_later_deadline_holds_for_what_comes(desk: Desk) -> None:
    desk.post(UNIT, "gia-han", han="2024-09-25T17:00", ly_do="Thay cán bộ đầu mối, đã báo cáo Văn phòng.")
    desk.office.at("2024-09-19T08:00:00")
    desk.office.collect()
    desk.office.send(XA)
    desk.office.at("2024-09-25T16:00:00")
    assert desk.office.collect() == [f"{XA} accepted"]
    assert desk.office.revisions(XA) == [(1, "accepted", True)]
    assert "17:00 25/09/2024" in desk.page(UNIT)
    desk.office.send("W0102")
    desk.office.collect()
    assert desk.office.revisions("W0102") == [(1, "accepted", False)], "only the one unit was given more time"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"han": "2024-09-18T10:00", "ly_do": WHY}, "Hạn mới phải sau hạn đang áp dụng"),
        ({"han": "2024-09-25T17:00", "ly_do": "bận"}, "Lý do phải dài từ 10"),
        ({"han": "mai", "ly_do": WHY}, "Chưa ghi hạn mới"),
    ],
)
def test_a_deadline_needs_a_day_and_a_reason(desk: Desk, fields: dict[str, str], words: str) -> None:
    answer = desk.post(UNIT, "gia-han", **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert desk.office.app.store.office.extensions("20243") == ()


def test_a_figure_taken_without_a_word_completes_the_acceptance(awaiting: Desk) -> None:
    revision = awaiting.office.app.store.periods.revision("20243")
    answer = awaiting.post(UNIT, "giai-trinh", quyet_dinh="chap-nhan", ly_do=WHY)
    assert answer.headers["location"] == f"{UNIT}?bao=chap-nhan"
    assert awaiting.office.state(XA) == "accepted"
    assert awaiting.office.app.store.periods.revision("20243") == revision + 1
    assert events(awaiting)[-2:] == [("explanation_accepted", "canbo"), ("accepted", "canbo")]
    page = awaiting.office.answer(XA)
    assert "Báo cáo đã được chấp nhận" in page
    assert f"Văn phòng ghi nhận: {WHY}" in page
    awaiting.office.app.consolidate(Q3)
    book = openpyxl.load_workbook(awaiting.office.app.draft(Q3).folder / "tong-hop.xlsx")
    words = [cell.value for row in book["Giải trình được chấp nhận"].iter_rows() for cell in row if cell.value]
    assert f"Văn phòng ghi nhận: {WHY}" in words


def test_what_stood_before_gives_way_to_what_was_accepted(awaiting: Desk) -> None:
    awaiting.office.send(XA, Q3, {COMPLAINTS: (2, 10, 8, 4)}, name="dung.xlsx")
    awaiting.office.send(XA, Q3, DIFFERS, name="lai.xlsx")
    awaiting.office.collect()
    assert [state for _, state, _ in awaiting.office.revisions(XA)] == [
        "awaiting_explanation",
        "accepted",
        "awaiting_explanation",
    ]
    awaiting.post(UNIT, "giai-trinh", quyet_dinh="chap-nhan", ly_do=WHY)
    assert [state for _, state, _ in awaiting.office.revisions(XA)] == [
        "awaiting_explanation",
        "superseded",
        "accepted",
    ]


def test_a_refused_explanation_undoes_the_acceptance_until_a_better_one(awaiting: Desk) -> None:
    office = awaiting.office
    office.judged(XA, rows=DIFFERS, explanations=[because(COMPLAINTS, 4)], name="giai-trinh.xlsx")
    assert office.state(XA) == "accepted"
    revision = office.app.store.periods.revision("20243")
    answer = awaiting.post(UNIT, "giai-trinh", quyet_dinh="tu-choi", ly_do="Sổ theo dõi chỉ còn 2 đơn chưa giải quyết.")
    assert answer.headers["location"] == f"{UNIT}?bao=tu-choi"
    assert office.state(XA) == "awaiting_explanation"
    assert office.app.store.periods.revision("20243") == revision + 1
    letter = office.answer(XA, 2)
    assert "chưa được chấp nhận: Sổ theo dõi chỉ còn 2 đơn" in letter
    again = office.judged(
        XA, rows=DIFFERS | {"Đơn đề nghị": (0, 1, 1, 0)}, explanations=[because(COMPLAINTS, 4)], name="lai.xlsx"
    )
    assert again.state.value == "awaiting_explanation", "the same words were refused"
    better = because(COMPLAINTS, 4, "Ba đơn kỳ trước chuyển từ thanh tra huyện về xã ngày 20/6/2024.")
    assert office.judged(XA, rows=DIFFERS, explanations=[better], name="ro-hon.xlsx").state.value == "accepted"


def test_a_ruling_on_what_changed_meanwhile_is_refused(awaiting: Desk) -> None:
    stale = awaiting.hidden(UNIT, "giai-trinh")
    awaiting.office.judged(XA, rows=DIFFERS, explanations=[because(COMPLAINTS, 4)], name="lan-2.xlsx")
    fields = stale | {"quyet_dinh": "chap-nhan", "ly_do": WHY}
    answer = awaiting.browser("canbo").post(f"{UNIT}/giai-trinh", data=fields)
    assert answer.status_code == 400
    assert "Đơn vị đã gửi lần khác" in answer.text
    fresh = awaiting.hidden(UNIT, "giai-trinh") | {"quyet_dinh": "chap-nhan", "ly_do": WHY}
    wrong_mark = awaiting.browser("canbo").post(f"{UNIT}/giai-trinh", data=fresh | {"dau": stale["dau"]})
    assert "vừa được người khác xử lý" in wrong_mark.text
    nothing = awaiting.browser("canbo").post(f"{UNIT}/giai-trinh", data=fresh | {"noi_dung": "99"})
    assert nothing.status_code == 400
    other = awaiting.browser("canbo").post("/ky/20243/don-vi/W0102/giai-trinh", data=fresh)
    assert "không phải của đơn vị" in other.text


def test_a_filing_sent_by_mistake_is_taken_back(filed: Desk) -> None:
    filed.office.judged(XA, rows={COMPLAINTS: (0, 12, 9, 3)}, name="nham.xlsx")
    answer = filed.post(UNIT, "rut", ly_do="Xã gửi nhầm tệp nháp, đã có công văn.")
    assert answer.headers["location"] == f"{UNIT}?bao=rut"
    assert [state for _, state, _ in filed.office.revisions(XA)] == ["accepted", "withdrawn"]
    assert events(filed)[-2:] == [("withdrawn", "canbo"), ("restored", "canbo")]
    page = filed.page(UNIT, bao="rut")
    assert "Đã ghi nhận việc rút báo cáo." in page
    assert "đã được rút" in page
    assert "Xã gửi nhầm tệp nháp, đã có công văn." in page
    assert "Báo cáo có hiệu lực trở lại" in page
    withdrawn = filed.office.submissions(XA)[1].id
    assert f'name="lan_gui" value="{withdrawn}"' not in filed.page(UNIT, "canbo"), "nobody withdraws it again"


def test_a_filing_of_another_unit_is_not_taken_back(filed: Desk) -> None:
    fields = filed.hidden(UNIT, "rut") | {"ly_do": WHY}
    answer = filed.browser("canbo").post("/ky/20243/don-vi/W0102/rut", data=fields)
    assert answer.status_code == 400
    assert "không phải của đơn vị" in answer.text
    short = filed.post(UNIT, "rut", ly_do="nhầm")
    assert (short.status_code, "Lý do phải dài từ 10" in short.text) == (400, True)
    assert filed.office.state(XA) == "accepted"


def test_an_exempt_unit_leaves_the_grid_and_can_be_brought_back(desk: Desk) -> None:
    answer = desk.post(UNIT, "mien", bieu="", viec="mien", ly_do="Xã sáp nhập, không còn bộ phận một cửa.")
    assert answer.headers["location"] == f"{UNIT}?bao=mien"
    assert events(desk)[-1] == ("exempted", "canbo")
    overview = desk.page("/ky/20243")
    assert "Được miễn báo cáo" in overview
    assert "Xã sáp nhập, không còn bộ phận một cửa." in overview
    assert "3 đơn vị" in overview
    page = desk.page(UNIT, bao="mien")
    assert "Đã ghi nhận việc miễn báo cáo." in page
    assert "được miễn báo cáo" in page
    assert "Xã sáp nhập, không còn bộ phận một cửa." in page
    back = desk.post(UNIT, "mien", bieu="", viec="thoi-mien", ly_do="Xã đã kiện toàn bộ phận một cửa.")
    assert back.headers["location"] == f"{UNIT}?bao=thoi-mien"
    assert "Được miễn báo cáo" not in desk.page("/ky/20243")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"viec": "khac", "ly_do": WHY}, "Chưa chọn miễn hay thôi miễn"),
        ({"viec": "mien", "ly_do": "bận"}, "Lý do phải dài từ 10"),
        ({"viec": "mien", "ly_do": WHY, "bieu": "T.99"}, "không phải báo cáo biểu T.99"),
        ({"viec": "mien", "ly_do": WHY}, "không ghi miễn được"),
    ],
    ids=["nothing chosen", "no reason", "no such form", "filed"],
)
def test_an_exemption_needs_a_reason_and_nothing_filed(filed: Desk, fields: dict[str, str], words: str) -> None:
    answer = filed.post(UNIT, "mien", **fields)
    assert (answer.status_code, words in answer.text) == (400, True)
    assert filed.office.app.store.exemptions.in_force() == ()


def test_a_workbook_sent_for_a_unit_goes_through_the_same_inbox(desk: Desk) -> None:
    content = desk.office.workbook(XA)
    answer = desk.post(UNIT, "gui-thay", tep=("../../Báo cáo quý III.xlsx", content))
    assert answer.headers["location"] == f"{UNIT}?bao=gui-thay"
    assert desk.office.names(XA, "gui-len") == ["Báo cáo quý III.xlsx"]
    assert events(desk)[-1] == ("uploaded", "canbo")
    again = desk.post(UNIT, "gui-thay", tep=("Báo cáo quý III.xlsx", content + b" "))
    assert again.status_code == 303
    assert desk.office.names(XA, "gui-len") == ["Báo cáo quý III-2.xlsx", "Báo cáo quý III.xlsx"]
    assert desk.office.collect()[0] == f"{XA} accepted"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (("bao-cao.exe", b"MZ"), "Chỉ nhận tệp bảng tính"),
        (("bao-cao.xlsx", b""), "Tệp rỗng"),
        (("", b"x"), "Chưa chọn tệp"),
    ],
)
def test_what_is_no_workbook_is_refused_at_once(desk: Desk, sent: tuple[str, bytes], words: str) -> None:
    answer = desk.post(UNIT, "gui-thay", tep=sent)
    assert answer.status_code == 400
    assert words in answer.text
    assert desk.office.names(XA, "gui-len") == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.xlsx", "passwd.xlsx"),
        ("C:\\Tệp\\báo cáo.xlsx", "báo cáo.xlsx"),
        (".ẩn.xlsx", "ẩn.xlsx"),
        ("~$khóa.xlsx", "khóa.xlsx"),
        ("a\x00b\n<c>|?.xlsx", "a_b__c___.xlsx"),
        (".xlsx", "xlsx"),
        ("x" * 300 + ".xlsx", "x" * 100 + ".xlsx"),
    ],
)
def test_names_of_sent_files_are_made_safe(name: str, safe: str) -> None:
    made = safe_name(name)
    assert "/" not in made
    assert "\x00" not in made
    assert not made.startswith((".", "~$"))
    assert len(made) <= 110
    assert made == safe
