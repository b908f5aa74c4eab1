"""Hundreds of random drops, edits, kills and reruns: then store, vault, folders and totals are what a model says.

A seeded walk over the toy province: right, wrong, foreign, duplicate, damaged and half-written files and signed PDFs
are dropped, edited and taken away, filings are withdrawn; passes run alone, two at once, killed between any two effects
(in this process, and with -9 in processes of their own); the clock moves on, and back. The model (`soak_model`) is
compared every 50 operations and at the end.

`TONGHOP_SOAK_OPERATIONS` (default 500) makes it longer, `TONGHOP_SOAK_SEED` (default 2024) another walk, and
`TONGHOP_SOAK_DB=postgresql` runs it on the server of the tests instead of SQLite. A failure names the seed and the last
operations.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from steps.soak_clerks import Names, before, contents
from steps.soak_model import (
    ACCEPTED,
    DUPLICATE,
    MISSING,
    RESTORED,
    SIGNED,
    SUPERSEDED,
    WITHDRAWN,
    Content,
    File,
    Model,
    Stop,
)
from steps.soak_points import POINTS
from steps.test_kills import Kill, kill
from toy_office import FORM, Q2, Q3, UNITS, Office

from tonghop.domain.errors import SettingError
from tonghop.domain.rollup import TotalKey
from tonghop.files.reader import Limits, ReaderPool
from tonghop.steps import intake, withdrawing
from tonghop.steps.actions import Desk
from tonghop.steps.verifying import Verdict
from tonghop.steps.verifying_chain import verify_chain
from tonghop.steps.words import HEADLINES
from tonghop.store.records import TotalsPlace

OPERATIONS = int(os.environ.get("TONGHOP_SOAK_OPERATIONS", "500"))
SEED = int(os.environ.get("TONGHOP_SOAK_SEED", "2024"))
SCRIPT = Path(__file__).with_name("collecting_server.py")
ROOT = SCRIPT.parents[2]
EVERY = 50
BEGIN = datetime(2024, 9, 16, 8)  # noqa: DTZ001  in Vietnam
# How often each operation comes, of a hundred.
MIX = {
    "drop": 42,
    "edit": 10,
    "take_away": 4,
    "finish_copying": 3,
    "wait": 7,
    "collect": 12,
    "collect_killed": 9,
    "collect_killed_9": 4,
    "collect_two_at_once": 3,
    "consolidate": 4,
    "withdraw": 4,
    "clock_back": 2,
}


class Collectors:
    """Orders to the server of collecting processes."""

    def __init__(self, office: Office) -> None:
        given = office.app.settings
        environment = os.environ | {"PYTHONPATH": f"{ROOT / 'include'}{os.pathsep}{ROOT / 'tests'}"}
        command = [sys.executable, str(SCRIPT), str(given.home), str(given.expectations), given.database]
        pipe = subprocess.PIPE
        self._server = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)

    def run(self, at: datetime, *stops: Stop | None) -> list[int]:
        """How each collector ended, all begun together."""
        orders = [None if stop is None else [stop.name, stop.at, stop.after] for stop in stops]
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps({"at": at.isoformat(), "stops": orders}) + "\n")
        self._server.stdin.flush()
        return list(json.loads(self._server.stdout.readline()))

    def close(self) -> None:
        for stream in (self._server.stdin, self._server.stdout):
            assert stream is not None
            stream.close()
        assert self._server.wait(30) == 0


class Walk:
    """The walk: every operation is done to the office and told to the model."""

    def __init__(self, office: Office, collectors: Collectors, patch: pytest.MonkeyPatch) -> None:
        self.office, self.collectors, self.patch = office, collectors, patch
        self.dice = random.Random(SEED)
        self.names = Names(self.dice)
        self.now = BEGIN
        self.done: deque[str] = deque(maxlen=60)
        self.counts: Counter[str] = Counter()
        self._mtime = 1_700_000_000
        self._unsure: set[tuple[str, int]] = set()  # pages two collectors wrote at once: which came last is chance
        self.choices = contents(office, Q3)
        self._receipts_before = len(office.app.store.receipts.every())
        self._kept_before, self._moved_before = self._kept(), {unit: self._moved(unit) for unit in UNITS}
        province = office.app.province
        order = [unit.code for unit in province.tree(Q3).filing if unit.code in UNITS]
        zone = office.app.regime.zone
        deadlines = {
            code: office.app.regime.deadline(Q3, office.unit(code).level).astimezone(zone).replace(tzinfo=None)
            for code in UNITS
        }
        self.model = Model(order, deadlines)

    def step(self) -> None:
        (name,) = self.dice.choices(list(MIX), list(MIX.values()))
        self.done.append(name)
        self.counts[name] += 1
        getattr(self, name)()

    # Clerks

    def drop(self) -> None:
        unit = self.dice.choice(UNITS)
        chosen = self.dice.choice(self.choices[unit])
        self._put(unit, self.names.one(signed=chosen.judged == SIGNED), chosen)

    def edit(self) -> None:
        lying = self._lying()
        if lying:
            file = self.dice.choice(lying)
            same = [one for one in self.choices[file.unit] if (one.judged == SIGNED) == (file.content.judged == SIGNED)]
            self._put(file.unit, file.name, self.dice.choice(same))

    def take_away(self) -> None:
        lying = self._lying()
        if lying:
            file = self.dice.choice(lying)
            (self.office.folder(file.unit, "gui-len") / file.name).unlink()
            self.model.take_away(file.unit, file.name)

    def finish_copying(self) -> None:
        """The end of a half-written file arrives, or never comes: ten minutes later it is a damaged file."""
        halves = [file for file in self._lying() if not file.content.whole]
        if halves:
            file = self.dice.choice(halves)
            damaged = Content(file.content.data, file.content.judged)
            self._put(file.unit, file.name, self.dice.choice([damaged, self.choices[file.unit][0]]))

    def _lying(self) -> list[File]:
        return [file for unit in UNITS for file in self.model.inbox[unit].values()]

    def _put(self, unit: str, name: str, chosen: Content) -> None:
        self._mtime += 1
        mtime = float(self._mtime) if chosen.whole else time.time()
        self.office.put(unit, name, chosen.data, mtime)
        self.model.drop(File(unit, name, mtime, chosen))
        self.done.append(f"  {unit} {name} {chosen.judged} {chosen.new} {chosen.whole}")

    # The office

    def wait(self) -> None:
        self.now += timedelta(minutes=self.dice.randint(10, 600))

    def collect(self) -> None:
        self._tick()
        assert self.office.pass_over().troubles == []
        assert self.model.collect(self.now)

    def collect_killed(self) -> None:
        self._tick()
        stop = self._stop()
        with self.patch.context() as patch:
            kill(patch, *POINTS[stop.name], after=stop.after, at=stop.at)
            try:
                self.office.pass_over()
                whole = True
            except Kill:
                whole = False
        assert self.model.collect(self.now, stop) is whole
        self.counts["killed in process"] += not whole

    def collect_killed_9(self) -> None:
        self._tick()
        stop = self._stop()
        (ended,) = self.collectors.run(self.now, stop)
        whole = self.model.collect(self.now, stop)
        assert ended == (0 if whole else -9), stop
        self.counts["killed with -9"] += not whole

    def collect_two_at_once(self) -> None:
        """Two collectors; now and then one of them is killed, and the other does it all."""
        self._tick()
        stop = self.dice.choice([None, self._stop()])
        first, second = self.collectors.run(self.now, stop, None)
        assert first in {0, -9}
        assert second == 0
        pages = {unit: dict(mine) for unit, mine in self.model.pages.items()}
        assert self.model.collect(self.now)
        self._unsure |= {
            (unit, number)
            for unit, mine in self.model.pages.items()
            for number in mine
            if mine[number] != pages[unit].get(number)
        }
        self.counts["one of two killed with -9"] += first == -9
        if self.office.app.store.arrivals.unmoved():
            self.collect()  # what it had moved and not noted; the model knows of no half-done work here

    def consolidate(self) -> None:
        self.office.app.consolidate(Q3)
        line = self.office.app.store.totals.line(TotalsPlace(Q3.code, "", FORM), "W99")
        new = line[TotalKey("W99", "", "", 5)]
        standing = [unit for unit in UNITS if self.model.standing(unit)]
        assert (new.value or 0, new.counted, new.owed) == (self.model.total, len(standing), len(UNITS))

    def withdraw(self) -> None:
        """An official takes a filing back, now and then killed before the unit is told and then doing it again."""
        found = [
            (unit, number)
            for unit in UNITS
            for number, one in enumerate(self.model.revisions[unit], start=1)
            if one.state != SUPERSEDED
        ]
        if not found:
            return
        unit, number = self.dice.choice(found)
        desk = Desk("canbo", Q3, self.office.unit(unit))
        reason = "Đơn vị báo gửi nhầm tệp, đã có công văn."
        if self.dice.random() < 0.3:
            with self.patch.context() as patch:
                kill(patch, withdrawing, "write_answer", after=self.dice.random() < 0.5)
                with pytest.raises(Kill):
                    self.office.app.withdraw(desk, number, reason)
        self.office.app.withdraw(desk, number, reason)
        self.model.withdraw(unit, number)
        self._unsure.discard((unit, number))

    def clock_back(self) -> None:
        """Hours back: nothing is taken, nothing is told."""
        if not self.model.scans:
            return
        self.office.at((self.model.scans[-1] - timedelta(hours=3)).isoformat())
        with pytest.raises(SettingError):
            self.office.pass_over()

    def _tick(self) -> None:
        self.now += timedelta(minutes=1)
        self.office.at(self.now.isoformat())

    def _stop(self) -> Stop:
        return Stop(self.dice.choice(list(POINTS)), self.dice.randint(1, 3), self.dice.random() < 0.5)

    # What must be

    def compare(self) -> None:
        """Store, vault, folders and answers against the model."""
        for unit in UNITS:
            self._compare_unit(unit)
        kept = self._kept()
        assert kept == self.model.vault | self._kept_before
        assert all(self.office.app.vault.verify(sha256) for sha256 in kept)
        told = Counter(self.office.event_kinds())
        for kind in (
            ACCEPTED,
            "invalid",
            "awaiting_explanation",
            "returned",
            SUPERSEDED,
            WITHDRAWN,
            RESTORED,
            DUPLICATE,
            SIGNED,
        ):
            assert told[kind] == self.model.events[kind], kind
        assert self.office.app.store.periods.revision("20243") == self.model.changes
        chain = verify_chain(self.office.app.context)
        assert chain.verdict is Verdict.GENUINE, chain
        assert len(self.office.app.store.receipts.every()) - self._receipts_before == self.model.receipts

    def _compare_unit(self, unit: str) -> None:
        model, office = self.model, self.office
        stored = [(one.revision, one.sha256, one.state.value, one.on_time) for one in office.submissions(unit)]
        expected = [
            (number, one.content.sha256, one.state, one.on_time)
            for number, one in enumerate(model.revisions[unit], start=1)
        ]
        assert stored == expected, unit
        standing, wanted = office.standing(unit), model.standing(unit)
        assert (standing and standing.sha256) == (wanted and wanted.content.sha256), unit
        assert office.state(unit) == (MISSING if not expected else model.state(unit)), unit
        inbox = {path.name: path.read_bytes() for path in office.folder(unit, "gui-len").iterdir()}
        assert inbox == {name: file.content.data for name, file in model.inbox[unit].items()}, unit
        assert self._moved(unit) - self._moved_before[unit] == model.handled[unit], unit
        papers = office.app.store.attachments.of_unit(Q3.code, office.unit(unit).key)
        assert [one.sha256 for one in papers] == model.signed[unit], unit
        self._compare_pages(unit)
        if unit not in {one.file.unit for one in model.unmoved}:
            self._compare_receipts(unit)

    def _compare_receipts(self, unit: str) -> None:
        """The page of every filing is its newest receipt."""
        for one in self.office.submissions(unit):
            newest = self.office.app.store.receipts.newest(Q3.code, one.unit, one.id)
            assert newest is not None
            page = self.office.folder(unit, "nhan-ve") / f"Phieu-tiep-nhan-20243-lan-{one.revision}.html"
            assert newest.link.digest in page.read_text(encoding="utf-8"), (unit, one.revision)

    def _kept(self) -> set[str]:
        return {path.stem for path in self.office.app.vault.root.glob("??/*")}

    def _moved(self, unit: str) -> Counter[str]:
        folder = self.office.folder(unit, "da-nhan")
        return Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir())

    def _compare_pages(self, unit: str) -> None:
        pages = {path.name for path in self.office.folder(unit, "nhan-ve").glob("Ket-qua-20243-*")}
        assert pages == {f"Ket-qua-20243-lan-{number}.html" for number in self.model.pages[unit]}, unit
        for number, (state, duplicate) in self.model.pages[unit].items():
            text = self.office.answer(unit, number)
            words = {value.value: headline for value, headline in HEADLINES.items()}
            right = [words[state]]
            if (unit, number) in self._unsure:
                right.append(words[self.model.revisions[unit][number - 1].state])
            assert any(one in text for one in right), (unit, number)
            if (unit, number) not in self._unsure:
                assert ("Tệp giống hệt" in text) is duplicate, (unit, number)


@pytest.fixture
def soaked(
    request: pytest.FixtureRequest, new_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Walk]:
    """An office with the quarter before filed and this one open; reading children that live for the whole walk."""
    url = str(request.getfixturevalue("postgres_url")) if os.environ.get("TONGHOP_SOAK_DB") == "postgresql" else ""
    office = new_office(database=url)
    office.at("2024-09-15T08:00:00")
    office.app.open(Q2)
    for code in UNITS:
        office.put(code, "quy-2.xlsx", before(office, code))
    assert office.collect() == [f"{code} accepted" for code in UNITS]
    office.app.open(Q3)
    collectors = Collectors(office)
    with ReaderPool(2, Limits()) as pool:
        monkeypatch.setattr(intake, "ReaderPool", lambda _workers, _limits: nullcontext(pool))
        yield Walk(office, collectors, monkeypatch)
    collectors.close()


def test_after_any_walk_everything_is_as_the_model_says(soaked: Walk) -> None:
    for number in range(1, OPERATIONS + 1):
        try:
            soaked.step()
            if number % EVERY == 0:
                soaked.compare()
        except Exception as wrong:
            walked = "\n".join(soaked.done)
            raise AssertionError(f"seed {SEED}, operation {number}: {wrong}\nlast operations:\n{walked}") from wrong
    soaked.collect()
    soaked.compare()
    soaked.consolidate()
    assert soaked.office.app.store.arrivals.unmoved() == ()
    if OPERATIONS >= 500:
        assert min(soaked.counts[name] for name in ("killed in process", "killed with -9")) >= 5
