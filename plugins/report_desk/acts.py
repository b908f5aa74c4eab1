"""Forms that change something: operators only, with a token of our own, and every act recorded with who and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile

from report_desk import tokens
from report_desk.site import Site
from tonghop.domain.errors import UsageError
from tonghop.steps import actions, exempting, withdrawing
from tonghop.steps.actions import Desk, Judged
from tonghop.steps.desk.unit_page import find_unit
from tonghop.steps.exempting import Freed

_SMALL = 64 * 1024  # a form without a file; also what surrounds a file in a form that has one
Act = Callable[[Site, Desk, FormData], str]


def router(site: Site) -> APIRouter:
    """All forms of `site`."""
    found = APIRouter()
    for name, act, files in (
        ("gia-han", _extend, 0),
        ("giai-trinh", _rule, 0),
        ("gui-thay", _upload, 1),
        ("rut", _withdraw, 0),
        ("mien", _exempt, 0),
    ):
        path = f"/ky/{{period}}/don-vi/{{code}}/{name}"
        found.add_api_route(path, _handler(site, act, files), methods=["POST"])
    return found


def _handler(site: Site, act: Act, files: int) -> Any:
    """The form that does `act`: who is asked first, then how much is sent, then whose form it is, then what it says."""
    limit = _SMALL + files * site.app.context.limits.file_bytes

    async def handle(request: Request, period: str, code: str) -> Response:
        visitor = site.operator(request)
        _check_size(request, limit)
        _check_origin(request)
        async with request.form(max_files=files, max_fields=12, max_part_size=_SMALL) as form:
            if not tokens.valid(site.gate.secret, visitor.login, _text(form, tokens.FIELD)):
                raise HTTPException(403, "Phiên làm việc đã hết hạn. Mở lại trang rồi làm lại.")
            content = await _content(form, site.app.context.limits.file_bytes) if files else None
            at = site.period(period)
            desk = Desk(visitor.login, at, find_unit(site.app.context, at, code)[1])
            said = await run_in_threadpool(_done, site, desk, act, form, content)
        root = request.scope.get("root_path", "")
        return RedirectResponse(f"{root}/ky/{at.code}/don-vi/{desk.unit.code}?bao={said}", 303)

    return handle


def _done(site: Site, desk: Desk, act: Act, form: FormData, content: tuple[str, bytes] | None) -> str:
    if content is not None:
        actions.upload(site.app.context, desk, *content)
    return act(site, desk, form)


def _extend(site: Site, desk: Desk, form: FormData) -> str:
    try:
        until = datetime.fromisoformat(_text(form, "han"))
    except ValueError:
        raise UsageError("Chưa ghi hạn mới.", "Chọn ngày và giờ.") from None
    actions.extend(site.app.context, desk, until.replace(tzinfo=site.app.regime.zone, second=59), _text(form, "ly_do"))
    return "gia-han"


def _rule(site: Site, desk: Desk, form: FormData) -> str:
    decision = _text(form, "quyet_dinh")
    if decision not in {"chap-nhan", "tu-choi"}:
        raise UsageError("Chưa chọn chấp nhận hay không chấp nhận.", "Chọn một trong hai.")
    judged = Judged(
        submission_id=_whole(form, "lan_gui"),
        position=_whole(form, "noi_dung"),
        accepted=decision == "chap-nhan",
        mark=_text(form, "dau"),
        reason=_text(form, "ly_do"),
    )
    actions.rule(site.app.context, desk, judged)
    return decision


def _withdraw(site: Site, desk: Desk, form: FormData) -> str:
    withdrawing.withdraw(site.app.context, desk, _whole(form, "lan_gui"), _text(form, "ly_do"))
    return "rut"


def _exempt(site: Site, desk: Desk, form: FormData) -> str:
    decision = _text(form, "viec")
    if decision not in {"mien", "thoi-mien"}:
        raise UsageError("Chưa chọn miễn hay thôi miễn.", "Chọn một trong hai.")
    freed = Freed(_text(form, "bieu"), _text(form, "ly_do"), lifted=decision == "thoi-mien")
    exempting.exempt(site.app.context, desk, freed)
    return decision


def _upload(_site: Site, _desk: Desk, _form: FormData) -> str:
    return "gui-thay"


async def _content(form: FormData, limit: int) -> tuple[str, bytes]:
    """Name and bytes of the file sent; one byte more than the intake takes is enough to refuse it."""
    sent = form.get("tep")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise UsageError("Chưa chọn tệp.", "Chọn tệp báo cáo rồi gửi lại.")
    return sent.filename, await sent.read(limit + 1)


def _check_size(request: Request, limit: int) -> None:
    """Refused before a byte of it is read: too much, or an amount that is not said."""
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal()):
        raise HTTPException(411)
    if int(length) > limit:
        raise HTTPException(413)


def _check_origin(request: Request) -> None:
    """What a browser says of where a form comes from; the token stands behind it."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise HTTPException(403, "Biểu mẫu không đến từ trang này.")


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _whole(form: FormData, name: str) -> int:
    text = _text(form, name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0
