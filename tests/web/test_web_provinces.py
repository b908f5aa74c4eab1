"""Several provinces behind one page: who sees which, nothing of another's, and one that is out of order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException, Request
from several_provinces import FIRST, NAMES, SECOND, regulation, rewrite
from toy_office import IN_TIME, Q3, XA, Office
from web.conftest import SECRET, TestClient
from web.test_web_security import FORMS, addresses

from report_desk import tokens
from report_desk.gate import Gate, Visitor
from report_desk.provinces import Door, create_hall
from tonghop.app import App
from tonghop.branches import DAGS, Branch, branches
from tonghop.domain.errors import StoreError
from tonghop.settings import Settings

UNIT = f"/ky/20243/don-vi/{XA}"
# login → (province read, province acted in), "*" for all
RIGHTS = {
    "xem": (FIRST, ""),
    "canbo": (FIRST, FIRST),
    "xem-hai": (SECOND, ""),
    "ca-nuoc": ("*", "*"),
    "la": ("", ""),
}


def _rights(request: Request) -> tuple[str, str, str]:
    login = request.headers.get("x-login", "")
    if login not in RIGHTS:
        raise HTTPException(401)
    return login, *RIGHTS[login]


def _gate(branch: Branch) -> Gate:
    def visitor(request: Request) -> Visitor:
        login, read, acted = _rights(request)
        return Visitor(login, read in {branch.slug, "*"}, acted in {branch.slug, "*"}, others=read == "*")

    return Gate(
        visitor,
        lambda after: f"/auth/login?next={after}",
        f"{SECRET!r}{branch.slug}".encode(),
        list,
        lambda dag_id, _run: "20243" if dag_id == branch.dag_id("collect") else "",
        releases=branch.dag_id("publish"),
    )


def _anybody(request: Request) -> Visitor:
    login, read, _acted = _rights(request)
    return Visitor(login, bool(read), acts=False)


def _seen(request: Request) -> frozenset[str]:
    read = _rights(request)[1]
    return frozenset(NAMES) if read == "*" else frozenset({read} - {""})


class Hall:
    """The page of two provinces in a browser, and their offices; `faults` are raised when an application is opened."""

    def __init__(self, settings: Settings) -> None:
        self.branches = {branch.slug: branch for branch in branches(settings)}
        self.faults: dict[str, Exception] = {}
        self.opened: list[str] = []
        self.apps = {slug: App(branch.settings, "thử") for slug, branch in self.branches.items()}
        self.offices = {slug: Office(app) for slug, app in self.apps.items()}
        gate = Gate(_anybody, lambda after: f"/auth/login?next={after}", SECRET, list)
        self.web = create_hall(gate, [self._door(branch) for branch in self.branches.values()], _seen)

    def _door(self, branch: Branch) -> Door:
        dags = frozenset(branch.dag_id(name) for name in DAGS)
        return Door(branch.slug, NAMES[branch.slug], _gate(branch), lambda: self._open(branch.slug), dags)

    def _open(self, slug: str) -> App:
        self.opened.append(slug)
        if slug in self.faults:
            raise self.faults[slug]
        app = App(self.branches[slug].settings, "trang")
        self.apps[f"{slug} {len(self.opened)}"] = app
        return app

    def get(self, path: str, login: str, **query: str) -> Any:
        return self._browser(login).get(path, params=query or None)

    def post(self, path: str, login: str, **data: Any) -> Any:
        return self._browser(login).post(path, data=data)

    def _browser(self, login: str) -> Any:
        headers = {"accept": "text/html"} | ({"x-login": login} if login else {})
        return TestClient(self.web, headers=headers, follow_redirects=False)


@pytest.fixture
def hall(tmp_path: Path, toy_expectations: Path) -> Iterator[Hall]:
    """Quarter III is open in both provinces; a commune of the first has filed."""
    environment = {
        "TONGHOP_HOME": str(tmp_path / "home"),
        "TONGHOP_INCLUDE": str(regulation(tmp_path / "include", FIRST, SECOND)),
        "TONGHOP_EXPECTATIONS": str(toy_expectations),
        "TONGHOP_PROVINCE": f"{FIRST},{SECOND}",
        "TONGHOP_NOW": IN_TIME,
        "TONGHOP_SETTLE_S": "0",
    }
    built = Hall(Settings.from_env(environment))
    for office in built.offices.values():
        office.app.open(Q3)
    built.offices[FIRST].send(XA)
    built.offices[FIRST].collect()
    yield built
    for app in built.apps.values():
        app.close()


def test_who_sees_several_chooses(hall: Hall) -> None:
    page = hall.get("/", "ca-nuoc")
    assert page.status_code == 200
    assert re.findall(r'href="(/tinh/[^"]+)"[^>]*>([^<]+)<', page.text) == [
        (f"/tinh/{slug}/", name) for slug, name in NAMES.items()
    ]
    assert "Choose a province" in hall.get("/", "ca-nuoc", lang="en").text
    assert hall.opened == [], "the list opens no province"
    inside = hall.get(f"/tinh/{SECOND}/", "ca-nuoc")
    assert "Tỉnh Hai" in inside.text
    assert 'href="/">Tỉnh khác</a>' in inside.text


def test_who_sees_one_is_led_there(hall: Hall) -> None:
    assert hall.get("/", "xem").headers["location"] == f"/tinh/{FIRST}/"
    page = hall.get(f"/tinh/{FIRST}/", "xem")
    assert page.status_code == 200
    assert "Tỉnh Thử" in page.text
    assert "Tỉnh khác" not in page.text
    links = set(re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text))
    assert links
    assert {link for link in links if not link.startswith(f"/tinh/{FIRST}/")} == set(), "an address leads elsewhere"


def _paths(hall: Hall, slug: str, method: str) -> list[str]:
    """Every address of a province's page, once it was opened."""
    hall.get(f"/tinh/{slug}/", "ca-nuoc")
    [room] = [route for route in hall.web.routes if getattr(route, "path", "") == f"/tinh/{slug}"]
    page: FastAPI = room.app._page
    return [f"/tinh/{slug}{path}" for path in addresses(SimpleNamespace(web=page), method)]  # type: ignore[arg-type]


