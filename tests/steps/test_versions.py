"""A further version says what it corrects, old → new and through whom; what was published is never touched."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from toy_office import COMPLAINTS, HUYEN, LAND, PHUONG, Q2, Q3, SO, XA, Office

from tonghop.domain.errors import ApprovalError, StoreError


@pytest.fixture
def published(office: Office) -> Office:
    """v1 with three of four units."""
    office.app.open(Q2)
    for code in (XA, HUYEN, SO):
        office.send(code, Q2)
        office.send(code, rows={COMPLAINTS: (2, 10, 8, 4)})
    office.collect()
    assert office.publish().version == 1
    return office


def corrected(office: Office) -> Path:
    """v2: a unit files anew, another late."""
    office.at("2024-09-20T09:00:00")
    office.send(XA, rows={COMPLAINTS: (2, 11, 9, 4)})
    office.send(PHUONG, rows={LAND: (0, 5, 5, 0)})
    office.collect()
    return office.publish().folder


def changes(folder: Path) -> dict[tuple[str, str, str, str], tuple[str, str, str]]:
    """(view, unit, row, column) → (old, new, causes)."""
    with (folder / "thay-doi.csv").open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream))
    return {(x["view"], x["unit"], x["row"], x["column"]): (x["old"], x["new"], x["causes"]) for x in lines}


def figures(folder: Path) -> dict[tuple[str, ...], tuple[str, str]]:
    with (folder / "so-lieu.csv").open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream))
    return {(x["view"], x["unit"], x["row"], x["column"]): (x["value"], x["state"]) for x in lines}


def told(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_the_first_version_corrects_nothing(published: Office) -> None:
    folder = published.app.settings.home / "published/20243/v1"
    assert told(folder)["supersedes"] is None
    assert not (folder / "thay-doi.csv").exists()
    assert "Đính chính" not in openpyxl.load_workbook(folder / "tong-hop.xlsx").sheetnames


def test_every_changed_figure_is_listed_old_and_new(published: Office) -> None:
    second = corrected(published)
    before, now = figures(second.with_name("v1")), figures(second)
    differing = {at for at in {*before, *now} if before.get(at, ("", "")) != now.get(at, ("", ""))}
    listed = changes(second)
    assert set(listed) == differing
    assert differing
    for at, (old, new, _) in listed.items():
        assert (old, new) == (before.get(at, ("", ""))[0], now.get(at, ("", ""))[0])


def test_each_change_names_the_units_that_caused_it(published: Office) -> None:
    listed = changes(corrected(published))
    assert listed["don_vi", XA, "", "5"] == ("10", "11", XA)
    assert listed["don_vi", PHUONG, "", "5"] == ("", "5", PHUONG)
    assert listed["linh_vuc", "W99", "", "5"] == ("30", "36", f"{XA}; {PHUONG}")
    assert listed["linh_vuc", "W99/xa", COMPLAINTS, "5"] == ("10", "11", XA)
    assert listed["huyen", "W01", "", "6"] == ("16", "22", f"{XA}; {PHUONG}")
    assert not any(SO in causes.split("; ") for _, _, causes in listed.values())
    assert ("don_vi", SO, "", "5") not in listed


def test_the_new_version_states_that_it_corrects(published: Office) -> None:
    folder = corrected(published)
    book = openpyxl.load_workbook(folder / "tong-hop.xlsx")
    cover = " ".join(str(cell) for row in book["Trang bìa"].iter_rows(values_only=True) for cell in row if cell)
    assert "Bản v2 – đính chính bản v1 đã công bố ngày 16/09/2024" in cover
    sheet = [cell for row in book["Đính chính"].iter_rows(values_only=True) for cell in row if cell is not None]
    assert "Xã Bù Đốp Thượng, huyện Đắk Ơ" in sheet
    assert any("tổng hợp 3/4 đơn vị" in str(cell) for cell in sheet)


def test_the_manifest_names_the_version_it_takes_the_place_of(published: Office) -> None:
    folder = corrected(published)
    first, _ = published.app.store.publications.of("20243")
    assert told(folder)["supersedes"] == {
        "version": 1,
        "path": "20243/v1",
        "digest": first.digest,
        "manifest_sha256": first.manifest_sha256,
    }
    assert "thay-doi.csv" in told(folder)["outputs"]


def test_the_index_says_which_version_is_in_force(published: Office) -> None:
    index = published.app.settings.home / "published/20243/index.json"
    assert json.loads(index.read_text(encoding="utf-8"))["current"] == 1
    corrected(published)
    content = json.loads(index.read_text(encoding="utf-8"))
    assert content["current"] == 2
    assert [(one["folder"], one["state"], one["superseded_by"]) for one in content["versions"]] == [
        ("v1", "superseded", 2),
        ("v2", "current", None),
    ]


def test_a_lost_index_is_made_good_by_publishing_again(published: Office) -> None:
    index = published.app.settings.home / "published/20243/index.json"
    index.unlink()
    assert not published.app.publish(Q3).created
    assert json.loads(index.read_text(encoding="utf-8"))["current"] == 1


def test_a_correction_needs_its_own_approvals(published: Office) -> None:
    published.send(PHUONG)
    published.collect()
    with pytest.raises(ApprovalError, match="đã thay đổi sau khi phê duyệt"):
        published.app.publish(Q3)


def test_approvals_of_a_first_publication_do_not_release_a_correction(office: Office) -> None:
    """Both drafts were approved before anything was published; the second does not say what it would correct."""
    office.send(XA)
    office.collect()
    first = office.app.draft(Q3).digest
    office.send(PHUONG)
    office.collect()
    second = office.app.draft(Q3).digest
    for digest in (first, second):
        for login in ("truongphong", "lanhdao"):
            office.app.approve(Q3, login, via="airflow", digest=digest)
    assert office.app.publish(Q3, first).version == 1
    with pytest.raises(ApprovalError, match="đã có bản v1"):
        office.app.publish(Q3, second)
    assert len(office.app.store.publications.of("20243")) == 1


def test_figures_that_did_not_change_need_no_new_version(published: Office) -> None:
    corrected(published)
    again = published.app.publish(Q3)
    assert (again.version, again.created) == (2, False)


def test_the_same_draft_has_the_same_bytes_wherever_it_is_made(new_office: Any) -> None:
    folders = []
    for name in ("a", "b"):
        office = new_office(home=name)
        office.app.open(Q3)
        office.send(XA)
        office.collect()
        office.publish()
        office.send(PHUONG)
        office.collect()
        folders.append(office.app.draft(Q3).folder)
    for name in ("tong-hop.xlsx", "so-lieu.csv", "thay-doi.csv"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


def test_a_damaged_old_version_stops_the_correction(published: Office) -> None:
    (published.app.settings.home / "published/20243/v1/so-lieu.csv").unlink()
    published.send(PHUONG)
    published.collect()
    with pytest.raises(StoreError, match="Không đọc được bản v1"):
        published.app.draft(Q3)
