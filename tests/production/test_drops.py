"""A running system answers what is dropped without waiting for the schedule; its runs do not pile up.

How many seconds it takes is measured, not tested: `production.latency`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from production.installation import until
from production.latency import SERVER, Drops, at_work

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.timeout(900)]
_EVENTS = """
    SELECT count(*) FROM asset_event event JOIN asset ON asset.id = event.asset_id
    WHERE asset.name = 'tonghop/inboxes' AND event.timestamp > %s"""
_RUNS = """
    SELECT queued_at, end_date FROM dag_run
    WHERE dag_id = 'collect' AND run_type = 'asset_triggered' AND queued_at > %s ORDER BY queued_at"""
_RUNNING = "SELECT 1 FROM dag_run WHERE dag_id = 'collect' AND state = 'running'"


@pytest.fixture(scope="module")
def drops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drops]:
    with at_work(tmp_path_factory.mktemp("drops"), SERVER | {"TONGHOP_SETTLE_S": "1"}) as drops:
        yield drops


def test_a_drop_is_answered_by_a_run_of_its_own(drops: Drops) -> None:
    answered = drops.one(limit_s=240)
    assert answered.run_id.startswith("asset_triggered__")
    assert min(answered.stages) > -0.1, f"the answer came from another run: {answered}"
    assert drops.metadata("SELECT 1 FROM dag_run WHERE run_id = %s AND state = 'failed'", answered.run_id) == []


def test_drops_while_a_run_is_under_way_wait_and_go_together(drops: Drops) -> None:
    """Every drop is told of once; a run is queued only when none is queued or running, and takes all that waits."""
    drops.await_idle()
    begun = datetime.now(UTC)
    pages = [drops.drop()]
    until(lambda: drops.metadata(_RUNNING), 120, "no run starts")
    for told in (2, 3):
        pages.append(drops.drop())
        until(lambda told=told: drops.metadata(_EVENTS, begun) == [(told,)], 120, f"no event {told}")
    for page in pages:
        until(page, 240, "no answer")
    until(lambda: not drops.metadata("SELECT 1 FROM asset_dag_run_queue"), 120, "an event is left over")
    until(lambda: not drops.metadata(_RUNNING), 120, "a run does not end")
    runs = drops.metadata(_RUNS, begun)
    assert 2 <= len(runs) <= 3
    assert all(queued >= ended for (_, ended), (queued, _) in pairwise(runs)), runs
    assert drops.metadata(_EVENTS, begun) == [(3,)]


def test_what_came_while_the_triggerer_was_dead_is_told_of_when_another_starts(drops: Drops) -> None:
    drops.await_idle()
    drops.installation.kill("triggerer")
    begun = datetime.now(UTC)
    page = drops.drop()
    drops.installation.start("triggerer")
    until(lambda: drops.metadata(_EVENTS, begun) == [(1,)], 240, "the new triggerer does not look")
    until(page, 240, "no answer")
    assert drops.metadata(_EVENTS, begun) == [(1,)], "what the new triggerer found was told of twice"
