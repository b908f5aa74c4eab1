"""`tonghop remind` as people type it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from remind.conftest import Box, Morning
from toy_office import XA

from tonghop.cli.main import main


@pytest.fixture
def typed(morning: Morning, province: Path, monkeypatch: pytest.MonkeyPatch) -> Morning:
    """The environment of a command on the morning's home, at 7:30 on 16 September."""
    settings = morning.office.app.settings
    for name, value in {
        "HOME": settings.home,
        "INCLUDE": province,
        "EXPECTATIONS": settings.expectations,
        "PROVINCE": "tinh-thu",
        "NOW": "2024-09-16T07:30:00",
    }.items():
        monkeypatch.setenv(f"TONGHOP_{name}", str(value))
    monkeypatch.delenv("AIRFLOW_CONN_SMTP_DEFAULT", raising=False)
    return morning


def kept(morning: Morning) -> int:
    return len(morning.office.app.store.letters.on(date(2024, 9, 16)))


def test_without_a_way_it_lists_and_says_how_to_send(typed: Morning, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remind"]) == 0
    said = capsys.readouterr().out
    assert "Xã Bù Đốp Thượng, huyện Đắk Ơ" in said
    assert "Chạy thử: 7 thư, chưa gửi thư nào." in said
    assert "AIRFLOW_CONN_SMTP_DEFAULT" in said
    assert kept(typed) == 0


def test_send_puts_the_pages_and_a_second_time_nothing(typed: Morning, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remind", "--send"]) == 0
    assert "Đã gửi 4/4 thư." in capsys.readouterr().out
    assert typed.subject(XA).startswith("Còn 2 ngày")
    assert main(["remind", "--send"]) == 0
    assert "Không có thư nào phải gửi." in capsys.readouterr().out


def test_dry_run_never_sends(
    typed: Morning, box: Box, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", box.connection)
    assert main(["remind", "--dry-run"]) == 0
    assert "Các thư sẽ gửi ngày 16/09/2024" in capsys.readouterr().out
    assert (box.mails, kept(typed)) == ([], 0)


def test_a_failing_address_is_named_and_the_command_fails(
    typed: Morning, box: Box, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", box.connection)
    box.says["xa@tinh-thu.example"] = "550 khong co"
    assert main(["remind"]) == 1
    told = capsys.readouterr()
    assert "Đã gửi 6/7 thư." in told.out
    assert "Cần xem: Xã Bù Đốp Thượng (xa@tinh-thu.example)" in told.err


def test_a_day_off_and_a_day_on_which_nothing_ran_are_said(
    typed: Morning, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TONGHOP_NOW", "2024-09-23T07:30:00")
    assert main(["remind"]) == 0
    said = capsys.readouterr().out
    assert "Ngày 23/09/2024 là ngày nghỉ" in said
    assert "19/09/2024, 20/09/2024, 21/09/2024, 22/09/2024" in said


def test_send_and_dry_run_together_are_wrong(typed: Morning, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["remind", "--send", "--dry-run"])
    assert exit_.value.code == 2
    assert "Lệnh không đúng" in capsys.readouterr().err
