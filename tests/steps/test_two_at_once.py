"""Two processes on one home, on either database: each file one submission, each draft one version."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from toy_office import COMPLAINTS, Q3, SO, UNITS, XA, Office

from tonghop.steps import collect, publish
from tonghop.steps.verifying import Verdict
from tonghop.steps.verifying_chain import verify_chain

SCRIPT = Path(__file__).with_name("collecting_process.py")
ROOT = SCRIPT.parents[2]


pytestmark = pytest.mark.both_databases


@pytest.fixture
def shared(new_office: Callable[..., Office]) -> Office:
    office = new_office()
    office.app.open(Q3)
    return office


def test_two_collectors_make_one_submission_of_each_file(shared: Office, toy_expectations: Path) -> None:
    for number in range(1, 4):
        for code in UNITS:
            shared.send(code, Q3, {COMPLAINTS: (0, number, number, 0)}, name=f"lần {number}.xlsx")
        shared.put(XA, f"bản ký {number}.pdf", b"%PDF-1.7 " + bytes([number]))
    settings = shared.app.settings
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'include'}{os.pathsep}{ROOT / 'tests'}"}
    command = [sys.executable, str(SCRIPT), str(settings.home), str(toy_expectations), settings.database]
    start = str(time.time() + 3)
    running = [
        subprocess.Popen([*command, start], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0], said

    for code in UNITS:
        assert [state for _, state, _ in shared.revisions(code)] == ["superseded", "superseded", "accepted"]
        standing = shared.standing(code)
        assert standing is not None
        assert standing.original_name == "lần 3.xlsx"
        assert shared.names(code, "gui-len") == []
        assert len(shared.names(code, "da-nhan")) == (6 if code == XA else 3)
    kinds = shared.event_kinds()
    assert (kinds.count("accepted"), kinds.count("superseded"), kinds.count("duplicate")) == (12, 8, 0)
    assert shared.app.store.arrivals.unmoved() == ()
    receipts = shared.app.store.receipts.every()
    assert [one.number for one in receipts] == list(range(1, 12 + 3 + 1))
    unit, latest = shared.unit(XA).key, shared.submissions(XA)[-1]
    held = shared.app.store.receipts.newest(Q3.code, unit, latest.id)
    assert held is not None
    assert sorted(paper["name"] for paper in held.facts["signed"]) == [f"bản ký {number}.pdf" for number in (1, 2, 3)]
    told = verify_chain(shared.app.context)
    assert told.verdict is Verdict.GENUINE, told


def test_a_collector_that_lags_behind_does_not_judge_again_what_another_put_away(
    shared: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has listed and read the first file; meanwhile the other handles it and the correction after it."""
    shared.send(XA, rows={COMPLAINTS: (0, 1, 1, 0)})
    judge = collect.judge

    def lag(*arguments: object) -> object:
        monkeypatch.undo()
        shared.collect()
        shared.send(XA, rows={COMPLAINTS: (0, 2, 2, 0)}, name="đính chính.xlsx")
        shared.collect()
        return judge(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(collect, "judge", lag)
    shared.collect()

    assert [state for _, state, _ in shared.revisions(XA)] == ["superseded", "accepted"]
    assert "duplicate" not in shared.event_kinds()
    assert shared.names(XA, "gui-len") == []
    assert len(shared.names(XA, "da-nhan")) == 2


def test_two_publishers_make_one_version(shared: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    shared.send_all()
    shared.collect()
    for login in ("truongphong", "lanhdao"):
        shared.app.approve(Q3, login, via="cli")
    place = publish._place
    monkeypatch.setattr(publish, "_place", lambda *arguments: (time.sleep(0.2), place(*arguments)))
    published = []
    together = [threading.Thread(target=lambda: published.append(shared.app.publish(Q3))) for _ in range(2)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join(60)

    assert [one.version for one in published] == [1, 1]
    assert sorted(one.created for one in published) == [False, True]
    assert [one.version for one in shared.app.store.publications.of("20243")] == [1]
    assert [path.name for path in (shared.app.settings.home / "published/20243").iterdir() if path.is_dir()] == ["v1"]


def test_a_consolidation_that_lags_behind_leaves_no_old_totals(shared: Office) -> None:
    shared.send_all()
    shared.collect()
    together = [threading.Thread(target=lambda: shared.app.consolidate(Q3)) for _ in range(2)]
    for thread in together:
        thread.start()
    shared.send(SO, rows={COMPLAINTS: (0, 30, 30, 0)})
    shared.collect()
    for thread in together:
        thread.join(60)
    shared.app.consolidate(Q3)
    assert shared.app.consolidate(Q3).recomputed == ()
    assert shared.app.pending() == {}
