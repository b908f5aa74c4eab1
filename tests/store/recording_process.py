"""A collector of its own: `python recording_process.py URL START` migrates, then records one arrival at START.

Prints whether the arrival was new. Run by test_two_processes.
"""

import sys
import time

from store.samples import NOON, PERIOD, submission

from tonghop.store import Store

with Store.open(sys.argv[1]) as store:
    time.sleep(max(0.0, float(sys.argv[2]) - time.time()))
    store.migrate()
    store.periods.open(PERIOD, NOON, "an")
    fresh = [store.submissions.record(submission()).fresh]
    fresh += [store.submissions.record(submission(f"sha-{n}", period=PERIOD)).fresh for n in range(5)]
    sys.stdout.write("".join("N" if one else "k" for one in fresh))
