"""Where the four kinds of files lie that several machines share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tonghop.files.storage.address import SFTP, Address, Connect
from tonghop.files.storage.objects import Objects
from tonghop.files.storage.place import Place, RemotePath
from tonghop.files.storage.sftp import Sftp
from tonghop.files.storage.shelf import Shelf

_NAMES = ("drop", "vault", "draft", "published")
_LOCAL = frozenset({"file", "local"})


@dataclass(frozen=True)
class Places:
    """The units' folders, the original files, drafts and publications: on this machine or on another."""

    drop: Place
    vault: Place
    draft: Place
    published: Place

    @classmethod
    def of(cls, home: Path, elsewhere: Mapping[str, str], connect: Connect) -> Places:
        """Folders of `home`, but for those that `elsewhere` (by name) puts into another folder or at an address.

        Nothing is connected before a place is used. SettingError names the setting with a wrong address.
        """
        shelves: dict[str, Shelf] = {}
        return cls(*(_place(name, elsewhere.get(name, ""), home / name, connect, shelves) for name in _NAMES))

    @property
    def _all(self) -> tuple[Place, ...]:
        return self.drop, self.vault, self.draft, self.published

    def elsewhere(self, home: Path) -> list[str]:
        """Those that are not folders of `home`, for people."""
        return [str(place) for name, place in zip(_NAMES, self._all, strict=True) if place != home / name]

    def close(self) -> None:
        """End the connections to other machines."""
        for place in self._all:
            if isinstance(place, RemotePath):
                place.shelf.close()


def _place(name: str, text: str, home: Path, connect: Connect, shelves: dict[str, Shelf]) -> Place:
    if "://" not in text:
        return Path(text).absolute() if text else home
    if urlsplit(text).scheme in _LOCAL:
        return Path(unquote(urlsplit(text).path))
    address = Address.parse(f"TONGHOP_{name.upper()}", text)
    return RemotePath(shelves.setdefault(address.root, _shelf(address, connect)), address.path)


def _shelf(address: Address, connect: Connect) -> Shelf:
    kind = Sftp if address.scheme in SFTP else Objects
    return kind(address.root, lambda: connect(address))
