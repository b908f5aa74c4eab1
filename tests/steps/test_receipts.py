"""What a unit holds in its hands: a receipt for every filing, signed copies named on it, nothing said twice."""

from __future__ import annotations

import hashlib
import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from toy_office import COMPLAINTS, PHUONG, Q2, Q3, TOY, XA, Office, because

from tonghop.files.receipt_page import read
from tonghop.steps import actions
from tonghop.steps.actions import Desk, Judged, mark
from tonghop.steps.verifying import Verdict, verify_file
from tonghop.steps.verifying_chain import verify_chain

pytestmark = pytest.mark.both_databases

PDF = b"%PDF-1.7\nb\xe1\xba\xa3n k\xc3\xbd"
_TAG = re.compile("<[^>]+>")


def path(office: Office, code: str = XA, which: str = "lan-1", period: str = "20243") -> Path:
    return office.folder(code, "nhan-ve") / f"Phieu-tiep-nhan-{period}-{which}.html"


def page(office: Office, code: str = XA, which: str = "lan-1") -> str:
    """The words of a receipt; it must be genuine."""
    found = path(office, code, which)
    assert verify_file(office.app.context, found).verdict is Verdict.GENUINE
    visible = found.read_text(encoding="utf-8").partition('<script type="application/json"')[0]
    return " ".join(_TAG.sub(" ", visible).split())


def numbers(office: Office) -> list[tuple[int, str, int]]:
    return [(one.number, one.reason.value, one.replaces) for one in office.app.store.receipts.every()]


def test_an_accepted_filing_gets_its_receipt(office: Office) -> None:
    sent = office.send(XA, name="báo cáo <quý III>.xlsx").read_bytes()
    office.collect()
    words = page(office)
    for said in (
        "Phiếu tiếp nhận số 1", "Quý III/2024", "Báo cáo đã được chấp nhận", "báo cáo &lt;quý III&gt;.xlsx", "T.01",
        "Ủy ban nhân dân xã Bù Đốp Thượng, huyện Đắk Ơ", "10 giờ 00 phút, ngày 16/09/2024", "đúng hạn", "0" * 64,
        hashlib.sha256(sent).hexdigest(),
    ):  # fmt: skip
        assert said in words, said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({COMPLAINTS: (2, 10, 8, 3)}, "Còn lỗi phải sửa"),
        ({COMPLAINTS: (5, 10, 8, 7)}, "Cần giải trình"),
    ],
    ids=["invalid", "awaiting"],
)
def test_a_filing_that_does_not_pass_says_so_and_what_stays_in_force(
    office: Office, rows: dict[str, tuple[object, object, object, object]], said: str
) -> None:
    office.app.open(Q2)
    office.send(XA, Q2)
    office.send(XA, rows={COMPLAINTS: (2, 10, 8, 4)})
    office.collect()
    office.send(XA, rows=rows)
    office.collect()
    words = page(office, which="lan-2")
    assert said in words
    assert "lần 1 vẫn có hiệu lực" in words
    assert "Ket-qua-20243-lan-2.html" in words


def test_the_identical_file_is_acknowledged_on_a_receipt_that_names_the_one_before(office: Office) -> None:
    content = office.send(XA).read_bytes()
    office.collect()
    office.put(XA, "gui lai.xlsx", content)
    office.collect()
    words = page(office)
    assert "Gửi lại tệp giống hệt: gui lai.xlsx" in words
    assert "Thay phiếu số 1" in words
    assert numbers(office) == [(1, "filed", 0), (2, "again", 1)]


