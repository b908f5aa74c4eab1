"""The desk in a real browser, inside a real Airflow with the demonstration's data, as the people of the office use it.

The tests follow one another like a day: look, extend, accept, approve, download. TONGHOP_SCREENSHOTS=1 renews the
pictures in docs/img; else they only lie beside the test's other files.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from web.airflow_desk import ROOT, SHOWN, TELEPHONE, Demo, demonstration

from tonghop.branches import branches
from tonghop.demo.airflow_client import APPROVE

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(1800)]
WHY = "Đã đối chiếu với sổ theo dõi, số liệu đúng."


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demonstration(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Where pictures go."""
    target = ROOT / "docs" / "img" if os.environ.get("TONGHOP_SCREENSHOTS") == "1" else tmp_path
    target.mkdir(parents=True, exist_ok=True)
    return target


def test_without_a_login_there_is_nothing(demo: Demo) -> None:
    with demo.person() as page:
        page.goto(f"{demo.desk}/ky/{SHOWN}/bao-cao")
        expect(page).to_have_url(re.compile(r"/auth/login\?next="))
        for path in ("/", f"/ky/{SHOWN}/bao-cao/1/tong-hop.xlsx", "/kieu.css"):
            answer = page.request.get(demo.desk + path, headers={"accept": "*/*"})
            assert answer.status == 401, path
        for path in ("/docs", "/openapi.json", "/redoc"):
            assert page.request.get(demo.desk + path, headers={"accept": "*/*"}).status == 404, path


def test_a_viewer_reads_inside_airflow_and_cannot_act(demo: Demo, picture: Path) -> None:
    with demo.person("xem") as page:
        page.goto(f"{demo.address}/")
        page.locator('a[href*="plugin/bao-cao-quy"]').click()
        frame = page.frame_locator("iframe")
        expect(frame.locator("h1")).to_contain_text("Tổng quan Quý III/2024")
        expect(frame.locator("tr.sum")).to_contain_text("142")
        page.screenshot(path=picture / "bao-cao-quy.png")
        page.goto(f"{demo.desk}/ky/{SHOWN}/don-vi/690")
        expect(page.locator("form[method=post]")).to_have_count(0)
        answer = page.request.post(page.url + "/gia-han", form={"han": "2024-10-01T17:00", "ly_do": WHY})
        assert answer.status == 403


def test_an_operator_finds_a_late_unit_and_extends_its_deadline(demo: Demo) -> None:
    with demo.person("quantri") as page:
        page.locator(".filters").get_by_label("Tình trạng").select_option(label="đã chấp nhận, gửi muộn")
        expect(page).to_have_url(re.compile("tt=late"))
        page.locator(".grid tbody a").first.click()
        expect(page.locator("p.sub .b")).to_contain_text("gửi muộn")
        page.get_by_text("Gia hạn gửi báo cáo", exact=True).first.click()
        page.get_by_label("Hạn mới").fill("2024-09-21T17:00")
        page.get_by_role("textbox", name="Lý do (ghi trong báo cáo)").fill(
            "<script>window.hacked = 1</script> Mất điện hai ngày."
        )
        page.get_by_role("button", name="Gia hạn").click()
        expect(page.get_by_role("status")).to_have_text("Đã gia hạn cho đơn vị.")
        expect(page.locator("p.sub .b")).to_contain_text("đúng hạn")
        expect(page.locator("#h-gia-han + ul")).to_contain_text("<script>window.hacked = 1</script>")
        assert page.evaluate("window.hacked") is None


def test_a_form_without_our_token_changes_nothing(demo: Demo) -> None:
    with demo.person("quantri") as page:
        page.goto(f"{demo.desk}/ky/{SHOWN}/don-vi/690")
        address = page.url
        page.evaluate(
            """() => { const form = document.createElement("form"); form.method = "POST";
            form.action = location.pathname + "/gia-han"; form.append(Object.assign(document.createElement("input"),
            {name: "han", value: "2024-12-01T17:00"})); document.body.append(form); form.submit(); }"""
        )
        expect(page.locator("h1")).to_have_text("Không có quyền")
        page.goto(address)
        expect(page.locator("#h-gia-han")).to_have_count(0)


