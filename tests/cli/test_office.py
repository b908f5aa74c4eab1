"""What officials record for one unit at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from toy_office import COMPLAINTS, FORM, XA, Office

Run = Callable[..., Any]
WHY = "Đơn vị gửi nhầm tệp của kỳ trước."


@pytest.fixture
def filed(run: Run, clerks: Office) -> Office:
    for rows in (None, {COMPLAINTS: (0, 12, 9, 3)}):
        clerks.send(XA, rows=rows)
        assert run("collect").code == 0
    return clerks


def test_withdraw_says_what_stands_now_and_can_be_said_twice(run: Run, filed: Office) -> None:
    said = run("withdraw", "20243", XA, "--as", "canbo", "--reason", WHY)
    assert said.code == 0, said.err
    assert "Đã ghi nhận việc rút lần gửi 2 của Xã Bù Đốp Thượng, huyện Đắk Ơ, Quý III/2024." in said.out
    assert "Báo cáo có hiệu lực là lần gửi 1." in said.out
    assert "tonghop consolidate 20243" in said.out
    again = run("withdraw", "20243", XA, "--as", "canbo", "--reason", WHY)
    assert (again.code, "Trước đó đã rút lần gửi 2" in again.out) == (0, True)
    last = run("withdraw", "20243", XA, "--as", "canbo", "--reason", WHY, "--revision", "1")
    assert (last.code, "không có báo cáo nào có hiệu lực" in last.out) == (0, True)
    assert "chưa gửi" in run("status", "20243").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["W0999", "--as", "canbo", "--reason", WHY], "Không có đơn vị này"),
        ([XA, "--as", "canbo", "--reason", "nhầm"], "Lý do phải dài từ 10"),
        ([XA, "--as", "canbo", "--reason", WHY, "--revision", "1"], "đã được thay thế"),
        ([XA, "--as", "canbo", "--reason", WHY, "--revision", "9"], "không có lần gửi 9"),
        ([XA, "--reason", WHY], "còn thiếu --as"),
        ([XA, "--as", "canbo"], "còn thiếu --reason"),
    ],
    ids=["unit", "reason", "replaced", "unknown", "nobody", "no reason"],
)
def test_withdraw_refuses_what_cannot_be(run: Run, filed: Office, words: list[str], told: str) -> None:
    said = run("withdraw", "20243", *words)
    assert (said.code, told in said.err) == (2, True), said.err
    assert [state for _, state, _ in filed.revisions(XA)] == ["superseded", "accepted"]


def test_exempt_and_back_again(run: Run, clerks: Office) -> None:
    said = run("exempt", "20243", XA, "--form", FORM, "--as", "canbo", "--reason", WHY)
    assert said.code == 0, said.err
    assert f"Đã ghi nhận miễn biểu {FORM} cho Xã Bù Đốp Thượng, huyện Đắk Ơ, Quý III/2024." in said.out
    assert "không phải báo cáo kỳ này" in said.out
    shown = run("status", "20243").out
    assert f"biểu {FORM} – {WHY}" in shown
    told = json.loads(run("status", "20243", "--json").out)
    assert (told["owed"], told["exempt"]) == (3, [{"code": XA, "form": FORM, "reason": WHY}])
    again = run("exempt", "20243", XA, "--form", FORM, "--as", "canbo", "--reason", WHY)
    assert (again.code, "không có gì thay đổi" in again.out) == (0, True)
    lifted = run("exempt", "20243", XA, "--form", FORM, "--lift", "--as", "canbo", "--reason", WHY)
    assert (lifted.code, f"còn phải báo cáo: {FORM}." in lifted.out) == (0, True)
    assert json.loads(run("status", "20243", "--json").out)["owed"] == 4


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--as", "canbo", "--reason", WHY], "không ghi miễn được"),
        (["--form", "T.99", "--as", "canbo", "--reason", WHY], "không phải báo cáo biểu T.99"),
        (["--as", "canbo", "--reason", "miễn"], "Lý do phải dài từ 10"),
    ],
    ids=["filed", "form", "reason"],
)
def test_exempt_refuses_what_cannot_be(run: Run, filed: Office, words: list[str], told: str) -> None:
    said = run("exempt", "20243", XA, *words)
    assert (said.code, told in said.err) == (2, True), said.err
    assert filed.app.store.exemptions.in_force() == ()
