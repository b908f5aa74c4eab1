"""The application: settings bound to store, vault, regulation data and clock; the steps as methods for every edge."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from tonghop.domain.errors import SettingError
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.regime import Regime
from tonghop.settings import Settings
from tonghop.specs import load_province
from tonghop.steps import approving, collect, consolidate, drafting, opening, publish, revisions, status
from tonghop.steps.context import Context
from tonghop.store import Store
from tonghop.store.records import Event


class App:
    """One province's system, ready to run; close it, or use it in `with`."""

    def __init__(self, settings: Settings, actor: str = "") -> None:
        """Build from `settings`: the store is migrated, folders exist. SettingError, SpecError or StoreError."""
        self.settings = settings
        self._provinces = lru_cache(maxsize=16)(self._load)
        _make_home(settings.home)
        self.context = Context(
            home=settings.home,
            store=Store.open(settings.database).migrate(),
            include=settings.include,
            expectations=settings.expectations,
            clock=self.now,
            province_for=self.province_for,
            settle_s=settings.settle_s,
            actor=actor or getpass.getuser(),
        )

    @classmethod
    def from_env(cls, now: datetime | None = None, actor: str = "", environ: Mapping[str, str] | None = None) -> Self:
        return cls(Settings.from_env(os.environ if environ is None else environ, now), actor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.store.close()

    def now(self) -> datetime:
        """The business time, in the regime's zone."""
        zone = self.regime.zone
        fixed = self.settings.now
        if fixed is None:
            return datetime.now(zone)
        return fixed.replace(tzinfo=zone) if fixed.tzinfo is None else fixed.astimezone(zone)

    @property
    def store(self) -> Store:
        return self.context.store

    @property
    def drop(self) -> Path:
        return self.settings.home / "drop"

    @property
    def timings(self) -> dict[str, float]:
        """Seconds spent per phase since this application was built."""
        return self.context.timings

    @property
    def province(self) -> Province:
        """The province under the newest version of its regime."""
        return self._provinces(None)

    @property
    def regime(self) -> Regime:
        return self.province.regime

    def province_for(self, period: Period) -> Province:
        """The province under the regime version of the period's last day of data."""
        return self._provinces(period)

    def _load(self, period: Period | None) -> Province:
        day = None if period is None else self.regime.window(period).last
        return load_province(self.settings.include, self.settings.province, day)

    def open(self, period: Period, tick: Callable[[str], None] = lambda _name: None) -> opening.OpenReport:
        return opening.open_period(self.context, period, tick)

    def batches(self, size: int = 50) -> list[list[str]]:
        """Codes of units with something in their inbox, in batches."""
        return collect.batches(self.context, size)

    def collect(
        self,
        units: Sequence[str] | None = None,
        *,
        scan: bool = True,
        tick: Callable[[collect.Answer], None] = lambda _answer: None,
    ) -> collect.CollectReport:
        return collect.collect(self.context, units, scan=scan, tick=tick)

    def pending(self) -> dict[str, int]:
        """Opened periods whose totals are behind what stands accepted, with the revision to bring them to."""
        return revisions.pending(self.context)

    def consolidate(self, period: Period) -> consolidate.ConsolidateReport:
        return consolidate.consolidate(self.context, period)

    def draft(self, period: Period) -> drafting.Draft:
        return drafting.draft(self.context, period)

    def approve(self, period: Period, login: str, *, via: str, digest: str = "", note: str = "") -> str:
        """Approve the draft with `digest` (default: the figures as they stand); the digest that is now covered."""
        covered = digest or self.draft(period).digest
        approving.approve(self.context, period, approving.Signing(login, via, note), covered)
        return covered

    def reject(self, period: Period, login: str, *, via: str, digest: str, note: str) -> None:
        approving.reject(self.context, period, approving.Signing(login, via, note), digest)

    def publish(self, period: Period, digest: str = "") -> publish.Published:
        return publish.publish(self.context, period, digest)

    def status(self, period: Period) -> status.Status:
        return status.status(self.context, period)

    def events(self, period: Period) -> tuple[Event, ...]:
        """Everything that happened in an opened period, oldest first."""
        self.context.opened(period)
        return self.store.events.of(period.code)


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"Không tạo được thư mục dữ liệu {home}: {error.strerror}.", "Cấp quyền ghi hoặc đặt lại TONGHOP_HOME."
        ) from error
