"""The pages that only show: overview, unit, reports, consolidated figures and where they come from, checks."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from report_desk.site import Site
from tonghop.domain.period import Period
from tonghop.domain.units import Level
from tonghop.steps.desk import checks, figures, overview, reports, unit_page
from tonghop.steps.desk.lines import EXTENDED, STATES, Filters

_TEXT = 100


def router(site: Site) -> APIRouter:
    """All pages of `site`."""
    found = APIRouter()
    for path, page in _addresses(site).items():
        found.add_api_route(path, page, methods=["GET"])
    return found


def _addresses(site: Site) -> dict[str, Callable[..., Response]]:
    """Address → page. Everything behind an address is looked up in the store; nothing of it becomes a path."""

    def first(request: Request) -> Response:
        return _overview(site, request, site.newest())

    def of_period(request: Request, period: str) -> Response:
        return _overview(site, request, site.period(period))

    def of_unit(request: Request, period: str, code: str) -> Response:
        page = unit_page.unit_page(site.app.context, site.period(period), code)
        return site.page(request, "don-vi.html", section="overview", period=page.period, page=page)

    def all_reports(request: Request, period: str) -> Response:
        page = reports.reports(site.app.context, site.period(period))
        mine = [one for one in site.gate.waiting() if page.period.label in one.subject]
        return site.page(request, "bao-cao.html", section="reports", period=page.period, page=page, waiting=mine)

    def compared(request: Request, period: str) -> Response:
        old, new = (_whole(request, name) for name in ("cu", "moi"))
        page = reports.difference(site.app.context, site.period(period), old, new)
        return site.page(request, "so-sanh.html", section="reports", period=site.period(period), page=page)

    def table(request: Request, period: str, form: str) -> Response:
        page = figures.table(site.app.context, site.period(period), form)
        return site.page(request, "so-lieu.html", section="figures", period=page.period, page=page)

    def first_table(request: Request, period: str) -> Response:
        return table(request, period, site.app.province_for(site.period(period)).regime.headline_form)

    def traced(request: Request, period: str, form: str, column: int) -> Response:
        query = request.query_params
        spot = figures.Spot(form, column, query.get("cap", ""), query.get("dong", ""))
        page = figures.trace(site.app.context, site.period(period), spot)
        return site.page(request, "nguon.html", section="figures", period=page.period, page=page)

    def all_checks(request: Request, period: str) -> Response:
        page = checks.checks(site.app.context, site.period(period))
        return site.page(request, "kiem-tra.html", section="checks", period=page.period, page=page)

    return {
        "/": first,
        "/ky/{period}": of_period,
        "/ky/{period}/don-vi/{code}": of_unit,
        "/ky/{period}/bao-cao": all_reports,
        "/ky/{period}/so-sanh": compared,
        "/ky/{period}/so-lieu": first_table,
        "/ky/{period}/so-lieu/{form}": table,
        "/ky/{period}/so-lieu/{form}/{column}": traced,
        "/ky/{period}/kiem-tra": all_checks,
    }


def _overview(site: Site, request: Request, period: Period) -> Response:
    filters = _filters(request)
    query = request.query_params
    page = overview.overview(
        site.app.context, period, filters, opened=query.get("mo", ""), page=max(1, _whole(request, "trang"))
    )
    facts = {"page": page, "filters": filters, "states": (*STATES, EXTENDED)}
    return site.page(request, "tong-quan.html", section="overview", period=period, **facts)


def _filters(request: Request) -> Filters:
    """What the address asks for; a value that does not exist asks for nothing."""
    query = request.query_params
    state, level = query.get("tt", ""), query.get("cap", "")
    return Filters(
        text=query.get("tim", "")[:_TEXT],
        state=state if state in {*STATES, EXTENDED} else "",
        level=level if level in {known.value for known in Level} else "",
        form=query.get("bieu", ""),
    )


def _whole(request: Request, name: str) -> int:
    """A number of the address, 0 when there is none."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
