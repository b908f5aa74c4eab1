"""A release is what was approved, once; versions are never overwritten and say what they were made from."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from toy_office import COMPLAINTS, HUYEN, PHUONG, Q2, Q3, SO, XA, Office, because

from tonghop.domain.errors import ApprovalError, StoreError

pytestmark = pytest.mark.both_databases


@pytest.fixture
def filed(office: Office) -> Office:
    """Three of four units accepted, one of them against Q2 with an explanation."""
    office.app.open(Q2)
    office.send(XA, Q2, {COMPLAINTS: (0, 10, 8, 2)})
    office.send(XA, Q3, {COMPLAINTS: (5, 10, 8, 7)}, explanations=[because()])
    office.send(HUYEN)
    office.send(SO)
    assert office.collect() == [f"{XA} accepted", f"{XA} accepted", f"{HUYEN} accepted", f"{SO} accepted"]
    return office


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_nothing_is_released_without_approval(filed: Office) -> None:
    with pytest.raises(
        ApprovalError, match=r"chưa được phê duyệt đủ.*Thẩm định \(truongphong\); Phê duyệt \(lanhdao\)"
    ):
        filed.app.publish(Q3)
    assert not (filed.app.settings.home / "published").exists()


def test_half_the_approvals_are_not_enough(filed: Office) -> None:
    filed.app.approve(Q3, "truongphong", via="cli")
    with pytest.raises(ApprovalError, match=r"Còn thiếu: Phê duyệt \(lanhdao\)"):
        filed.app.publish(Q3)


def test_a_login_that_may_not_cannot_approve(filed: Office) -> None:
    with pytest.raises(ApprovalError, match="“vanthu” không có quyền phê duyệt") as caught:
        filed.app.approve(Q3, "vanthu", via="cli")
    assert "lanhdao" in caught.value.remedy
    assert filed.app.store.approvals.of("20243") == ()


def test_approvals_do_not_cover_figures_that_changed_since(filed: Office) -> None:
    for login in ("truongphong", "lanhdao"):
        filed.app.approve(Q3, login, via="cli")
    filed.send(PHUONG)
    filed.collect()
    with pytest.raises(ApprovalError, match="đã thay đổi sau khi phê duyệt"):
        filed.app.publish(Q3)


def test_what_was_approved_can_be_released_although_more_came_in(filed: Office) -> None:
    digest = filed.app.draft(Q3).digest
    for login in ("truongphong", "lanhdao"):
        filed.app.approve(Q3, login, via="airflow", digest=digest)
    filed.send(PHUONG)
    filed.collect()
    published = filed.app.publish(Q3, digest)
    assert manifest(published.folder)["coverage"] == {"owed": 4, "accepted": 3}


def test_a_rejected_draft_is_not_released_even_after_it_was_approved(filed: Office) -> None:
    for login in ("truongphong", "lanhdao"):
        filed.app.approve(Q3, login, via="cli")
    filed.app.reject(Q3, "lanhdao", via="cli", digest=filed.app.draft(Q3).digest, note="Xem lại Sở Đất đai")
    with pytest.raises(ApprovalError, match="không được phê duyệt"):
        filed.app.publish(Q3)


def test_unchanged_inputs_give_the_version_there_is(filed: Office) -> None:
    first = filed.publish()
    again = filed.app.publish(Q3)
    assert (first.version, first.created) == (1, True)
    assert (again.version, again.created, again.folder) == (1, False, first.folder)
    assert filed.event_kinds().count("published") == 1


def test_changed_inputs_make_the_next_version_and_leave_the_first(filed: Office) -> None:
    first = filed.publish()
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    filed.send(PHUONG)
    filed.collect()
    second = filed.publish()
    assert (second.version, second.created) == (2, True)
    assert {path.name: path.read_bytes() for path in first.folder.iterdir()} == before
    assert [version.version for version in filed.app.store.publications.of("20243")] == [1, 2]


def test_the_manifest_names_every_input_and_output_with_its_checksum(filed: Office) -> None:
    folder = filed.publish().folder
    told = manifest(folder)
    assert sorted(told["outputs"]) == sorted(path.name for path in folder.iterdir() if path.name != "manifest.json")
    for name, output in told["outputs"].items():
        assert output == {"sha256": sha256(folder / name), "size": (folder / name).stat().st_size}
    assert [(used["period"], used["unit"]) for used in told["inputs"]] == [
        ("20243", HUYEN), ("20243", XA), ("20243", SO), ("20242", XA)
    ], "the nine months come from quarter II as well"  # fmt: skip
    for used in told["inputs"]:
        original = filed.app.vault.find(used["sha256"])
        assert original is not None
        assert sha256(original) == used["sha256"]
    assert told["regime"] == {"id": "thu/2024-01-01", "working_forms": ["T.01"]}
    assert [(unit["code"], unit["state"]) for unit in told["units"]] == [
        (SO, "accepted"), (HUYEN, "accepted"), (XA, "accepted"), (PHUONG, "missing")
    ]  # fmt: skip
    assert told["version"] == 1
    assert [approval["login"] for approval in told["approvals"]] == ["truongphong", "lanhdao"]
    assert told["software"]["version"]
    (record,) = filed.app.store.publications.of("20243")
    assert record.manifest_sha256 == sha256(folder / "manifest.json")
    assert len(filed.app.store.publications.inputs("20243", 1)) == 4


def test_a_draft_that_was_tampered_with_is_not_released(filed: Office) -> None:
    draft = filed.app.draft(Q3)
    for login in ("truongphong", "lanhdao"):
        filed.app.approve(Q3, login, via="cli")
    (draft.folder / "so-lieu.csv").write_text("khác")
    with pytest.raises(StoreError, match=r"so-lieu\.csv đã bị thay đổi"):
        filed.app.publish(Q3)
    assert filed.app.store.publications.of("20243") == ()


def test_the_cover_and_the_explanations_are_in_the_workbook(filed: Office) -> None:
    book = openpyxl.load_workbook(filed.publish().folder / "tong-hop.xlsx")
    cover = " ".join(str(cell) for row in book["Trang bìa"].iter_rows(values_only=True) for cell in row if cell)
    for words in ("Quý III/2024", "Phường Ỷ La", "Từ ngày 15/06/2024 đến ngày 14/09/2024", "T.01/THU"):
        assert words.lower() in cover.lower(), words
    explained = [cell for row in book["Giải trình được chấp nhận"].iter_rows(values_only=True) for cell in row]
    assert because().reason in explained


def test_the_figures_are_a_csv_excel_reads_in_vietnamese(filed: Office) -> None:
    path = filed.publish().folder / "so-lieu.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert list(lines[0]) == ["period", "form", "view", "unit", "row", "column", "value", "state", "counted", "owed"]
    (total,) = [x for x in lines if (x["view"], x["unit"], x["column"]) == ("don_vi", "W99", "5")]
    assert (total["value"], total["state"], total["counted"], total["owed"]) == ("30", "incomplete", "3", "4")


def test_a_draft_of_an_empty_period_can_be_made(office: Office) -> None:
    assert "0/4" in office.app.draft(Q3).summary


def test_a_draft_taken_while_filings_come_in_agrees_with_itself(filed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from tonghop.steps import drafting

    consolidate, more = drafting.consolidate, [PHUONG]

    def while_filings_come(*arguments: Any) -> Any:
        report = consolidate(*arguments)
        if more:
            filed.send(more.pop())
            filed.collect()
        return report

    monkeypatch.setattr(drafting, "consolidate", while_filings_come)
    draft = filed.app.draft(Q3)
    told = json.loads((draft.folder / "dau-vao.json").read_text(encoding="utf-8"))
    with (draft.folder / "so-lieu.csv").open(encoding="utf-8-sig", newline="") as stream:
        total = next(x for x in csv.DictReader(stream) if (x["view"], x["unit"], x["row"]) == ("don_vi", "W99", ""))
    assert told["coverage"]["accepted"] == int(total["counted"]) == 4
