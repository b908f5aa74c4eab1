"""The published figures as CSV."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tonghop.domain.consolidated import Consolidated
from tonghop.files.consolidated import write_csv

Record = dict[str, str]


def read(path: Path) -> list[Record]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def find(records: list[Record], form: str, place: tuple[str, str, str, int]) -> Record:
    """The one figure at this view, unit, row and column."""
    names = ("view", "unit", "row", "column")
    wanted = tuple(str(part) for part in place)
    (found,) = (r for r in records if r["form"] == form and tuple(r[name] for name in names) == wanted)
    return found


@pytest.fixture(scope="module")
def records(consolidated: Consolidated, tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    path = tmp_path_factory.mktemp("csv") / "so-lieu.csv"
    write_csv(path, consolidated)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfperiod,form,view,unit,row,column,value,state,counted,owed\r\n")
    return read(path)


def test_no_place_stands_twice(records: list[Record]) -> None:
    places = Counter((r["form"], r["view"], r["unit"], r["row"], r["column"]) for r in records)
    assert [place for place, times in places.items() if times > 1] == []
    assert {r["view"] for r in records} == {"linh_vuc", "don_vi", "huyen", "9T"}


def test_the_provincial_total_is_exact_with_its_coverage(records: list[Record], consolidated: Consolidated) -> None:
    total = consolidated.form("II.06a").total("70", "", "", 3)
    assert total is not None
    for view in ("linh_vuc", "don_vi"):
        found = find(records, "II.06a", (view, "70", "", 3))
        assert (found["value"], found["state"]) == (str(total.value), "incomplete")
        assert (found["counted"], found["owed"]) == ("135", "141")


def test_groups_fields_and_districts_have_their_places(records: list[Record]) -> None:
    assert find(records, "II.06a", ("linh_vuc", "70/xa", "Đất đai", 4))["owed"] == "111"
    assert find(records, "II.06a", ("linh_vuc", "70/xa", "", 4))["counted"] == "107"
    assert find(records, "II.06a", ("huyen", "688/xa", "", 4))["owed"] == "7"
    assert find(records, "II.06a", ("huyen", "688", "", 4))["owed"] == "8"
    assert find(records, "II.06a", ("9T", "70", "", 3))["state"] == "incomplete"


def test_five_states_are_told_apart(records: list[Record]) -> None:
    assert find(records, "II.06a", ("don_vi", "25237", "", 4)) == {
        "period": "20243",
        "form": "II.06a",
        "view": "don_vi",
        "unit": "25237",
        "row": "",
        "column": "4",
        "value": "",
        "state": "nil",
        "counted": "1",
        "owed": "1",
    }
    assert find(records, "II.06a", ("don_vi", "25216", "", 4))["state"] == "missing"
    assert find(records, "II.06a", ("don_vi", "25245", "", 4))["state"] == "complete"
    assert find(records, "II.08", ("don_vi", "70/xa", "", 3))["state"] == "not_applicable"
    assert find(records, "II.05a", ("9T", "70", "", 6))["state"] == "not_applicable"
    assert find(records, "II.08", ("don_vi", "70", "", 3))["owed"] == "19"


def test_zero_and_blank_are_not_one(make_quarter: Callable[..., Consolidated], tmp_path: Path) -> None:
    rows = {("SNV", "II.01"): {"sở nội vụ": {4: 0, 5: None}}}
    path = tmp_path / "x.csv"
    write_csv(path, make_quarter(only=frozenset({"SNV"}), rows=rows))
    found = read(path)
    assert find(found, "II.01", ("don_vi", "SNV", "", 4))["value"] == "0"
    blank = find(found, "II.01", ("don_vi", "SNV", "", 5))
    assert (blank["value"], blank["state"]) == ("", "complete")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_text_is_never_a_formula(make_quarter: Callable[..., Consolidated], tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    consolidated = make_quarter(only=frozenset({"STC"}), texts={("STC", 3): text})
    write_csv(path, consolidated)
    assert find(read(path), "II.04", ("don_vi", "STC", "1", 3))["value"] == f"'{text}"


def test_lists_give_texts_dates_percents_and_their_count(records: list[Record], consolidated: Consolidated) -> None:
    assert find(records, "II.04", ("don_vi", "STC", "1", 8))["value"] == "2024-12-01"
    assert find(records, "II.04", ("don_vi", "STC", "1", 9))["value"] == "12.50"
    count = find(records, "II.04", ("don_vi", "70", "", 0))
    assert count["value"] == str(len(consolidated.form("II.04").items))


def test_same_input_gives_the_same_bytes(consolidated: Consolidated, tmp_path: Path) -> None:
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    write_csv(one, consolidated)
    write_csv(two, consolidated)
    assert one.read_bytes() == two.read_bytes()
