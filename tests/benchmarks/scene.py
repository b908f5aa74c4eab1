"""What preparing and measuring share: the periods, the clocks, where the files lie."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tonghop.app import App
from tonghop.domain.period import Period

HOME = Path(os.environ["TONGHOP_HOME"])
FILES, AGAIN, MEASURED = HOME.parent / "files", HOME.parent / "again", HOME.parent / "ours.json"
QUARTERS = (Period(2024, 1), Period(2024, 2), Period(2024, 3))
PERIOD = QUARTERS[-1]


def at(period: Period, day: int) -> datetime:
    """Ten o'clock of `day` in the last month of `period`, in Vietnam."""
    return datetime(period.year, period.last_month, day, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def hand_in(app: App, folder: Path) -> None:
    """Copy the workbooks of `folder` (one folder per unit) into the units' `gui-len`."""
    for source in sorted(folder.glob("*.xlsx")):
        code = source.name.partition("-")[0]
        unit = app.province.tree(PERIOD)[code]
        shutil.copy(source, app.drop / unit.folder / "gui-len" / source.name)
