"""`make bench`: our way against a bare read and an office script, in one run on the same 142 synthetic filings.

Quarters I and II/2024 are filed before, so that carry-overs are really checked; quarter III is clean. Each measure runs
in a fresh process of its own, so that memory and imports of one do not weigh on another. Prints a table and writes
`var/bench.json` with exactly the keys of KEYS, and `scale`: what collecting each of CROWDS took. Imports are not
counted except in `gx_import_s`. The same collecting on PostgreSQL (TONGHOP_TEST_POSTGRES, else the usual place on
loopback) is null where no server answers.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tonghop.steps.moving import move

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "var" / "bench"
RESULT = ROOT / "var" / "bench.json"
FILES, AGAIN, MEASURED = WORK / "files", WORK / "again", WORK / "ours.json"
ON_POSTGRES = WORK / "postgres"
SERVER = os.environ.get("TONGHOP_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
KEYS = (
    "bare_read_s",
    "office_script_s",
    "gx_import_s",
    "gx_checks_s",
    "collect_s",
    "postgres_collect_s",
    "consolidate_s",
    "resubmit_s",
    "publish_s",
    "marked_s_each",
    "peak_mib",
    "answers_share",
    "empty_inboxes_3800_s",
    "reader_peak_mib",
)
CROWDS = (142, 950, 3800)  # units of `scale`: a province, a large one, the whole country as one


@dataclass(frozen=True)
class Aim:
    """An aim of the issue: a figure, a bound, and whether less is better."""

    title: str
    reached: float
    bound: float
    at_most: bool

    @property
    def met(self) -> bool:
        return self.reached <= self.bound if self.at_most else self.reached >= self.bound

    def __str__(self) -> str:
        sign = "<=" if self.at_most else ">="
        return f"{self.title:48} {self.reached:8.2f}   {sign} {self.bound:g}   {'met' if self.met else 'NOT MET'}"


def aims(measured: dict[str, float | None]) -> tuple[Aim, ...]:
    """The aims with what was reached; without the one of PostgreSQL where it was not measured."""
    known = {key: value for key, value in measured.items() if value is not None}
    ours = _aims(known)
    if "postgres_collect_s" not in known:
        return ours
    ratio = known["postgres_collect_s"] / known["collect_s"]
    return (*ours, Aim("postgres_collect_s / collect_s", ratio, 1.5, at_most=True))


def _aims(measured: dict[str, float]) -> tuple[Aim, ...]:
    own = measured["collect_s"] - measured["gx_checks_s"]
    return (
        Aim("(collect_s - gx_checks_s) / bare_read_s", own / measured["bare_read_s"], 6, at_most=True),
        Aim("office_script_s / collect_s", measured["office_script_s"] / measured["collect_s"], 3, at_most=False),
        Aim("resubmit_s", measured["resubmit_s"], 1, at_most=True),
        Aim("peak_mib", measured["peak_mib"], 600, at_most=True),
        Aim("answers_share", measured["answers_share"], 0.2, at_most=True),
        Aim("empty_inboxes_3800_s", measured["empty_inboxes_3800_s"], 1, at_most=True),
        Aim("reader_peak_mib", measured["reader_peak_mib"], 300, at_most=True),
        Aim("marked_s_each", measured["marked_s_each"], 0.5, at_most=True),
    )


def scale_aims(scale: list[dict[str, float]]) -> tuple[Aim, ...]:
    """How the largest crowd did against the smallest."""
    small, large = scale[0], scale[-1]
    each = (large["collect_s"] / large["units"]) / (small["collect_s"] / small["units"])
    crowd = f"{large['units']:,.0f} units"
    return (
        Aim(f"{crowd}: seconds a unit / of {small['units']:.0f} units", each, 1, at_most=True),
        Aim(f"{crowd}: peak_mib", large["peak_mib"], 1024, at_most=True),
    )


def main() -> int:
    """Prepare, measure everything, print and write the result; 0 even when an aim is missed (it is a measurement)."""
    started = time.perf_counter()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    _step("preparing: quarters I and II filed, 142 workbooks of quarter III written", "prepare.py")
    _set_up_postgres()
    measured: dict[str, float | None] = {"bare_read_s": float(_step("bare calamine read", "bare_read.py", FILES))}
    office = _step("office script (pandas, openpyxl)", "office_script.py", FILES, WORK / "office.xlsx")
    measured["office_script_s"] = float(office)
    idle = _step("3,800 empty inboxes", "idle.py", WORK / "idle")
    measured["empty_inboxes_3800_s"] = float(idle)
    peak = _step("memory of reading the files nobody should send", "reader_peak.py", WORK / "hostile")
    measured["reader_peak_mib"] = float(peak)
    _step("ours", "ours.py")
    ours: dict[str, Any] = json.loads(MEASURED.read_text(encoding="utf-8"))
    measured |= {key: ours[key] for key in KEYS if key in ours}
    measured["postgres_collect_s"] = _collecting_on_postgres()
    result = {key: None if (value := measured[key]) is None else round(value, 3) for key in KEYS}
    scale = [
        json.loads(_step(f"a crowd of {units} units", "scale.py", str(units), WORK / str(units))) for units in CROWDS
    ]
    RESULT.write_text(json.dumps(result | {"scale": scale}, indent=2) + "\n", encoding="utf-8")
    _print(result, ours["parts"])
    for one in scale:
        print("  ".join(f"{key} {value:g}" for key, value in one.items()))
    print()
    for aim in (*aims(result), *scale_aims(scale)):
        print(aim)
    touched = ours["touched"]
    words = f"{touched['tables']} tables recomputed, {touched['districts']} district workbook rewritten"
    print(f"\none corrected unit: {words}")
    print(f"\n{RESULT.relative_to(ROOT)} written; whole run {time.perf_counter() - started:.0f} s")
    return 0


def _set_up_postgres() -> None:
    """The prepared home once more, for the measure on PostgreSQL."""
    shutil.copytree(WORK / "home", ON_POSTGRES / "home")
    for folder in (FILES, AGAIN):
        (ON_POSTGRES / folder.name).symlink_to(folder)


def _collecting_on_postgres() -> float | None:
    """Seconds for the same collecting with the same past, moved to a schema of its own; None without a server."""
    schema = f"tonghop_bench_{os.getpid()}"
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        print(f"no PostgreSQL at {SERVER}: not measured there")
        return None
    with server:
        server.execute(f"CREATE SCHEMA {schema}")
        try:
            url = f"postgresql+psycopg://{SERVER.partition('://')[2]}?options=-csearch_path%3D{schema}"
            move(f"sqlite:///{ON_POSTGRES / 'home' / 'tonghop.db'}", url)
            server.execute("ANALYZE")
            _step("ours on PostgreSQL", "ours.py", home=ON_POSTGRES / "home", database=url)
        finally:
            server.execute(f"DROP SCHEMA {schema} CASCADE")
    return float(json.loads((ON_POSTGRES / MEASURED.name).read_text(encoding="utf-8"))["collect_s"])


def _step(title: str, script: str, *arguments: Path | str, home: Path = WORK / "home", database: str = "") -> str:
    """Run one script of this folder in a fresh process; what it printed last."""
    print(f"… {title}", flush=True)
    paths = os.pathsep.join(map(str, (ROOT / "include", ROOT / "tests", Path(__file__).parent)))
    environment = {**os.environ, "PYTHONPATH": paths, "TONGHOP_HOME": str(home), "TONGHOP_SETTLE_S": "0"}
    for name in ("TONGHOP_NOW", "TONGHOP_DB", "TONGHOP_PROVINCE"):
        environment.pop(name, None)
    if database:
        environment["TONGHOP_DB"] = database
    command = [sys.executable, str(Path(__file__).parent / script), *map(str, arguments)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{script} failed with exit code {done.returncode}")
    return done.stdout.strip().rpartition("\n")[2]


def _print(result: dict[str, float | None], parts: dict[str, float]) -> None:
    print()
    for key, value in result.items():
        print(f"{key:20} {'not measured' if value is None else f'{value:10.3f}'}")
    if parts:
        print("\nof collect_s:")
        for key, value in sorted(parts.items(), key=lambda part: -part[1]):
            print(f"  {key:18} {value:10.3f}")
    print()


if __name__ == "__main__":
    sys.exit(main())
