"""A vault on another machine, with what was read of it kept on this one.

The vault is what counts: a file is kept when it lies there whole. The cache holds copies under the same names, each
checked by its SHA-256 when it is fetched; it may be emptied at any time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from tonghop.files.storage import Place, RemotePath
from tonghop.files.vault import READ_ONLY, Kept, Vault, changed

_ANY_SIZE = 1 << 62
_SHARED = re.compile("[0-9a-f]{2}")


class RemoteVault(Vault):
    """The vault at `there`; `cache` is a folder of this machine."""

    def __init__(self, there: RemotePath, cache: Path) -> None:
        super().__init__(cache)
        self.there = there
        self._copies = Vault(cache)

    def keep(self, source: Place, limit: int) -> Kept:
        """As `Vault.keep`; StorageError when the vault is out of reach: then nothing counts as kept."""
        kept = self._copies.keep(source, limit)
        self._bring(kept)
        return kept

    def find(self, sha256: str) -> Path | None:
        """A copy on this machine; None when the vault has no such file, VaultError when what it has is another."""
        here = self._copies.find(sha256)
        if here is not None:
            return here
        there = self._there(sha256)
        if there is None:
            return None
        kept = self._copies.keep(there, _ANY_SIZE)
        if kept.sha256 != sha256:
            raise changed(there.name)
        return kept.path

    def files(self) -> Iterator[Place]:
        """Every file in the vault itself, by name; those still being written have names with a dot before."""
        for folder in sorted(self._listed(self.there), key=lambda place: place.name):
            if _SHARED.fullmatch(folder.name):
                yield from sorted(self._listed(folder), key=lambda place: place.name)

    @staticmethod
    def _listed(folder: RemotePath) -> list[RemotePath]:
        try:
            return [place for place in folder.iterdir() if not place.name.startswith(".")]
        except FileNotFoundError:
            return []

    def verify(self, sha256: str) -> bool:
        """Whether the bytes in the vault itself, not those in the cache, still give `sha256`."""
        there = self._there(sha256)
        return there is not None and _holds(there, sha256)

    def _bring(self, kept: Kept) -> None:
        """Put a cached file into the vault unless it is there; two at once put the same bytes."""
        place = self._there(kept.sha256, kept.path.name)
        if place is not None:
            if not _holds(place, kept.sha256):
                raise changed(place.name)
            return
        place = self.there / kept.sha256[:2] / kept.path.name
        place.take(kept.path, READ_ONLY)
        if place.lstat().st_size != kept.size:
            raise changed(place.name)

    def _there(self, sha256: str, usual: str = "") -> RemotePath | None:
        """The file in the vault, whatever its extension."""
        folder = self.there / sha256[:2]
        place = folder / (usual or f"{sha256}.xlsx")
        if place.is_file():
            return place
        try:
            return next((path for path in folder.iterdir() if path.name.split(".", 1)[0] == sha256), None)
        except FileNotFoundError:
            return None


def _holds(place: RemotePath, sha256: str) -> bool:
    digest = hashlib.sha256()
    for piece in place.pieces():
        digest.update(piece)
    return digest.hexdigest() == sha256