def test_an_operator_reads_findings_and_accepts_an_explanation(demo: Demo, picture: Path) -> None:
    with demo.person("quantri") as page:
        page.goto(f"{demo.desk}/ky/{SHOWN}?tt=awaiting_explanation")
        page.goto(f"{demo.desk}/ky/{SHOWN}#luoi")
        page.locator("summary", has_text="Huyện Đồng Phú").click()
        page.screenshot(path=picture / "luoi.png")
        page.goto(f"{demo.desk}/ky/{SHOWN}/don-vi/690")
        expect(page.locator(".findings .explain").first).to_contain_text("khác (11) của kỳ trước")
        page.screenshot(path=picture / "don-vi.png")
        while (waiting := page.locator(".findings .explain:not(.done) form")).count():
            waiting.first.get_by_label("Lý do").fill(WHY)
            waiting.first.get_by_role("button", name="Chấp nhận số liệu").click()
            expect(page.get_by_role("status")).to_have_text("Đã chấp nhận giải trình.")
        expect(page.locator("p.sub .b")).to_contain_text("đã chấp nhận")
        expect(page.locator(".events")).to_contain_text("Chấp nhận giải trình")


def test_an_upload_waits_in_the_same_inbox(demo: Demo) -> None:
    with demo.person("quantri") as page:
        page.goto(f"{demo.desk}/ky/{SHOWN}/don-vi/688")
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải biểu mẫu của đơn vị").click()
        blank = Path(download.value.path()).read_bytes()
        page.get_by_text("Gửi báo cáo thay đơn vị", exact=True).click()
        sent = {"name": "Báo cáo.xlsx", "mimeType": "application/octet-stream", "buffer": blank}
        page.get_by_label("Tệp Excel của đơn vị").set_input_files(sent)  # type: ignore[arg-type]
        page.get_by_role("button", name="Gửi thay").click()
        expect(page.get_by_role("status")).to_contain_text("thư mục gửi lên")
        [place] = (demo.home / "drop").glob("688-*/gui-len")
        assert [path.name for path in place.iterdir()] == ["Báo cáo.xlsx"]
        assert (place / "Báo cáo.xlsx").read_bytes() == blank


def test_the_named_approve_in_airflow_and_the_report_can_be_compared(demo: Demo, tmp_path: Path) -> None:
    admin = demo.client("quantri")
    now = "2024-09-20T15:00:00"
    admin.trigger("collect", "sau-gia-han", {"now": now})
    admin.wait_for_run("collect", "sau-gia-han")
    for run_id, state in admin.runs("consolidate").items():
        if state != "success":
            admin.wait_for_run("consolidate", run_id)
    admin.trigger("publish", "ban-hai", {"period": SHOWN, "now": now})
    steps = branches()[0].schedule.approvals
    for step in steps[:-1]:
        demo.client(step.logins[0]).answer("publish", "ban-hai", f"ask_{step.name}", APPROVE)
    admin.await_question("publish", "ban-hai", f"ask_{steps[-1].name}")  # the page may show it a moment too early
    with demo.person(steps[-1].logins[0]) as page:
        _approve(page, demo)
    admin.wait_for_run("publish", "ban-hai")
    with demo.person("xem") as page:
        page.goto(f"{demo.desk}/ky/{SHOWN}/bao-cao")
        version = page.locator("article.version").first
        expect(version.locator("h3")).to_contain_text("Bản 2")
        page.screenshot(path=tmp_path / "cac-ban.png")
        for name in ("tong-hop.xlsx", "so-lieu.csv"):
            line = version.locator("tr", has_text=name)
            with page.expect_download() as download:
                line.get_by_role("link").click()
            content = Path(download.value.path()).read_bytes()
            assert hashlib.sha256(content).hexdigest() == line.locator(".sha").inner_text()
            assert content == (demo.home / "published" / SHOWN / "v2" / name).read_bytes()
        page.get_by_role("link", name="So với bản 1").click()
        expect(page.locator("h1")).to_contain_text("Bản 2 so với bản 1")
        expect(page.locator("tbody").first).to_contain_text("Thị xã Bình Long")