def test_a_ruling_and_a_later_deadline_issue_further_receipts(office: Office) -> None:
    office.app.open(Q2)
    office.send(XA, Q2)
    office.collect()
    office.at("2024-09-24T10:00:00")
    office.collect()
    office.at("2024-09-25T10:00:00")
    office.send(XA, rows={COMPLAINTS: (5, 10, 8, 7)}, explanations=[because()])
    office.collect()
    assert "muộn" in page(office)
    filing = office.submissions(XA)[0]
    desk = Desk("canbo", Q3, office.unit(XA))
    (finding,) = office.app.store.filings.findings(filing.id)
    refusal = Judged(filing.id, 1, accepted=False, mark=mark(finding.explained_by), reason="Chưa rõ nguyên nhân.")
    actions.rule(office.app.context, desk, refusal)
    assert "Cần giải trình" in page(office)
    assert "cần giải trình 1, đã giải trình 0" in page(office)

    until = datetime.fromisoformat("2024-09-27T17:00:00").replace(tzinfo=office.app.regime.zone)
    actions.extend(office.app.context, desk, until, "Xã bị ngập lụt nhiều ngày.")

    assert "17 giờ 00 phút, ngày 27/09/2024" in page(office)
    assert numbers(office)[1:] == [(2, "filed", 0), (3, "ruled", 2), (4, "extended", 3)]
    assert verify_chain(office.app.context).verdict is Verdict.GENUINE


def test_another_wording_gives_a_further_receipt_instead_of_a_false_page(office: Office, tmp_path: Path) -> None:
    """The template is changed between the filing and the (re)writing of its page."""
    office.send(XA)
    office.collect()
    include = tmp_path / "include"
    shutil.copytree(TOY, include)
    template = include / "regimes/thu/2024-01-01/letters/phieu-tiep-nhan.html.j2"
    template.write_text(template.read_text(encoding="utf-8").replace("Kính gửi", "Gửi"), encoding="utf-8")
    before = path(office).read_bytes()
    office.app.context.include = include
    from tonghop.steps.receipts import write_receipt

    filing = office.submissions(XA)[0]
    write_receipt(office.app.context, office.unit(XA), "20243", filing)
    write_receipt(office.app.context, office.unit(XA), "20243", filing)

    assert numbers(office) == [(1, "filed", 0), (2, "renewed", 1)]
    assert "Gửi: Ủy ban" in page(office)
    path(office).write_bytes(before)
    assert "Kính gửi:" in page(office), "the one issued in the old wording stays genuine"


@pytest.mark.parametrize("together", [True, False], ids=["with the workbook", "after it"])
def test_a_signed_copy_is_kept_with_its_workbook(office: Office, together: bool) -> None:
    office.put(XA, "Báo cáo đã ký.PDF", PDF, mtime=1)
    if together:
        office.send(XA)
    else:
        office.folder(XA, "gui-len").joinpath("Báo cáo đã ký.PDF").unlink()
        office.send(XA)
        office.collect()
        office.put(XA, "Báo cáo đã ký.PDF", PDF)
    report = office.pass_over()
    assert [(copy.name, copy.revision, copy.duplicate) for copy in report.signed] == [("Báo cáo đã ký.PDF", 1, False)]
    assert [answer.name for answer in report.answers] == (["bao-cao-20243.xlsx"] if together else [])
    words = page(office)
    assert "Bản ký Báo cáo đã ký.PDF" in words
    assert hashlib.sha256(PDF).hexdigest() in words
    assert office.names(XA, "gui-len") == []
    assert "20240916-100000-Báo cáo đã ký.PDF" in office.names(XA, "da-nhan")
    kept = office.app.vault.find(hashlib.sha256(PDF).hexdigest())
    assert kept is not None
    assert kept.read_bytes() == PDF
    assert office.revisions(XA) == [(1, "accepted", True)]
    assert office.collect() == []


def test_a_signed_copy_before_any_workbook_is_kept_and_the_unit_is_told(office: Office) -> None:
    office.put(XA, "ky.pdf", PDF)
    (copy,) = office.pass_over().signed
    assert (copy.revision, copy.period) == (0, "20243")
    assert "Đã nhận bản ký, chưa có tệp Excel" in page(office, which="ban-ky")
    assert office.state(XA) == "missing"

    office.at("2024-09-18T10:00:00")
    office.send(XA)
    office.collect()

    assert "Bản ký ky.pdf, nhận 10 giờ 00 phút, ngày 16/09/2024, lần gửi 1" in page(office)
    assert numbers(office) == [(1, "signed", 0), (2, "filed", 1)]
    office.send(XA, rows={COMPLAINTS: (0, 5, 5, 0)})
    office.collect()
    assert "Bản ký ky.pdf" in page(office, which="lan-2")


