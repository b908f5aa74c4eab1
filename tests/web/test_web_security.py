"""Nothing without a login, nothing beyond a role, no file but ours, no form of another site, no script of a unit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from toy_office import COMPLAINTS, Q2, Q3, XA, because
from web.conftest import SECRET, Desk

import report_desk
from report_desk import tokens

UNIT = f"/ky/20243/don-vi/{XA}"
FORMS = {
    "gia-han": {"han": "2024-10-01T17:00", "ly_do": "Đơn vị mất điện hai ngày liền."},
    "mien": {"bieu": "", "viec": "mien", "ly_do": "Đơn vị ngừng hoạt động trong kỳ."},
    "rut": {"lan_gui": "1", "ly_do": "Đơn vị gửi nhầm tệp của kỳ trước."},
    "giai-trinh": {"lan_gui": "1", "noi_dung": "1", "dau": "", "quyet_dinh": "chap-nhan", "ly_do": "Đã đối chiếu sổ."},
}
PLACES = {"period": "20243", "code": XA, "form": "T.01", "column": "5", "submission": "1", "attachment": "1"}
PLACES |= {"version": "1", "name": "x"}
HERE = Path(report_desk.__file__).parent


def addresses(desk: Desk, method: str) -> list[str]:
    """Every address of the application, with its parts filled in."""
    found: list[str] = []
    pending: list[Any] = list(desk.web.routes)
    while pending:
        route = pending.pop()
        inner = getattr(getattr(route, "original_router", None), "routes", None) or getattr(route, "routes", None)
        if isinstance(route, APIRoute) and method in route.methods:
            found.append(route.path.format(**PLACES))
        elif inner:
            pending += inner
    return found


def test_the_addresses_are_found(desk: Desk) -> None:
    assert len(addresses(desk, "GET")) >= 16
    assert len(addresses(desk, "POST")) == 5


def test_no_address_answers_without_a_login(desk: Desk) -> None:
    for path in addresses(desk, "GET"):
        answer = desk.get(path, login="")
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/auth/login?next="), path
        bare = desk.browser("").get(path, headers={"accept": "*/*"})
        assert bare.status_code == 401, path
        assert "Quý" not in bare.text.replace("Báo cáo quý", ""), path
    for path in addresses(desk, "POST"):
        assert desk.browser("").post(path, data={"ly_do": "x"}).status_code == 401, path


def test_a_login_without_the_right_to_read_sees_nothing(desk: Desk) -> None:
    for path in addresses(desk, "GET"):
        assert desk.get(path, "la").status_code == 403, path


@pytest.mark.parametrize("login", ["xem", "lanhdao"])
def test_readers_cannot_act(desk: Desk, login: str) -> None:
    page = desk.page(UNIT, login)
    assert "<form method=" not in page
    stolen = tokens.issue(SECRET, login)
    for action, fields in FORMS.items():
        answer = desk.browser(login).post(f"{UNIT}/{action}", data=fields | {tokens.FIELD: stolen})
        assert answer.status_code == 403, action
    assert desk.office.app.store.office.extensions("20243") == ()


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "99999999999.x",
        tokens.issue(SECRET, "xem"),
        tokens.issue(SECRET, "canbo", now=0),
        tokens.issue(b"?", "canbo"),
    ],
    ids=["none", "word", "shape", "of-another", "expired", "of-another-server"],
)
def test_a_form_needs_its_own_token(desk: Desk, token: str) -> None:
    for action, fields in FORMS.items():
        answer = desk.browser("canbo").post(f"{UNIT}/{action}", data=fields | {tokens.FIELD: token})
        assert answer.status_code == 403, action
    assert desk.office.app.store.office.extensions("20243") == ()


def test_a_form_from_another_site_is_refused_even_with_a_token(desk: Desk) -> None:
    fields = FORMS["gia-han"] | {tokens.FIELD: desk.token(UNIT)}
    for site in ("cross-site", "same-site", "none"):
        answer = desk.browser("canbo").post(f"{UNIT}/gia-han", data=fields, headers={"sec-fetch-site": site})
        assert answer.status_code == 403, site
    own = desk.browser("canbo").post(f"{UNIT}/gia-han", data=fields, headers={"sec-fetch-site": "same-origin"})
    assert own.status_code == 303


@pytest.mark.parametrize("name", ["..%2f..%2f..%2ftonghop.db", "%2e%2e/tonghop.db", "manifest.json%00", "dau-vao.json"])
def test_no_file_but_the_listed_ones(filed: Desk, name: str) -> None:
    filed.office.publish()
    assert filed.get("/ky/20243/bao-cao/1/manifest.json").status_code == 200
    assert filed.get(f"/ky/20243/bao-cao/1/{name}").status_code == 404
    assert filed.get(f"/ky/20243/bao-cao/2/{name}").status_code == 404
    assert filed.get(f"{UNIT}/lan-gui/{name}").status_code == 404


def test_a_filing_is_only_given_at_its_own_unit(filed: Desk) -> None:
    mine = filed.office.standing(XA)
    assert mine is not None
    assert filed.get(f"{UNIT}/lan-gui/{mine.id}").status_code == 200
    for elsewhere in (f"/ky/20243/don-vi/W0102/lan-gui/{mine.id}", f"{UNIT}/lan-gui/{mine.id + 1}"):
        assert filed.get(elsewhere).status_code == 404
    filed.office.app.open(Q2)
    assert filed.get(f"/ky/20242/don-vi/{XA}/lan-gui/{mine.id}").status_code == 404


def test_downloads_have_safe_names_and_types(desk: Desk) -> None:
    desk.office.send(XA, name='báo "cáo"; <b>.xlsx')
    desk.office.collect()
    mine = desk.office.standing(XA)
    assert mine is not None
    answer = desk.get(f"{UNIT}/lan-gui/{mine.id}")
    assert answer.content == desk.office.app.vault.find(mine.sha256).read_bytes()  # type: ignore[union-attr]
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment;")
    assert not set(disposition.partition(";")[2].replace("filename*=utf-8''", "").strip()) & set('<>"\\\r\n;')
    page = desk.get(f"{UNIT}/tra-loi/{mine.id}")
    assert page.headers["content-disposition"].startswith("attachment;")
    assert page.headers["x-content-type-options"] == "nosniff"


def test_a_published_file_that_was_changed_is_not_handed_out(filed: Desk) -> None:
    published = filed.office.publish()
    path = published.folder / "so-lieu.csv"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"x")
    answer = filed.get("/ky/20243/bao-cao/1/so-lieu.csv")
    assert answer.status_code == 500
    assert "đã bị thay đổi" in answer.text
    assert filed.get("/ky/20243/bao-cao/1/tong-hop.xlsx").status_code == 200


def test_script_in_what_a_unit_wrote_stays_text(desk: Desk) -> None:
    evil = '<script>alert("1")</script><img src=x onerror=alert(2)>'
    desk.office.app.open(Q2)
    desk.office.send(XA, Q2)
    desk.office.collect()
    rows = {COMPLAINTS: (5, 10, 8, 7), f"{evil}{{{{7*7}}}}": (0, 1, 1, 0)}
    desk.office.send(XA, Q3, rows, explanations=[because(COMPLAINTS, 4, evil)], name=f"a{evil[:8]}.xlsx")
    desk.office.collect()
    desk.office.app.consolidate(Q3)
    for path in (UNIT, "/ky/20243/so-lieu", "/ky/20243/so-lieu/T.01/5", "/ky/20243/kiem-tra", "/"):
        page = desk.page(path, "canbo")
        assert "<script>" not in page, path
        assert "<img" not in page, path
    assert "&lt;script&gt;" in desk.page(UNIT)
    answer = desk.page("/ky/20243", tim='"><script>')
    assert "<script>" not in answer


def test_every_answer_carries_the_headers(filed: Desk) -> None:
    for path in ("/", UNIT, "/nope", "/ky/x", "/kieu.css"):
        headers = filed.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "SAMEORIGIN", path
    assert filed.get("/").headers["cache-control"] == "no-store"


def test_no_page_describes_the_interface(desk: Desk) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"):
        assert desk.get(path).status_code == 404, path


def test_nothing_is_loaded_from_outside() -> None:
    files = [path for path in HERE.rglob("*") if path.suffix in {".html", ".css", ".js", ".svg"}]
    assert len(files) >= 11
    for path in files:
        content = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//[a-z]|@import|url\(", content.replace("// ", "")), path
        assert not re.search(r'\sstyle="|<script(?! src="\{\{ root)|\son\w+=', content), f"{path}: forbidden by our CSP"


def test_an_upload_is_measured_before_it_is_read(desk: Desk) -> None:
    limit = desk.office.app.context.limits.file_bytes
    path = f"{UNIT}/gui-thay"
    big = desk.browser("canbo").post(path, content=b"x", headers={"content-length": str(limit + 100_000)})
    assert big.status_code == 413
    unsaid = desk.browser("canbo").post(path, content=iter([b"x"]))
    assert unsaid.status_code == 411
    anonymous = desk.browser("").post(path, content=b"x", headers={"content-length": str(limit * 10)})
    assert anonymous.status_code == 401
