"""What must be true of a toy office after any sequence of drops, passes and kills, kept without the product's code.

The model knows the order of effects of a pass (vault, record, answer, move, note of the move) and can therefore stop
where the real pass was killed. It keeps plain values only; `test_soak` compares them with store, vault and folders.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

ACCEPTED, INVALID, AWAITING, RETURNED = "accepted", "invalid", "awaiting_explanation", "returned"
SIGNED, DUPLICATE = "signed", "duplicate"
SUPERSEDED, WITHDRAWN, RESTORED, MISSING = "superseded", "withdrawn", "restored", "missing"


@dataclass(frozen=True)
class Content:
    """Bytes a clerk may drop: how the office must judge them, and the figure of new complaints they report.

    `opening` is the figure carried over, `explained` whether the workbook gives a reason for it; `whole` is False for a
    file whose end has not arrived yet.
    """

    data: bytes
    judged: str
    new: int = 0
    opening: int = 2
    explained: bool = False
    whole: bool = True

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class File:
    """A file in an inbox. `mtime` in seconds is different for every file ever dropped."""

    unit: str
    name: str
    mtime: float
    content: Content


@dataclass
class Revision:
    """A filing as the store must hold it."""

    content: Content
    name: str
    state: str
    on_time: bool
    explained: bool
    replaced_by: int = 0


@dataclass
class Recorded:
    """A recorded arrival that was not moved yet; `revision` None for a signed PDF."""

    file: File
    revision: Revision | None = None
    number: int = 0
    duplicate: bool = False


@dataclass(frozen=True)
class Stop:
    """Where a pass is killed: after or before the `at`-th call of what `name` stands for."""

    name: str
    at: int
    after: bool


@dataclass
class Model:
    """One office. `deadlines` by unit; `units` in the order in which a pass looks at the inboxes."""

    units: Sequence[str]
    deadlines: Mapping[str, datetime]
    inbox: dict[str, dict[str, File]] = field(default_factory=dict)
    revisions: dict[str, list[Revision]] = field(default_factory=dict)
    handled: dict[str, Counter[str]] = field(default_factory=dict)
    pages: dict[str, dict[int, tuple[str, bool]]] = field(default_factory=dict)
    unmoved: list[Recorded] = field(default_factory=list)
    vault: set[str] = field(default_factory=set)
    events: Counter[str] = field(default_factory=Counter)
    scans: list[datetime] = field(default_factory=list)
    signed: dict[str, list[str]] = field(default_factory=dict)
    receipts: int = 0
    changes: int = 0  # of what stands accepted

    def __post_init__(self) -> None:
        for unit in self.units:
            self.inbox[unit], self.revisions[unit], self.pages[unit] = {}, [], {}
            self.handled[unit], self.signed[unit] = Counter(), []

    # What can be asked

    def standing(self, unit: str) -> Revision | None:
        """The filing that counts."""
        return next((one for one in self.revisions[unit] if one.state == ACCEPTED), None)

    def state(self, unit: str) -> str:
        """Where the unit stands: by its standing filing, else by its last one."""
        if self.standing(unit):
            return ACCEPTED
        counted = [one for one in self.revisions[unit] if one.state != WITHDRAWN]
        return counted[-1].state if counted else MISSING

    @property
    def total(self) -> int:
        """New complaints over all units that stand accepted."""
        return sum(one.content.new for unit in self.units if (one := self.standing(unit)))

    # What happens

    def drop(self, file: File) -> None:
        self.inbox[file.unit][file.name] = file

    def take_away(self, unit: str, name: str) -> None:
        del self.inbox[unit][name]

    def withdraw(self, unit: str, number: int) -> None:
        """An official takes a filing back; what it had replaced stands again."""
        one = self.revisions[unit][number - 1]
        if one.state != WITHDRAWN:
            self.changes += one.state == ACCEPTED
            self.receipts += 1
            one.state = WITHDRAWN
            self.events[WITHDRAWN] += 1
            for before in self.revisions[unit]:
                if before.replaced_by == number and before.state == SUPERSEDED:
                    before.state, before.replaced_by = ACCEPTED, 0
                    self.events[RESTORED] += 1
                    self.receipts += 1
        for at, told in enumerate(self.revisions[unit], start=1):
            if at == number or told.state == ACCEPTED:
                self.pages[unit][at] = (told.state, False)

    def collect(self, at: datetime, stop: Stop | None = None) -> bool:
        """A pass over every inbox; whether it ran to its end."""
        calls: Counter[str] = Counter()
        for name, after in self._pass(at):
            calls[name] += not after
            if stop is not None and (name, calls[name], after) == (stop.name, stop.at, stop.after):
                return False
        self.scans.append(at)
        return True

    def _pass(self, at: datetime) -> Iterator[tuple[str, bool]]:
        """Every call at which a pass can be killed, with whether it has been done."""
        ready = {
            unit: sorted((one for one in self.inbox[unit].values() if one.content.whole), key=lambda one: one.mtime)
            for unit in self.units
        }
        begun = {id(one.file): one for one in self.unmoved}
        lying = {id(one) for unit in self.units for one in self.inbox[unit].values()}
        gone = [one for one in self.unmoved if id(one.file) not in lying]
        for unit in self.units:
            for file in ready[unit]:
                yield "keep", False
                self.vault.add(file.content.sha256)
                yield "keep", True
        yield from self._finish([one for one in gone if one.revision is not None])
        yield from self._sign({id(one.file): one for one in gone}, [one.file for one in gone if one.revision is None])
        taken = sorted((one for unit in self.units for one in ready[unit]), key=lambda one: one.mtime)
        papers = [one for one in taken if one.content.judged == SIGNED]
        files = [one for one in taken if one.content.judged != SIGNED]
        yield from self._finish([begun[id(one)] for one in files if id(one) in begun])
        if files:
            yield "read", False
            yield "read", True
        for wave in _waves([one for one in files if id(one) not in begun]):
            done = []
            for file in wave:
                yield "record", False
                yield "within", False  # in the middle of the transaction: it is undone
                yield "within", True
                done.append(self._record(file, at))
                yield "record", True
            yield from self._finish(done)
        yield from self._sign(begun, papers)

    def _sign(self, begun: Mapping[int, Recorded], papers: Sequence[File]) -> Iterator[tuple[str, bool]]:
        """Signed PDFs, after the workbooks they may belong to."""
        for file in papers:
            yield "sign", False
            known = begun.get(id(file))
            if known is None:
                yield "within", False
                yield "within", True
                mine, sha256 = self.signed[file.unit], file.content.sha256
                self.events[DUPLICATE if sha256 in mine else SIGNED] += 1
                mine += [] if sha256 in mine else [sha256]
                self.receipts += 1
                known = self._unmoved(Recorded(file))
            yield "sign", True
            yield from self._put_away(known)

    def _finish(self, done: Sequence[Recorded]) -> Iterator[tuple[str, bool]]:
        if any(one.revision and one.revision.state == ACCEPTED and not one.duplicate for one in done):
            yield "recheck", False
            yield "recheck", True
        for one in done:
            yield "answer", False
            if one.revision is not None:
                self.pages[one.file.unit][one.number] = (one.revision.state, one.duplicate)
            yield "answer", True
            yield from self._put_away(one)

    def _put_away(self, one: Recorded) -> Iterator[tuple[str, bool]]:
        unit = one.file.unit
        yield "move", False
        if self.inbox[unit].get(one.file.name) is one.file:
            del self.inbox[unit][one.file.name]
            self.handled[unit][one.file.content.sha256] += 1
            yield "move", True
        yield "note", False
        self.unmoved.remove(one)
        yield "note", True

    def _record(self, file: File, at: datetime) -> Recorded:
        self.receipts += 1
        history, content = self.revisions[file.unit], file.content
        readable = [one for one in history if one.content.judged != RETURNED and one.state != WITHDRAWN]
        carried = content.opening != 2 and bool(readable) and readable[-1].explained
        explained = content.explained or (content.judged == AWAITING and carried)
        state = ACCEPTED if content.judged == AWAITING and explained else content.judged
        last = history[-1] if history else None
        if last is not None and (last.content, last.state) == (content, state):
            self.events[DUPLICATE] += 1
            return self._unmoved(Recorded(file, last, len(history), duplicate=True))
        on_time = self._in_time(file.unit, at) or (state == ACCEPTED and self._was_in_time(content, history))
        standing = self.standing(file.unit)
        if state == ACCEPTED and standing is not None:
            standing.state, standing.replaced_by = SUPERSEDED, len(history) + 1
            self.events["superseded"] += 1
        self.events[state] += 1
        self.changes += state == ACCEPTED
        history.append(Revision(content, file.name, state, on_time, explained))
        return self._unmoved(Recorded(file, history[-1], len(history), duplicate=False))

    def _unmoved(self, recorded: Recorded) -> Recorded:
        self.unmoved.append(recorded)
        return recorded

    def _in_time(self, unit: str, at: datetime) -> bool:
        """Before the deadline, or found by the first pass after it."""
        before = [scan for scan in self.scans if scan < at]
        return at <= self.deadlines[unit] or not before or max(before) <= self.deadlines[unit]

    def _was_in_time(self, content: Content, history: Sequence[Revision]) -> bool:
        same = (content.new, content.opening)
        return any(
            one.on_time
            and (
                one.state in {ACCEPTED, SUPERSEDED}
                or (one.state == AWAITING and (one.content.new, one.content.opening) == same)
            )
            for one in history
        )


def _waves(files: Sequence[File]) -> list[list[File]]:
    """Files that are judged together: one of each unit, in their order."""
    waves: list[list[File]] = []
    turns: Counter[str] = Counter()
    for file in files:
        waves += [[]] if turns[file.unit] == len(waves) else []
        waves[turns[file.unit]].append(file)
        turns[file.unit] += 1
    return waves
