"""The desk over the toy province, with a gate of our own: the login stands in a header."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException, Request
from toy_office import COMPLAINTS, Q2, Q3, XA, Office

from report_desk.gate import Gate, Visitor, Waiting
from report_desk.web import create_app

with warnings.catch_warnings():  # the client's own warning about the library it stands on
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

SECRET = b"a secret of the tests"
LOGINS = {
    "xem": Visitor("xem", reads=True, acts=False),
    "canbo": Visitor("canbo", reads=True, acts=True),
    "lanhdao": Visitor("lanhdao", reads=True, acts=False),
    "la": Visitor("la", reads=False, acts=False),
}
DIFFERS = {COMPLAINTS: (5, 10, 8, 7)}  # carried over 5, but 2 were left
_TOKEN = re.compile(r'name="ma_bao_ve" value="([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def _visitor(request: Request) -> Visitor:
    found = LOGINS.get(request.headers.get("x-login", ""))
    if found is None:
        raise HTTPException(401)
    return found


def _period_of_run(_dag_id: str, run_id: str) -> str:
    return "20243" if run_id == "cua-quy" else ""


@dataclass
class Desk:
    """The page in a browser: `get` and `post` as a login."""

    web: FastAPI
    office: Office
    waiting: list[Waiting] = field(default_factory=list)

    def browser(self, login: str = "") -> Any:
        headers = {"accept": "text/html"} | ({"x-login": login} if login else {})
        return TestClient(self.web, headers=headers, follow_redirects=False)

    def get(self, path: str, login: str = "xem", **query: str) -> Any:
        return self.browser(login).get(path, params=query or None)

    def page(self, path: str, login: str = "xem", **query: str) -> str:
        """A page that must be there."""
        answer = self.get(path, login, **query)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def token(self, path: str, login: str = "canbo") -> str:
        found = _TOKEN.search(self.page(path, login))
        assert found, "the page shows no form"
        return found[1]

    def hidden(self, path: str, action: str) -> dict[str, str]:
        """Hidden fields of the first form of a page that posts to `action`."""
        _, _, form = self.page(path, "canbo").partition(f'/{action}"')
        return dict(_HIDDEN.findall(form.partition("</form>")[0]))

    def post(self, path: str, action: str, login: str = "canbo", **fields: Any) -> Any:
        """Send the form `action` of the page at `path`, with its hidden fields."""
        files = {"tep": fields.pop("tep")} if "tep" in fields else None
        data = self.hidden(path, action) | fields
        return self.browser(login).post(f"{path}/{action}", data=data, files=files)


@pytest.fixture
def desk_of() -> Callable[[Office], Desk]:
    def build(office: Office) -> Desk:
        waiting: list[Waiting] = []
        gate = Gate(_visitor, lambda after: f"/auth/login?next={after}", SECRET, lambda: waiting, _period_of_run)
        return Desk(create_app(gate, office.app), office, waiting)

    return build


@pytest.fixture
def desk(office: Office, desk_of: Callable[[Office], Desk]) -> Desk:
    """Quarter III is open, nothing filed."""
    return desk_of(office)


@pytest.fixture
def filed(office: Office, desk_of: Callable[[Office], Desk]) -> Iterator[Desk]:
    """All four units accepted and consolidated; the second commune stated nothing, the department was late."""
    office.send("W01")
    office.send(XA)
    office.send("W0102", rows={}, nil=True)
    office.collect()
    office.at("2024-09-24T10:00:00")
    office.collect()
    office.send("WSD")
    office.at("2024-09-25T10:00:00")
    office.collect()
    office.app.consolidate(Q3)
    return desk_of(office)


@pytest.fixture
def awaiting(office: Office, desk_of: Callable[[Office], Desk]) -> Desk:
    """A commune whose opening figure differs from what was left in quarter II, without a word why."""
    office.app.open(Q2)
    office.send(XA, Q2)
    office.collect()
    office.send(XA, Q3, DIFFERS)
    office.collect()
    assert office.state(XA) == "awaiting_explanation"
    return desk_of(office)
