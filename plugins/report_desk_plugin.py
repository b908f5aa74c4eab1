"""Hangs the page "Báo cáo quý" into Airflow. Loaded by every Airflow process, so it imports almost nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from functools import cached_property
from threading import Lock
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

PREFIX = "/bao-cao-quy"
Message = MutableMapping[str, Any]


class Page:
    """The web application, built in the API server when the first request comes."""

    def __init__(self) -> None:
        self._lock = Lock()

    @cached_property
    def _app(self) -> Any:
        from report_desk.airflow_gate import build

        return build()

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        with self._lock:
            app = self._app
        await app(scope, receive, send)


class ReportDeskPlugin(AirflowPlugin):
    """The page, its entry in the navigation, and a tab of every run with the period or report it worked on."""

    name = "report_desk"
    fastapi_apps: ClassVar[list[Any]] = [{"app": Page(), "url_prefix": PREFIX, "name": "Báo cáo quý"}]
    external_views: ClassVar[list[Any]] = [
        {
            "name": "Báo cáo quý",
            "href": f"{PREFIX}/",
            "destination": "nav",
            "url_route": "bao-cao-quy",
            "icon": f"{PREFIX}/bieu-tuong.svg",
            "nav_top_level": True,
        },
        {
            "name": "Kỳ báo cáo",
            "href": f"{PREFIX}/luot-chay?quy-trinh={{DAG_ID}}&luot={{RUN_ID}}",
            "destination": "dag_run",
            "url_route": "ky-bao-cao",
            "icon": f"{PREFIX}/bieu-tuong.svg",
        },
    ]
