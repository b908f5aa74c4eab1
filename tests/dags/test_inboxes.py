"""The watcher of the inboxes: what `collect` is scheduled by, and the trigger at work."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tonghop.branches import branches
from tonghop.settings import Settings
from tonghop.steps.arriving import Arrivals

WHOLE = b"PK\x03\x04" + b"x" * 40 + b"PK\x05\x06" + bytes(18)
Act = Callable[[], object]


class EnoughError(Exception):
    """The script of a test has come to its end."""


@pytest.fixture
def sdk() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # Airflow's own imports warn
        from airflow import sdk
        from airflow.triggers import base

        assert base
    return sdk


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The inbox of a unit of an installation whose home is `tmp_path`."""
    for name in [name for name in os.environ if name.startswith("TONGHOP")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TONGHOP_HOME", str(tmp_path))
    inbox = tmp_path / "drop" / "25217-xa" / "gui-len"
    inbox.mkdir(parents=True)
    return inbox


def schedule(sdk: Any, **environ: str) -> Any:
    (branch,) = branches(Settings.from_env(environ))
    return branch.passes(sdk)


@dataclass
class Told:
    """What a trigger came to: payloads of its events, seconds of its pauses, faults it wrote into the log."""

    events: list[dict[str, int]] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def at_work(*acts: Act) -> Told:
    """The trigger runs; in its first pause the first of `acts` happens, and so on, and then it is ended."""
    from tonghop.airflow_inboxes import InboxTrigger

    waiting, told = iter(acts), Told()

    class Scripted(InboxTrigger):
        log = SimpleNamespace(exception=lambda text, *values: told.faults.append(text % values))

        async def rest(self, seconds: float) -> None:
            told.pauses.append(seconds)
            next(waiting, _enough)()

    async def listen() -> None:
        async for event in Scripted("binh-phuoc", 2.0).run():
            told.events.append(event.payload)

    with pytest.raises(EnoughError):
        asyncio.run(listen())
    return told


def _enough() -> None:
    raise EnoughError


def nothing() -> None:
    """A pause in which nothing happens."""


def test_the_clock_and_what_is_dropped_both_start_a_pass(bag: Any) -> None:
    timetable = bag.dags["collect"].timetable
    assert (timetable.timetable.expression, str(timetable.timetable.timezone)) == ("*/5 * * * *", "Asia/Ho_Chi_Minh")
    assert timetable.asset_condition.uri == "tonghop/inboxes"
    (watcher,) = timetable.asset_condition.watchers
    assert watcher.name == "inboxes"


def test_without_an_event_the_clock_goes_on_as_before(sdk: Any) -> None:
    """A dead triggerer: what Airflow's scheduler makes of the schedule is the clock's next pass."""
    from airflow.serialization.decoders import decode_timetable
    from airflow.serialization.encoders import encode_timetable
    from airflow.timetables.base import TimeRestriction

    def passes(timetable: Any) -> list[Any]:
        found, last = [], None
        for _ in range(3):
            info = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
            found.append(info.run_after)
            last = info.data_interval
        return found

    restriction = TimeRestriction(earliest=None, latest=None, catchup=False)
    watched, alone = (
        decode_timetable(encode_timetable(schedule(sdk, TONGHOP_WATCH_S=seconds))) for seconds in ("2", "0")
    )
    assert passes(watched) == passes(alone)
    assert [(after - before).total_seconds() for before, after in pairwise(passes(watched))] == [300, 300]


@pytest.mark.parametrize(
    "environ",
    [{"TONGHOP_WATCH_S": "0"}, {"TONGHOP_DROP": "sftp://kho_tep@/srv/drop"}, {"TONGHOP_DROP": "s3://kho@thung/drop"}],
    ids=["switched off", "files on another machine", "object store"],
)
def test_where_nobody_watches_there_is_the_clock_alone(sdk: Any, environ: dict[str, str]) -> None:
    timetable = schedule(sdk, **environ)
    assert isinstance(timetable, sdk.CronTriggerTimetable)
    assert timetable.expression == "*/5 * * * *"


def test_a_demonstration_has_neither_clock_nor_watcher() -> None:
    assert schedule(SimpleNamespace(), TONGHOP_DEMO="1") is None


def test_what_airflow_keeps_of_a_watcher_says_whose_and_how_often_and_no_more(sdk: Any) -> None:
    from airflow.serialization.encoders import encode_trigger
    from airflow.triggers.base import BaseEventTrigger

    def kept(**environ: str) -> dict[str, Any]:
        (watcher,) = schedule(
            sdk, TONGHOP_DB="postgresql://tonghop:mat-khau@db/tonghop", **environ
        ).asset_condition.watchers
        return encode_trigger(watcher.trigger)

    as_set, faster = kept(), kept(TONGHOP_WATCH_S="1")
    assert json.loads(json.dumps(as_set)) == {
        "classpath": "tonghop.airflow_inboxes.InboxTrigger",
        "kwargs": {"province": "binh-phuoc", "every_s": 2.0},
    }
    hashes = {BaseEventTrigger.hash(one["classpath"], one["kwargs"]) for one in (as_set, kept(), faster)}
    assert len(hashes) == 2, "another setting replaces the trigger, the same keeps it"


def test_an_event_per_look_that_found_files_at_rest(inbox: Path) -> None:
    told = at_work(
        lambda: (inbox / "a.xlsx").write_bytes(WHOLE),
        nothing,
        nothing,
        lambda: [(inbox / name).write_bytes(WHOLE) for name in ("b.xlsx", "c.xlsx")],
        nothing,
        nothing,
    )
    assert told.events == [{"files": 1}, {"files": 2}]
    assert (set(told.pauses), told.faults) == ({2.0}, [])


def test_a_file_that_is_written_for_long_or_stuck_makes_no_storm(inbox: Path) -> None:
    writing = [lambda size=size: (inbox / "lon.pdf").write_bytes(b"%PDF" * size) for size in range(1, 60)]
    assert at_work(*writing, *[nothing] * 60).events == [{"files": 1}]


def test_a_fault_is_logged_and_waited_out_ever_longer_and_ends_nothing(inbox: Path) -> None:
    drop = inbox.parent.parent
    away = drop.with_name("away")

    def gone() -> None:
        drop.rename(away)
        drop.write_text("đĩa khác chưa gắn", encoding="utf-8")

    def back() -> None:
        drop.unlink()
        away.rename(drop)
        (inbox / "a.xlsx").write_bytes(WHOLE)

    told = at_work(gone, *[nothing] * 9, back, nothing, nothing)
    assert told.events == [{"files": 1}]
    assert told.pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 2, 2, 2]
    assert len(told.faults) == 10
    assert told.faults[0] == "The inboxes of binh-phuoc cannot be watched; next look in 4 s"


def test_a_wrong_setting_is_waited_out_too(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGHOP_SETTLE_S", "năm")

    def mended() -> None:
        monkeypatch.setenv("TONGHOP_SETTLE_S", "5")
        (inbox / "a.xlsx").write_bytes(WHOLE)

    told = at_work(nothing, mended, nothing)
    assert (told.events, told.pauses) == ([{"files": 1}], [4, 8, 2, 2])


def test_looking_does_not_hold_up_other_triggers(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The triggerer has one loop for all: a look, however slow the disk, happens in a thread beside it."""
    looked = list[int]()
    monkeypatch.setattr(Arrivals, "look", lambda self: looked.append(threading.get_ident()) or 0)
    at_work(nothing, nothing)
    assert len(looked) == 3
    assert threading.get_ident() not in looked
