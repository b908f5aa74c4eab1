"""A process killed after the centre took the version, before it could write that down: the next one sends nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from exchange.conftest import Remote, Waits
from toy_office import Q3, Office

SENDER = Path(__file__).with_name("sending_process.py")


def test_killed_between_send_and_record(published: Office, centre: Remote, waits: Waits) -> None:
    centre.plan(post=["hang"])
    settings = published.app.settings
    sender = subprocess.Popen(
        [sys.executable, str(SENDER), str(settings.home), str(settings.expectations)],
        env=os.environ | {"UNDER_TEST": centre.uri(), "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    give_up = time.monotonic() + 60
    while not centre.state["stored"] and time.monotonic() < give_up:
        assert sender.poll() is None
        time.sleep(0.1)
    sender.send_signal(signal.SIGKILL)
    sender.wait(timeout=10)

    (left,) = published.app.shipments(Q3)
    assert left.delivery.receipt is None
    assert [(one.action, one.outcome and one.outcome.value) for one in left.attempts] == [
        ("ask", "unknown"),
        ("post", None),
    ]
    sent = published.app.send(Q3, centre.connection(), waits.patience())
    assert sent.receipt is not None
    assert sent.receipt.number == "GN-0001"
    assert centre.kinds() == ["ask", "post", "ask"]
    assert list(centre.state["taken"].values()) == [1]
