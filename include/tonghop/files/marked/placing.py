"""Putting a marked copy into the unit's folder, and leaving alone one that somebody works in."""

from __future__ import annotations

import os
from datetime import datetime

from tonghop.files.storage import Place, RemotePath

_APART = 3  # seconds by which the times of some shared folders are off


def place(path: Place, content: bytes, at: datetime) -> None:
    """Write the copy in one step, with the file time `at`; a copy that was changed since it was made is left."""
    if path.exists() and not is_untouched(path, at):
        return
    if isinstance(path, RemotePath):
        path.write_bytes(content, at)
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    draft.write_bytes(content)
    os.utime(draft, (at.timestamp(), at.timestamp()))
    draft.replace(path)


def withdraw(path: Place, at: datetime) -> None:
    """Take away a copy that asks for nothing any more, unless somebody works in it."""
    if path.exists() and is_untouched(path, at):
        path.unlink(missing_ok=True)


def is_untouched(path: Place, at: datetime) -> bool:
    """Whether the file still has the time it was made with; where no file keeps a given time nobody works in it."""
    if isinstance(path, RemotePath) and not path.shelf.renames:
        return True
    return abs(path.stat().st_mtime - at.timestamp()) <= _APART
