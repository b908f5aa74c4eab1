"""What every address of the page works with: the application, the visitor, the language, the rendering."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse

from report_desk import tokens
from report_desk.gate import Gate, Visitor
from report_desk.rendering import LANGUAGES, Reader, address, context, static, template
from report_desk.watching import Watch
from tonghop.app import App
from tonghop.domain.errors import UsageError
from tonghop.domain.period import Period
from tonghop.steps.doctor.findings import Line

LANGUAGE_COOKIE = "bao_cao_quy_ngon_ngu"
BELOW = "/tinh/"  # where the pages of several provinces lie below their list


class Frame:
    """What every page has, also one that stands in front of several provinces: visitor, language, rendering.

    `place` is the name of the province, "" for all of them.
    """

    def __init__(self, gate: Gate, place: str = "") -> None:
        self.gate = gate
        self.place = place

    @staticmethod
    def visitor(request: Request) -> Visitor:
        found: Visitor = request.state.report_desk_visitor
        return found

    @staticmethod
    def language(request: Request) -> str:
        """`vi` unless the address or, after that, the cookie asks for English."""
        asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "")
        return asked if asked in LANGUAGES else LANGUAGES[0]

    def reader(self, request: Request) -> Reader:
        """Who reads, without a clock of a regime: such a page shows no times."""
        return Reader(self.language(request), ZoneInfo("UTC"), datetime.now(UTC))

    def render(self, request: Request, name: str, **facts: Any) -> str:
        """A whole page."""
        visitor: Visitor | None = getattr(request.state, "report_desk_visitor", None)
        root = str(request.scope.get("root_path", ""))
        token = tokens.issue(self.gate.secret, visitor.login) if visitor and visitor.acts else ""
        known: dict[str, Any] = {
            "root": root,
            "visitor": visitor,
            "token": token,
            "token_field": tokens.FIELD,
            "airflow": self.gate.airflow,
            "releases": self.gate.releases,
            "others": f"{root.rpartition(BELOW)[0]}/" if visitor and visitor.others else "",
            "other_language": self._switched(request),
            "css": static("desk.css")[1],
            "js": static("desk.js")[1],
            "place": self.place,
            "period": None,
            "periods": (),
            "section": "",
            "notice": request.query_params.get("bao", ""),
            "address": address,
        }
        return template(name).render(context(self.reader(request), **known | facts))

    def page(self, request: Request, name: str, **facts: Any) -> HTMLResponse:
        """A page as an answer; a language asked for in the address is remembered."""
        response = HTMLResponse(self.render(request, name, **facts))
        if request.query_params.get("lang") in LANGUAGES:
            place = str(request.scope.get("root_path", "")) or "/"
            response.set_cookie(
                LANGUAGE_COOKIE, self.language(request), path=place, httponly=True, samesite="lax", max_age=365 * 86400
            )
        return response

    def _switched(self, request: Request) -> str:
        """This address in the other language."""
        other = "vi" if self.language(request) == "en" else "en"
        query: Mapping[str, object] = {**request.query_params, "lang": other, "bao": ""}
        path = request.url.path if request.method == "GET" else f"{request.scope.get('root_path', '')}/"
        return address(path, query)


class Site(Frame):
    """The page over one application."""

    def __init__(self, gate: Gate, app: App) -> None:
        super().__init__(gate)
        self.app = app
        self._watch = Watch(app)

    def unwell(self, request: Request) -> list[Line] | None:
        """What is not in order with the system, for who may act; None for others."""
        return self._watch.wrong() if self.visitor(request).acts else None

    def operator(self, request: Request) -> Visitor:
        """The visitor, when they may act; 403 otherwise."""
        visitor = self.visitor(request)
        if not visitor.acts:
            raise HTTPException(403, "Chỉ tài khoản điều hành được thực hiện việc này.")
        return visitor

    def periods(self) -> tuple[Period, ...]:
        """Opened periods, newest first."""
        return self.app.context.opened_periods[::-1]

    def period(self, code: str) -> Period:
        """The opened period with `code`; UsageError when there is none."""
        period = Period.parse(code)
        self.app.context.opened(period)
        return period

    def newest(self) -> Period:
        """The period an official most likely wants; UsageError before the first one is opened."""
        periods = self.periods()
        if not periods:
            raise UsageError("Chưa mở kỳ báo cáo nào.", "Chạy “1. Mở kỳ báo cáo” trong Airflow.")
        return periods[0]

    def reader(self, request: Request) -> Reader:
        return Reader(self.language(request), self.app.regime.zone, self.app.context.clock())

    def render(self, request: Request, name: str, **facts: Any) -> str:
        return super().render(request, name, **{"place": self.app.province.name} | facts)

    def page(self, request: Request, name: str, **facts: Any) -> HTMLResponse:
        return super().page(request, name, **{"periods": self.periods()} | facts)
