"""Deciding and tracing at the command line: what is printed, and what a script may rely on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from toy_office import COMPLAINTS, FORM, XA, Office

Run = Callable[..., Any]


@pytest.fixture
def filed(run: Run, clerks: Office) -> Office:
    clerks.send_all()
    assert run("collect").code == 0
    return clerks


def test_approve_says_who_is_next(run: Run, filed: Office) -> None:
    said = run("approve", "20243", "--as", "truongphong", "--note", "Đã đối chiếu")
    assert said.code == 0
    assert "Đã ghi nhận phê duyệt của “truongphong” (thẩm định)" in said.out
    assert "Còn chờ phê duyệt: lanhdao" in said.out
    assert filed.app.store.approvals.of("20243")[0].note == "Đã đối chiếu"
    said = run("approve", "20243", "--as", "lanhdao", "--step", "phe_duyet")
    assert "Công bố: tonghop publish 20243" in said.out


def test_approve_out_of_order_is_refused_with_the_one_who_must_go_first(run: Run, filed: Office) -> None:
    said = run("approve", "20243", "--as", "lanhdao")
    assert said.code == 1
    assert "Chưa có “Thẩm định”" in said.err
    assert "truongphong" in said.err


def test_reject_needs_a_note_and_leaves_the_draft(run: Run, filed: Office) -> None:
    said = run("approve", "20243", "--as", "truongphong", "--reject")
    assert (said.code, "phải ghi rõ lý do" in said.err) == (1, True)
    said = run("approve", "20243", "--as", "truongphong", "--reject", "--note", "Thiếu Sở Đất đai")
    assert said.code == 0
    assert "không phê duyệt (thẩm định)" in said.out
    said = run("publish", "20243")
    assert (said.code, "lý do: Thiếu Sở Đất đai" in said.err) == (1, True)


def test_trace_shows_unit_file_sheet_cell_and_the_sum(run: Run, filed: Office) -> None:
    said = run("trace", "20243", FORM, COMPLAINTS, "5")
    assert said.code == 0
    standing = filed.standing(XA)
    assert standing is not None
    for words in ("Xã Bù Đốp Thượng, huyện Đắk Ơ", standing.sha256[:20], "bao-cao-20243.xlsx", "Cộng", "4/4 đơn vị"):
        assert words in said.out, said.out


def test_trace_json_adds_up(run: Run, filed: Office) -> None:
    told = json.loads(run("trace", "20243", FORM, "TỔNG CỘNG", "3", "--json").out)
    assert (told["value"], told["formula"], told["counted"], told["owed"]) == (40, "(4) + (5)", 4, 4)
    assert [part["value"] for part in told["parts"]] == [0, 40]
    lines = told["parts"][1]["lines"]
    assert sum(line["value"] for line in lines) == 40
    assert set(lines[0]) == {
        "unit", "name", "period", "row", "column", "value", "sign", "sheet", "cell", "submission", "revision", "file",
        "sha256",
    }  # fmt: skip


def test_trace_of_what_is_not_there_is_wrong_usage(run: Run, filed: Office) -> None:
    said = run("trace", "20243", FORM, "Đơn không có", "5")
    assert said.code == 2
    assert "không có dòng “Đơn không có”" in said.err
    assert COMPLAINTS in said.err
