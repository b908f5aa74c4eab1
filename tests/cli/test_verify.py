"""`tonghop verify` at the command line: its exit codes, and that it makes nothing where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from toy_office import XA, Office

Run = Callable[..., Any]


@pytest.fixture
def slip(run: Run, clerks: Office) -> Path:
    """A receipt of the toy province."""
    clerks.send(XA, name="bao cao.xlsx")
    clerks.put(XA, "ky.pdf", b"%PDF-1.7")
    assert "ky.pdf: bản ký Quý III/2024, kèm lần gửi thứ 1" in run("collect").out
    return clerks.folder(XA, "nhan-ve") / "Phieu-tiep-nhan-20243-lan-1.html"


def test_genuine_is_0_false_is_3(run: Run, slip: Path, tmp_path: Path) -> None:
    said = run("verify", str(slip))
    assert (said.code, said.err) == (0, "")
    assert "ĐÚNG là phiếu tiếp nhận số 2" in said.out
    assert run("verify", "--chain").code == 0
    changed = tmp_path / "Phieu-tiep-nhan.html"
    changed.write_text(slip.read_text(encoding="utf-8").replace("đúng hạn", "sớm"), encoding="utf-8")
    said = run("verify", str(slip), str(changed))
    assert (said.code, "ĐÃ BỊ SỬA" in said.out) == (3, True)


def test_without_a_register_whole_is_4_and_nothing_is_made(
    run: Run, slip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path / "may khac"
    monkeypatch.setenv("TONGHOP_HOME", str(away))
    said = run("verify", str(slip))
    assert (said.code, "CHƯA đối chiếu được" in said.out) == (4, True)
    assert run("verify", "--chain").code == 2
    book = tmp_path / "x.xlsx"
    book.write_bytes(b"x")
    assert run("verify", str(book)).code == 2
    assert run("verify", str(book), "--receipt", str(slip)).code == 3
    assert not away.exists()


@pytest.mark.parametrize("words", [(), ("--chain", "a.xlsx"), ("khong co.xlsx",)])
def test_wrong_usage_is_2_with_a_way_out(run: Run, words: tuple[str, ...]) -> None:
    said = run("verify", *words)
    assert (said.code, "→" in said.err) == (2, True)


def test_an_unusable_database_is_our_fault(run: Run, slip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGHOP_DB", "postgresql+psycopg://127.0.0.1:1/x")
    said = run("verify", str(slip))
    assert (said.code, "Không kết nối được" in said.err) == (1, True)
