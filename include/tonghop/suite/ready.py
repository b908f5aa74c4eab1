"""Importing this imports Great Expectations: for processes that others fork from (`airflow_worker`), nobody else."""

from __future__ import annotations

from tonghop.suite.run import great_expectations

great_expectations()
