"""Airflow's own way to StatsD, Datadog or OpenTelemetry: where its settings send the measures of its tasks.

Belongs here: the one edge at which measures of ours reach it.
"""

from __future__ import annotations

from collections.abc import Mapping


def gauge(name: str, value: int, tags: Mapping[str, str] | None = None) -> None:
    """Send a measure, inside a task of Airflow; nothing happens where no sink is set up."""
    from airflow.sdk.observability import stats

    stats.gauge(name, value, tags=dict(tags) if tags else None)
