"""The health of an installation: which checks there are, for the machine and for every province, and their lines.

Nothing is made: no folder, no database, no migration; what is not there is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from tonghop.app import App
from tonghop.domain.errors import SettingError, StoreError, TonghopError
from tonghop.exchange.file_server import file_system
from tonghop.files.storage import Address, Places
from tonghop.settings import NAMES, Settings
from tonghop.specs.reminders import load_reminders
from tonghop.specs.schedule import COLLECT_EVERY_MIN
from tonghop.steps.doctor import database, folders, inboxes, machine, mail, passes, regulation, settings
from tonghop.steps.doctor.findings import Check, Found, Line, ok, run
from tonghop.store import Store

ACTOR = "kiểm tra hệ thống"
Stored = Callable[[], Mapping[str, str]]
_AT_ONCE = 4
_OF_STORE = ("database", "province")


def examine(environ: Mapping[str, str], stored: Stored | None = None) -> list[Line]:
    """Every check of the installation `environ` describes, the machine's first, then province by province.

    `stored` gives the connections kept in Airflow, id → URI; without it those of `environ` count. UsageError when
    TONGHOP_ONLY names a province that is not served.
    """
    connections = _Connections(environ, stored)
    try:
        whole = Settings.from_env(environ)
    except SettingError:  # the first check tells it
        unread = Check("province", "Dữ liệu của tỉnh", list, needs=("settings",))
        return list(run([*_whole(environ, connections), unread]))
    lines = list(run(_whole(environ, connections)))
    names = (whole.province,) if whole.province else whole.provinces
    with ThreadPoolExecutor(_AT_ONCE, "kiem-tra") as pool:
        found = pool.map(lambda name: _of_province(Part(whole.for_province(name), connections)), names)
        return [*lines, *(line for part in found for line in part)]


def glance(app: App, environ: Mapping[str, str]) -> list[Line]:
    """The checks that cost a page next to nothing, for one province's running application."""
    part = Part(app.settings, _Connections(environ, None), app)
    checks = [*_whole(environ, part.connections), *part.checks()]
    quick = [check for check in checks if not check.slow]
    kept = {check.name for check in quick}
    return list(run(_among(quick, kept), app.settings.province if app.settings.several else ""))


def _among(checks: Iterable[Check], kept: set[str]) -> list[Check]:
    """`checks` without needs that are not looked at."""
    return [
        Check(one.name, one.title, one.look, one.slow, tuple(need for need in one.needs if need in kept))
        for one in checks
    ]


def names() -> dict[str, str]:
    """Every check there is: its name in `--json` and its title."""
    connections = _Connections({}, None)
    part = Part(Settings.from_env({}), connections)
    return {check.name: check.title for check in (*_whole({}, connections), *part.checks())}


class _Connections:
    """Connections by id as URI or JSON, from Airflow where it keeps them, else from the environment."""

    def __init__(self, environ: Mapping[str, str], stored: Stored | None) -> None:
        self.environ = environ
        self._stored = stored

    @cached_property
    def kept(self) -> Mapping[str, str]:
        """Those Airflow keeps; what reading them raises, when it is first asked."""
        return self._stored() if self._stored else {}

    def named(self, name: str) -> str | None:
        """The connection `name`; the environment comes first, as it does in Airflow."""
        given = self.environ.get(f"AIRFLOW_CONN_{name.upper()}", "").strip()
        return given or self._kept_or_none.get(name)

    def connect(self, address: Address, names: tuple[str, ...]) -> Any:
        """A logged-in file system for a storage address."""
        given = {f"AIRFLOW_CONN_{name.upper()}": uri for name in names if (uri := self.named(name))}
        return file_system(address.scheme, names, given)

    def look(self) -> Found:
        """Whether Airflow's own database lets its connections be read."""
        if self._stored is None:
            return ok("Chạy ngoài Airflow: chỉ xét các kết nối đặt bằng biến môi trường.")
        return ok(f"Cơ sở dữ liệu của Airflow trả lời, có {len(self.kept)} kết nối.")

    @property
    def _kept_or_none(self) -> Mapping[str, str]:
        try:
            return self.kept
        except Exception:  # noqa: BLE001  `look` tells it; here what is not readable is not there
            return {}


