"""Drop folders, vault, drafts and publications on an SFTP server: the same quarter, faults and results as at home."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sftp_server import SftpServer
from toy_office import COMPLAINTS, FORM, PHUONG, Q3, SO, UNITS, XA, Office, settings

from tonghop.app import App
from tonghop.domain.errors import StorageError, UsageError
from tonghop.steps import answering
from tonghop.steps.actions import Desk, upload
from tonghop.steps.desk import downloads
from tonghop.steps.picture import picture
from tonghop.steps.versions import place

PLACES = {name: f"sftp://kho@/{name}" for name in ("drop", "vault", "draft", "published")}
Machine = Callable[..., "RemoteOffice"]


class RemoteOffice(Office):
    """An office whose units' folders are looked at on the server's own disk."""

    server: SftpServer

    def folder(self, code: str, part: str) -> Path:
        return self.server.root / "drop" / self.unit(code).folder / part


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    (tmp_path / "kho").mkdir()
    server = SftpServer(tmp_path / "kho")
    server.start()
    yield server
    server.end()


@pytest.fixture
def machine(
    server: SftpServer, tmp_path: Path, toy_expectations: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> Iterator[Machine]:
    """Machines that share the store and the server and nothing else: `machine("a")`, `machine("b")`."""
    monkeypatch.setenv("AIRFLOW_CONN_KHO", server.uri())
    built: list[App] = []

    def build(name: str = "a", **places: str) -> RemoteOffice:
        chosen = replace(settings(tmp_path / name, toy_expectations, database=postgres_url), places=PLACES | places)
        built.append(App(chosen, f"máy {name}"))
        office = RemoteOffice(built[-1])
        office.server = server
        return office

    yield build
    for app in built:
        app.close()


@pytest.fixture
def office(machine: Machine) -> RemoteOffice:
    opened = machine()
    opened.app.open(Q3)
    return opened


def vaulted(server: SftpServer) -> list[str]:
    return sorted(path.name for path in (server.root / "vault").rglob("[!.]*") if path.is_file())


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_quarter_on_two_machines(office: RemoteOffice, machine: Machine, server: SftpServer) -> None:
    """One machine opens and collects, another one, with an empty disk, drafts, and the first one releases."""
    for code in UNITS:
        assert office.names(code, "nhan-ve") == [f"Bieu-mau-20243-{code}.xlsx"]
    sent = [office.send(code) for code in UNITS]
    kept = sorted(f"{sha(path)}.xlsx" for path in sent)
    assert sorted(office.collect()) == sorted(f"{code} accepted" for code in UNITS)
    assert vaulted(server) == kept
    assert office.names(XA, "gui-len") == []
    assert [name.partition("-bao")[0][:8] for name in office.names(XA, "da-nhan")] == ["20240916"]
    assert "được chấp nhận" in office.answer(XA).lower()

    other = machine("b")
    other.app.consolidate(Q3)
    digest = other.app.draft(Q3).digest
    for login in ("truongphong", "lanhdao"):
        other.app.approve(Q3, login, via="cli", digest=digest)
    done = office.app.publish(Q3, digest)
    assert str(done.folder) == "sftp://kho@/published/20243/v1"
    files = sorted(path.name for path in (server.root / "published" / "20243" / "v1").iterdir())
    assert {"tong-hop.xlsx", "so-lieu.csv", "manifest.json"} <= set(files)
    book = openpyxl.load_workbook(server.root / "published/20243/v1/tong-hop.xlsx")
    rows = {row[1]: row[3:7] for row in book[f"{FORM} (đơn vị)"].iter_rows(values_only=True)}
    assert rows["CỘNG"] == (0, 40, 32, 8)
    assert (server.root / "drop" / office.unit("W01").folder / "nhan-ve" / "Tong-hop-20243-W01.xlsx").is_file()

    assert not other.app.publish(Q3, digest).created, "again on another machine it is the version there is"
    home = other.app.settings.home
    assert {path.name for path in home.iterdir()} <= {"lock", "cache"}, "nothing of the work stays on a machine"


def test_a_machine_reads_back_what_another_one_received(
    office: RemoteOffice, machine: Machine, server: SftpServer
) -> None:
    content = office.send(XA).read_bytes()
    office.collect()
    other = machine("b")
    unit, submission = other.unit(XA), other.submissions(XA)[0]
    assert downloads.filing(other.app.context, Q3, unit, submission.id).path.read_bytes() == content
    page = downloads.answer(other.app.context, Q3, unit, submission.id)
    assert page.path.read_text(encoding="utf-8") == office.answer(XA)
    assert other.app.vault.verify(submission.sha256)
    [kept] = (server.root / "vault").rglob("*.xlsx")
    kept.chmod(0o644)
    kept.write_bytes(b"x" + content[1:])
    assert not other.app.vault.verify(submission.sha256), "the vault itself is read, not the copy"


def test_a_changed_file_in_the_vault_is_never_handed_out(
    office: RemoteOffice, machine: Machine, server: SftpServer
) -> None:
    office.send(XA)
    office.collect()
    [kept] = (server.root / "vault").rglob("*.xlsx")
    kept.chmod(0o644)
    kept.write_bytes(b"changed")
    other = machine("b")
    with pytest.raises(Exception, match="đã bị thay đổi"):
        other.app.vault.find(other.submissions(XA)[0].sha256)


def test_a_half_written_file_waits(office: RemoteOffice) -> None:
    whole = office.workbook(XA)
    path = office.put(XA, "bao-cao.xlsx", whole[:-30])
    path.touch()
    report = office.pass_over()
    assert (report.answers, len(report.waiting), report.troubles) == ([], 1, [])
    path.write_bytes(whole)
    assert office.collect() == [f"{XA} accepted"]


def test_links_and_names_that_lead_elsewhere_are_not_taken(office: RemoteOffice, server: SftpServer) -> None:
    secret = office.put(SO, "cua-so.xlsx", office.workbook(SO))
    secret.rename(server.root / "cua-so.xlsx")
    (office.folder(XA, "gui-len") / "lien-ket.xlsx").symlink_to(server.root / "cua-so.xlsx")
    server.invented = [b"../../../cua-so.xlsx", b"/cua-so.xlsx"]
    assert office.pass_over().answers == []
    assert vaulted(server) == []
    assert (server.root / "cua-so.xlsx").is_file()


@pytest.mark.parametrize(
    ("operation", "part", "kept"),
    [
        ("list", "gui-len", 0),
        ("read", "gui-len", 0),
        ("replace", "vault", 0),
        ("write", "nhan-ve", 2),
        ("replace", "nhan-ve", 2),
        ("move", "da-nhan", 2),
        ("moved", "da-nhan", 2),
    ],
)
def test_a_server_gone_in_the_middle_is_loud_and_the_next_pass_finishes(
    office: RemoteOffice, server: SftpServer, operation: str, part: str, kept: int
) -> None:
    office.send_all(units=(XA, PHUONG))

    def vanish(done: str, path: str) -> None:
        if done == operation and part in path:
            server.before = lambda _operation, _path: None
            server.vanish()

    server.before = vanish
    with pytest.raises(StorageError, match="Không dùng được kho tệp sftp://kho@"):
        office.collect()
    with pytest.raises(StorageError):
        office.collect()
    assert len(office.app.store.submissions.of("20243")) == kept

    server.start()
    office.collect()
    for code in (XA, PHUONG):
        assert office.revisions(code) == [(1, "accepted", True)]
        assert office.names(code, "gui-len") == []
        assert len(office.names(code, "da-nhan")) == 1
        assert "được chấp nhận" in office.answer(code).lower()
    assert len(vaulted(server)) == 2
    assert office.app.store.arrivals.unmoved() == ()
    assert office.event_kinds().count("accepted") == 2


@pytest.mark.parametrize(
    ("operation", "part"),
    [
        ("write", "/draft/20243/.{digest}"),
        ("move", "/draft/20243/{digest}"),
        ("moved", "/draft/20243/{digest}"),
        ("write", "/published/20243/.v1"),
        ("move", "/published/20243/v1"),
        ("moved", "/published/20243/v1"),
        ("replace", "/published/20243/index.json"),
    ],
)
def test_a_server_gone_while_publishing_leaves_nothing_half(
    office: RemoteOffice, machine: Machine, server: SftpServer, operation: str, part: str
) -> None:
    office.send_all()
    office.collect()
    office.app.consolidate(Q3)
    digest = place(office.app.context, Q3, picture(office.app.context, Q3).digest).digest[:16]

    def vanish(done: str, path: str) -> None:
        if done == operation and path.startswith(part.format(digest=digest)):
            server.before = lambda _operation, _path: None
            server.vanish()

    server.before = vanish
    with pytest.raises(StorageError):
        office.publish()
    server.start()

    done = machine("b").publish()
    assert done.version == 1
    found = {path.name for path in (server.root / "published" / "20243").iterdir() if not path.name.startswith(".")}
    assert found == {"v1", "index.json"}
    told = json.loads((server.root / "published/20243/v1/manifest.json").read_text(encoding="utf-8"))
    for name, output in told["outputs"].items():
        assert sha(server.root / "published/20243/v1" / name) == output["sha256"]
    assert [event for event in office.event_kinds() if event == "published"] == ["published"]


def test_a_file_replaced_while_it_is_put_away_goes_back_and_is_judged(office: RemoteOffice, server: SftpServer) -> None:
    office.send(XA)
    newer = office.workbook(XA, rows={COMPLAINTS: (0, 40, 30, 10)})

    def replaced(operation: str, path: str) -> None:
        if operation == "move":
            server.before = lambda _operation, _path: None
            office.put(XA, "bao-cao-20243.xlsx", newer)

    server.before = replaced
    office.collect()
    assert office.names(XA, "gui-len") == ["bao-cao-20243.xlsx"]
    assert office.collect() == [f"{XA} accepted"]
    assert office.revisions(XA) == [(1, "superseded", True), (2, "accepted", True)]
    assert office.app.store.arrivals.unmoved() == ()


def test_two_machines_collect_the_same_inboxes(
    office: RemoteOffice, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second machine has the whole pass between the first one's verdicts and its answers."""
    office.send_all()
    other = machine("b")
    write = answering.write

    def lag(*arguments: Any) -> None:
        monkeypatch.undo()
        monkeypatch.setenv("AIRFLOW_CONN_KHO", other.server.uri())
        other.collect()
        write(*arguments)

    monkeypatch.setattr(answering, "write", lag)
    office.collect()
    for code in UNITS:
        assert office.revisions(code) == [(1, "accepted", True)]
        assert office.names(code, "gui-len") == []
        assert len(office.names(code, "da-nhan")) == 1
    assert office.event_kinds().count("accepted") == len(UNITS)
    assert office.collect() == []