def test_the_identical_signed_copy_is_acknowledged_not_doubled(office: Office) -> None:
    office.send(XA)
    office.put(XA, "ky.pdf", PDF)
    office.collect()
    office.put(XA, "ky-2.pdf", PDF)
    (copy,) = office.pass_over().signed
    assert copy.duplicate
    words = page(office)
    assert "Gửi lại tệp giống hệt: ky-2.pdf" in words
    assert words.count("Bản ký ") == 1
    assert len(office.app.store.attachments.every()) == 1
    assert office.names(XA, "gui-len") == []
    assert numbers(office) == [(1, "filed", 0), (2, "signed", 1), (3, "signed_again", 2)]


def test_two_units_may_send_the_same_bytes(office: Office) -> None:
    office.put(XA, "ky.pdf", PDF)
    office.put(PHUONG, "ky.pdf", PDF)
    assert [copy.duplicate for copy in office.pass_over().signed] == [False, False]


@pytest.mark.parametrize(
    ("content", "code"), [(b"PK not a pdf", "damaged"), (PDF + b"x" * 200, "too-big")], ids=["no PDF", "huge"]
)
def test_a_false_or_huge_pdf_is_returned_with_a_reason(office: Office, content: bytes, code: str) -> None:
    office.app.context.limits = type(office.app.context.limits)(file_bytes=100)
    office.put(XA, "ky.pdf", content)
    report = office.pass_over()
    assert report.signed == []
    (answer,) = report.answers
    assert answer.state.value == "returned"
    if code == "too-big":
        assert [finding.code for finding in answer.findings] == [code]
    assert office.app.store.attachments.every() == ()
    assert "Được trả lại" in page(office)


def test_a_signed_copy_finds_the_period_it_belongs_to(office: Office) -> None:
    office.app.open(Q2)
    office.send(XA, Q2, name="Quý hai.xlsx")
    office.send(XA, Q3, name="Quý ba.xlsx")
    office.put(XA, "quý  hai.pdf", PDF + b"1")
    office.put(XA, "công văn.pdf", PDF + b"2")
    office.put(XA, "ky 20242.pdf", PDF + b"3")
    assert [copy.period for copy in office.pass_over().signed] == ["20242", "20243", "20242"]
    office.put(PHUONG, "ky 20242.pdf", PDF + b"4")
    office.put(PHUONG, "ky 2024.pdf", PDF + b"5")
    assert [copy.period for copy in office.pass_over().signed] == ["20242", "20243"]
    office.send(PHUONG, Q2)
    office.put(PHUONG, "ky lai.pdf", PDF + b"6")
    assert [copy.period for copy in office.pass_over().signed] == ["20242"], "it came with the workbook of that period"
    office.at("2024-09-19T10:00:00")
    office.put(PHUONG, "ky moi.pdf", PDF + b"7")
    assert [copy.period for copy in office.pass_over().signed] == ["20243"], "days later: the period being reported"


def test_a_name_cannot_break_out_of_the_page_or_the_record(office: Office) -> None:
    name = "&lt;<script>alert(1)< \ue000 .xlsx"
    office.send(XA, name=name)
    office.collect()
    found = path(office).read_bytes()
    assert found.count(b"<script") == 1
    read_back = read(found)
    assert read_back is not None
    assert read_back.facts["filing"]["file"] == name
    assert verify_file(office.app.context, path(office)).verdict is Verdict.GENUINE


def test_a_withdrawal_is_told_on_both_receipts(office: Office) -> None:
    office.send(XA)
    office.collect()
    office.send(XA, rows={COMPLAINTS: (0, 5, 5, 0)}, name="nham.xlsx")
    office.collect()
    desk = Desk("canbo", Q3, office.unit(XA))
    office.app.withdraw(desk, 2, "Đơn vị báo gửi nhầm tệp.")
    assert "Đã được rút" in page(office, which="lan-2")
    assert "Báo cáo đã được chấp nhận" in page(office)
    assert numbers(office)[2:] == [(3, "withdrawn", 2), (4, "restored", 1)]
    assert verify_chain(office.app.context).verdict is Verdict.GENUINE
