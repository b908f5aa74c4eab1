"""Collectors that are really killed: `python collecting_server.py HOME EXPECTATIONS DATABASE` waits for orders.

An order is one line of JSON: the moment, and for each collector where it is to be killed (null: not at all). Every
collector is a process of its own, forked from this one so that Great Expectations is imported once; all begin together.
The answer is one line: how each of them ended (0, or -9).
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from steps.soak_points import POINTS
from toy_office import Office, settings

from tonghop.app import App


def killing(real: Any, at: int, *, after: bool) -> Any:
    """`real`, that ends the process like a power cut around its `at`-th call."""
    calls = [0]

    def call(*arguments: Any, **options: Any) -> Any:
        calls[0] += 1
        if calls[0] == at and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **options)
        if calls[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return call


def collect(where: list[str], at: str, stop: list[Any] | None, begin: int) -> int:
    """One collector; begins when the pipe `begin` is closed."""
    signal.alarm(120)
    home, expectations, database = where
    if stop is not None:
        name, number, after = stop
        owner, attribute = POINTS[name]
        setattr(owner, attribute, killing(getattr(owner, attribute), number, after=after))
    with App(settings(Path(home), Path(expectations), database=database), "thử nghiệm") as app:
        office = Office(app)
        office.at(at)
        os.read(begin, 1)
        return 1 if office.pass_over().troubles else 0


def fork(where: list[str], at: str, stop: list[Any] | None, pipe: tuple[int, int]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        os.close(pipe[1])
        code = collect(where, at, stop, pipe[0])
    except BaseException:  # noqa: BLE001  a forked process must not go on as its parent
        traceback.print_exc()
        code = 3
    os._exit(code)


def main() -> None:
    where = sys.argv[1:]
    import great_expectations

    assert great_expectations.__version__
    for line in sys.stdin:
        order = json.loads(line)
        pipe = os.pipe()
        children = [fork(where, order["at"], stop, pipe) for stop in order["stops"]]
        for end in reversed(pipe):
            os.close(end)
        ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        sys.stdout.write(json.dumps(ended) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
