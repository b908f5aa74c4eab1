"""What lies in an inbox beside a finished workbook, and names no office would choose."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from toy_office import COMPLAINTS, PHUONG, Q3, SO, XA, Office

from tonghop.files import inbox
from tonghop.steps import answering, intake, taking


@pytest.mark.parametrize(
    "name", ["~$bao-cao.xlsx", "bao-cao.xlsx.tmp", ".bao-cao.xlsx.swp", "a.crdownload", "Thumbs.db"]
)
def test_temporary_files_are_left_alone(office: Office, name: str) -> None:
    office.put(XA, name, office.workbook(XA))
    assert office.collect() == []
    assert office.names(XA, "gui-len") == [name]


def test_folders_and_links_are_left_alone(office: Office, tmp_path: Path) -> None:
    secret = tmp_path / "mat.xlsx"
    secret.write_bytes(office.workbook(XA))
    (office.folder(XA, "gui-len") / "quý III.xlsx").mkdir()
    (office.folder(XA, "gui-len") / "lien-ket.xlsx").symlink_to(secret)
    assert office.collect() == []
    assert office.names(XA, "gui-len") == ["lien-ket.xlsx", "quý III.xlsx"]


def test_a_file_that_still_changes_waits_and_is_taken_whole_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = office.send(XA, name="dang-ghi.xlsx")
    office.send(PHUONG)
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    office.app.context.settle_s = 0.01
    monkeypatch.setattr(inbox.SystemClock, "sleep", lambda _self, _s: path.write_bytes(whole))

    report = office.pass_over()

    assert report.waiting == ["Xã Bù Đốp Thượng, huyện Đắk Ơ: dang-ghi.xlsx"]
    assert [answer.unit.code for answer in report.answers] == [PHUONG]
    monkeypatch.undo()
    office.app.context.settle_s = 0
    assert office.collect() == [f"{XA} accepted"]


@pytest.mark.parametrize(
    "name",
    ["báo cáo 📊.xlsx", "hai\ndòng.xlsx", f"{'đ' * 125}.xlsx", "<b>&quot;.xlsx", "a;b'--.xlsx", " .xlsx"],
    ids=["emoji", "newline", "255 bytes", "markup", "quotes", "blank"],
)
def test_odd_names_are_taken_answered_and_put_away(office: Office, name: str) -> None:
    assert len(os.fsencode(name)) <= 255
    office.send(XA, name=name)
    assert office.collect() == [f"{XA} accepted"]
    (kept,) = office.names(XA, "da-nhan")
    assert kept.startswith("20240916-100000-")
    assert kept.endswith(".xlsx")
    assert "<b>&" not in office.answer(XA), "a name is text, never markup"
    assert office.collect() == []


def test_one_name_in_two_spellings_is_two_files(office: Office) -> None:
    office.send(XA, rows={COMPLAINTS: (0, 1, 1, 0)}, name="b\u00e1o.xlsx")
    office.send(XA, rows={COMPLAINTS: (0, 2, 2, 0)}, name="ba\u0301o.xlsx")
    assert office.collect() == [f"{XA} accepted"] * 2
    assert len(office.names(XA, "da-nhan")) == 2


def test_one_unreadable_file_never_stops_the_others(office: Office) -> None:
    office.put(SO, "hong.xlsx", b"\x00" * 5000)
    office.put(SO, "rong.xlsx", b"")
    office.put(SO, "bom.xlsx", b"PK\x03\x04" * 2000)
    office.send(XA)
    office.send(PHUONG)
    assert sorted(office.collect()) == [f"{XA} accepted", f"{PHUONG} accepted", *[f"{SO} returned"] * 3]


def test_a_file_we_may_not_read_is_told_and_stays(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.send(XA, name="khoa.xlsx")
    office.send(PHUONG)
    keep = office.app.context.vault.keep

    def refuse(path: Path, limit: int) -> object:
        if path.name == "khoa.xlsx":
            raise PermissionError(13, "Permission denied", str(path))
        return keep(path, limit)

    monkeypatch.setattr(office.app.context.vault, "keep", refuse)
    report = office.pass_over()
    assert [answer.unit.code for answer in report.answers] == [PHUONG]
    assert "không đọc được tệp: không có quyền. Cấp quyền đọc thư mục gui-len" in report.troubles[0]
    assert office.names(XA, "gui-len") == ["khoa.xlsx"]
    assert office.app.store.scans.last_before(office.app.now().replace(year=2030)) is None, "a pass that missed a file"


def test_a_mistake_of_our_reader_is_told_as_ours_and_the_file_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.send(XA)
    office.send(PHUONG)
    interpret = intake.interpret

    def stumble(book: object, folder: intake.Folder) -> object:
        if folder.unit.code == XA:
            raise KeyError("cột 4")
        return interpret(book, folder)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "interpret", stumble)
    report = office.pass_over()
    assert [answer.unit.code for answer in report.answers] == [PHUONG]
    assert "lỗi của chương trình" in report.troubles[0]
    monkeypatch.undo()
    assert office.collect() == [f"{XA} accepted"]


def test_a_huge_file_is_told_and_stays(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.send(XA)
    monkeypatch.setattr(taking, "VAULT_LIMIT", 100)
    report = office.pass_over()
    assert report.answers == []
    assert "lớn hơn 2 GB" in report.troubles[0]
    assert office.names(XA, "gui-len") == ["bao-cao-20243.xlsx"]


def test_an_inbox_that_cannot_be_listed_does_not_stop_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.send(PHUONG)
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path) == office.folder(XA, "gui-len"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(inbox.os, "scandir", refuse)
    report = office.pass_over()
    assert [answer.unit.code for answer in report.answers] == [PHUONG]
    assert office.unit(XA).folder in report.troubles[0]


def test_a_recorded_file_in_an_inbox_that_cannot_be_listed_is_not_taken_for_moved(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its next pass would judge it again, over a correction that came after it."""
    office.send(XA)
    with monkeypatch.context() as patch:
        patch.setattr(answering, "move_handled", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            office.collect()
    with monkeypatch.context() as patch:
        patch.setattr(
            inbox.os, "scandir", lambda _path: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
        )
        assert office.pass_over().troubles
    assert len(office.app.store.arrivals.unmoved()) == 1
    assert office.collect() == [f"{XA} accepted"]
    assert office.event_kinds() == ["opened", "accepted"]


def test_a_newer_file_under_the_same_name_is_not_moved_away_unseen(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clerk saves again while the first version is being judged."""
    path = office.send(XA, rows={COMPLAINTS: (0, 1, 1, 0)})
    second = office.workbook(XA, Q3, {COMPLAINTS: (0, 2, 2, 0)})
    record = office.app.store.submissions.record

    def save_again(*arguments: object) -> object:
        office.put(XA, path.name, second)
        return record(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(office.app.store.submissions, "record", save_again)
    assert office.collect() == [f"{XA} accepted"]
    assert office.names(XA, "gui-len") == [path.name]
    monkeypatch.undo()
    assert office.collect() == [f"{XA} accepted"]
    assert [state for _, state, _ in office.revisions(XA)] == ["superseded", "accepted"]
    assert office.app.store.arrivals.unmoved() == ()