def _approve(page: Page, demo: Demo) -> None:
    """From the desk inside Airflow's frame to the waiting task, and there the answer."""
    words = "Xem dự thảo và quyết định trong Airflow"
    for _ in range(90):
        page.goto(f"{demo.desk}/ky/{SHOWN}/bao-cao")
        if page.get_by_role("link", name=words).count():
            break
        page.wait_for_timeout(2000)
    page.goto(f"{demo.address}/plugin/bao-cao-quy/bao-cao-quy/ky/{SHOWN}/bao-cao")
    page.frame_locator("iframe").get_by_role("link", name=words).click()
    page.wait_for_url(re.compile(r"/dags/publish/runs/.*/required_actions"))
    page.wait_for_timeout(3000)  # an answer within about a second of a task's parking fails the task
    page.get_by_role("button", name="Approve").click()
    page.wait_for_timeout(2000)


def test_a_run_in_airflow_shows_its_report(demo: Demo) -> None:
    with demo.person("xem") as page:
        page.goto(f"{demo.address}/dags/publish/runs/ban-hai/plugin/ky-bao-cao")
        expect(page.frame_locator("iframe").locator("h1")).to_contain_text("Báo cáo Quý III/2024")


@pytest.mark.parametrize("name", ["..%2f..%2f..%2ftonghop.db", "../../../tonghop.db", "%2e%2e%2fmanifest.json"])
def test_no_path_leads_out(demo: Demo, name: str) -> None:
    with demo.person("xem") as page:
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    wire = http.client.HTTPConnection("localhost", int(demo.address.rpartition(":")[2]), timeout=30)
    try:
        wire.request("GET", f"/bao-cao-quy/ky/{SHOWN}/bao-cao/1/{name}", headers={"cookie": cookies})
        answer = wire.getresponse()
        content = answer.read()
    finally:
        wire.close()
    assert answer.status == 404
    assert b"SQLite" not in content


def test_on_a_telephone_and_with_the_keyboard(demo: Demo) -> None:
    with demo.person("xem", TELEPHONE) as page:
        for path in (
            "/",
            f"/ky/{SHOWN}/don-vi/690",
            f"/ky/{SHOWN}/bao-cao",
            f"/ky/{SHOWN}/so-lieu",
            f"/ky/{SHOWN}/kiem-tra",
        ):
            page.goto(demo.desk + path)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= TELEPHONE["width"], f"{path} is {width} wide"
            assert page.locator("h1").count() == 1
            fields = "document.querySelectorAll('input:not([type=hidden]),select,textarea')"
            assert page.evaluate(f"[...{fields}].filter(field => !field.labels.length).length") == 0, path
        page.goto(f"{demo.desk}/")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        district = page.locator("details.group summary", has_text="Thị xã Phước Long")
        district.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Phường Long Thủy")).to_be_visible()


def test_without_script_everything_still_works(demo: Demo) -> None:
    with demo.person("xem") as page:
        state = page.context.storage_state()
    with demo.person(java_script_enabled=False, storage_state=state) as page:
        page.goto(f"{demo.desk}/ky/{SHOWN}")
        page.get_by_label("Tìm đơn vị").fill("long thủy")
        page.get_by_role("button", name="Lọc").click()
        page.get_by_role("link", name="Phường Long Thủy").click()
        expect(page.locator("h1")).to_contain_text("Phường Long Thủy, thị xã Phước Long")
        page.get_by_role("link", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