def test_nobody_sees_a_page_or_a_file_of_another_province(hall: Hall) -> None:
    for slug, stranger in ((FIRST, "xem-hai"), (SECOND, "xem"), (SECOND, "canbo"), (FIRST, "la")):
        paths = _paths(hall, slug, "GET")
        assert len(paths) >= 16
        for path in paths:
            answer = hall.get(path, stranger)
            assert answer.status_code == 403, path
            assert NAMES[slug] not in answer.text.partition("<main")[2], path
    assert hall.get("/", "la").status_code == 403


def test_nothing_answers_without_a_login(hall: Hall) -> None:
    for path in ("/", "/luot-chay", *_paths(hall, FIRST, "GET")):
        answer = hall.get(path, "")
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/auth/login?next="), path
    for path in _paths(hall, FIRST, "POST"):
        assert hall.post(path, "").status_code == 401, path


def test_nobody_acts_in_another_province(hall: Hall) -> None:
    for path in _paths(hall, SECOND, "POST"):
        action = path.rpartition("/")[2]
        for token in (tokens.issue(f"{SECRET!r}{slug}".encode(), "canbo") for slug in (FIRST, SECOND)):
            answer = hall.post(path, "canbo", **FORMS.get(action, {}), **{tokens.FIELD: token})
            assert answer.status_code == 403, path
    assert hall.offices[SECOND].app.store.office.extensions("20243") == ()
    mine = hall.get(f"/tinh/{FIRST}{UNIT}", "canbo").text
    token = re.search(r'name="ma_bao_ve" value="([^"]+)"', mine)
    assert token, "who may act in their own province is shown no form there"
    fields = FORMS["gia-han"] | {tokens.FIELD: token[1]}
    strange = hall.post(f"/tinh/{SECOND}{UNIT}/gia-han", "ca-nuoc", **fields)
    assert strange.status_code == 403, "a form of one province was taken in another"
    done = hall.post(f"/tinh/{FIRST}{UNIT}/gia-han", "canbo", **fields)
    assert done.headers["location"] == f"/tinh/{FIRST}{UNIT}?bao=gia-han"
    assert [len(office.app.store.office.extensions("20243")) for office in hall.offices.values()] == [1, 0]


