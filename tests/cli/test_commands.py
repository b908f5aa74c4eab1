"""A quarter from the command line: what is printed, what is promised to scripts, and the exit codes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from toy_office import COMPLAINTS, HUYEN, PHUONG, SO, XA, Office

STATUS_KEYS = [
    "period", "window", "deadlines", "owed", "accepted", "accepted_late", "invalid", "awaiting_explanation",
    "returned", "missing", "units",
]  # fmt: skip
UNIT_KEYS = [
    "code", "valid_from", "name", "level", "parent", "state", "on_time", "forms", "submission", "sha256",
    "received_at", "findings",
]  # fmt: skip
Run = Callable[..., Any]


def test_open_says_how_many_where_and_until_when(run: Run) -> None:
    said = run("open", "2024Q3")
    assert said.code == 0
    assert "Đã mở kỳ Quý III/2024: 4 đơn vị" in said.out
    assert "drop" in said.out
    assert "thứ Tư, 18/09/2024" in said.out
    again = run("open", "20243")
    assert "Đã làm mới biểu mẫu" in again.out


def test_collect_says_what_became_of_every_file_and_what_to_do_next(run: Run, clerks: Office) -> None:
    clerks.send(XA)
    clerks.send(PHUONG, rows={COMPLAINTS: (0, 10, 8, 3)})
    said = run("collect")
    assert said.code == 0
    assert "Xã Bù Đốp Thượng, huyện Đắk Ơ: bao-cao-20243.xlsx: đã chấp nhận" in said.out
    assert "Phường Ỷ La, huyện Đắk Ơ: bao-cao-20243.xlsx: có lỗi phải sửa – (3) = 10 khác (6) + (7) = 11." in said.out
    assert "Chạy: tonghop consolidate 20243" in said.out


def test_a_trouble_of_ours_is_told_and_ends_with_1(run: Run, clerks: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tonghop.steps.taking.VAULT_LIMIT", 10)
    clerks.send(XA)
    said = run("collect")
    assert said.code == 1
    assert "Cần xem: Xã Bù Đốp Thượng, huyện Đắk Ơ: bao-cao-20243.xlsx" in said.err


def test_a_quarter_from_opening_to_publication(run: Run, clerks: Office) -> None:
    clerks.send_all()
    assert run("collect").code == 0
    said = run("consolidate", "20243")
    assert (said.code, "Đã tổng hợp 4/4 đơn vị (đầy đủ)." in said.out) == (0, True)
    for login in ("truongphong", "lanhdao"):
        said = run("approve", "20243", "--as", login)
        assert said.code == 0
        assert f"Đã ghi nhận phê duyệt của “{login}”" in said.out
        assert "4/4 đơn vị" in said.out
    said = run("publish", "20243")
    assert (said.code, "bản v1" in said.out) == (0, True)
    assert "Số liệu không đổi" in run("publish", "20243").out
    assert "không phải tính lại" in run("consolidate", "20243").out


def test_publish_without_approval_says_who_must_approve(run: Run, clerks: Office) -> None:
    said = run("publish", "20243")
    assert said.code == 1
    assert "chưa được phê duyệt" in said.err
    assert "tonghop approve 20243 --as" in said.err


def test_approve_refuses_a_login_that_may_not(run: Run, clerks: Office) -> None:
    said = run("approve", "20243", "--as", "vanthu")
    assert said.code == 1
    assert "“vanthu” không có quyền phê duyệt" in said.err


def test_approval_at_the_command_line_can_be_switched_off(
    run: Run, clerks: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGHOP_CLI_APPROVE", "0")
    said = run("approve", "20243", "--as", "lanhdao")
    assert (said.code, "đã bị tắt" in said.err) == (1, True)
    assert clerks.app.store.approvals.of("20243") == ()


def test_status_json_has_exactly_the_promised_keys(run: Run, clerks: Office) -> None:
    clerks.send(XA)
    clerks.send(PHUONG, rows={COMPLAINTS: (0, 10, 8, 3)})
    clerks.put(SO, "hong.xlsx", b"no workbook")
    run("collect")
    told = json.loads(run("status", "20243", "--json").out)
    assert list(told) == STATUS_KEYS
    assert [list(unit) for unit in told["units"]] == [UNIT_KEYS] * 4
    assert told["period"] == "20243"
    assert told["window"] == {"from": "2024-06-15", "to": "2024-09-14"}
    assert told["deadlines"] == {
        "xa": "2024-09-18T23:59:59+07:00",
        "huyen": "2024-09-20T23:59:59+07:00",
        "so": "2024-09-21T23:59:59+07:00",
        "tinh": "2024-09-25T23:59:59+07:00",
    }
    assert told["owed"] == sum(told[s] for s in ("accepted", "invalid", "awaiting_explanation", "returned", "missing"))
    by_code = {unit["code"]: unit for unit in told["units"]}
    assert {code: unit["state"] for code, unit in by_code.items()} == {
        SO: "returned", HUYEN: "missing", XA: "accepted", PHUONG: "invalid"
    }  # fmt: skip
    accepted, missing = by_code[XA], by_code[HUYEN]
    assert accepted["forms"] == {"T.01": "accepted"}
    assert (accepted["on_time"], accepted["findings"], accepted["parent"]) == (True, 0, "W01")
    assert len(accepted["sha256"]) == 64
    assert accepted["received_at"].startswith("2024-09-16T")
    assert (missing["on_time"], missing["submission"], missing["sha256"], missing["received_at"]) == (
        None,
        None,
        "",
        None,
    )
    assert by_code[PHUONG]["findings"] == 1


def test_status_for_people_names_who_is_missing(run: Run, clerks: Office) -> None:
    clerks.send(XA)
    run("collect")
    said = run("status", "20243")
    assert said.code == 0
    assert "Phường Ỷ La, huyện Đắk Ơ: chưa gửi" in said.out
    assert "Xã Bù Đốp Thượng" not in said.out
    assert "Toàn tỉnh" in said.out


def test_events_are_csv_in_the_order_they_happened(run: Run, clerks: Office) -> None:
    clerks.send(XA)
    run("collect")
    lines = list(csv.DictReader(io.StringIO(run("events", "20243", "--csv").out)))
    assert list(lines[0]) == ["at", "actor", "kind", "period", "unit", "submission", "detail"]
    assert [line["kind"] for line in lines] == ["opened", "accepted"]
    assert (lines[1]["unit"], json.loads(lines[1]["detail"])["name"]) == (XA, "bao-cao-20243.xlsx")
    assert "accepted" in run("events", "20243").out


@pytest.mark.parametrize("word", ["20244", "2024Q4", "abc", "", "202413", "1024Q3"])
@pytest.mark.parametrize("command", ["open", "status", "consolidate"])
def test_a_period_that_does_not_exist_is_wrong_usage(run: Run, command: str, word: str) -> None:
    said = run(command, word)
    assert said.code == 2
    assert said.out == ""
    assert "→" in said.err


def test_quarter_four_is_refused_with_the_periods_there_are(run: Run) -> None:
    said = run("open", "20244")
    assert "Không có kỳ báo cáo Quý IV/2024" in said.err
    assert "Quý III/2024" in said.err


def test_a_period_that_is_not_open_says_how_to_open_it(run: Run) -> None:
    said = run("consolidate", "20242")
    assert (said.code, "Chạy: tonghop open 20242" in said.err) == (2, True)
