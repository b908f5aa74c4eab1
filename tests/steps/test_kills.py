"""Killed anywhere, run again: the same result as a run nobody disturbed; nothing lost, nothing doubled."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from toy_office import COMPLAINTS, HUYEN, PHUONG, Q2, Q3, UNITS, XA, Office, because, settings

from tonghop.app import App
from tonghop.files.vault import Vault
from tonghop.steps import answering, collect, consolidate, drafting, marking, publish, receipts, reporting, signed
from tonghop.steps.verifying import Verdict
from tonghop.steps.verifying_chain import verify_chain
from tonghop.store import schema
from tonghop.store.arrivals import Arrivals
from tonghop.store.attachments import Attachments
from tonghop.store.periods import Periods
from tonghop.store.publications import Publications
from tonghop.store.submissions import Submissions
from tonghop.store.totals import Totals

pytestmark = pytest.mark.both_databases

_UNCOMPARED = {"scans", "alembic_version"}  # how often somebody looked is not the result


class Kill(BaseException):
    """The process ends here."""


def kill(patch: pytest.MonkeyPatch, owner: Any, name: str, *, after: bool = True, at: int = 1) -> None:
    """End the process after (or before) the `at`-th call of `owner.name`."""
    real, calls = getattr(owner, name), [0]

    def killing(*arguments: Any, **options: Any) -> Any:
        calls[0] += 1
        if calls[0] == at and not after:
            raise Kill
        result = real(*arguments, **options)
        if calls[0] == at:
            raise Kill
        return result

    patch.setattr(owner, name, killing)


def file_everything(office: Office) -> None:
    """A quarter's mail: good, broken, to explain, damaged, of another unit, a correction, and signed copies."""
    office.app.open(Q2)
    office.app.open(Q3)
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 8, 2)})
    office.send(XA, Q3, {COMPLAINTS: (5, 10, 8, 7)}, explanations=[because()])
    office.collect()
    office.send_all()
    office.send(PHUONG, Q3, {COMPLAINTS: (0, 10, 8, 3)}, name="sai.xlsx")
    office.put(PHUONG, "hong.xlsx", b"no workbook")
    office.put(PHUONG, "nham.xlsx", office.workbook(XA))
    office.send(XA, Q2, {COMPLAINTS: (0, 12, 8, 4)}, name="dinh-chinh.xlsx")
    office.put(PHUONG, "sai.pdf", b"%PDF-1.7 sai")
    office.put(HUYEN, "van ban.pdf", b"%PDF-1.7 huyen")
    office.put(HUYEN, "van ban (2).pdf", b"%PDF-1.7 huyen")


def rows(office: Office) -> dict[str, list[tuple[object, ...]]]:
    """Everything the store holds but ids of rows and passes; equal when two offices did the same work."""
    found: dict[str, list[tuple[object, ...]]] = {}
    with office.app.store.database.reading() as connection:
        for table in schema.METADATA.sorted_tables:
            if table.name not in _UNCOMPARED:
                kept = [column for column in table.columns if column.name != "manifest_sha256"]
                read = connection.execute(sqlalchemy.select(*kept).order_by(*table.primary_key.columns))
                found[table.name] = [tuple(row) for row in read]
    return found


def files(office: Office) -> dict[str, bytes]:
    home = office.app.settings.home
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.name.startswith(("tonghop.db", ".lock")) and path.suffix != ".tmp"
    }


def told(office: Office, period: Any = Q3) -> list[tuple[object, ...]]:
    return [
        (event.kind, event.unit, event.submission_id, json.dumps(dict(event.detail)))
        for event in office.app.events(period)
    ]


@dataclass(frozen=True)
class Result:
    """What a pass left behind."""

    rows: dict[str, list[tuple[object, ...]]]
    files: dict[str, bytes]
    events: list[tuple[object, ...]]


def result(office: Office) -> Result:
    return Result(rows(office), files(office), [*told(office, Q2), *told(office)])


def places_left_out(table: str, kept: dict[str, list[tuple[object, ...]]]) -> list[tuple[object, ...]]:
    """Rows of a table without where and when a file was moved."""
    return [row[:-2] for row in kept[table]] if table == "arrivals" else kept[table]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, toy_expectations: Path) -> Result:
    home = tmp_path_factory.mktemp("undisturbed")
    with App(settings(home, toy_expectations), "thử nghiệm") as app:
        office = Office(app)
        file_everything(office)
        office.collect()
        return result(office)


COLLECT_KILLS = {
    "after the vault": (Vault, "keep", True),
    "after reading": (collect, "in_waves", False),
    "before the commit": (Submissions, "record", False),
    "after the commit": (Submissions, "record", True),
    "before the later periods": (collect, "recheck_later", False),
    "after the later periods": (collect, "recheck_later", True),
    "after the receipt": (receipts, "write", True),
    "before the marked copy": (marking, "place", False),
    "after the marked copy": (marking, "place", True),
    "after the answer": (answering, "write", True),
    "after the move": (answering, "move_handled", True),
    "before the note of the move": (Arrivals, "mark_moved", False),
    "after the note of the move": (Arrivals, "mark_moved", True),
    "before a signed copy": (Attachments, "record", False),
    "after a signed copy": (Attachments, "record", True),
    "before the receipt of a signed copy": (signed, "write_receipt", False),
    "after the receipt of a signed copy": (signed, "write_receipt", True),
    "before the move of a signed copy": (signed, "put_away", False),
    "after the move of a signed copy": (signed, "put_away", True),
}


