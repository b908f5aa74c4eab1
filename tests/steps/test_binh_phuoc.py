"""What only a real province shows: 142 units, communes that share names, a summary an approver can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from toy_office import Q3

from tonghop.app import App


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """Bình Phước with quarter III open; nobody has filed (and no workbook was written, which takes its time)."""
    environment = {"TONGHOP_HOME": str(tmp_path / "home"), "TONGHOP_SETTLE_S": "0", "TONGHOP_NOW": "2024-09-20T08:00"}
    with App.from_env(environ=environment) as found:
        found.store.periods.open(Q3.code, found.now(), "thử nghiệm")
        yield found


def test_communes_that_share_a_name_are_told_apart(app: App) -> None:
    tree = app.province.tree(Q3)
    assert [name for name, number in Counter(unit.name for unit in tree.filing).items() if number > 1]
    assert [name for name, number in Counter(map(tree.full_name, tree.filing)).items() if number > 1] == []


def test_a_commune_of_an_abolished_district_keeps_its_full_name(app: App) -> None:
    commune = next(unit for unit in app.province.tree(Q3).filing if unit.name == "Phường Long Thủy")
    assert app.province.full_name(commune, date(2026, 1, 1)) == "Phường Long Thủy, thị xã Phước Long"


def test_the_summary_names_twenty_units_and_counts_the_others(app: App) -> None:
    summary = app.draft(Q3).summary
    assert "0/142" in summary
    assert "Chưa tổng hợp được 142 đơn vị" in summary
    assert summary.count("(chưa gửi)") == 20
    assert "Sở, ban, ngành (20): Văn phòng UBND tỉnh (chưa gửi);" in summary
    assert "Huyện, thị xã, thành phố (11) – xem trang bìa" in summary
    assert "Xã, phường, thị trấn (111) – xem trang bìa" in summary
    assert len(summary) < 3000


def test_status_counts_every_unit_once(app: App) -> None:
    told = app.status(Q3).as_dict()
    assert (told["owed"], told["missing"]) == (142, 142)
    assert {level: at[:10] for level, at in told["deadlines"].items()} == {
        "xa": "2024-09-16", "so": "2024-09-18", "huyen": "2024-09-19", "tinh": "2024-09-22"
    }  # fmt: skip
