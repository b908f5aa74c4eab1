"""Back up store and files as one set while the system goes on working.

For the moment in which the inboxes are copied nobody records a filing: a file is then in the copied inbox or in the
copied store, never in neither. Everything else is read from a snapshot of the store and from files that stay as they
are; what is added to the vault meanwhile may lie in the backup, too, and does no harm.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tonghop import __version__
from tonghop.domain.errors import UsageError
from tonghop.files.archive import ArchiveWriter, Manifest, read, writing
from tonghop.steps.context import SEND, Context
from tonghop.store import Store, table_files

HOME, TABLES = "home", "store"  # folders of a backup
Tick = Callable[[str], None]
# Demonstration and measurements have homes of their own; copies and locks follow from what lies elsewhere.
_NOT_OURS = frozenset({"demo", "bench", "cache", "lock"})


@dataclass
class BackupReport:
    """What was backed up; `troubles` are faults of the system found on the way: the backup holds what there was."""

    path: Path
    files: int = 0
    rows: int = 0
    troubles: list[str] = field(default_factory=list)


def ignore(_name: str) -> None:
    """A tick for nobody."""


def back_up(context: Context, target: Path, province: str, tick: Tick = ignore) -> BackupReport:
    """Write a backup to the file `target`, or under a name with the time into the folder `target`.

    Raises UsageError when no period was ever opened (the settings lead elsewhere), when files of ours lie outside the
    home and for a place inside it; ArchiveError when there is a file or the disk is full. Nothing unfinished stays.
    """
    if not context.opened_periods:
        raise UsageError(
            f"Thư mục dữ liệu {context.home} chưa có kỳ báo cáo nào, không có gì để sao lưu.",
            "Kiểm tra TONGHOP_HOME và TONGHOP_DB của người chạy lệnh này.",
        )
    _check_all_here(context)
    report = BackupReport(_place(context, target))
    about = {
        "created_at": context.clock().isoformat(),
        "software": __version__,
        "province": province,
    }
    tables: list[dict[str, object]] = []
    with (
        writing(report.path, lambda: {**about, "tables": tables}) as archive,
        context.store.snapshot() as frozen,
    ):
        copying = _Copying(context.home, archive, report, tick)
        with context.store.database.writing():
            about["revision"] = table_files.revision(frozen.database)
            copying.inboxes()
        tables += _tables(frozen, archive, report, tick)
        copying.others()
        missing = table_files.referred(frozen.database) - copying.kept
        if missing:
            report.troubles.append(f"Kho lưu tệp gốc thiếu {len(missing)} tệp, ví dụ {min(missing)}.")
        report.files = len(archive.files) - len(tables)
    return report


def check(archive: Path, tick: Tick = ignore) -> Manifest:
    """Read a backup from end to end, comparing every byte with its manifest; ArchiveError when it is not whole."""
    return read(archive, tick=tick)


def foreign(name: str) -> bool:
    """Whether an entry of the home's top level is not part of the home's data."""
    return name.startswith((".", "tonghop.db", "bench.json")) or name in _NOT_OURS


def _check_all_here(context: Context) -> None:
    """A backup without the vault is none: what lies on a file server is backed up there, together with the database."""
    elsewhere = context.places.elsewhere(context.home)
    if elsewhere:
        raise UsageError(
            f"Lệnh này chỉ sao lưu được tệp trong {context.home}; nằm ở nơi khác: {', '.join(elsewhere)}.",
            "Sao lưu nơi đó và cơ sở dữ liệu bằng công cụ của máy chủ (xem docs/storage.md).",
        )


def _place(context: Context, target: Path) -> Path:
    name = f"tonghop-{context.clock():%Y%m%d-%H%M%S}.tar"
    path = (target / name if target.is_dir() else target).absolute()
    if path.resolve().is_relative_to(context.home.resolve()):
        raise UsageError(
            f"Không đặt bản sao lưu trong thư mục dữ liệu {context.home}.",
            "Chọn thư mục khác, tốt nhất trên ổ đĩa hoặc máy khác.",
        )
    if not path.parent.is_dir():
        raise UsageError(f"Không có thư mục {path.parent}.", "Tạo thư mục đó rồi chạy lại.")
    return path


def _tables(frozen: Store, archive: ArchiveWriter, report: BackupReport, tick: Tick) -> list[dict[str, object]]:
    described = []
    for shape in table_files.shapes():
        with tempfile.TemporaryFile(dir=report.path.parent) as file:
            told = table_files.write_table(frozen.database, shape, file)
            file.seek(0)
            archive.add_stream(f"{TABLES}/{shape.name}{table_files.SUFFIX}", file)
        described.append(told)
        report.rows += told["rows"]
        tick(shape.name)
    return described


class _Copying:
    """The home's files on their way into the backup; `kept` are the digests of what lies in the vault."""

    def __init__(self, home: Path, archive: ArchiveWriter, report: BackupReport, tick: Tick) -> None:
        self._home = home
        self._archive = archive
        self._report = report
        self._tick = tick
        self.kept: set[str] = set()

    def inboxes(self) -> None:
        """Every unit's inbox as it is, whoever's files are in it."""
        drop = self._home / "drop"
        if drop.is_dir():
            for unit in sorted(drop.iterdir()):
                inbox = unit / SEND
                if inbox.is_dir() and not inbox.is_symlink():
                    self._folder(inbox, lambda _name: True)

    def others(self) -> None:
        """Everything else but unfinished files, whose names begin with a dot."""
        for top in sorted(self._home.iterdir()):
            if not foreign(top.name) and top.is_dir() and not top.is_symlink():
                self._folder(top, lambda name: not name.startswith("."))

    def _folder(self, folder: Path, wanted: Callable[[str], bool]) -> None:
        for path in self._walk(folder, wanted):
            name = f"{HOME}/{path.relative_to(self._home).as_posix()}"
            if path.is_dir():
                self._archive.add_folder(name)
            else:
                self._file(path, name)

    def _walk(self, folder: Path, wanted: Callable[[str], bool]) -> Iterator[Path]:
        """Folders and regular files below and with `folder`; a link is not followed, an inbox below is left out."""
        for place, folders, names in os.walk(folder):
            here = Path(place)
            inner = sorted(filter(wanted, folders))
            folders[:] = [name for name in inner if not self._is_inbox(here / name) and not (here / name).is_symlink()]
            yield here
            found = (here / name for name in sorted(filter(wanted, names)))
            yield from (path for path in found if path.is_file() and not path.is_symlink())

    def _is_inbox(self, path: Path) -> bool:
        return path.name == SEND and path.parent.parent == self._home / "drop"

    def _file(self, path: Path, name: str) -> None:
        try:
            entry = self._archive.add(name, path)
        except PermissionError:
            self._report.troubles.append(f"Không được phép đọc {path}; bản sao lưu không có tệp này.")
            return
        if entry is None:
            return
        self._tick(path.name)
        if path.is_relative_to(self._home / "vault"):
            self.kept.add(entry.sha256)
            if path.name.partition(".")[0] != entry.sha256:
                self._report.troubles.append(f"Tệp gốc {path.name} trong kho lưu đã bị thay đổi.")
