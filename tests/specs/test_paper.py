"""What a province declares around its report, and how measures are ranked: read as told, refused when incomplete."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tonghop.domain.errors import SpecError
from tonghop.specs import load_province

INCLUDE = Path(__file__).parents[2] / "include"
DAY = date(2024, 9, 14)


@pytest.fixture
def include(tmp_path: Path) -> Path:
    shutil.copytree(INCLUDE / "provinces", tmp_path / "provinces")
    shutil.copytree(INCLUDE / "regimes", tmp_path / "regimes")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_paper_of_binh_phuoc() -> None:
    paper = load_province(INCLUDE, "binh-phuoc", DAY).paper
    assert paper is not None
    assert (paper.issuer, paper.number) == (("Ủy ban nhân dân", "tỉnh Bình Phước"), "BC-UBND")
    assert paper.signature[0].startswith("TM.")
    assert paper.copies[-1].startswith("Lưu: VT")


def test_a_province_without_paper_is_allowed(include: Path) -> None:
    path = include / "provinces" / "binh-phuoc" / "province.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("paper:")], encoding="utf-8")
    assert load_province(include, "binh-phuoc", DAY).paper is None


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("  issuer: [Ủy ban nhân dân, tỉnh Bình Phước]\n", "", "paper.issuer"),
        ("  number: BC-UBND\n", "", "paper.number"),
        ("[TM. Ủy ban nhân dân, KT. Chủ tịch, Phó Chủ tịch]", "[]", "paper.signature"),
        ("  signer: ", "  nguoi_ky: ", "paper.nguoi_ky"),
    ],
)
def test_a_paper_with_a_mistake_is_refused(include: Path, old: str, new: str, key: str) -> None:
    change(include / "provinces" / "binh-phuoc" / "province.yaml", old, new)
    with pytest.raises(SpecError) as caught:
        load_province(include, "binh-phuoc", DAY)
    assert key in {problem.key for problem in caught.value.problems}


def test_measures_say_which_end_leads_and_from_how_many_dossiers() -> None:
    measures = {measure.name: measure for measure in load_province(INCLUDE, "binh-phuoc", DAY).regime.measures}
    assert (measures["on_time_rate"].better, measures["on_time_rate"].least) == ("high", 20)
    assert measures["overdue_pending_rate"].better == "low"


@pytest.mark.parametrize(("new", "key"), [("least: 0}", "measures.0.least"), ("better: up}", "measures.0.better")])
def test_a_measure_ranked_in_no_way_is_refused(include: Path, new: str, key: str) -> None:
    change(include / "regimes" / "kstthc" / "2020-12-15" / "regime.yaml", "least: 20}", new)
    with pytest.raises(SpecError) as caught:
        load_province(include, "binh-phuoc", DAY)
    assert key in {problem.key for problem in caught.value.problems}
