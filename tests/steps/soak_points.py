"""Where a pass can be killed: between any two of its effects. The names are those of `soak_model`."""

from __future__ import annotations

from typing import Any

from tonghop.files.vault import Vault
from tonghop.steps import answering, collect
from tonghop.store import arrivals
from tonghop.store.arrivals import Arrivals
from tonghop.store.attachments import Attachments
from tonghop.store.submissions import Submissions

POINTS: dict[str, tuple[Any, str]] = {
    "keep": (Vault, "keep"),
    "read": (collect, "in_waves"),
    "record": (Submissions, "record"),
    "within": (arrivals, "add"),
    "recheck": (collect, "recheck_later"),
    "answer": (answering, "_write"),
    "sign": (Attachments, "record"),
    "move": (answering, "move_handled"),
    "note": (Arrivals, "mark_moved"),
}
