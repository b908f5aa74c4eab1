"""Any file at all: whatever is dropped, the unit gets the right answer and every other unit of the pass is served.

Every case is made by code and lies in an inbox of its own; all of them run in a few real passes of `collect`.
"""

from __future__ import annotations

import os
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from files.book_changes import Case
from files.cases_of_cells import accepted, invalid, returned
from files.cases_of_files import half, hostile, no_workbooks, other_kinds
from files.wide_province import Clerk, build, communes_of
from toy_office import Q3

from tonghop.app import App
from tonghop.domain.errors import SettingError
from tonghop.domain.finding import CATALOGUE
from tonghop.domain.units import Unit
from tonghop.files import vault
from tonghop.files.limits import MIB, Limits
from tonghop.files.reader import ReaderError, ReaderPool
from tonghop.settings import Settings
from tonghop.steps.collect import Answer, CollectReport

PASSES = (
    tuple(accepted()) + tuple(other_kinds()),
    tuple(invalid()) + tuple(returned()) + tuple(no_workbooks()),
    tuple(hostile()),
)
CASES = tuple(case for cases in PASSES for case in cases)
AMBIENT = frozenset({"carry-over-unchecked"})  # told of every right workbook of this first period
CONTROLS = 2  # right workbooks in every pass: the first and the last file of it
UNTAKEN = 20  # communes for what is no file, or not yet one
MEMORY = 300 * 10**6


@dataclass
class Passes:
    """The province after all passes: what became of each case, of the right workbooks beside them, and the files."""

    app: App
    clerk: Clerk
    answers: dict[str, Answer] = field(default_factory=dict)
    controls: list[str] = field(default_factory=list)
    reports: list[CollectReport] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)

    def run(self, cases: tuple[Case, ...]) -> None:
        at = len(self.answers) + len(self.controls)
        units = self.units[at : at + len(cases) + CONTROLS]
        self.clerk.put(units[0], "dung.xlsx", self.clerk.workbook(units[0]).xlsx(), age=10**6)
        self.clerk.put(units[-1], "dung.xlsx", self.clerk.workbook(units[-1]).xlsx(), age=0)
        for case, unit in zip(cases, units[1:], strict=False):
            content = case.make(self.clerk.workbook(unit))
            self.files[case.name].write_bytes(content)
            self.clerk.put(unit, case.file, content, case.age)
        start = time.monotonic()
        report = self.app.collect()
        self.seconds.append(time.monotonic() - start)
        self.reports.append(report)
        by_unit = {answer.unit.code: answer for answer in report.answers}
        assert len(by_unit) == len(cases) + CONTROLS, "a file got no answer"
        self.controls += [by_unit[unit.code].state.value for unit in (units[0], units[-1])]
        self.answers |= {case.name: by_unit[unit.code] for case, unit in zip(cases, units[1:], strict=False)}

    @property
    def free(self) -> list[Unit]:
        """Communes no case has used."""
        return self.units[len(CASES) + CONTROLS * len(PASSES) :]


@pytest.fixture(scope="module")
def passes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Passes]:
    home = tmp_path_factory.mktemp("bat-ky")
    made = home / "tep"
    made.mkdir()
    with build(home, len(CASES) + CONTROLS * len(PASSES) + UNTAKEN) as app:
        done = Passes(app, Clerk(app, home), units=communes_of(app))
        done.files = {
            case.name: made / f"{number}{Path(str(case.file)).suffix[:6]}" for number, case in enumerate(CASES)
        }
        for cases in PASSES:
            done.run(cases)
        yield done


def test_there_are_enough_cases_and_no_two_share_a_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 80


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_becomes_of(passes: Passes, case: Case) -> None:
    answer = passes.answers[case.name]
    codes = {finding.code for finding in answer.findings} - AMBIENT
    assert (answer.state.value, codes) == (case.state, set(case.codes.split()))
    messages = " | ".join(f"{finding.place} {finding.message}" for finding in answer.findings)
    assert [word for word in case.words if word not in messages] == []


def test_every_other_unit_of_every_pass_is_served(passes: Passes) -> None:
    assert passes.controls == ["accepted"] * CONTROLS * len(PASSES)
    assert [report.troubles for report in passes.reports] == [[]] * len(PASSES)
    assert [report.waiting for report in passes.reports] == [[]] * len(PASSES)


