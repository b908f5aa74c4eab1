"""Longer than CI has time for: faults at moments drawn by a seed, with the delays of a real installation.

    PYTHONPATH=tests .venv/bin/python -m production.long_faults [--rounds 3] [--seed 1]

Every round strikes each fault of test_faults, a store cut off for five minutes, and several faults at once, a quarter
each (a quarter of a minute to eleven minutes). Prints what was tried more than once and how long each quarter took;
ends at the first quarter that is not right, with everything it left in the folder it names.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from exchange.conftest import Remote, _start, _stop
from production.scene import Scene, scene
from production.test_faults import FAULTS, worker_killed
from toy_office import TOY

from tonghop.domain.period import Period
from tonghop.specs import load_regime
from tonghop.suite.compile import compile_all

_LONG_CUT_S = 300
_LATEST_MOMENT_S = 6  # a run of the toy province takes about eight seconds


def store_cut_for_five_minutes(place: Scene) -> None:
    with place.line.cut():
        time.sleep(_LONG_CUT_S)


def several_at_once(place: Scene) -> None:
    for name in ("scheduler", "api-server", "worker", "dag-processor", "triggerer"):
        place.installation.kill(name)
    worker_killed(place)


def strike(place: Scene, fault: Callable[[Scene], None], period: Period, after_s: float) -> str:
    """One quarter with one fault; what happened, in a line. A run that gives up is followed by the schedule's next."""
    begun = time.monotonic()
    figures = place.file(period, base=1000)
    runs = [place.start("collect", period)]
    time.sleep(after_s)
    fault(place)
    while place.ended(runs[-1]) != "success":
        place.installation.wait_healthy("api-server")
        runs.append(place.start("collect", period, f"-{len(runs) + 1}"))
    place.await_consolidated(period)
    place.everything_is_there_once(period, figures)
    place.office.publish(period)
    assert place.published(period) == place.sums(figures), (period, place.published(period), figures)
    again = [f"{task} ×{tries}" for run in runs for task, _, tries in place.tasks(run) if tries > 1]
    told = f"after {after_s:4.1f} s; runs {len(runs)}; tried again: {', '.join(again) or 'nothing'}"
    return f"{fault.__name__:28} {period}  {time.monotonic() - begun:5.0f} s  {told}"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    folder = Path(tempfile.mkdtemp(prefix="tonghop-faults-"))
    compile_all(load_regime(TOY, "thu", "2024-01-01"), folder / "expectations")
    process, ports = _start()
    faults = [*(fault for fault, *_ in FAULTS), store_cut_for_five_minutes, several_at_once]
    periods = (Period(year, number) for year in range(2024, 2100) for number in (1, 2, 3))
    try:
        with scene(folder, folder / "expectations", Remote(ports["port"], ports["control"]), quick={}) as place:
            for _ in range(options.rounds):
                for fault in chance.sample(faults, len(faults)):
                    line = strike(place, fault, next(periods), chance.uniform(0, _LATEST_MOMENT_S))
                    print(line, flush=True)  # noqa: T201
    finally:
        _stop(process)
    return 0


if __name__ == "__main__":
    sys.exit(main())
