"""The units' inboxes inside Airflow: a trigger that tells of what was dropped, long before the schedule's next pass.

Belongs here: the one edge at which the triggerer reaches the application. What it runs is the DAG `collect`, whose
schedule goes on whether or not this does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from tonghop.settings import Settings

if TYPE_CHECKING:
    from tonghop.steps.arriving import Arrivals

LONGEST_PAUSE_S = 300.0  # as long as the schedule's passes are apart: looking more seldom would be no use


class InboxTrigger(BaseEventTrigger):  # type: ignore[misc]  # Airflow is not typed for mypy
    """Looks into the inboxes of `province` every `every_s` seconds, for ever; an event per look that found news.

    Where the inboxes are it reads from the environment of the triggerer: its arguments, which Airflow keeps, hold no
    address and no secret. The payload of an event is the number of files, nothing of what they are called.
    """

    def __init__(self, province: str, every_s: float) -> None:
        super().__init__()
        self.province = province
        self.every_s = every_s
        self._arrivals: Arrivals | None = None

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return f"{__name__}.{type(self).__name__}", {"province": self.province, "every_s": self.every_s}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Never ends by itself: a trigger that does, for whatever fault, is started again every second."""
        pause = self.every_s
        while True:
            found = 0
            try:
                found = await asyncio.to_thread(self._look)
                pause = self.every_s
            except Exception:
                pause = min(2 * pause, LONGEST_PAUSE_S)
                self.log.exception("The inboxes of %s cannot be watched; next look in %.0f s", self.province, pause)
            if found:
                yield TriggerEvent({"files": found})
            await self.rest(pause)

    async def rest(self, seconds: float) -> None:
        """Between two looks."""
        await asyncio.sleep(seconds)

    def _look(self) -> int:
        from tonghop.steps.arriving import Arrivals  # not needed where a DAG file is parsed

        if self._arrivals is None:
            self._arrivals = Arrivals(Settings.from_env().for_province(self.province).folder("drop"))
        return self._arrivals.look()