def test_the_same_address_shows_each_province_its_own(hall: Hall) -> None:
    filed, empty = (hall.get(f"/tinh/{slug}{UNIT}", "ca-nuoc").text for slug in NAMES)
    assert "bao-cao-20243.xlsx" in filed
    assert "bao-cao-20243.xlsx" not in empty
    submission = f"{UNIT}/lan-gui/1"
    assert [hall.get(f"/tinh/{slug}{submission}", "ca-nuoc").status_code for slug in NAMES] == [200, 404]


@pytest.mark.parametrize(
    ("dag_id", "login", "expected"),
    [
        ("collect__tinh_hai", "ca-nuoc", f"/tinh/{SECOND}/luot-chay?quy-trinh=collect__tinh_hai&luot=x"),
        ("collect__tinh_hai", "xem", ""),
        ("collect", "ca-nuoc", ""),
    ],
)
def test_a_run_leads_to_its_province(hall: Hall, dag_id: str, login: str, expected: str) -> None:
    answer = hall.get("/luot-chay", login, **{"quy-trinh": dag_id, "luot": "x"})
    assert answer.headers.get("location", "") == expected
    if not expected:
        assert answer.status_code == 404
        return
    there = hall.get(expected, login)
    assert there.headers["location"] == f"/tinh/{SECOND}/ky/20243"
    release = hall.get(f"/tinh/{SECOND}/luot-chay", login, **{"quy-trinh": "publish__tinh_hai", "luot": "x"})
    assert release.headers["location"] == f"/tinh/{SECOND}/ky/20243/bao-cao"
    assert 'dags/publish__tinh_hai"' in hall.get(f"/tinh/{SECOND}/ky/20243/bao-cao", login).text


def test_a_province_out_of_order_is_told_and_stops_no_other(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    hall.faults[SECOND] = StoreError("Không kết nối được cơ sở dữ liệu.", "Kiểm tra máy chủ PostgreSQL.")
    for _again in range(3):
        page = hall.get(f"/tinh/{SECOND}/ky/20243", "ca-nuoc")
        assert page.status_code == 500
        assert "Kiểm tra máy chủ PostgreSQL." in page.text
        assert page.headers["x-frame-options"] == "SAMEORIGIN"
    assert hall.opened == [SECOND], "a store that does not answer is not asked by every visitor"
    assert hall.get(f"/tinh/{SECOND}/", "xem").status_code == 403
    assert hall.get(f"/tinh/{SECOND}/", "").status_code == 303
    assert hall.get(f"/tinh/{FIRST}/", "ca-nuoc").status_code == 200
    del hall.faults[SECOND]
    monkeypatch.setattr("report_desk.provinces._PAUSE_S", 0.0)
    monkeypatch.setattr("report_desk.provinces.time.monotonic", lambda: float("inf"))
    assert hall.get(f"/tinh/{SECOND}/", "ca-nuoc").status_code == 200


def test_a_province_with_faulty_data_is_told(hall: Hall, tmp_path: Path) -> None:
    rewrite(tmp_path / "include", SECOND, "regime: thu", "regime: thu\nlạ: 1")
    page = hall.get(f"/tinh/{SECOND}/", "ca-nuoc")
    assert page.status_code == 500
    assert "provinces/tinh-hai/province.yaml: lạ" in page.text
    assert "Tỉnh Hai" in page.text
    assert hall.get(f"/tinh/{FIRST}/", "ca-nuoc").status_code == 200


def test_a_province_that_is_none_is_not_found(hall: Hall) -> None:
    assert hall.get("/tinh/ha-noi/", "ca-nuoc").status_code == 404
