"""A collector of its own: `python collecting_process.py HOME EXPECTATIONS DATABASE START` collects once at START."""

import sys
import time
from pathlib import Path

from toy_office import settings

from tonghop.app import App

home, expectations, database, start = sys.argv[1:]
with App(settings(Path(home), Path(expectations), database=database), f"máy {time.time_ns()}") as app:
    time.sleep(max(0.0, float(start) - time.time()))
    report = app.collect()
    sys.stdout.write(" ".join(sorted(answer.unit.code for answer in report.answers)))
    sys.exit(1 if report.troubles else 0)
