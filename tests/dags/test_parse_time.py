"""Parsing all DAG files takes less than a second of a processor beside Airflow's import and loads no heavy library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"great_expectations", "pandas", "openpyxl", "xlsxwriter", "python_calamine", "tonghop.app"}
MEASURE = """
import json, runpy, sys, time
import airflow.sdk, airflow.providers.standard.operators.hitl, airflow.providers.standard.operators.trigger_dagrun
before, start = set(sys.modules), time.process_time()
for file in sys.argv[1:]:
    runpy.run_path(file)
seconds = time.process_time() - start
print(json.dumps({"seconds": seconds, "modules": sorted(set(sys.modules) - before)}))
"""


def test_parse_time_beside_airflow(tmp_path: Path) -> None:
    files = [str(file) for file in sorted((ROOT / "dags").glob("*.py"))]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "TONGHOP"))}
    environment = kept | {"AIRFLOW_HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "include")}
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *files],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    measured = json.loads(done.stdout.splitlines()[-1])
    assert measured["seconds"] < 1, f"parsing took {measured['seconds']:.2f} s; what was loaded: {measured['modules']}"
    loaded = HEAVY & set(measured["modules"])
    assert not loaded, f"parsing a DAG file imports {loaded}: import them inside the task"
