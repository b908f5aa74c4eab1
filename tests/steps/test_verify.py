"""Genuine, false or not to be decided here: receipts, workbooks and signed copies, with the register and without."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from toy_office import COMPLAINTS, PHUONG, XA, Office

from tonghop.domain.errors import UsageError
from tonghop.domain.receipt import canonical, chained
from tonghop.files import receipt_page
from tonghop.files.receipt_page import fill, fingerprint
from tonghop.steps.verifying import Told, Verdict, verify_file, worst
from tonghop.steps.verifying_chain import verify_chain

PDF = b"%PDF-1.7 da ky"


@pytest.fixture
def filed(office: Office) -> Office:
    """Two communes have filed, one of them with a signed copy that came later."""
    office.send(XA, name="bao cao.xlsx")
    office.send(PHUONG, rows={COMPLAINTS: (0, 3, 3, 0)})
    office.collect()
    office.put(XA, "ky.pdf", PDF)
    office.collect()
    return office


def slip(office: Office, code: str = XA) -> Path:
    return office.folder(code, "nhan-ve") / "Phieu-tiep-nhan-20243-lan-1.html"


def handled(office: Office, suffix: str, code: str = XA) -> Path:
    return next(found for found in office.folder(code, "da-nhan").iterdir() if found.name.endswith(suffix))


def asked(office: Office, content: bytes, tmp_path: Path, *, register: bool = True) -> Told:
    copy = tmp_path / "gui ra ngoai.html"
    copy.write_bytes(content)
    return verify_file(office.app.context if register else None, copy)


def test_genuine_files_are_called_so_with_what_is_known(filed: Office) -> None:
    context = filed.app.context
    told = verify_file(context, slip(filed))
    assert told.headline == "ĐÚNG là phiếu tiếp nhận số 3 do hệ thống cấp."
    assert "Tình trạng hiện nay: đã chấp nhận, đúng hạn." in told.lines
    assert "Là phiếu mới nhất của nội dung này." in told.lines
    book = verify_file(context, handled(filed, ".xlsx"))
    assert book.verdict is Verdict.GENUINE
    assert book.lines[0] == (
        "Xã Bù Đốp Thượng, huyện Đắk Ơ: Quý III/2024, nhận lúc 10:00:00 ngày 16/09/2024, lần gửi thứ 1: "
        "đã chấp nhận, đúng hạn; bao cao.xlsx; phiếu tiếp nhận số 3."
    )
    assert "bản ký, kèm lần gửi thứ 1; ky.pdf" in verify_file(context, handled(filed, ".pdf")).lines[0]


def test_a_replaced_receipt_is_genuine_and_names_the_next(filed: Office, tmp_path: Path) -> None:
    old = slip(filed).read_bytes()
    filed.put(XA, "lan nua.pdf", PDF)
    filed.collect()
    told = asked(filed, old, tmp_path)
    assert (told.verdict, told.lines[-1]) == (Verdict.GENUINE, "Đã được thay bằng phiếu số 4.")


def test_mail_may_change_the_line_ends(filed: Office, tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + slip(filed).read_bytes().replace(b"\n", b"\r\n")
    assert asked(filed, content, tmp_path).verdict is Verdict.GENUINE


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode())

    return change


def other_digest(content: bytes) -> bytes:
    """The digest a person sees is another one; the record stays."""
    page = receipt_page.read(content)
    assert page is not None
    body, mark, record = content.decode().partition("<script")
    return (body.replace(page.link.digest, "ab" * 32) + mark + record).encode()


def hidden_line(content: bytes) -> bytes:
    return content.replace(b"<body>", b"<body><style>p:nth-of-type(3){display:none}</style>")


def forged(content: bytes) -> bytes:
    """Visible words, facts and digests all made to fit each other: only the register knows better."""
    page = receipt_page.read(content)
    assert page is not None
    body, _, rest = content.decode().partition("<script")
    blank = (body + rest.partition("</script>\n")[2]).replace(page.link.digest, receipt_page._HOLE)
    blank = blank.replace("đúng hạn", "rất đúng hạn")
    facts = dict(page.facts) | {"page": fingerprint(blank)}
    text = canonical(facts)
    link = type(page.link)(page.link.number, page.link.previous, text, chained(page.link.previous, text))
    return fill(blank, link).encode()


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "visible state": swap("Báo cáo đã được chấp nhận", "Báo cáo đã được khen ngợi"),
    "visible time": swap("10 giờ 00 phút", "09 giờ 00 phút"),
    "visible digest": other_digest,
    "visible digest left out": lambda content: swap(
        receipt_page.read(content).link.digest, receipt_page._HOLE  # type: ignore[union-attr]
    )(content.partition(b"<script")[0]) + b"".join(content.partition(b"<script")[1:]),
    "hidden by style": hidden_line,
    "facts": swap('\\"revision\\":1', '\\"revision\\":2'),
    "record gone": lambda content: content.partition(b"<script")[0] + b"</body>\n</html>\n",
    "record twice": lambda content: content.replace(
        b"</body>", content[content.index(b"<script") : content.index(b"</body>")] + b"</body>"
    ),
    "record is no JSON": swap('{"digest"', '["digest"'),
    "cut off": lambda content: content[:-40],
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("register", [True, False], ids=["with the register", "offline"])
def test_a_changed_receipt_is_caught(
    filed: Office, tmp_path: Path, change: Callable[[bytes], bytes], register: bool
) -> None:
    told = asked(filed, change(slip(filed).read_bytes()), tmp_path, register=register)
    assert told.verdict is Verdict.FALSE
    assert "SỬA" in told.headline.upper()


def test_a_receipt_that_fits_itself_is_only_whole_offline_and_false_in_the_register(
    filed: Office, tmp_path: Path
) -> None:
    content = slip(filed).read_bytes()
    assert asked(filed, content, tmp_path, register=False).verdict is Verdict.UNDECIDED
    assert asked(filed, forged(content), tmp_path, register=False).verdict is Verdict.UNDECIDED
    told = asked(filed, forged(content), tmp_path)
    assert (told.verdict, told.headline) == (Verdict.FALSE, "Phiếu KHÔNG có trong sổ tiếp nhận (số 3).")


@pytest.mark.parametrize("facts", ["[]", "{}", '{"number":1,"page":"x"}', '{"number":"a","page":"x"}'])
def test_nonsense_in_the_record_is_no_receipt(filed: Office, tmp_path: Path, facts: str) -> None:
    record = json.dumps({"digest": chained("0", facts), "facts": facts, "previous": "0"})
    content = f'<script type="application/json" id="phieu-tiep-nhan">{record}</script>\n'.encode()
    told = asked(filed, content, tmp_path)
    assert (told.verdict, "KHÔNG phải phiếu" in told.headline) == (Verdict.FALSE, True)


def test_a_workbook_nobody_received_is_told_apart(filed: Office, tmp_path: Path) -> None:
    changed = tmp_path / "bao cao.xlsx"
    changed.write_bytes(handled(filed, ".xlsx").read_bytes() + b"\0")
    assert verify_file(filed.app.context, changed).verdict is Verdict.FALSE


def test_a_file_is_compared_with_the_receipt_given(filed: Office) -> None:
    context, mine, theirs = filed.app.context, handled(filed, ".xlsx"), handled(filed, ".xlsx", PHUONG)
    assert verify_file(context, mine, slip(filed)).verdict is Verdict.GENUINE
    told = verify_file(context, theirs, slip(filed))
    assert told.verdict is Verdict.FALSE
    assert told.headline == "Tệp KHÔNG phải là tệp nêu trong phiếu tiếp nhận số 3."
    assert "Phường Ỷ La" in told.lines[0], "it was received from another unit"
    assert verify_file(None, handled(filed, ".pdf"), slip(filed)).verdict is Verdict.UNDECIDED
    assert verify_file(None, theirs, slip(filed)).verdict is Verdict.FALSE
    slip(filed).write_bytes(hidden_line(slip(filed).read_bytes()))
    assert "ĐÃ BỊ SỬA" in verify_file(context, mine, slip(filed)).headline
    with pytest.raises(UsageError, match="không phải phiếu"):
        verify_file(context, mine, theirs)


def test_offline_a_file_is_compared_with_the_receipts_beside_it(filed: Office, tmp_path: Path) -> None:
    book = tmp_path / "bao cao.xlsx"
    book.write_bytes(handled(filed, ".xlsx").read_bytes())
    with pytest.raises(UsageError, match="không có phiếu nào"):
        verify_file(None, book)
    (tmp_path / "phieu cua phuong.html").write_bytes(slip(filed, PHUONG).read_bytes())
    assert verify_file(None, book).verdict is Verdict.FALSE
    (tmp_path / "phieu.html").write_bytes(slip(filed).read_bytes())
    assert verify_file(None, book).verdict is Verdict.UNDECIDED
    with pytest.raises(UsageError, match="Không có tệp"):
        verify_file(None, tmp_path)


def unguarded(office: Office, *statements: str) -> None:
    """What somebody with the database in his hands can do."""
    with office.app.store.database.writing() as connection:
        for action in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS receipts_no_{action}")
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM receipts WHERE number = 2", "thiếu phiếu từ số 2 đến số 2"),
        ("DELETE FROM receipts WHERE number IN (2, 3)", "không có phiếu"),
        ("UPDATE receipts SET facts = replace(facts, 'on_time\":true', 'on_time\":false')", "không khớp mã của phiếu"),
        ("UPDATE receipts SET period = '20242' WHERE number = 1", "Phiếu số 1: không khớp sổ"),
        ("UPDATE submissions SET sha256 = 'ab' WHERE id = 1", "khác với lần gửi đã lưu"),
        ("UPDATE submissions SET on_time = 0 WHERE id = 2", "Phiếu số 2: khác với lần gửi"),
        ("UPDATE submissions SET state = 'invalid' WHERE id = 2", "Phiếu số 2: khác với lần gửi"),
    ],
)
def test_the_chain_betrays_what_was_changed_in_the_store(filed: Office, statement: str, found: str) -> None:
    assert verify_chain(filed.app.context).headline.startswith("Sổ tiếp nhận liền mạch")
    unguarded(filed, statement)
    told = verify_chain(filed.app.context)
    assert told.verdict is Verdict.FALSE
    assert any(found in line for line in told.lines), told


def test_a_receipt_is_not_vouched_for_by_a_broken_register(filed: Office) -> None:
    unguarded(filed, "UPDATE receipts SET facts = '{}' WHERE number = 1")
    told = verify_file(filed.app.context, slip(filed))
    assert (told.verdict, "KHÔNG còn liền mạch" in told.headline) == (Verdict.FALSE, True)


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_the_chain_looks_into_the_vault(filed: Office, how: str) -> None:
    kept = filed.app.vault.find(filed.app.store.attachments.every()[0].sha256)
    assert kept is not None
    kept.unlink()
    if how == "changed":
        kept.write_bytes(PDF + b"!")
    told = verify_chain(filed.app.context)
    assert [line for line in told.lines if "“ky.pdf”" in line] == list(told.lines)
    assert told.verdict is Verdict.FALSE


def test_the_worst_of_several_files_decides() -> None:
    told = [Told(verdict, "") for verdict in (Verdict.GENUINE, Verdict.UNDECIDED, Verdict.FALSE)]
    assert [worst(told[:1]), worst(told[:2]), worst(told)] == [0, 4, 3]
