"""Several collectors at once on a database that does not exist yet: they wait for each other and double nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from store.samples import PERIOD

from tonghop.domain.receipt import breaks
from tonghop.domain.submission import State
from tonghop.store import Store

SCRIPT = Path(__file__).with_name("recording_process.py")
ROOT = SCRIPT.parents[2]


def test_three_collectors_record_each_arrival_once(url: str) -> None:
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'include'}{os.pathsep}{ROOT / 'tests'}"}
    start = str(time.time() + 2)
    command = [sys.executable, str(SCRIPT), url, start]
    running = [
        subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60) for process in running]

    assert [process.returncode for process in running] == [0, 0, 0], said
    for arrival in range(6):
        assert sorted(out[arrival] for out, _ in said) == ["N", "k", "k"], said
    with Store.open(url) as store:
        states = [one.state for one in store.submissions.of(PERIOD)]
        assert states == [State.SUPERSEDED] * 5 + [State.ACCEPTED]
        assert store.periods.revision(PERIOD) == 6
        assert len(store.arrivals.unmoved()) == 6
        receipts = store.receipts.every()
        assert [one.number for one in receipts] == [1, 2, 3, 4, 5, 6]
        assert list(breaks(one.link for one in receipts)) == []
