"""The official receipt on paper: one page of A4, whatever files and units are called."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tonghop.domain.receipt import BEFORE_THE_FIRST, Link, canonical, chained
from tonghop.files.receipt_page import blank, fill, fingerprint, read

LETTERS = Path(__file__).parents[2] / "include/regimes/kstthc/2020-12-15/letters"
AT = "2024-09-16T03:05:07+00:00"
WIDE = "W" * 250

ORDINARY: dict[str, Any] = {
    "number": 128,
    "replaces": 0,
    "reason": "filed",
    "issued_at": AT,
    "period": "20243",
    "unit": {"code": "25217", "valid_from": "2019-01-01"},
    "again": None,
    "signed": [{"name": "Báo cáo đã ký.pdf", "sha256": "ab" * 32, "received_at": AT, "revision": 1}],
    "filing": {
        "revision": 1,
        "file": "Bieu-mau-20243-25217.xlsx",
        "sha256": "cd" * 32,
        "received_at": AT,
        "state": "accepted",
        "on_time": True,
        "forms": [{"code": "II.05a", "nil": True, "revision": 0}, {"code": "II.06a", "nil": False, "revision": 0}],
        "in_force": 0,
        "to_mend": 0,
        "to_explain": 0,
        "explained": 1,
    },
    "words": {
        "office": "Văn phòng Ủy ban nhân dân tỉnh Bình Phước",
        "regime": "Báo cáo công tác kiểm soát thủ tục hành chính",
        "zone": "Asia/Ho_Chi_Minh",
        "unit": "Ủy ban nhân dân phường Long Thủy, thị xã Phước Long",
        "period": "Quý III/2024",
        "deadline_at": "2024-09-18T16:59:59+00:00",
        "punctual": "đúng hạn",
        "answer": "Ket-qua-20243-lan-1.html",
        "contact": {"name": "Phòng Kiểm soát thủ tục hành chính", "phone": "0271 3879 000", "email": "tthc@tinh.vn"},
    },
}


def longest() -> dict[str, Any]:
    """Everything there can be, each as long as it can be."""
    facts = copy.deepcopy(ORDINARY) | {"number": 1_000_000, "replaces": 999_999, "reason": "again"}
    facts["again"] = {"name": WIDE, "received_at": AT}
    facts["signed"] = [
        {"name": WIDE, "sha256": "ab" * 32, "received_at": AT, "revision": number} for number in range(9)
    ]
    many: dict[str, Any] = {"revision": 13, "state": "invalid", "in_force": 12, "file": WIDE}
    many |= {"to_mend": 12_345, "to_explain": 9_999}
    facts["filing"] |= many | {
        "forms": [{"code": f"II.{number:02}abc/VPCP", "nil": True, "revision": 11} for number in range(30)]
    }
    facts["words"] |= {"unit": WIDE, "regime": WIDE, "office": WIDE, "punctual": "muộn 123 ngày 23 giờ"}
    facts["words"]["contact"] = {"name": WIDE, "phone": WIDE, "email": WIDE}
    return facts


def issued(facts: dict[str, Any]) -> str:
    empty = blank(LETTERS, facts, BEFORE_THE_FIRST)
    text = canonical(facts | {"page": fingerprint(empty)})
    link = Link(facts["number"], BEFORE_THE_FIRST, text, chained(BEFORE_THE_FIRST, text))
    return fill(empty, link)


CASES = {
    "ordinary": ORDINARY,
    "longest": longest(),
    "signed copy only": ORDINARY | {"filing": None},
    **{
        state: ORDINARY | {"filing": ORDINARY["filing"] | {"state": state, "to_explain": 2, "to_mend": 3}}
        for state in ("invalid", "awaiting_explanation", "returned", "superseded", "withdrawn")
    },
}


@pytest.mark.parametrize("facts", CASES.values(), ids=CASES)
def test_a_receipt_reads_back_whole(facts: dict[str, Any]) -> None:
    page = read(issued(facts).encode())
    assert page is not None
    assert (page.intact, page.link.sound, page.link.number) == (True, True, facts["number"])


def test_the_page_names_what_the_facts_say() -> None:
    text = issued(ORDINARY)
    for said in ("Số: <b>128</b>", "II.05a (không phát sinh); II.06a", "10 giờ 05 phút, ngày 16/09/2024", "đúng hạn"):
        assert said in text


def printed(page: Path) -> int:
    """How many sheets of paper a browser prints."""
    chromium = shutil.which("chromium")
    if chromium is None or shutil.which("pdfinfo") is None:
        message = "Chromium or pdfinfo is not installed"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    paper = page.with_suffix(".pdf")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={page.parent / 'profile'}"]
    command = [chromium, *options, "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    told = subprocess.run(["pdfinfo", str(paper)], check=True, capture_output=True, text=True).stdout
    assert "A4" in told
    return int(told.partition("Pages:")[2].split()[0])


@pytest.mark.office
def test_a_receipt_is_one_page_whatever_the_names(tmp_path: Path) -> None:
    page = tmp_path / "phieu.html"
    page.write_text(issued(CASES["longest"]), encoding="utf-8")
    assert printed(page) == 1
    page.write_text(issued(CASES["longest"]).replace("</table>", "<tr><td>x</td></tr>" * 12 + "</table>"), "utf-8")
    assert printed(page) == 2, "the count means something"