def test_every_unit_finds_its_answer_and_no_inbox_keeps_a_file(passes: Passes) -> None:
    for answer in passes.answers.values():
        folder = passes.app.context.folder(answer.unit)
        assert list((folder / "gui-len").iterdir()) == []
        assert len(list((folder / "da-nhan").iterdir())) == 1
        (page,) = (folder / "nhan-ve").glob("Ket-qua*.html")
        text = page.read_text(encoding="utf-8")
        assert "<script>" not in text
        assert "<img" not in text


def test_what_is_accepted_counts_and_nothing_else_does(passes: Passes) -> None:
    status = {one.unit.code: one.state for one in passes.app.status(Q3).units}
    wrong = [name for name, answer in passes.answers.items() if status[answer.unit.code] != answer.state.value]
    assert wrong == []


def test_text_like_a_formula_is_text_in_all_we_write(passes: Passes) -> None:
    passes.app.consolidate(Q3)
    folder = passes.app.draft(Q3).folder
    figures = "".join(path.read_text(encoding="utf-8-sig") for path in folder.rglob("*.csv"))
    assert "'+cmd|" in figures
    assert re.findall(r"(?:^|,)\"?[=+@]\S*", figures, re.MULTILINE) == []
    seen = 0
    for path in folder.rglob("*.xlsx"):
        with zipfile.ZipFile(path) as package:
            for part in package.namelist():
                text = package.read(part).decode("utf-8", "replace") if part.endswith(".xml") else ""
                seen += "HYPERLINK(" in text and "cmd|" in text
                assert [
                    found for found in re.findall("<f[ >][^<]*</f>", text) if "http" in found or "cmd" in found
                ] == []
    assert seen


def test_memory_of_a_reading_child_stays_within_its_limit(passes: Passes) -> None:
    """The kernel holds the child to its addresses; what it really took is read after every file."""
    most = 0
    with ReaderPool(1) as pool:
        for name, path in passes.files.items():
            assert not isinstance(pool.read(path), ReaderError), name
            child = pool._children.get()
            pool._children.put(child)
            if child._process is not None:
                most = max(most, _peak(child._process.pid))
                assert f"{Limits().memory_bytes}" in Path(f"/proc/{child._process.pid}/limits").read_text()
    assert 0 < most <= MEMORY
    assert Limits().memory_bytes <= MEMORY


def _peak(pid: int) -> int:
    """Most memory a process ever held, in bytes."""
    match = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert match
    return int(match[1]) * 1024


def test_what_is_no_file_stays_where_it_is(passes: Passes, tmp_path: Path) -> None:
    *units, last = passes.free[:9]
    elsewhere = tmp_path / "khac.xlsx"
    elsewhere.write_bytes(passes.clerk.workbook(units[0]).xlsx())
    inboxes = [passes.clerk.inbox(unit) for unit in units]
    (inboxes[0] / "lien-ket.xlsx").symlink_to(elsewhere)
    (inboxes[1] / "dut.xlsx").symlink_to(tmp_path / "khong-co")
    os.mkfifo(inboxes[2] / "ong.xlsx")
    shutil.copytree(tmp_path, inboxes[3] / "thu-muc.xlsx")
    for inbox, name in zip(
        inboxes[4:], ("~$bao-cao.xlsx", "Thumbs.db", ".~lock.bao-cao.xlsx#", "b.xlsx.crdownload"), strict=True
    ):
        shutil.copy(elsewhere, inbox / name)
    passes.clerk.put(last, "dung.xlsx", passes.clerk.workbook(last).xlsx())
    report = passes.app.collect()
    assert [(answer.unit, answer.state.value) for answer in report.answers] == [(last, "accepted")]
    assert (report.waiting, report.troubles) == ([], [])
    assert [len(list(inbox.iterdir())) for inbox in inboxes] == [1] * len(inboxes)


