"""How collecting grows with the number of units; run as `scale.py UNITS PLACE`, prints one entry of `scale` as JSON.

One province, one clean quarter, every workbook in its inbox at once; the import of Great Expectations is not counted.
"""

from __future__ import annotations

import importlib
import json
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from nation import PERIOD, write_crowd
from ours import Peak, timed

from tonghop.app import App
from tonghop.demo.synthetic import plan_quarter
from tonghop.settings import Settings

FILED = datetime(2026, 3, 15, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def main() -> None:
    print(json.dumps(measure(int(sys.argv[1]), Path(sys.argv[2]))))


def measure(units: int, place: Path) -> dict[str, float]:
    """Seconds and peak memory of collecting `units` filings."""
    province = write_crowd(place / "include", units)
    settings = Settings.from_env(
        {
            "TONGHOP_HOME": str(place / "home"),
            "TONGHOP_INCLUDE": str(place / "include"),
            "TONGHOP_EXPECTATIONS": str(Path(__file__).resolve().parents[2] / "expectations"),
            "TONGHOP_PROVINCE": province,
            "TONGHOP_SETTLE_S": "0",
        },
        FILED,
    )
    importlib.import_module("great_expectations")
    with App(settings, "đo") as app:
        app.store.periods.open(PERIOD.code, app.now(), "đo")
        files = plan_quarter(app, PERIOD, flawed=False).drop(app)
    with App(settings, "đo") as app, Peak() as peak:
        seconds = timed(app.collect)
        accepted = app.status(PERIOD).as_dict()["accepted"]
    if not len(files) == accepted == units:
        raise SystemExit(f"{accepted} filings accepted of {len(files)}: the measurement would say nothing")
    return {"units": units, "collect_s": round(seconds, 2), "peak_mib": round(peak.mib, 1)}


if __name__ == "__main__":
    main()
