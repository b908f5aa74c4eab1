"""What is not in order with the system, for those who run it: looked at once a minute, whoever opens the page."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from threading import Lock

from tonghop.app import App
from tonghop.health import glance
from tonghop.steps.doctor.findings import Line, State

KEPT_S = 60.0


class Watch:
    """The quick checks of one province's application, kept for a minute; while one visitor looks, others wait for it.

    `clock` counts seconds and never runs backwards.
    """

    def __init__(self, app: App, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._clock = clock
        self._lock = Lock()
        self._lines: Sequence[Line] = ()
        self._until: float | None = None

    def wrong(self) -> list[Line]:
        """Everything that is not in order, faults first."""
        with self._lock:
            if self._until is None or self._clock() >= self._until:
                self._lines = glance(self._app, os.environ)
                self._until = self._clock() + KEPT_S
            found = [line for line in self._lines if line.state is not State.OK]
        return sorted(found, key=lambda line: line.state is not State.BAD)
