"""Quarters I and II filed, collected and consolidated; the workbooks of quarter III and one correction written."""

from __future__ import annotations

from dataclasses import replace

from scene import AGAIN, FILES, PERIOD, QUARTERS, at

from tonghop.app import App
from tonghop.demo.figures import Filer, unit_forms
from tonghop.demo.synthetic import Quarter, plan_quarter

CORRECTED = "25217"


def main() -> None:
    for period in QUARTERS[:-1]:
        with App.from_env(now=at(period, 1)) as app:
            app.open(period)
            plan_quarter(app, period).drop(app)
        with App.from_env(now=at(period, 16)) as app:
            app.collect()
            app.consolidate(period)
    with App.from_env(now=at(PERIOD, 1)) as app:
        app.open(PERIOD)
        quarter = plan_quarter(app, PERIOD, flawed=False)
        quarter.drop(app, folder=FILES)
        corrected(quarter).drop(app, folder=AGAIN)


def corrected(quarter: Quarter) -> Quarter:
    """One unit's filing with other figures, opening as before."""
    unit = quarter.province.tree(quarter.period)[CORRECTED]
    filer = Filer(quarter.province, unit, quarter.period, quarter.seed + 1)
    return replace(quarter, forms={CORRECTED: unit_forms(filer, quarter.before[CORRECTED])})


if __name__ == "__main__":
    main()
