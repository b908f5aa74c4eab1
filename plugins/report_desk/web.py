"""The web application: login before anything, headers on everything, faults told in plain words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from report_desk import acts, files, pages
from report_desk.gate import Gate, Visitor
from report_desk.site import Frame, Site
from tonghop.app import App
from tonghop.domain.errors import TonghopError, UsageError

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TITLES = {
    400: "Chưa thực hiện được",
    401: "Cần đăng nhập",
    403: "Không có quyền",
    404: "Không tìm thấy",
    500: "Hệ thống gặp lỗi",
}


def create_app(gate: Gate, app: App) -> FastAPI:
    """The page over one application; nothing of it answers without a login of `gate`."""
    site = Site(gate, app)
    return bare(site, pages.router(site), files.router(site), acts.router(site), files.own_files())


def bare(frame: Frame, *routers: APIRouter) -> FastAPI:
    """An application of `routers` that asks who is there, carries the headers and tells faults inside `frame`."""
    web = FastAPI(
        title="Báo cáo quý",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(_admission(frame.gate))],
    )
    for router in routers:
        web.include_router(router)
    web.middleware("http")(_with_headers)
    _tell_faults(web, frame)
    return web


def _admission(gate: Gate) -> Callable[..., Any]:
    """Every address asks first who is there; only a reader goes on."""

    async def admit(request: Request, visitor: Visitor = Depends(gate.visitor)) -> None:  # noqa: B008
        request.state.report_desk_visitor = visitor
        if not visitor.reads:
            raise HTTPException(403, "Tài khoản này không được xem báo cáo.")

    return admit


async def _with_headers(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await proceed(request)
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _tell_faults(web: FastAPI, frame: Frame) -> None:
    """Every fault as a page: a wrong address 404, a refused wish 400, a fault of ours 500 with its remedy."""

    @web.exception_handler(StarletteHTTPException)
    async def _http(request: Request, problem: StarletteHTTPException) -> Response:
        if problem.status_code == 401 and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(frame.gate.login_url(str(request.url)), 303)
        status = problem.status_code
        known = status in _TITLES and isinstance(problem.detail, str) and status in {400, 403}
        return _fault(frame, request, status, str(problem.detail) if known else "")

    @web.exception_handler(RequestValidationError)
    async def _address(request: Request, _problem: RequestValidationError) -> Response:
        return _fault(frame, request, 404)

    @web.exception_handler(TonghopError)
    async def _ours(request: Request, problem: TonghopError) -> Response:
        status = (404 if request.method == "GET" else 400) if isinstance(problem, UsageError) else 500
        return _fault(frame, request, status, problem.problem, problem.remedy)


def _fault(frame: Frame, request: Request, status: int, problem: str = "", remedy: str = "") -> Response:
    facts = {"title": _TITLES.get(status, _TITLES[400]), "problem": problem, "remedy": remedy, "status": status}
    return HTMLResponse(frame.render(request, "loi.html", **facts), status)
