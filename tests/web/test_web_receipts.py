"""The unit's page on the desk: its receipts and signed copies, to be downloaded as they were issued and received."""

from __future__ import annotations

import re
from typing import Any

from toy_office import PHUONG, XA

PDF = b"%PDF-1.7 da ky"
PAGE = f"/ky/20243/don-vi/{XA}"


def test_a_filing_shows_its_receipt_and_signed_copy(desk: Any) -> None:
    desk.office.send(XA)
    desk.office.put(XA, "Đã ký <1>.pdf", PDF)
    desk.office.collect()
    page = desk.page(PAGE)
    assert "phiếu tiếp nhận số 2" in page
    assert "Đã ký &lt;1&gt;.pdf" in page
    assert "Nhận bản ký" in page
    (paper,) = re.findall(r'href="[^"]*/(ban-ky/\d+)"', page)
    (slip,) = re.findall(r'href="[^"]*/(phieu/\d+)"', page)
    sent = desk.get(f"{PAGE}/{paper}")
    assert (sent.content, sent.headers["content-type"]) == (PDF, "application/pdf")
    assert "attachment" in sent.headers["content-disposition"]
    on_disk = desk.office.folder(XA, "nhan-ve") / "Phieu-tiep-nhan-20243-lan-1.html"
    assert desk.get(f"{PAGE}/{slip}").content == on_disk.read_bytes()
    for other in (paper, slip):
        assert desk.get(f"/ky/20243/don-vi/{PHUONG}/{other}").status_code >= 400, "of another unit"


def test_a_signed_copy_without_a_workbook_is_shown(desk: Any) -> None:
    desk.office.put(XA, "ky.pdf", PDF)
    desk.office.collect()
    assert "Đã nhận bản ký, chưa có tệp Excel" in desk.page(PAGE)
