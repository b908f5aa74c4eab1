"""A folder that appears whole or not at all, wherever it is to lie."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from tonghop.files.storage.place import Place, RemotePath


@contextmanager
def building(target: Place, last: str) -> Iterator[Path]:
    """A local folder to write files into; it becomes `target` when the block ends well.

    Where a folder cannot be moved at once (object stores), its file `last` comes after all others: without it the
    folder does not count. OSError when `target` is there already.
    """
    if isinstance(target, RemotePath):
        with tempfile.TemporaryDirectory(prefix="tonghop-") as name:
            yield Path(name)
            _send(Path(name), target, last)
        return
    making = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        yield making
        making.rename(target)
    except Exception:  # a full disk: nothing half made is to keep it full
        shutil.rmtree(making, ignore_errors=True)
        raise


def _send(making: Path, target: RemotePath, last: str) -> None:
    at_once = target.shelf.renames
    arriving = target.with_name(f".{target.name}.{uuid4().hex[:8]}") if at_once else target
    for file in sorted(making.iterdir(), key=lambda file: (file.name == last, file.name)):
        (arriving / file.name).take(file)
    if at_once:
        arriving.rename(target)