def _happens(point: str, at: int) -> bool:
    """Whether a point is passed that often: files are read once, one is marked; there are three signed copies."""
    return point not in {"after reading", "before the marked copy", "after the marked copy"} and (
        at == 2 or "signed copy" in point
    )


@pytest.mark.parametrize(
    ("point", "at"),
    [(point, at) for point in COLLECT_KILLS for at in (1, 2, 3) if at == 1 or _happens(point, at)],
    ids=str,
)
def test_a_killed_pass_is_finished_by_the_next(
    new_office: Callable[..., Office], undisturbed: Result, monkeypatch: pytest.MonkeyPatch, point: str, at: int
) -> None:
    killed = new_office()
    file_everything(killed)
    owner, name, after = COLLECT_KILLS[point]
    with monkeypatch.context() as patch:
        kill(patch, owner, name, after=after, at=at)
        with pytest.raises(Kill):
            killed.collect()

    killed.collect()
    killed.collect()

    found = result(killed)
    for table in undisturbed.rows:
        assert places_left_out(table, found.rows) == places_left_out(table, undisturbed.rows), table
    assert found.events == undisturbed.events
    assert found.files == undisturbed.files
    assert killed.app.store.arrivals.unmoved() == ()
    assert verify_chain(killed.app.context).verdict is Verdict.GENUINE


@pytest.mark.parametrize("then", ["taken away", "edited"])
@pytest.mark.parametrize(
    ("name", "owner", "page"),
    [
        ("bao-cao.xlsx", Submissions, "Ket-qua-20243-lan-1.html"),
        ("bao-cao.pdf", Attachments, "Phieu-tiep-nhan-20243-ban-ky.html"),
    ],
)
def test_what_was_recorded_is_answered_although_its_file_is_gone(
    office: Office, monkeypatch: pytest.MonkeyPatch, name: str, owner: Any, page: str, then: str
) -> None:
    """Killed between record and answer; before the next pass the clerk takes the file away, or edits it."""
    signed = name.endswith(".pdf")
    path = office.put(XA, name, b"%PDF-1.7" if signed else office.workbook(XA))
    with monkeypatch.context() as patch:
        kill(patch, owner, "record")
        with pytest.raises(Kill):
            office.collect()
    assert page not in office.names(XA, "nhan-ve")
    if then == "edited":
        office.put(XA, name, b"%PDF-1.7 2" if signed else office.workbook(XA, rows={COMPLAINTS: (0, 11, 8, 3)}))
    else:
        path.unlink()

    office.collect()

    assert page in office.names(XA, "nhan-ve")
    assert office.names(XA, "gui-len") == []
    assert office.app.store.arrivals.unmoved() == ()
    assert len(office.names(XA, "da-nhan")) == (1 if then == "edited" else 0)


@pytest.mark.parametrize(
    ("owner", "name", "after"),
    [
        (Totals, "replace", True),
        (consolidate, "picture", False),
        (consolidate, "write_district", False),
        (consolidate, "write_district", True),
        (Periods, "mark_consolidated", False),
    ],
    ids=["within the totals", "between totals and districts", "before a district", "after a district", "at the end"],
)
def test_a_killed_consolidation_is_finished_by_the_next(
    new_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, after: bool
) -> None:
    undisturbed, killed = new_office("undisturbed"), new_office("killed")
    for office in (undisturbed, killed):
        office.app.open(Q3)
        office.send_all()
        office.collect()
        office.app.consolidate(Q3)
        office.send(XA, Q3, {COMPLAINTS: (0, 40, 30, 10)})
        office.collect()
    undisturbed.app.consolidate(Q3)
    with monkeypatch.context() as patch:
        kill(patch, owner, name, after=after)
        with pytest.raises(Kill):
            killed.app.consolidate(Q3)
    assert killed.app.pending() == {"20243": len(UNITS) + 1}

    killed.app.consolidate(Q3)

    assert killed.app.pending() == {}
    assert rows(killed) == rows(undisturbed)
    assert files(killed) == files(undisturbed)
    assert told(killed) == told(undisturbed)


@pytest.mark.parametrize(
    ("owner", "name", "after"),
    [
        (reporting, "write_provincial", True),
        (drafting, "write_json", True),
        (publish, "_place", False),
        (publish, "write_json", True),
        (publish, "_place", True),
        (Publications, "record", False),
        (Publications, "record", True),
    ],
    ids=["draft", "draft built", "before the folder", "manifest", "folder renamed", "before the record", "recorded"],
)
def test_a_killed_publication_is_finished_by_the_next(
    new_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, after: bool
) -> None:
    undisturbed, killed = new_office("undisturbed"), new_office("killed")
    for office in (undisturbed, killed):
        office.app.open(Q3)
        office.send_all()
        office.collect()
        office.app.consolidate(Q3)
    undisturbed.publish()
    with monkeypatch.context() as patch:
        kill(patch, owner, name, after=after)
        with pytest.raises(Kill):
            killed.publish()

    published = killed.publish()

    assert published.version == 1
    assert rows(killed) == rows(undisturbed)
    assert told(killed) == told(undisturbed)
    leftovers = [name for name in files(killed) if "/." in name]
    finished = {name: content for name, content in files(killed).items() if name not in leftovers}
    assert finished == files(undisturbed)
    assert [path.name for path in (killed.app.settings.home / "published" / "20243").iterdir() if path.is_dir()] == [
        "v1"
    ]
