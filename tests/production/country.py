"""The country as data, and its clerks: unit lists, workbooks written beforehand, the moment each is dropped.

`prepare` writes what every unit of every province will file for two quarters; `Country` drops it and says whether the
provinces' totals are the sums of it. Sums are added up here from what was planned, not by the program under test.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from benchmarks.nation import ROOT, write_nation
from filed_sums import ADDED, Sums, filed

from tonghop.app import App
from tonghop.demo.synthetic import plan_quarter
from tonghop.domain.period import Period
from tonghop.settings import Settings
from tonghop.store.records import TotalsPlace

FIRST, SECOND = Period(2026, 1), Period(2026, 2)
_MORNING = {FIRST: "2026-03-15T10:00:00", SECOND: "2026-06-15T10:00:00"}
_ANSWER = "Ket-qua-"


class Filing(NamedTuple):
    """A workbook that waits to be dropped, and the unit's folder it belongs into."""

    province: str
    staged: Path
    folder: Path

    def drop(self) -> None:
        """As a copy over the network ends: the whole file appears under its name."""
        self.staged.rename(self.folder / "gui-len" / self.staged.name)

    def answered_at(self, period: Period) -> float | None:
        """When the page that answers it was written (seconds since the epoch)."""
        pages = list((self.folder / "nhan-ve").glob(f"{_ANSWER}{period.code}*.html"))
        return max(page.stat().st_mtime for page in pages) if pages else None


class Planned(NamedTuple):
    """What the units of one province file for one period: the workbooks, and form → sums of the whole province."""

    filings: list[Filing]
    sums: dict[str, Sums]


@dataclass(frozen=True)
class Country:
    """Provinces with what their units are going to file: slug → period → plan."""

    include: Path
    planned: dict[str, dict[Period, Planned]]

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(self.planned)

    @property
    def units(self) -> int:
        return len(self.of(FIRST))

    def of(self, period: Period) -> list[Filing]:
        """All filings of a period, province by province."""
        return [filing for plans in self.planned.values() for filing in plans[period].filings]

    def must_be_right(self, settings: Settings, period: Period) -> None:
        """AssertionError unless every unit stands accepted and every total is the sum of what was filed."""
        for slug, plans in self.planned.items():
            with App(settings.for_province(slug), "rehearsal") as app:
                accepted = app.status(period).as_dict()["accepted"]
                assert accepted == len(plans[period].filings), f"{slug}: {accepted} accepted"
                for form, sums in plans[period].sums.items():
                    assert _totals(app, period, form) == sums, f"{slug}: {form} is not what was filed"


def morning(period: Period) -> str:
    """The moment the runs of a period carry: three days before the communes' deadline."""
    return _MORNING[period]


def prepare(folder: Path, home: Path, provinces: int | None, communes: int | None) -> Country:
    """Unit lists under `folder`/include; workbooks, which will be dropped below `home`, under `folder`/staged.

    `provinces` and `communes` (in each) None: as many as there are.
    """
    slugs = write_nation(folder / "include", provinces, communes)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        plans = pool.map(partial(_plan, folder, home, len(slugs) > 1), slugs)
        return Country(folder / "include", dict(zip(slugs, plans, strict=True)))


def _plan(folder: Path, home: Path, several: bool, slug: str) -> dict[Period, Planned]:
    here = home / slug if several else home
    return {period: _write(folder, here, slug, period) for period in (FIRST, SECOND)}


def _write(folder: Path, home: Path, slug: str, period: Period) -> Planned:
    now = datetime.fromisoformat(morning(period)).replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    settings = {
        "TONGHOP_HOME": str(folder / "plans" / slug),
        "TONGHOP_INCLUDE": str(folder / "include"),
        "TONGHOP_EXPECTATIONS": str(ROOT / "expectations"),
        "TONGHOP_PROVINCE": slug,
    }
    staged = folder / "staged" / slug
    with App(Settings.from_env(settings, now), "rehearsal") as app:
        quarter = plan_quarter(app, period, flawed=False)
        paths = quarter.drop(app, folder=staged)
        units = quarter.filing()
        owed = [form for form in ADDED if any(form in forms for forms in quarter.figures.values())]
        sums = {form: filed(quarter, form, {unit.code for unit in units}) for form in owed}
        folders = [home / "drop" / unit.folder for unit in units]
    return Planned([Filing(slug, path, at) for path, at in zip(paths, folders, strict=True)], sums)


def _totals(app: App, period: Period, form: str) -> Sums:
    columns = ADDED[form][1]
    whole = app.province.tree(period).province.code
    line = app.store.totals.line(TotalsPlace(period.code, "", form), whole)
    return {key.column: _figure(total) for key, total in line.items() if key.column in columns}


def _figure(total: Any) -> tuple[Any, int]:
    return total.value, total.counted


def answered(filings: Iterable[Filing], period: Period) -> Iterator[float]:
    """The moments at which the answers came; AssertionError for a filing without one."""
    for filing in filings:
        moment = filing.answered_at(period)
        assert moment is not None, f"{filing.staged.name} has no answer"
        yield moment
