"""What every step works with: the province of a period, the store, the vault, the folders and the clock."""

from __future__ import annotations

import fcntl
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from tonghop.domain.errors import UsageError
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.refusals import mend, why
from tonghop.domain.units import Unit
from tonghop.files.reader import Limits
from tonghop.files.remote_vault import RemoteVault
from tonghop.files.storage import Place, Places, RemotePath
from tonghop.files.vault import Vault
from tonghop.store import Store
from tonghop.suite.run import Checker

SEND, ANSWERS, HANDLED = "gui-len", "nhan-ve", "da-nhan"


def unwritable(context: Context, what: str, folder: Place, error: OSError) -> str:
    """A trouble for the person in charge: `what` was not done because of `folder` (or the one `error` names)."""
    shown: Place = folder
    if isinstance(folder, Path):
        named = Path(error.filename).parent if isinstance(error.filename, str) else folder
        shown = named.relative_to(context.home) if named.is_relative_to(context.home) else named
    return f"{what} vì thư mục {shown}: {why(error)}. {mend(error)} rồi chạy lại; lần sau hệ thống làm tiếp."


@dataclass
class Context:
    """The bound system. `clock` gives the business time (aware); `actor` is who acts, for the events.

    `clock_checked`: a person looked at a clock that seems to be set back and found it right.
    `home` is a folder of this machine; what several machines share is in `places` and the store.
    `province_for` gives the province under the regime version of a period. `timings` adds up seconds per phase.
    """

    home: Path
    places: Places
    store: Store
    include: Path
    expectations: Path
    clock: Callable[[], datetime]
    province_for: Callable[[Period], Province]
    settle_s: float
    actor: str
    limits: Limits = field(default_factory=Limits)
    clock_checked: bool = False
    timings: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @cached_property
    def vault(self) -> Vault:
        there = self.places.vault
        return Vault(there) if isinstance(there, Path) else RemoteVault(there, self.home / "cache" / "vault")

    @cached_property
    def checker(self) -> Checker:
        return Checker(self.expectations)

    @property
    def published(self) -> Place:
        return self.places.published

    @property
    def drafts(self) -> Place:
        return self.places.draft

    @property
    def pages(self) -> Place:
        """Folder of the pages for the office itself: where it finds the publications when these lie elsewhere."""
        shared = self.published
        return (shared if isinstance(shared, RemotePath) else self.home) / "don-doc"

    @property
    def fetched(self) -> Place:
        """Folder of what units' systems answered, on its way into the vault."""
        drop = self.places.drop
        return drop / ".exchange" if isinstance(drop, RemotePath) else self.home / "exchange" / "nhan"

    def letters(self, province: Province) -> Path:
        """Folder of the letter templates of the province's regime version."""
        return self.include / "regimes" / province.regime.name / province.regime.version / "letters"

    def folder(self, unit: Unit, part: str = "") -> Place:
        """The unit's drop folder, or its `gui-len`, `nhan-ve`, `da-nhan`."""
        return self.places.drop / unit.folder / part

    def opened(self, period: Period) -> Province:
        """The province for an opened period; UsageError when it was never opened."""
        province = self.province_for(period)
        province.regime.slot(period)
        if self.store.periods.get(period.code) is None:
            raise UsageError(f"Kỳ báo cáo {period.label} chưa được mở.", f"Chạy: tonghop open {period.code}")
        return province

    def deadline(self, province: Province, period: Period, unit: Unit) -> datetime:
        """Last second in which a report of `unit` is on time: the regime's, or a later one granted to the unit."""
        granted = self.store.office.extensions(period.code, unit.key)
        return granted[-1].deadline if granted else province.regime.deadline(period, unit.level)

    @property
    def opened_periods(self) -> tuple[Period, ...]:
        """Every opened period, by the end of its data window."""
        periods = [Period.parse(opened.period) for opened in self.store.periods.opened()]
        return tuple(sorted(periods, key=lambda period: (period.year, period.last_month, period.is_year)))

    @contextmanager
    def alone(self, folder: Place) -> Iterator[None]:
        """Work that one process at a time may do for `folder`; the others wait. Ends with the process at the latest.

        A lock on a file for the processes of this machine; a store that several machines share locks for all of them.
        """
        here = folder if isinstance(folder, Path) else self.home / "lock" / folder.path.lstrip("/")
        here.mkdir(parents=True, exist_ok=True)
        with (here / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with self.store.alone(self._shared_name(folder)):
                yield

    def _shared_name(self, folder: Place) -> str:
        """What every machine calls it, wherever its home is."""
        if isinstance(folder, Path) and folder.is_relative_to(self.home):
            return str(folder.relative_to(self.home))
        return str(folder)

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Add the seconds spent inside to `timings[phase]`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.timings[phase] += time.perf_counter() - start