def _whole(environ: Mapping[str, str], connections: _Connections) -> list[Check]:
    """Checks of the machine and of what all provinces share."""

    def suites() -> Found:
        read = Settings.from_env(environ)
        return regulation.expectations(read.include, read.expectations)

    return [
        Check("settings", "Cài đặt", partial(settings.settings, environ, NAMES, Settings.from_env)),
        Check("airflow", "Kết nối trong Airflow", connections.look, slow=True),
        Check("libreoffice", "Bản PDF", machine.libreoffice, slow=True),
        Check("fonts", "Phông chữ", machine.fonts, slow=True),
        Check("expectations", "Biểu mẫu, bộ kiểm tra", suites, slow=True, needs=("settings",)),
    ]


def _of_province(part: Part) -> list[Line]:
    try:
        return list(run(part.checks(), part.settings.province if part.settings.several else ""))
    finally:
        part.close()


class Part:
    """One province of the installation under examination; what it needs is built when a check first asks."""

    def __init__(self, chosen: Settings, connections: _Connections, app: App | None = None) -> None:
        self.settings = chosen
        self.connections = connections
        self._given = app

    def checks(self) -> list[Check]:
        """Its checks, in the order they are told."""
        distant = any("://" in place for place in self.settings.places.values())
        include, slug = self.settings.include, self.settings.province
        return [
            Check("province", "Dữ liệu của tỉnh", partial(regulation.province, include, slug), slow=True),
            Check("folders", "Thư mục", lambda: folders.folders(self.settings.home, self._places, self._used)),
            Check("storage", "Kho tệp trên máy khác", lambda: folders.storage(self._places), slow=True),
            Check("disk", "Chỗ trống trên đĩa", lambda: machine.disks(self._disks())),
            Check("database", "Cơ sở dữ liệu", lambda: database.database(self._store, self.settings.database)),
            Check("clock", "Đồng hồ", lambda: passes.clock(self._app.context, self._fixed), needs=_OF_STORE),
            Check("passes", "Lượt thu nhận", self._passes, needs=_OF_STORE),
            Check(
                "unit_folders",
                "Thư mục của đơn vị",
                lambda: folders.unit_folders(self._app.context),
                slow=distant,
                needs=_OF_STORE,
            ),
            Check(
                "inboxes",
                "Tệp chờ xử lý",
                lambda: inboxes.inboxes(self._app.context),
                slow=distant,
                needs=_OF_STORE,
            ),
            Check("mail", "Thư điện tử", lambda: mail.mail(self._mail), slow=True),
        ]

    def close(self) -> None:
        """End what was opened for the examination; an application that was given goes on."""
        made = [self.__dict__.pop(name, None) for name in ("_app", "_store", "_places")]
        for one in made if self._given is None else ():
            if one is not None:
                with suppress(TonghopError):  # a machine out of reach, as its check told
                    one.close()

    @cached_property
    def _app(self) -> App:
        return self._given or App(self.settings, ACTOR, self.connections.connect, make=False)

    @cached_property
    def _store(self) -> Store:
        return self._given.store if self._given else Store.open(self.settings.database)

    @cached_property
    def _places(self) -> Places:
        here = self.settings
        if self._given:
            return self._given.context.places
        return Places.of(here.home, here.places, lambda address: self.connections.connect(address, self._ids(address)))

    def _ids(self, address: Address) -> tuple[str, ...]:
        return self.settings.connection_ids(address.connection) if address.connection else ()

    @property
    def _used(self) -> frozenset[str]:
        """Which places must be there by now; none as far as the store cannot be asked."""
        try:
            opened = self._store.periods.opened() if Store.is_there(self.settings.database) else ()
            filed = any(self._store.submissions.briefs(one.period) for one in opened)
        except StoreError:
            return frozenset()
        return frozenset([*(["drop"] if opened else []), *(["vault"] if filed else [])])

    def _disks(self) -> Sequence[tuple[str, Path]]:
        vault = self._places.vault
        return [("dữ liệu", self.settings.home), *([("kho lưu", vault)] if isinstance(vault, Path) else [])]

    @property
    def _fixed(self) -> Any:
        return None if self.settings.demo else self.settings.now

    def _passes(self) -> Iterable[Found]:
        app = self._app
        plan = load_reminders(app.settings.include, app.settings.province, app.regime.name)
        every = None if app.settings.demo else timedelta(minutes=COLLECT_EVERY_MIN)
        return passes.passes(app.context, plan, every)

    def _mail(self) -> Any:
        return self._app.mail_server(self.connections.named)
