"""The national rehearsal, small: two provinces of a few units each, through the same processes and the same checks."""

from __future__ import annotations

from pathlib import Path

import pytest
from production.rehearsal import rehearse

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.timeout(1200)]


def test_two_provinces_go_through_a_quarter_and_a_rush(tmp_path: Path) -> None:
    """`rehearse` itself refuses a quarter with a filing that is not accepted or a total that is not what was filed."""
    told = rehearse(tmp_path, provinces=2, communes=2, faster=180)
    assert told.startswith("2 provinces, 32 units, two quarters.")
    assert "| consolidate | " in told
    collected = next(line for line in told.splitlines() if line.startswith("| collect | "))
    runs, tasks = (int(word) for word in collected.split("|")[2:4])
    assert runs >= 6  # a quarter at once, the early fifth and the rush, in each province
    assert tasks >= 4 * runs
