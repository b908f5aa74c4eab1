"""What a Celery worker imports once, when it starts: every task forks from it and has it already.

`AIRFLOW__CELERY__CELERY_CONFIG_OPTIONS` of a worker names one of these; without it every task imports for itself, which
takes longer than most tasks of ours do. Nothing here is needed for a worker to be right.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.celery.executors.default_celery import DEFAULT_CELERY_CONFIG

# What Airflow itself imports anew in every task to parse the DAG file, and the operators of our DAG files.
_AIRFLOW = (
    "airflow.dag_processing.dagbag",
    "airflow.providers.standard.operators.hitl",
    "airflow.providers.standard.operators.trigger_dagrun",
)
ANY: dict[str, Any] = DEFAULT_CELERY_CONFIG | {"imports": (*_AIRFLOW, "tonghop.app", "tonghop.runs")}
READING: dict[str, Any] = DEFAULT_CELERY_CONFIG | {"imports": (*ANY["imports"], "tonghop.suite.ready")}