def test_what_is_still_being_written_waits(passes: Passes, monkeypatch: pytest.MonkeyPatch) -> None:
    *units, last = passes.free[9:15]
    clerk = passes.clerk
    books = [clerk.workbook(unit) for unit in units]
    for unit, (name, content) in zip(units, (
        ("nua.xlsx", half(books[0].xlsx())),
        ("nua.xls", half(books[1].xls())),
        ("nua.ods", half(books[2].ods())),
        ("khong.xlsx", bytes(4096)),
    ), strict=False):  # fmt: skip
        clerk.put(unit, name, content, age=0)
    clerk.put(units[4], "dang-ghi.xlsx", books[4].xlsx())
    clerk.put(last, "dung.xlsx", clerk.workbook(last).xlsx())
    read = vault._local

    def meddling(source: Path, limit: int) -> Iterator[bytes]:
        pieces = read(source, limit)
        yield next(pieces)
        if source.name == "dang-ghi.xlsx":
            source.write_bytes(source.read_bytes() + b"x")
        yield from pieces

    monkeypatch.setattr(vault, "_local", meddling)
    report = passes.app.collect()
    assert [(answer.unit, answer.state.value) for answer in report.answers] == [(last, "accepted")]
    assert len(report.waiting) == 5
    assert report.troubles == []
    monkeypatch.undo()
    for unit in units[:4]:
        (path,) = clerk.inbox(unit).iterdir()
        os.utime(path, (1, 1))
    again = {answer.unit.code: answer.findings[0].code for answer in passes.app.collect().answers}
    assert [again[unit.code] for unit in units[:4]] == ["damaged"] * 4


def test_a_file_of_300_mb_is_not_even_opened(passes: Passes) -> None:
    big, last = passes.free[15:17]
    path = passes.clerk.put(big, "lon.xlsx", b"PK\x03\x04", age=0)
    with path.open("r+b") as file:
        file.truncate(300 * MIB)
    os.utime(path, (1, 1))
    passes.clerk.put(last, "dung.xlsx", passes.clerk.workbook(last).xlsx())
    report = passes.app.collect()
    found = {answer.unit.code: answer for answer in report.answers}
    assert found[last.code].state.value == "accepted"
    assert [finding.code for finding in found[big.code].findings] == ["too-big"]
    assert "300,0 MB; giới hạn là 20,0 MB" in found[big.code].findings[0].message


# Limits are settings


def test_limits_come_from_the_environment_and_the_answer_names_them(tmp_path: Path) -> None:
    given = {"TONGHOP_MAX_MB": "1", "TONGHOP_READ_SECONDS": "7", "TONGHOP_READ_MB": "150"}
    set_so = Settings.from_env(given)
    with build(tmp_path, 1) as app:
        include, home = app.settings.include, app.settings.home
        limited = replace(app.settings, max_mb=set_so.max_mb, read_seconds=set_so.read_seconds, read_mb=set_so.read_mb)
    with App(limited) as app:
        assert (app.settings.include, app.settings.home) == (include, home)
        limits = app.context.limits
        assert (limits.file_bytes, limits.seconds, limits.memory_bytes) == (MIB, 7, 150 * MIB)
        (unit,) = communes_of(app)
        Clerk(app, tmp_path).put(unit, "lon.xlsx", b"PK\x03\x04" + bytes(2 * MIB))
        (answer,) = app.collect().answers
    assert "2,0 MB; giới hạn là 1,0 MB" in answer.findings[0].message


@pytest.mark.parametrize("name", ["TONGHOP_MAX_MB", "TONGHOP_READ_SECONDS", "TONGHOP_READ_MB"])
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "nhiều", "٣", "99999999999"])
def test_a_limit_that_makes_no_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        Settings.from_env({name: value})


def test_3800_empty_inboxes_are_passed_over_in_a_second(tmp_path: Path) -> None:
    with build(tmp_path, 3800) as app:
        app.collect()
        start = time.process_time()
        report = app.collect()
        took = time.process_time() - start
    assert report.answers == []
    assert took < 1


def test_the_cases_reach_every_code_a_reader_can_give() -> None:
    told = {code for case in CASES for code in case.codes.split()}
    by_rules = {"balance", "balance-soft", "carry-over", "carry-over-unchecked", "year-below-quarters", "cross-form"}
    for code in ("damaged", "locked", "unsupported", "too-big", "unsafe", "no-form", "wrong-unit", "wrong-period"):
        assert code in told
    reading = {
        "layout",
        "sheet-ambiguous",
        "sheet-renamed",
        "sheet-hidden",
        "sheet-extra",
        "columns-moved",
        "column-hidden",
    }
    assert reading <= told <= set(CATALOGUE)
    assert told - by_rules
