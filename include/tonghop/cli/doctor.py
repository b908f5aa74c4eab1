"""`tonghop doctor`: is everything here as the system needs it, and if not, how is it mended."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from tonghop.health import examine
from tonghop.server.stored_connections import beside_airflow, stored
from tonghop.steps.doctor.findings import Line, State
from tonghop.steps.doctor.telling import summary, told, worst


def add(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("doctor", help="kiểm tra hệ thống; mục nào chưa ổn thì nói cách khắc phục")
    parser.add_argument("--json", action="store_true", help="in dạng JSON")
    parser.set_defaults(run=_doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    lines = examine(os.environ, stored if beside_airflow() else None)
    if arguments.json:
        whole = {"state": worst(lines).value, "checks": [line.as_dict() for line in lines]}
        print(json.dumps(whole, ensure_ascii=False, indent=2))
    else:
        _print(lines)
    return 1 if worst(lines) is State.BAD else 0


def _print(lines: Iterable[Line]) -> None:
    found = list(lines)
    for province, mine in groupby(found, key=lambda line: line.province):
        if province:
            print(f"\n{province}")
        for line in mine:
            print(told(line))
    print(f"\n{summary(found)}")
