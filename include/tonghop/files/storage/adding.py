"""A new file into a folder others look into: whole at once, never over another one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from tonghop.files.storage.place import Place, RemotePath


def add(folder: Place, names: Iterable[str], content: bytes) -> str:
    """Put `content` under the first free name of `names` and say which; a reader never sees half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    hidden = f".{uuid4().hex}.part"
    if isinstance(folder, RemotePath):
        return _on_shelf(folder, folder / hidden, names, content)
    return _in_folder(folder, folder / hidden, names, content)


def _on_shelf(folder: RemotePath, writing: RemotePath, names: Iterable[str], content: bytes) -> str:
    writing.write_bytes(content)
    try:
        return next(name for name in names if move_free(writing, folder / name))
    finally:
        writing.unlink(missing_ok=True)


def move_free(path: RemotePath, place: RemotePath) -> bool:
    """Whether `place` was free, so that the file at `path` has it now."""
    try:
        path.rename(place)
    except FileExistsError:
        return False
    return True


def _in_folder(folder: Path, writing: Path, names: Iterable[str], content: bytes) -> str:
    try:
        with writing.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        return next(name for name in names if _placed(writing, folder / name))
    finally:
        writing.unlink(missing_ok=True)


def _placed(writing: Path, target: Path) -> bool:
    """Whether the name was free and the file now has it; a share without hard links takes the name first."""
    try:
        os.link(writing, target)
    except FileExistsError:
        return False
    except OSError:
        if not take_name(target):
            return False
        writing.replace(target)
    return True


def take_name(place: Path) -> bool:
    """Whether the name was free and an empty file has it now: then a move over it is atomic on every file system."""
    try:
        place.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
