"""Noticing, between two passes, that something came to lie in a unit's inbox; looks only, takes and records nothing.

Belongs here: what counts as news. When to look, and what follows from it, is for whoever calls (`airflow_inboxes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tonghop.files.inbox import scan_all
from tonghop.files.storage import Place
from tonghop.steps.context import SEND

State = tuple[int, int]  # size in bytes, file time in nanoseconds


@dataclass
class Arrivals:
    """What came to rest in the inboxes below the folder `drop` since this was made; one look after another.

    Neither store nor regulation is asked: a file in a folder of no unit counts as well, the pass will know.
    """

    drop: Path
    _before: Mapping[Place, State] = field(default_factory=dict)
    _told: Mapping[Place, State] = field(default_factory=dict)

    def look(self) -> int:
        """How many files lie still, and wholly written as far as can be told, that were not counted before.

        A file counts at the second look that finds it unchanged, and again only after it has changed: one that is
        being copied is not yet news, one that nobody can take is no news any more. OSError when `drop` cannot be
        listed; an inbox that cannot is passed over, the pass tells of it.
        """
        now = self._files()
        still = {path: state for path, state in now.items() if self._before.get(path) == state}
        news = sum(self._told.get(path) != state for path, state in still.items())
        told = {path: state for path, state in self._told.items() if path in now}
        self._before, self._told = now, told | still
        return news

    def _files(self) -> dict[Place, State]:
        try:
            folders = list(self.drop.iterdir())
        except FileNotFoundError:
            return {}  # nothing was opened yet
        looks = scan_all([folder / SEND for folder in folders], 0).values()
        return {one.path: (one.size, one.mtime_ns) for look in looks for one in look.ready}
