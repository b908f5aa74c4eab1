"""What every child process does around its work: limits itself, and answers frames until its input ends.

Standard library only: the reading children import this module (see `child_pool`).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO

from tonghop.files.limits import Limits

_LENGTH = struct.Struct("<I")


def serve(answer: Callable[[bytes, Limits], bytes]) -> None:
    """Answer requests from standard input until it ends; `sys.argv[1]` is the limits as JSON."""
    settings = json.loads(sys.argv[1])
    limits = Limits(**{**settings, "unread_sheets": tuple(settings["unread_sheets"])})
    requests, answers = _take_standard_streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    while header := requests.read(_LENGTH.size):
        request = requests.read(_LENGTH.unpack(header)[0])
        signal.setitimer(signal.ITIMER_REAL, limits.seconds * 2)  # ends this process should its parent be gone
        frame = answer(request, limits)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(_LENGTH.pack(len(frame)) + frame)
        answers.flush()


def _take_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Input and output for frames; whatever a library prints (an abort's last words) goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return sys.stdin.buffer, answers
