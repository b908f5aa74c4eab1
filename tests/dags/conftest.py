"""The DAGs of the repository, parsed by Airflow in a home of their own and without any TONGHOP_ setting."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

ROOT = Path(__file__).resolve().parents[2]
DAGS = ROOT / "dags"


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh AIRFLOW_HOME; TONGHOP_HOME points at `never` in it, which must not come to exist by parsing."""
    return tmp_path_factory.mktemp("airflow")


@pytest.fixture(scope="session")
def bag(airflow_home: Path) -> DagBag:
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        for name in [name for name in os.environ if name.startswith(("AIRFLOW", "TONGHOP"))]:
            patch.delenv(name)
        patch.setenv("AIRFLOW_HOME", str(airflow_home))
        patch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
        patch.setenv("TONGHOP_HOME", str(airflow_home / "never"))
        warnings.simplefilter("default")  # Airflow's own imports warn; our DAG files are judged by `captured_warnings`
        from airflow.dag_processing.dagbag import DagBag

        return DagBag(DAGS)
