"""Our measures: quarter III collected, consolidated, corrected by one unit, published; peak memory of all processes."""

from __future__ import annotations

import importlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType

import psutil
from scene import AGAIN, FILES, MEASURED, PERIOD, at, hand_in

from tonghop.app import App
from tonghop.domain.finding import make
from tonghop.domain.submission import State
from tonghop.steps.consolidate import ConsolidateReport
from tonghop.steps.marking import Checked, marked_copies

FORM = "II.06a"


class Peak:
    """Highest sum of resident memory over this process and its descendants, sampled while the block runs."""

    def __init__(self, every_s: float = 0.05) -> None:
        self.mib = 0.0
        self._every = every_s
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        own = psutil.Process()
        while not self._done.wait(self._every):
            self.mib = max(self.mib, _resident(own) / 2**20)


def _resident(own: psutil.Process) -> int:
    total = 0
    for process in (own, *own.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:  # ended between listing and asking
            continue
    return total


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Measure in the order of a real quarter; the correction comes last, on warm caches."""
    with Peak() as peak, App.from_env(now=at(PERIOD, 16)) as app:
        measured = {"gx_import_s": timed(lambda: importlib.import_module("great_expectations"))}
        hand_in(app, FILES)
        measured["collect_s"] = timed(app.collect)
        parts = dict(app.timings)
        measured["gx_checks_s"] = parts.pop("gx_checks")
        measured["answers_share"] = parts["answers"] / measured["collect_s"]
        measured["consolidate_s"] = timed(lambda: app.consolidate(PERIOD))
        _must_be(app, accepted=142)
        measured["publish_s"] = timed(lambda: app.draft(PERIOD))
        for step in app.province.approvals:
            app.approve(PERIOD, step.logins[0], via="bench")
        measured["publish_s"] += timed(lambda: app.publish(PERIOD))
        hand_in(app, AGAIN)
        measured["resubmit_s"] = timed(app.collect)
        corrected, seconds = _consolidated(app)
        measured["resubmit_s"] += seconds
        _must_be(app, accepted=142)
        measured["marked_s_each"] = _marked(app)
    touched = {"tables": len(corrected.recomputed), "districts": corrected.districts}
    MEASURED.write_text(
        json.dumps({**measured, "peak_mib": peak.mib, "parts": parts, "touched": touched}), encoding="utf-8"
    )


def _consolidated(app: App) -> tuple[ConsolidateReport, float]:
    started = time.perf_counter()
    report = app.consolidate(PERIOD)
    return report, time.perf_counter() - started


def _marked(app: App) -> float:
    """Seconds for one marked copy, start of the children included, two at a time as in a pass: of all 142 workbooks."""
    province = app.context.province_for(PERIOD)
    units = {unit.key: unit for unit in province.tree(PERIOD).filing}
    wrong = make("negative", form=FORM, sheet=FORM, address="D11", found="(4) = -1", expected="không nhỏ hơn 0")
    checked = [
        Checked(units[one.unit], province, replace(one, state=State.INVALID), (wrong,))
        for one in app.store.submissions.of(PERIOD.code)
        if one.state is State.ACCEPTED
    ]
    started = time.perf_counter()
    if any(copy is None for copy in marked_copies(app.context, checked)):
        raise SystemExit("a workbook could not be marked: the measurement would say nothing")
    return (time.perf_counter() - started) / len(checked)


def _must_be(app: App, *, accepted: int) -> None:
    found = app.status(PERIOD).as_dict()["accepted"]
    if found != accepted:
        raise SystemExit(f"{found} filings accepted instead of {accepted}: the measurement would say nothing")


if __name__ == "__main__":
    main()
