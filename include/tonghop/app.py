"""The application: settings bound to store, vault, regulation data and clock; the steps as methods for every edge."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tonghop.domain.errors import SettingError
from tonghop.domain.exchange import CENTRE
from tonghop.domain.period import Period
from tonghop.domain.province import ApprovalStep, Exempt, Province
from tonghop.domain.refusals import why
from tonghop.domain.regime import Regime
from tonghop.exchange.connection import Connection, find
from tonghop.exchange.file_server import file_system
from tonghop.exchange.mail_server import MAIL, MailServer, find_mail
from tonghop.exchange.patience import Patience
from tonghop.files.limits import MIB, Limits
from tonghop.files.storage import Address, ConnectAs, Place, Places
from tonghop.files.vault import Vault
from tonghop.settings import Settings
from tonghop.specs import load_province
from tonghop.specs.contacts import load_contacts
from tonghop.specs.reminders import load_reminders
from tonghop.specs.sources import load_sources
from tonghop.steps import (
    approving,
    backing_up,
    collect,
    consolidate,
    drafting,
    exempting,
    fetching,
    nudging,
    opening,
    presenting,
    proving,
    publish,
    remind,
    revisions,
    sending,
    status,
    tracing,
    withdrawing,
)
from tonghop.steps.actions import Desk
from tonghop.steps.context import Context
from tonghop.steps.memory import few_collections
from tonghop.steps.posting import Ways
from tonghop.store import Store
from tonghop.store.records import Event, EventKind
from tonghop.store.withdrawals import Withdrawn


class App:
    """One province's system, ready to run; close it, or use it in `with`."""

    def __init__(
        self, settings: Settings, actor: str = "", connect: ConnectAs | None = None, *, make: bool = True
    ) -> None:
        """Build from `settings`: the store is migrated, folders exist. SettingError, SpecError or StoreError.

        `connect` logs in to storage addresses (default: with the connections the environment gives). `make` off: only
        what is there already is used, nothing is made or migrated. UsageError when the installation serves several
        provinces and none is chosen.
        """
        settings = settings.for_province(settings.province)
        self.settings = settings
        self._provinces = lru_cache(maxsize=16)(self._load)
        self._exempting = lru_cache(maxsize=16)(self._exempted)
        store = Store.open(settings.database)
        if make:
            _make_home(settings.home)
            store.migrate(begun=not Vault(settings.home / "vault").empty)
        self.context = Context(
            home=settings.home,
            places=Places.of(settings.home, settings.places, lambda address: self._log_in(address, connect)),
            store=store,
            include=settings.include,
            expectations=settings.expectations,
            clock=self.now,
            province_for=self.province_for,
            settle_s=settings.settle_s,
            limits=_limits(settings),
            clock_checked=settings.demo,  # a demonstration turns its clock as it likes
            actor=actor or getpass.getuser(),
        )

    @classmethod
    def from_env(cls, now: datetime | None = None, actor: str = "", environ: Mapping[str, str] | None = None) -> Self:
        return cls(Settings.from_env(os.environ if environ is None else environ, now), actor)

    @classmethod
    def if_there(cls, environ: Mapping[str, str] | None = None) -> Self | None:
        """The system of these settings as it is, nothing made; None where there is no store to open."""
        settings = Settings.from_env(os.environ if environ is None else environ).for_province()
        return cls(settings, make=False) if Store.is_there(settings.database) else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.context.places.close()
        self.store.close()

    def now(self) -> datetime:
        """The business time, in the regime's zone."""
        zone = self.regime.zone
        fixed = self.settings.now
        if fixed is None:
            return datetime.now(zone)
        return fixed.replace(tzinfo=zone) if fixed.tzinfo is None else fixed.astimezone(zone)

    @property
    def store(self) -> Store:
        return self.context.store

    @property
    def vault(self) -> Vault:
        return self.context.vault

    @property
    def drop(self) -> Place:
        return self.context.places.drop

    @property
    def timings(self) -> dict[str, float]:
        """Seconds spent per phase since this application was built."""
        return self.context.timings

    @property
    def province(self) -> Province:
        """The province under the newest version of its regime."""
        return self._provinces(None)

    @property
    def regime(self) -> Regime:
        return self.province.regime

    def province_for(self, period: Period) -> Province:
        """The province under the regime version of the period's last day of data, less what units need not file."""
        found = ((one.period, one.unit, one.form) for one in self.store.exemptions.in_force())
        return self._exempting(period, frozenset(found))

    def _exempted(self, period: Period, exempt: frozenset[Exempt]) -> Province:
        province = self._provinces(period)
        return replace(province, exempt=exempt) if exempt else province

    def _load(self, period: Period | None) -> Province:
        day = None if period is None else self.regime.window(period).last
        return load_province(self.settings.include, self.settings.province, day)

    def open(self, period: Period, tick: Callable[[str], None] = lambda _name: None) -> opening.OpenReport:
        return opening.open_period(self.context, period, tick)

    def batches(self, size: int = 50) -> list[list[str]]:
        """Codes of units with something in their inbox, in batches."""
        return collect.batches(self.context, size)

    def collect(
        self,
        units: Sequence[str] | None = None,
        *,
        scan: bool = True,
        tick: Callable[[collect.Answer], None] = lambda _answer: None,
    ) -> collect.CollectReport:
        with few_collections():
            return collect.collect(self.context, units, scan=scan, tick=tick)

    def pending(self) -> dict[str, int]:
        """Opened periods whose totals are behind what stands accepted, with the revision to bring them to."""
        return revisions.pending(self.context)

    def consolidate(self, period: Period) -> consolidate.ConsolidateReport:
        with few_collections():
            return consolidate.consolidate(self.context, period)

    def draft(self, period: Period) -> drafting.Draft:
        return drafting.draft(self.context, period)

    def approve(  # noqa: PLR0913 - who, what, how and why of a decision
        self, period: Period, login: str, *, via: str, digest: str = "", note: str = "", step: str = ""
    ) -> ApprovalStep:
        """Give the next step, or `step`, for the draft with `digest` (default: the figures as they stand)."""
        covered = digest or self.draft(period).digest
        return approving.approve(self.context, period, approving.Signing(login, via, note, step), covered)

    def reject(  # noqa: PLR0913 - who, what, how and why of a decision
        self, period: Period, login: str, *, via: str, digest: str = "", note: str, step: str = ""
    ) -> ApprovalStep:
        """Refuse the draft with `digest` (default: the figures as they stand) for the reason in `note`."""
        refused = digest or self.draft(period).digest
        return approving.reject(self.context, period, approving.Signing(login, via, note, step), refused)

    def waiting_for(self, period: Period, digest: str) -> tuple[ApprovalStep, ...]:
        """Steps that the draft with `digest` still lacks."""
        return approving.lacking(self.context, period, digest)

    def present(self, period: Period) -> drafting.Draft:
        """Make the draft and write down that it is laid before the approvers."""
        return presenting.present(self.context, period)

    def presented(self, period: Period) -> bool:
        """Whether any draft of the period was laid before the approvers."""
        return presenting.presented(self.context, period)

    def waiting(self) -> tuple[presenting.Waiting, ...]:
        """Drafts that wait for an answer, longest first; see `remind_approvers`."""
        return presenting.waiting(self.context)

    def remind_approvers(self, named: Callable[[str], str | None] | None = None) -> tuple[nudging.Nudge, ...]:
        """Remind of drafts nobody answered within the setting; `named` gives connections (default: the environment)."""
        return nudging.nudge(self.context, self.settings.approval_reminder_h, self.mail_server(named))

    def announce(self, period: Period, version: int) -> None:
        """Write down that a published version was made known."""
        detail = {"version": version}
        self.store.events.add(Event(self.now(), self.context.actor, EventKind.ANNOUNCED, period.code, detail=detail))

    def trace(self, period: Period, wish: tracing.Wish) -> tracing.Trace:
        """Where a figure comes from, down to the cells of the filed workbooks."""
        return tracing.trace(self.context, period, wish)

    def publish(self, period: Period, digest: str = "") -> publish.Published:
        return publish.publish(self.context, period, digest)

    def send(self, period: Period, connection: Connection | str = "", patience: Patience | None = None) -> sending.Sent:
        """Send the newest published version to the centre.

        `connection` may be the URI or JSON of an Airflow Connection; empty: the one the environment gives.
        """
        chosen = Connection.parse(connection) if isinstance(connection, str) and connection else connection
        return sending.send(self.context, period, chosen or self._connection(CENTRE), patience)

    def shipments(self, period: Period | None = None) -> tuple[sending.Shipment, ...]:
        """What was sent or is to be sent to the centre, with every attempt."""
        return sending.shipments(self.context, period)

    def fetch(
        self,
        period: Period | None = None,
        named: Callable[[str], Connection | str | None] | None = None,
        patience: Patience | None = None,
    ) -> fetching.FetchReport:
        """Fetch the figures of units with a system; `named` gives connections by id (default: the environment)."""
        sources = load_sources(self.settings.include, self.settings.province, self.province.units)

        def found(name: str) -> Connection | None:
            given: Connection | str | None = self._own(named, name) if named else self._connection(name)
            return Connection.parse(given, name) if isinstance(given, str) and given else given or None

        return fetching.fetch(self.context, sources, found, period, patience)

    def remind(
        self,
        wish: remind.Wish | None = None,
        named: Callable[[str], str | None] | None = None,
        patience: Patience | None = None,
        tick: Callable[[remind.Line], None] = lambda _line: None,
    ) -> remind.RemindReport:
        """Write what is due today; `named` gives connections as URI or JSON by id (default: the environment)."""
        settings = self.settings
        plan = load_reminders(settings.include, settings.province, self.regime.name)
        contacts = load_contacts(settings.include, settings.province, self.province.units)

        def found(name: str) -> Connection | None:
            given = self._own(named, name) if named else None
            return Connection.parse(given, name) if given else self._connection(name)

        ways = Ways(self.mail_server(named), found, contacts, patience)
        return remind.remind(self.context, plan, ways, wish or remind.Wish(), tick)

    def withdraw(self, desk: Desk, revision: int, reason: str) -> Withdrawn:
        """Take back a filing sent by mistake; `revision` 0: the unit's latest."""
        return withdrawing.withdraw(
            self.context, desk, withdrawing.revision_of(self.context, desk, revision).id, reason
        )

    def exempt(self, desk: Desk, form: str, reason: str, *, lifted: bool = False) -> bool:
        """Free a unit from a form ("" everything) in a period, or end that; False when it held already."""
        return exempting.exempt(self.context, desk, exempting.Freed(form, reason, lifted))

    def back_up(self, target: Path, tick: Callable[[str], None] = backing_up.ignore) -> backing_up.BackupReport:
        """Write store and files as one backup to the file, or into the folder, `target`."""
        return backing_up.back_up(self.context, target, self.settings.province, tick)

    def prove(self, tick: Callable[[str], None] = backing_up.ignore) -> proving.Proof:
        """Compare original files, totals and published versions with what the store says of them."""
        return proving.prove(self.context, tick)

    def status(self, period: Period) -> status.Status:
        return status.status(self.context, period)

    def events(self, period: Period) -> tuple[Event, ...]:
        """Everything that happened in an opened period, oldest first."""
        self.context.opened(period)
        return self.store.events.of(period.code)

    def _own(self, named: Callable[[str], Any], name: str) -> Any:
        """What `named` gives for connection `name`: the province's own before the one shared by several."""
        return next((found for given in self.settings.connection_ids(name) if (found := named(given))), None)

    def _log_in(self, address: Address, connect: ConnectAs | None) -> Any:
        names = self.settings.connection_ids(address.connection) if address.connection else ()
        return connect(address, names) if connect else file_system(address.scheme, names, os.environ)

    def _connection(self, name: str) -> Connection | None:
        found: Connection | None = self._own(lambda own: find(own, os.environ), name)
        return found

    def mail_server(self, named: Callable[[str], str | None] | None = None) -> MailServer | None:
        """Where e-mail is handed over; None when nothing is set up, SettingError when it is set up wrongly."""
        server = self._own(named, MAIL) if named else None
        found: MailServer | None = self._own(lambda own: find_mail(os.environ, own), MAIL)
        return MailServer.parse(server) if server else found


def _limits(settings: Settings) -> Limits:
    """What a workbook may cost, as set."""
    return Limits(
        file_bytes=settings.max_mb * MIB, memory_bytes=settings.read_mb * MIB, seconds=float(settings.read_seconds)
    )


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"Không tạo được thư mục dữ liệu {home}: {why(error)}.", "Cấp quyền ghi hoặc đặt lại TONGHOP_HOME."
        ) from error
