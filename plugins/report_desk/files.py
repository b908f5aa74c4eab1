"""Downloads and the page's own files. What is sent is found by the application, under a safe name and type."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from report_desk.rendering import static
from report_desk.site import Site
from tonghop.steps.desk import downloads
from tonghop.steps.desk.downloads import Download
from tonghop.steps.desk.unit_page import find_unit

_OWN = {
    "kieu.css": ("desk.css", "text/css; charset=utf-8"),
    "trang.js": ("desk.js", "text/javascript; charset=utf-8"),
    "bieu-tuong.svg": ("icon.svg", "image/svg+xml"),
}


def router(site: Site) -> APIRouter:
    """All downloads of `site`."""
    found = APIRouter()
    context = site.app.context

    def template(period: str, code: str) -> Response:
        at = site.period(period)
        return _attachment(downloads.template(context, at, find_unit(context, at, code)[1]))

    def filing(period: str, code: str, submission: int) -> Response:
        at = site.period(period)
        return _attachment(downloads.filing(context, at, find_unit(context, at, code)[1], submission))

    def answer(period: str, code: str, submission: int) -> Response:
        at = site.period(period)
        return _attachment(downloads.answer(context, at, find_unit(context, at, code)[1], submission))

    def receipt(period: str, code: str, submission: int) -> Response:
        at = site.period(period)
        return _attachment(downloads.receipt(context, at, find_unit(context, at, code)[1], submission))

    def signed(period: str, code: str, attachment: int) -> Response:
        at = site.period(period)
        return _attachment(downloads.signed(context, at, find_unit(context, at, code)[1], attachment))

    def published(period: str, version: int, name: str) -> Response:
        return _attachment(downloads.published(context, site.period(period), version, name))

    found.add_api_route("/ky/{period}/don-vi/{code}/bieu-mau", template, methods=["GET"])
    found.add_api_route("/ky/{period}/don-vi/{code}/lan-gui/{submission}", filing, methods=["GET"])
    found.add_api_route("/ky/{period}/don-vi/{code}/tra-loi/{submission}", answer, methods=["GET"])
    found.add_api_route("/ky/{period}/don-vi/{code}/phieu/{submission}", receipt, methods=["GET"])
    found.add_api_route("/ky/{period}/don-vi/{code}/ban-ky/{attachment}", signed, methods=["GET"])
    found.add_api_route("/ky/{period}/bao-cao/{version}/{name}", published, methods=["GET"])
    return found


def own_files() -> APIRouter:
    """The page's style, script and sign."""
    found = APIRouter()
    for address in _OWN:
        found.add_api_route(f"/{address}", _own, methods=["GET"])
    return found


def _own(request: Request) -> Response:
    name, kind = _OWN[request.url.path.rpartition("/")[2]]
    return Response(static(name)[0], media_type=kind, headers={"Cache-Control": "private, max-age=86400"})


def _attachment(download: Download) -> Response:
    """Always to be saved, never to be shown inside our own pages."""
    headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
    if download.sha256:
        headers["X-SHA-256"] = download.sha256
    if not isinstance(download.path, Path):  # it lies on another machine
        headers["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(download.name)}"
        return Response(download.path.read_bytes(), media_type=download.media_type, headers=headers)
    return FileResponse(
        download.path,
        media_type=download.media_type,
        filename=download.name,
        content_disposition_type="attachment",
        headers=headers,
    )
