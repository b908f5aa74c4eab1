"""The sheets beside the forms: comparison, ranking, targets, charts, what to type, where figures stand."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from files.consolidated.conftest import Quarter, build
from openpyxl import Workbook, load_workbook

from tonghop.domain.changes import Past, Reference
from tonghop.domain.consolidated import Consolidated
from tonghop.domain.errors import StoreError
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.review import Review, Source, TrendPoint, review
from tonghop.domain.rollup import addable
from tonghop.domain.units import Level
from tonghop.files.consolidated import write_provincial

FURTHER = ["So sánh", "Xếp hạng", "Chỉ tiêu", "Biểu đồ", "Nhập liệu", "Nguồn số liệu"]
SECOND = Period(2024, 2)


def sources(whole: Consolidated) -> tuple[Source, ...]:
    """Every unit's part of every added column, as if read from one cell."""
    found = []
    for totals in whole.forms:
        for column in (c for c in totals.form.figures if addable(c)):
            only = column.over_units.value == "departments_only"
            for unit in whole.tree.at(Level.DEPARTMENT) if only else whole.tree.filing:
                own = totals.own(unit.code, column.number)
                if own is not None and own.value is not None:
                    place = (totals.form.code, f"D{column.number}", 1, 7, 1, f"{unit.code}.xlsx", "ab" * 32)
                    found.append(Source(totals.form.code, column.number, unit, own.value, *place))
    return tuple(found)


@pytest.fixture(scope="module")
def looked_at(province: Province, consolidated: Consolidated) -> Review:
    before = build(province, Quarter(), SECOND)
    past = Reference(Past.PREVIOUS, SECOND.label, before.tree, {t.form.code: t for t in before.forms})
    points = []
    for found in (before, consolidated):
        keys = {k: t for k, t in found.form("II.06a").totals.items() if k.scope == "70" and not k.group and not k.row}
        points.append(TrendPoint(found.period, {key.column: total for key, total in keys.items()}))
    return review(consolidated, (past,), trend=points, sources=sources(consolidated))


