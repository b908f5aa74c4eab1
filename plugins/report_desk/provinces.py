"""Several provinces behind one address: a list of those the visitor may see, and the page of each below /tinh/.

Each province has a gate, an application and addresses of its own; the list knows their names and nothing of their data.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.routing import Mount

from report_desk.files import own_files
from report_desk.gate import Gate
from report_desk.rendering import address
from report_desk.site import BELOW, Frame
from report_desk.web import bare, create_app
from tonghop.app import App
from tonghop.domain.errors import TonghopError

_PAUSE_S = 30.0  # before a province that could not be opened is tried again


@dataclass(frozen=True)
class Door:
    """The way to one province: its gate, its application once somebody asks for it, and its DAGs in Airflow."""

    slug: str
    name: str
    gate: Gate
    application: Callable[[], App]
    dags: frozenset[str]


def create_hall(gate: Gate, doors: Sequence[Door], seen: Callable[..., Any]) -> FastAPI:
    """The page of several provinces; `seen` is a FastAPI dependency that gives the slugs a visitor may see."""
    frame = Frame(gate)
    hall = bare(frame, _list(frame, doors, seen), own_files())
    hall.router.routes.extend(Mount(f"{BELOW}{door.slug}", app=_Room(door)) for door in doors)
    return hall


def _list(frame: Frame, doors: Sequence[Door], seen: Callable[..., Any]) -> APIRouter:
    found = APIRouter()

    def choose(request: Request, slugs: frozenset[str] = Depends(seen)) -> Response:
        """The provinces the visitor may see; the only one is opened at once."""
        mine = [door for door in doors if door.slug in slugs]
        if len(mine) == 1:
            return RedirectResponse(f"{_root(request)}{BELOW}{mine[0].slug}/", 303)
        return frame.page(request, "cac-tinh.html", doors=mine)

    def of_run(request: Request, slugs: frozenset[str] = Depends(seen)) -> Response:
        """From a run in Airflow to the page of its province."""
        dag_id = request.query_params.get("quy-trinh", "")
        door = next((door for door in doors if dag_id in door.dags and door.slug in slugs), None)
        if door is None:
            raise HTTPException(404)
        return RedirectResponse(address(f"{_root(request)}{BELOW}{door.slug}/luot-chay", request.query_params), 303)

    found.add_api_route("/", choose, methods=["GET"])
    found.add_api_route("/luot-chay", of_run, methods=["GET"])
    return found


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


class _Room:
    """One province's page, built when somebody first asks for it; while that fails, a page in its place says why."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._lock = Lock()
        self._page: FastAPI | None = None
        self._closed: FastAPI | None = None
        self._again = 0.0

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        page = self._page or await run_in_threadpool(self._opened)
        await page(scope, receive, send)

    def _opened(self) -> FastAPI:
        with self._lock:
            if self._closed is not None and time.monotonic() < self._again:
                return self._closed
            if self._page is None:
                try:
                    self._page = create_app(self._door.gate, _usable(self._door.application()))
                except TonghopError as fault:
                    self._closed, self._again = _closed(self._door, fault), time.monotonic() + _PAUSE_S
                    return self._closed
            return self._page


def _usable(app: App) -> App:
    """`app` with its province's data read, without which it could not even show what is wrong; closed when it fails."""
    try:
        _read = app.province
    except TonghopError:
        app.close()
        raise
    return app


def _closed(door: Door, fault: TonghopError) -> FastAPI:
    """A page that answers everything with `fault`, to those who may see the province."""
    found = APIRouter()

    def refuse() -> Response:
        raise fault

    found.add_api_route("/{path:path}", refuse, methods=["GET", "POST"])
    return bare(Frame(door.gate, door.name), own_files(), found)
