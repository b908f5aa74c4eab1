"""The store as the steps see it: one object, one attribute per concern."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType

from tonghop.store import migrating
from tonghop.store.arrivals import Arrivals
from tonghop.store.attachments import Attachments
from tonghop.store.counts import Counts
from tonghop.store.database import Database, is_there
from tonghop.store.deliveries import Deliveries
from tonghop.store.events import Events
from tonghop.store.exemptions import Exemptions
from tonghop.store.faults import emptied
from tonghop.store.filings import Filings
from tonghop.store.letters import Letters
from tonghop.store.office import Office
from tonghop.store.periods import Periods, Scans
from tonghop.store.provenance import Provenance
from tonghop.store.publications import Approvals, Publications
from tonghop.store.receipts import Receipts
from tonghop.store.rule_findings import RuleFindings
from tonghop.store.submissions import Submissions
from tonghop.store.sums import Sums
from tonghop.store.totals import Totals
from tonghop.store.withdrawals import Withdrawals


class Store:
    """Everything kept about filings. Open with `Store.open(url).migrate()`; close it, or use it in `with`.

    Every method is one transaction and may raise StoreError when the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.periods = Periods(database)
        self.scans = Scans(database)
        self.arrivals = Arrivals(database)
        self.submissions = Submissions(database)
        self.filings = Filings(database)
        self.totals = Totals(database)
        self.approvals = Approvals(database)
        self.publications = Publications(database)
        self.provenance = Provenance(database)
        self.deliveries = Deliveries(database)
        self.events = Events(database)
        self.office = Office(database)
        self.withdrawals = Withdrawals(database)
        self.exemptions = Exemptions(database)
        self.counts = Counts(database)
        self.sums = Sums(database)
        self.rule_findings = RuleFindings(database)
        self.letters = Letters(database)
        self.receipts = Receipts(database)
        self.attachments = Attachments(database)

    @classmethod
    def open(cls, url: str) -> Store:
        """The store at a SQLAlchemy URL, for example `sqlite:////srv/var/tonghop.db`; connects when first used."""
        return cls(Database.at(url))

    @staticmethod
    def is_there(url: str) -> bool:
        """Whether there is something to open: for SQLite the file; a server answers when it is used."""
        return is_there(url)

    @property
    def is_server(self) -> bool:
        """Whether a server keeps it, and not a file of this machine."""
        return self.database.is_server

    def clock(self) -> datetime | None:
        """The time of the server that keeps it; None for a file of this machine."""
        return self.database.clock()

    def migrate(self, *, begun: bool = False) -> Store:
        """Bring the tables to the version this software needs.

        `begun`: reports were received before; then a database without tables is a loss: StoreError.
        """
        if begun and migrating.current(self.database) is None:
            raise emptied(self.database.engine.url)
        migrating.upgrade(self.database)
        return self

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Work under `name` that one machine at a time may do, where several can reach the store; the others wait."""
        with self.database.alone(name):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[Store]:
        """The store as it stands now, read only: several reads see one state whatever is filed meanwhile."""
        with self.database.snapshot() as frozen:
            yield Store(frozen)

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
