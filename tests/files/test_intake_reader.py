"""The reading processes: what one file does to its reader never reaches the others or the parent."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from files.intake_books import rewrite
from files.old_books import encrypted

import tonghop
from tonghop.files.child_pool import ChildError
from tonghop.files.limits import MIB, Limits
from tonghop.files.reader import RawBook, ReaderError, ReaderPool, Unreadable

OPEN = Limits(
    part_bytes=1 << 40, total_bytes=1 << 40, ratio=10**9, last_column=10**6, last_row=10**8, cells=10**15, seconds=30
)


def write(path: Path, value: object = 1) -> Path:
    made = xlsxwriter.Workbook(str(path))
    made.add_worksheet("II.06a").write(0, 0, value)
    made.close()
    return path


def summary(answers: list[object]) -> list[object]:
    return [
        answer.sheets["II.06a"].value(1, 1) if isinstance(answer, RawBook) else getattr(answer, "code", answer)
        for answer in answers
    ]


def farthest(path: Path) -> Path:
    write(path)
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", cell))


def bomb(path: Path) -> Path:
    """Some 300 kB that unpack to 300 MB of strings."""
    write(path, "x")
    text = b"<si><t>" + b"x" * (300 * MIB) + b"</t></si></sst>"
    return rewrite(path, "xl/sharedStrings.xml", lambda xml: xml.replace(b"</sst>", text))


def test_answers_come_in_order_and_one_bad_file_stops_nobody(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{number}.xlsx", number) for number in range(12)]
    for at, content in ((2, b""), (5, encrypted()), (7, b"PK\x03\x04 half")):
        paths[at].write_bytes(content)
    farthest(paths[9])
    with ReaderPool() as pool:
        found = summary(list(pool.read_many(paths)))
    assert found == [0, 1, "damaged", 3, 4, "locked", 6, "damaged", 8, "unsafe", 10, 11]


def test_an_abort_in_the_parser_costs_one_file_only(tmp_path: Path) -> None:
    """With the checks before it taken away, one cell at XFD1048576 ends the child: the second line holds."""
    paths = [write(tmp_path / "a.xlsx", 1), farthest(tmp_path / "b.xlsx"), *[write(tmp_path / "c.xlsx", 3)] * 3]
    with ReaderPool(1, OPEN) as pool:
        assert summary(list(pool.read_many(paths))) == [1, "unsafe", 3, 3, 3]


def test_memory_of_a_child_is_limited(tmp_path: Path) -> None:
    path = bomb(tmp_path / "bom.xlsx")
    assert path.stat().st_size < MIB
    good = write(tmp_path / "tot.xlsx", 5)
    with ReaderPool(1, replace(OPEN, memory_bytes=250 * MIB)) as pool:
        assert summary(list(pool.read_many([path, good]))) == ["unsafe", 5]
    with ReaderPool(1) as pool:
        assert summary(list(pool.read_many([path, good]))) == ["unsafe", 5]


def test_a_child_that_takes_too_long_is_replaced(tmp_path: Path) -> None:
    """A pipe nobody writes to blocks the child for ever."""
    stuck = tmp_path / "ong.xlsx"
    os.mkfifo(stuck)
    good = write(tmp_path / "tot.xlsx", 5)
    start = time.monotonic()
    with ReaderPool(2, Limits(seconds=1.5)) as pool:
        answers = list(pool.read_many([good, stuck, good, good, stuck, good]))
    assert summary(answers) == [5, "unsafe", 5, 5, "unsafe", 5]
    assert time.monotonic() - start < 15
    assert isinstance(answers[1], Unreadable)
    assert "quá lâu" in answers[1].finding.message


def test_a_child_ends_by_itself_when_its_parent_is_gone(tmp_path: Path) -> None:
    """A parent that is killed cannot end a child; the closed pipe does."""
    script = (
        "import os, sys; from pathlib import Path\n"
        "from tonghop.files.reader import ReaderPool\n"
        "pool = ReaderPool(1).__enter__(); pool.read(Path(sys.argv[1]))\n"
        "child = pool._children.get(); print(child._process.pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    path = write(tmp_path / "a.xlsx")
    include = str(Path(tonghop.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": include},
        check=False,
    )
    child = int(done.stdout)
    for _ in range(50):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            return
        time.sleep(0.1)
    pytest.fail(f"child {child} still runs")


def test_a_fault_of_ours_is_told_as_ours_and_stops_nobody(tmp_path: Path) -> None:
    good = write(tmp_path / "tot.xlsx", 5)
    with ReaderPool(1) as pool:
        answers = list(pool.read_many([tmp_path / "khong-co.xlsx", good]))
    assert isinstance(answers[0], ReaderError)
    assert "FileNotFoundError" in answers[0].problem
    assert summary(answers[1:]) == [5]


def test_a_pool_serves_again_and_leaves_no_process(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", 7)
    with ReaderPool(2) as pool:
        assert summary(list(pool.read_many([path] * 3))) == [7, 7, 7]
        assert summary([pool.read(path)]) == [7]
        unfinished = pool.read_many([path] * 20)
        next(unfinished)
        children = [pool._children.get() for _ in range(2)]
        pids = [child._process.pid for child in children if child._process]
        for child in children:
            pool._children.put(child)
    assert len(pids) == 2
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_an_unopened_pool_says_so() -> None:
    with pytest.raises(ChildError, match="with"):
        next(ReaderPool().read_many([]))


def test_a_large_book_crosses_whole(tmp_path: Path) -> None:
    path = tmp_path / "lon.xlsx"
    made = xlsxwriter.Workbook(str(path))
    for sheet in range(8):
        page = made.add_worksheet(f"II.{sheet}")
        for row in range(400):
            page.write_row(row, 0, [f"Lĩnh vực {row}", *range(row, row + 25)])
    made.close()
    with ReaderPool(1) as pool:
        book = pool.read(path)
    assert isinstance(book, RawBook)
    assert [grid.value(400, 26) for grid in book.sheets.values()] == [399 + 24] * 8


def test_the_child_loads_no_heavy_library() -> None:
    code = "import sys, tonghop.files.reading_child; print(' '.join(sorted(sys.modules)))"
    include = str(Path(tonghop.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": include},
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "python_calamine" in loaded
    assert not loaded & {"pandas", "numpy", "openpyxl", "sqlalchemy", "airflow", "great_expectations", "pydantic"}