@pytest.fixture(scope="module")
def made(looked_at: Review, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("further") / "tong-hop.xlsx"
    write_provincial(path, looked_at.whole, looked_at)
    return path


@pytest.fixture(scope="module")
def book(made: Path) -> Workbook:
    return load_workbook(made)


def rows(book: Workbook, sheet: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in book[sheet].iter_rows(values_only=True)]


def find(book: Workbook, sheet: str, *cells: object) -> tuple[object, ...]:
    """The first row that holds all of `cells`."""
    return next(row for row in rows(book, sheet) if all(cell in row for cell in cells))


def test_sheets_follow_the_forms_in_order(book: Workbook) -> None:
    assert book.sheetnames[-len(FURTHER) :] == FURTHER


def test_same_input_gives_the_same_bytes(made: Path, looked_at: Review, tmp_path: Path) -> None:
    write_provincial(tmp_path / "again.xlsx", looked_at.whole, looked_at)
    assert (tmp_path / "again.xlsx").read_bytes() == made.read_bytes()


def test_comparison_shows_both_periods_the_change_and_over_how_many_units(book: Workbook, looked_at: Review) -> None:
    figure = looked_at.forms["II.06a"].figures[3]
    (change,) = figure.changes
    row = find(book, "So sánh", "(3) Số hồ sơ nhận giải quyết – Tổng số")
    assert row[2:8] == (
        figure.value,
        change.now,
        change.before,
        change.now - change.before,  # type: ignore[operator]
        float(change.percent or 0),
        change.units,
    )
    assert change.units == 141 - len(looked_at.forms["II.06a"].missing)


def test_comparison_without_past_says_so(consolidated: Consolidated, tmp_path: Path) -> None:
    write_provincial(tmp_path / "a.xlsx", consolidated, review(consolidated))
    texts = [row[0] for row in rows(load_workbook(tmp_path / "a.xlsx"), "So sánh")]
    assert "Chưa có số liệu của kỳ trước và cùng kỳ năm trước trong hệ thống." in texts


def test_ranking_orders_each_level_by_the_first_rate(book: Workbook) -> None:
    found = rows(book, "Xếp hạng")
    starts = [at for at, row in enumerate(found) if row[0] == "Hạng"]
    assert len(starts) == 3
    for start in starts:
        rates = []
        for row in found[start + 1 :]:
            if not isinstance(row[0], int):
                break
            rates.append(row[4])
        assert len(rates) >= 9
        assert rates == sorted(rates, reverse=True)


def test_targets_are_judged_where_measured(book: Workbook) -> None:
    row = find(book, "Chỉ tiêu", "Hồ sơ giải quyết đúng hạn")
    assert row[2] == "> 98%"
    assert str(row[5]).endswith("(chưa đầy đủ)")
    unmeasured = find(book, "Chỉ tiêu", "Hồ sơ trực tuyến toàn trình")
    assert unmeasured[4:8] == ("–", "Không có số liệu để so sánh", "–", "Không có số liệu để so sánh")


def test_native_charts_point_at_their_figures_and_need_no_colour(made: Path) -> None:
    with zipfile.ZipFile(made) as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 5
    for xml in charts:
        assert re.search(r"<c:f>'?(Biểu đồ|Xếp hạng)'?!", xml)
        colours = set(re.findall(r'srgbClr val="([0-9A-F]{6})"', xml))
        assert all(colour[:2] == colour[2:4] == colour[4:] for colour in colours), colours
        assert xml.count("<c:showVal") >= xml.count("<c:ser>")


def test_entry_lists_every_row_in_official_order_with_a_tick(book: Workbook, made: Path, looked_at: Review) -> None:
    found = rows(book, "Nhập liệu")
    heads = [str(row[0]) for row in found if str(row[0]).startswith("Biểu ")]
    assert heads == [f"Biểu {f.totals.form.number}. {f.totals.form.title}" for f in looked_at.forms.values()]
    ticks = [row for row in found if row[0] == "☐"]
    shown_left = load_workbook(made, data_only=True)["Nhập liệu"]["A3"].value
    assert shown_left == f"Còn {len(ticks)} dòng chưa nhập"
    start = next(at for at, row in enumerate(found) if str(row[0]).startswith("Biểu II.06a"))
    end = next(at for at, row in enumerate(found) if str(row[0]).startswith("Biểu II.07b"))
    typed = [row for row in found[start:end] if row[0] == "☐"]
    shown = [row for row in rows(book, "II.06a") if isinstance(row[0], int) and isinstance(row[1], str)]
    filled = [row for row in shown if any(isinstance(cell, int) for cell in row[2:13])]
    assert [row[2] for row in typed] == [row[1] for row in filled]
    assert [row[3:14] for row in typed] == [row[2:13] for row in filled]


def test_entry_never_asks_to_type_a_unit_that_has_not_filed(book: Workbook) -> None:
    row = next(row for row in rows(book, "Nhập liệu") if row[2] == "Sở Tư pháp")
    assert row[0] is None


def test_sources_add_up_to_every_published_total(book: Workbook, looked_at: Review) -> None:
    found = rows(book, "Nguồn số liệu")[3:]
    added: dict[tuple[object, object], int] = {}
    for row in found:
        if row[3] == "TỔNG CỘNG (số công bố)":
            assert row[4] == added.pop((row[0], row[1]))
            assert row[4] == looked_at.forms[str(row[0])].figures[int(str(row[1]))].value
        else:
            added[row[0], row[1]] = added.get((row[0], row[1]), 0) + int(str(row[4]))
    assert added == {}
    assert {row[0] for row in found} == set(looked_at.forms) - {"II.04"}


def test_sources_that_do_not_add_up_stop_the_publication(looked_at: Review, tmp_path: Path) -> None:
    first, *others = looked_at.sources
    wrong = replace(looked_at, sources=(replace(first, value=first.value + 1), *others))
    with pytest.raises(StoreError, match="cộng lại là"):
        write_provincial(tmp_path / "wrong.xlsx", looked_at.whole, wrong)
    assert not (tmp_path / "wrong.xlsx").exists()


def test_quarter_without_any_filing_still_gives_a_workbook(
    make_quarter: Callable[..., Consolidated], tmp_path: Path
) -> None:
    everyone = [unit.code for unit in make_quarter().tree.filing]
    empty = make_quarter(states=dict.fromkeys(everyone, "missing"), explained=False)
    write_provincial(tmp_path / "empty.xlsx", empty, review(empty))
    assert load_workbook(tmp_path / "empty.xlsx").sheetnames[-1] == "Nguồn số liệu"
