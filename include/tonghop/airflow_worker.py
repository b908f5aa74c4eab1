"""What a Celery worker imports once, when it starts: every task forks from it and has it already.

`AIRFLOW__CELERY__CELERY_CONFIG_OPTIONS` of a worker names one of these; without it every task imports for itself, which
takes longer than most tasks of ours do. Nothing here is needed for a worker to be right.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.celery.executors.default_celery import DEFAULT_CELERY_CONFIG

ANY: dict[str, Any] = DEFAULT_CELERY_CONFIG | {"imports": ("tonghop.app",)}
READING: dict[str, Any] = DEFAULT_CELERY_CONFIG | {"imports": ("tonghop.app", "tonghop.suite.ready")}
