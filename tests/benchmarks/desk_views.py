"""The desk over synthetic filings, asked for every view as a browser would; run as `desk_views.py UNITS PLACE`.

No cache of ours is in play; the first answer (templates are compiled then) is not counted. Prints JSON.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from report_desk.gate import Gate, Visitor
from report_desk.web import create_app
from tonghop.app import App
from tonghop.domain.finding import make
from tonghop.domain.period import Period
from tonghop.domain.submission import Cell, FiledForm, FiledRow, Filing, Identity, State
from tonghop.domain.units import Unit
from tonghop.domain.value import CellState, RawCell
from tonghop.settings import Settings
from tonghop.store.records import ArrivalKey, NewSubmission

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

ROOT = Path(__file__).resolve().parents[2]
PERIODS = (Period(2024, 1), Period(2024, 2), Period(2024, 3))
SHOWN = PERIODS[-1]
STATES = (*(State.ACCEPTED,) * 17, State.INVALID, State.AWAITING, State.RETURNED)
REPEATS = 60


@dataclass(frozen=True)
class Measured:
    """One view: 95th percentile and median in ms, median of processor time in ms, size in KB (1,000 bytes)."""

    p95: float
    median: float
    cpu: float
    kb: float


def main() -> None:
    print(json.dumps(measure(Path(sys.argv[2]), int(sys.argv[1]))))


def measure(place: Path, count: int) -> dict[str, dict[str, float]]:
    """Every view of a desk over `count` units."""
    include = place / "include"
    for part in ("regimes", "provinces"):
        shutil.copytree(ROOT / "include" / part, include / part)
    if count != 142:
        units_file = include / "provinces" / "binh-phuoc" / "units.csv"
        lines = made_up(count, units_file.read_text(encoding="utf-8"))
        units_file.write_text("\n".join(lines), encoding="utf-8")
    settings = Settings.from_env({"TONGHOP_HOME": str(place / "home"), "TONGHOP_INCLUDE": str(include)})
    with App(settings, "đo") as app:
        units = fill(app)
        if len(units) != count:
            raise SystemExit(f"{len(units)} units instead of {count}: the measurement would say nothing")
        gate = Gate(lambda: Visitor("canbo", reads=True, acts=True), lambda _after: "/", b"x" * 32, tuple)
        browser = TestClient(create_app(gate, app))
        communes = [unit for unit in units if unit.level.value == "xa"]
        views = {
            "overview": "/",
            "one district": f"/ky/{SHOWN.code}?mo={communes[-1].parent_code}",
            "filtered": f"/ky/{SHOWN.code}?tt=missing",
            "unit": f"/ky/{SHOWN.code}/don-vi/{communes[-1].code}",
            "figures": f"/ky/{SHOWN.code}/so-lieu/II.06a",
            "checks": f"/ky/{SHOWN.code}/kiem-tra",
        }
        return {f"{count} {name}": vars_of(ask(browser, path)) for name, path in views.items()}


def vars_of(found: Measured) -> dict[str, float]:
    said = {"p95_ms": found.p95, "median_ms": found.median, "cpu_ms": found.cpu, "kb": found.kb}
    return {name: round(value, 1) for name, value in said.items()}


def ask(browser: TestClient, path: str) -> Measured:
    size = len(browser.get(path).raise_for_status().content)
    walls, processor = [], []
    for _ in range(REPEATS):
        wall, own = time.perf_counter(), time.process_time()
        browser.get(path)
        walls.append((time.perf_counter() - wall) * 1000)
        processor.append((time.process_time() - own) * 1000)
    walls.sort()
    return Measured(walls[int(0.95 * REPEATS) - 1], walls[REPEATS // 2], sorted(processor)[REPEATS // 2], size / 1000)


def made_up(count: int, real: str) -> Iterator[str]:
    """A unit list of `count` filing units: the `real` departments, 180 districts, communes in turn."""
    head, *units = real.splitlines()
    departments = [unit for unit in units if ",tinh," in unit or ",so," in unit]
    yield from (head, *departments)
    for number in range(180):
        yield f"{1000 + number},,Huyện số {number},huyen,70,2020-12-15,2025-06-30,"
    for number in range(count - 180 - len(departments) + 1):
        yield f"{30000 + number},,Xã Số {number},xa,{1000 + number % 180},2020-12-15,2025-06-30,"


def fill(app: App) -> list[Unit]:
    """Filings of three quarters in the store, most of them accepted; what a page shows of a real quarter."""
    dice = random.Random(2024)
    units = []
    for period in PERIODS:
        app.store.periods.open(period.code, _noon(app, period), "đo")
        units = [unit for unit in app.province.tree(period).filing if app.province.owed_by(unit, period)]
        for unit in units:
            if dice.random() < 0.95:
                app.store.submissions.record(filed(app, unit, period, dice.choice(STATES), dice))
        app.consolidate(period)
    return units


def filed(app: App, unit: Unit, period: Period, state: State, dice: random.Random) -> NewSubmission:
    """A filing with every owed form, findings where its state asks for them."""
    forms = {code: form(app, unit, period, code, dice) for code in app.province.owed_by(unit, period)}
    soft = make("carry-over", form="II.06a", row_key="x", row_name="Đất đai", column=6, rule="II.06a:6<-11")
    hard = make("negative", form="II.06a", column=4, rule="II.06a:4>=0")
    findings = {State.INVALID: (hard, soft), State.AWAITING: (soft,), State.RETURNED: (make("damaged"),)}.get(state, ())
    sha256 = hashlib.sha256(f"{period}{unit.code}".encode()).hexdigest()
    key = ArrivalKey(unit.key, "bao-cao.xlsx", 44_000, 1, sha256)
    at = _noon(app, period) + timedelta(days=dice.randint(0, 3))
    return NewSubmission(key, at, period.code, state, dice.random() < 0.9, Filing(Identity(), forms), findings)


def form(app: App, unit: Unit, period: Period, code: str, dice: random.Random) -> FiledForm:
    """Three filled rows, or "không phát sinh" now and then."""
    if dice.random() < 0.05:
        return FiledForm(code, code, nil=True, rows=(), total=None)
    declared = app.province.regime.forms[code]
    fields = app.province.fields_of(unit, period)[:3] or ()
    rows = (
        [(field.key, field.name) for field in fields]
        if declared.row_kind.value == "fields"
        else [(unit.code, unit.name)]
    )
    cells = {
        column.number: Cell(column.number, f"D{column.number}", RawCell(CellState.VALUE), dice.randint(0, 50))
        for column in declared.figures
    }
    return FiledForm(code, code, nil=False, rows=tuple(FiledRow(*row, 12, cells) for row in rows), total=None)


def _noon(app: App, period: Period) -> datetime:
    return datetime(period.year, period.last_month, 15, 12, tzinfo=app.regime.zone)


if __name__ == "__main__":
    main()
