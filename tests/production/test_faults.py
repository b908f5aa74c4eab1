"""Parts of the running system are killed, stopped and cut off while a quarter goes through it.

Whatever happens, the quarter ends with the right totals, nothing is lost, nothing is done or sent twice; a person has
to do nothing but what the runbook docs/runbooks/su-co.md says. See `production.scene` for how faults are made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from exchange.conftest import Remote, _start, _stop
from production.scene import APPROVERS, Scene, full_disk, scene
from toy_office import UNITS

from tonghop.domain.period import Period

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.timeout(1200)]
_OUTAGE_S = 12


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, toy_expectations: Path) -> Iterator[Scene]:
    process, ports = _start()
    centre = Remote(ports["port"], ports["control"])
    try:
        with scene(tmp_path_factory.mktemp("faults"), toy_expectations, centre) as made:
            yield made
    finally:
        _stop(process)


def worker_killed(place: Scene) -> None:
    place.installation.kill("worker-reading")


def gates_killed(place: Scene) -> None:
    """What tasks report to and what hands them out: both gone at once."""
    place.installation.kill("api-server")
    place.installation.stop("redis")
    time.sleep(_OUTAGE_S)
    place.installation.start("redis")


def schedulers_swapped(place: Scene) -> None:
    """A second scheduler at work, then the first one killed."""
    place.installation.start_another("scheduler", "scheduler-2")
    time.sleep(_OUTAGE_S)
    place.installation.kill("scheduler")


def postgres_restarted(place: Scene) -> None:
    place.installation.stop("postgres")
    time.sleep(_OUTAGE_S)
    place.installation.start("postgres")


def store_cut(place: Scene) -> None:
    with place.line.cut():
        time.sleep(2 * _OUTAGE_S)


# A fault, the period it strikes, and how often the task that was at work may have been tried.
FAULTS: tuple[tuple[Callable[[Scene], None], Period, int], ...] = (
    (worker_killed, Period(2024, 1), 2),
    (schedulers_swapped, Period(2024, 2), 1),
    (gates_killed, Period(2024, 3), 2),
    (postgres_restarted, Period(2025, 1), 2),
    (store_cut, Period(2025, 2), 2),
)


@pytest.mark.parametrize(("fault", "period", "tries"), FAULTS, ids=[fault.__name__ for fault, *_ in FAULTS])
def test_a_quarter_survives(place: Scene, fault: Callable[[Scene], None], period: Period, tries: int) -> None:
    """Struck while workbooks are being read."""
    figures = place.file(period, base=100)
    run_id = place.start("collect", period)
    place.await_task(run_id, "collect_batch", "running")
    fault(place)
    place.await_end(run_id)
    attempts = {task: number for task, _, number in place.tasks(run_id)}
    assert attempts["collect_batch"] <= tries, place.tasks(run_id)
    place.await_consolidated(period)
    place.everything_is_there_once(period, figures)
    place.office.publish(period)
    assert place.published(period) == place.sums(figures)


def test_a_full_disk_of_the_vault_is_told_and_keeps_nothing_half(place: Scene) -> None:
    """Operators see a failed step that names the files; they stay where they were sent until the next pass."""
    period = Period(2025, 3)
    figures = place.file(period, base=500)
    with full_disk(place.installation.home):
        run_id = place.start("collect", period)
        assert place.ended(run_id) == "failed"
        assert {task for task, state, _ in place.tasks(run_id) if state == "failed"} == {"look"}
        assert all(place.office.names(code, "gui-len") == [f"bao-cao-{period.code}.xlsx"] for code in UNITS)
        assert place.office.submissions(UNITS[0], period) == []
    place.await_end(place.start("collect", period, "-2"))
    place.await_consolidated(period)
    place.everything_is_there_once(period, figures)
    place.office.publish(period)
    assert place.published(period) == place.sums(figures)


def test_a_release_survives_and_is_sent_once(place: Scene) -> None:
    """The api-server dies while a question waits, the worker dies in the middle of the release."""
    period = Period(2026, 1)
    figures = place.file(period, base=900)
    place.await_end(place.start("collect", period))
    place.await_consolidated(period)
    run_id = place.start("publish", period)
    place.await_task(run_id, "ask_tham_dinh", "awaiting_input")
    place.installation.kill("api-server")
    for step, login in zip(("tham_dinh", "phe_duyet"), APPROVERS, strict=True):
        place.await_task(run_id, f"ask_{step}", "awaiting_input")
        place.approve(run_id, step, login)
    place.await_task(run_id, "release", "running")
    place.installation.kill("worker")
    place.await_end(run_id)
    assert place.published(period) == place.sums(figures)
    assert [path.name for path in (place.installation.home / "published" / period.code).glob("v*")] == ["v1"]
    assert list(place.centre.state["taken"].values()) == [1], place.centre.kinds()
