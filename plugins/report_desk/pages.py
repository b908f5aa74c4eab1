"""The pages that only show: overview, unit, reports, consolidated figures and where they come from, checks."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from report_desk.site import Site
from tonghop.domain.period import Period
from tonghop.domain.units import Level
from tonghop.steps.desk import checks, figures, overview, reports, unit_page
from tonghop.steps.desk.lines import EXTENDED, STATES, Filters

_TEXT = 100


def router(site: Site) -> APIRouter:
    """All pages of `site`."""
    pages, found = Pages(site), APIRouter()
    addresses: dict[str, Callable[..., Response]] = {
        "/": pages.first,
        "/luot-chay": pages.of_run,
        "/ky/{period}": pages.overview,
        "/ky/{period}/don-vi/{code}": pages.unit,
        "/ky/{period}/bao-cao": pages.reports,
        "/ky/{period}/so-sanh": pages.compared,
        "/ky/{period}/so-lieu": pages.headline,
        "/ky/{period}/so-lieu/{form}": pages.table,
        "/ky/{period}/so-lieu/{form}/{column}": pages.traced,
        "/ky/{period}/kiem-tra": pages.checks,
    }
    for path, page in addresses.items():
        found.add_api_route(path, page, methods=["GET"])
    return found


class Pages:
    """One method per page. What stands behind an address is looked up in the store; nothing of it becomes a path."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._context = site.app.context

    def first(self, request: Request) -> Response:
        """The newest period."""
        return self._overview(request, self._site.newest())

    def overview(self, request: Request, period: str) -> Response:
        return self._overview(request, self._site.period(period))

    def of_run(self, request: Request) -> Response:
        """From a run in Airflow to the period, or for a release the reports, it worked on."""
        dag_id, run_id = (request.query_params.get(name, "") for name in ("quy-trinh", "luot"))
        code = self._site.gate.period_of_run(dag_id, run_id)
        period = self._site.period(code) if code else self._site.newest()
        part = "/bao-cao" if dag_id == self._site.gate.releases else ""
        return RedirectResponse(f"{request.scope.get('root_path', '')}/ky/{period.code}{part}", 303)

    def unit(self, request: Request, period: str, code: str) -> Response:
        page = unit_page.unit_page(self._context, self._site.period(period), code)
        return self._site.page(request, "don-vi.html", section="overview", period=page.period, page=page)

    def reports(self, request: Request, period: str) -> Response:
        page = reports.reports(self._context, self._site.period(period))
        mine = [one for one in self._site.gate.waiting() if page.period.label in one.subject]
        facts = {"section": "reports", "period": page.period, "page": page, "waiting": mine}
        return self._site.page(request, "bao-cao.html", **facts)

    def compared(self, request: Request, period: str) -> Response:
        old, new = (_whole(request, name) for name in ("cu", "moi"))
        at = self._site.period(period)
        page = reports.difference(self._context, at, old, new)
        return self._site.page(request, "so-sanh.html", section="reports", period=at, page=page)

    def headline(self, request: Request, period: str) -> Response:
        """The table leaders look at first."""
        province = self._site.app.province_for(self._site.period(period))
        return self.table(request, period, province.regime.headline_form)

    def table(self, request: Request, period: str, form: str) -> Response:
        page = figures.table(self._context, self._site.period(period), form)
        return self._site.page(request, "so-lieu.html", section="figures", period=page.period, page=page)

    def traced(self, request: Request, period: str, form: str, column: int) -> Response:
        query = request.query_params
        spot = figures.Spot(form, column, query.get("cap", ""), query.get("dong", ""))
        page = figures.trace(self._context, self._site.period(period), spot)
        return self._site.page(request, "nguon.html", section="figures", period=page.period, page=page)

    def checks(self, request: Request, period: str) -> Response:
        page = checks.checks(self._context, self._site.period(period))
        return self._site.page(request, "kiem-tra.html", section="checks", period=page.period, page=page)

    def _overview(self, request: Request, period: Period) -> Response:
        filters = _filters(request)
        query = request.query_params
        page = overview.overview(
            self._context, period, filters, opened=query.get("mo", ""), page=max(1, _whole(request, "trang"))
        )
        unwell = self._site.unwell(request)
        facts = {"page": page, "filters": filters, "states": (*STATES, EXTENDED), "unwell": unwell}
        return self._site.page(request, "tong-quan.html", section="overview", period=period, **facts)


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