def test_an_upload_lies_in_the_inbox_like_a_file_of_the_unit(office: RemoteOffice) -> None:
    desk = Desk("dieuhanh", Q3, office.unit(XA))
    content = office.workbook(XA)
    assert upload(office.app.context, desk, "báo cáo.xlsx", content) == "báo cáo.xlsx"
    assert upload(office.app.context, desk, "báo cáo.xlsx", office.workbook(SO)) == "báo cáo-2.xlsx"
    assert office.names(XA, "gui-len") == ["báo cáo-2.xlsx", "báo cáo.xlsx"]
    assert sorted(office.collect()) == [f"{XA} accepted", f"{XA} returned"]


@pytest.mark.parametrize("elsewhere", [("vault",), ("drop",)], ids=str)
def test_some_places_here_and_some_there(
    machine: Machine, server: SftpServer, elsewhere: tuple[str, ...], tmp_path: Path
) -> None:
    here = {name: str(tmp_path / "chung" / name) for name in PLACES if name not in elsewhere}
    office = machine("a", **here)
    office.app.open(Q3)
    folder = office.app.drop / office.unit(XA).folder / "gui-len"
    content = office.workbook(XA)
    (folder / "bao-cao.xlsx").write_bytes(content)
    assert office.collect() == [f"{XA} accepted"]
    (kept,) = [
        path for path in tmp_path.rglob(f"*/{hashlib.sha256(content).hexdigest()}.xlsx") if "cache" not in path.parts
    ]
    assert ("kho" in kept.parts) == ("vault" in elsewhere)
    assert openpyxl.load_workbook(io.BytesIO(kept.read_bytes()))


def test_a_backup_that_would_lack_the_vault_is_refused(office: RemoteOffice, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nằm ở nơi khác: sftp://kho@/drop, sftp://kho@/vault"):
        office.app.back_up(tmp_path)
    assert not list(tmp_path.glob("*.tar"))
