"""The files of a publication, from what the store holds; the toy regime gets a report by data alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from toy_office import COMPLAINTS, HUYEN, LAND, PHUONG, SO, TOY, XA, Office, settings

from tonghop.app import App
from tonghop.domain.changes import Past
from tonghop.domain.period import Period
from tonghop.steps import reporting
from tonghop.steps.picture import picture
from tonghop.steps.reviewing import reviewed

Q2, Q3 = Period(2024, 2), Period(2024, 3)
PAPER = """
paper:
  issuer: [Ủy ban nhân dân, tỉnh Thử]
  number: BC-UBND
  signature: [TM. Ủy ban nhân dân, Chủ tịch]
  signer: Trần Thị Thử
  copies: [Như trên, "Lưu: VT"]
"""
TEMPLATES = {
    "trich-yeu": "Tiếp công dân {{ period_in_text }}",
    "mo-dau": "Đã có {{ accepted|so }}/{{ owed|so }} đơn vị.",
    "1": "{% set f = forms['T.01'].at[3] %}\nNhận {{ f.value|so }} đơn"
    "{% for c in f.changes %}, {{ c.than }} {{ c.before|so }}{% endfor %}.\n@hinh khong-co | Không có",
    "muc": "{% if not words %}\nKhông có ý kiến.\n{% endif %}",
    "tac-gia": "{{ authors|join('; ') }}:",
    "con-lai": "Còn {{ left|so }}.",
    "ket": "Trân trọng./.",
    "kem-theo": "(Kèm theo báo cáo)",
}


@pytest.fixture
def include(tmp_path: Path) -> Path:
    """The toy data with a report added: a section of province.yaml and templates, nothing else."""
    copy = tmp_path / "include"
    shutil.copytree(TOY, copy)
    province = copy / "provinces" / "tinh-thu" / "province.yaml"
    province.write_text(province.read_text(encoding="utf-8") + PAPER, encoding="utf-8")
    folder = copy / "regimes" / "thu" / "2024-01-01" / "letters" / "bao-cao"
    folder.mkdir(parents=True)
    for name, text in TEMPLATES.items():
        (folder / f"{name}.j2").write_text(text, encoding="utf-8")
    return copy


@pytest.fixture
def reporting_office(tmp_path: Path, toy_expectations: Path, include: Path) -> Iterator[Office]:
    """Quarter II filed and consolidated by all, quarter III by all but one commune."""
    app = App(replace(settings(tmp_path / "home", toy_expectations), include=include), "thử nghiệm")
    with app:
        office = Office(app)
        app.open(Q2)
        office.at("2024-06-16T10:00:00")
        office.send_all(Q2)
        office.collect()
        app.consolidate(Q2)
        app.open(Q3)
        office.at("2024-09-16T10:00:00")
        for code in (SO, HUYEN, XA):
            office.send(code, Q3, {COMPLAINTS: (2, 20, 15, 7), LAND: (0, 5, 5, 0)})
        office.collect()
        app.consolidate(Q3)
        yield office


def text(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)


def test_a_draft_holds_workbook_figures_and_report(reporting_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "convert_to_pdf", lambda _path: None)
    draft = reporting_office.app.draft(Q3)
    frozen = json.loads((draft.folder / "dau-vao.json").read_text(encoding="utf-8"))
    assert set(frozen["outputs"]) == {"tong-hop.xlsx", "so-lieu.csv", "bao-cao.docx"}
    assert set(frozen["not_built"]) == {"bao-cao.pdf"}
    said = text(draft.folder / "bao-cao.docx")
    assert "Tiếp công dân quý III năm 2024" in said
    assert "Đã có 3/4 đơn vị." in said
    assert "Nhận 81 đơn, Quý II/2024 30." in said, "three units counted in both quarters, 10 each then"
    assert "Trân trọng./." in said


def test_what_was_not_built_stands_in_the_manifest(reporting_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "convert_to_pdf", lambda _path: None)
    published = reporting_office.publish(Q3)
    manifest = json.loads((published.folder / "manifest.json").read_text(encoding="utf-8"))
    assert "LibreOffice" in manifest["not_built"]["bao-cao.pdf"]
    assert (published.folder / "bao-cao.docx").is_file()


def test_a_regime_without_wording_publishes_its_figures(office: Office) -> None:
    office.send_all()
    office.collect()
    draft = office.app.draft(Q3)
    frozen = json.loads((draft.folder / "dau-vao.json").read_text(encoding="utf-8"))
    assert set(frozen["outputs"]) == {"tong-hop.xlsx", "so-lieu.csv"}
    assert frozen["not_built"] == {}


def test_equal_inputs_give_equal_files(
    reporting_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "convert_to_pdf", lambda _path: None)
    context = reporting_office.app.context
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        names = reporting.build_outputs(context, picture(context, Q3), tmp_path / name)
        made.append({name_: (tmp_path / name / name_).read_bytes() for name_ in names})
    assert made[0] == made[1]


def test_sources_lead_to_the_cells_of_the_filings(reporting_office: Office) -> None:
    context = reporting_office.app.context
    review = reviewed(context, picture(context, Q3))
    mine = [source for source in review.sources if source.unit.code == XA and source.column == 5]
    (source,) = mine
    standing = reporting_office.standing(XA)
    assert standing is not None
    assert (source.value, source.count, source.sheet) == (25, 2, "T.01")
    assert (source.sha256, source.submission, source.file) == (standing.sha256, standing.id, standing.original_name)
    first, last = source.cells.split(":")
    assert first[0] == last[0]
    assert not [source for source in review.sources if source.unit.code == PHUONG]


def test_references_and_trend_are_the_periods_the_store_knows(reporting_office: Office) -> None:
    context = reporting_office.app.context
    review = reviewed(context, picture(context, Q3))
    assert [(reference.past, reference.label) for reference in review.references] == [(Past.PREVIOUS, "Quý II/2024")]
    assert [point.period for point in review.trend] == [Q2, Q3]
    assert review.trend[0].figures[3].value == 40
    assert reviewed(context, picture(context, Q2)).references == ()


def test_the_first_quarter_compares_with_the_quarter_its_year_implies(toy_expectations: Path, tmp_path: Path) -> None:
    app = App(settings(tmp_path / "years", toy_expectations, now="2025-03-16T10:00:00"), "thử nghiệm")
    with app:
        office = Office(app)
        for period, day in ((Period(2024, 1), "2024-03-16"), (Q2, "2024-06-16"), (Q3, "2024-09-16")):
            office.at(f"{day}T10:00:00")
            app.open(period)
            office.send(XA, period, {COMPLAINTS: (0, 10, 10, 0)})
            office.collect()
        year, first = Period(2024), Period(2025, 1)
        office.at("2024-12-16T10:00:00")
        app.open(year)
        office.send(XA, year, {COMPLAINTS: (0, 44, 44, 0)})
        office.collect()
        app.consolidate(year)
        office.at("2025-03-16T10:00:00")
        app.open(first)
        office.send(XA, first, {COMPLAINTS: (0, 20, 20, 0)})
        office.collect()
        app.consolidate(first)
        review = reviewed(app.context, picture(app.context, first))
        labels = {reference.past: reference.label for reference in review.references}
        assert labels[Past.PREVIOUS] == "Quý IV/2024 (suy ra)"
        change = review.forms["T.01"].figures[5].change(Past.PREVIOUS)
        assert change is not None
        assert (change.before, change.now) == (14, 20)
