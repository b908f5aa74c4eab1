"""`tonghop backup`, `restore` and `store` as an official types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from toy_office import Office

from tonghop.store import Store, migrating

Run = Callable[..., Any]


@pytest.fixture
def filed(run: Run, clerks: Office) -> Office:
    clerks.send_all()
    assert run("collect").code == 0
    assert run("consolidate", "20243").code == 0
    return clerks


def test_backup_verify_and_restore(run: Run, filed: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = run("backup", str(tmp_path))
    assert said.code == 0, said
    (archive,) = tmp_path.glob("tonghop-20240916-100000.tar")
    assert f"Bản sao lưu: {archive}" in said.out
    assert "dòng số liệu" in said.out
    assert said.err == ""

    said = run("backup", "--verify", str(archive))
    assert (said.code, "Bản sao lưu lúc 10:00 ngày 16/09/2024 nguyên vẹn" in said.out) == (0, True)

    said = run("restore", str(archive))
    assert (said.code, "không trống" in said.err, "TONGHOP_HOME" in said.err) == (2, True, True)

    monkeypatch.setenv("TONGHOP_HOME", str(tmp_path / "moi"))
    said = run("restore", str(archive))
    assert said.code == 0, said
    assert "Đã khôi phục bản sao lưu lúc 10:00 ngày 16/09/2024" in said.out
    assert "4 tệp gốc" in said.out
    assert "khớp" in said.out
    assert '"accepted": 4' in run("status", "20243", "--json").out


def test_what_does_not_agree_after_a_restore_is_told(
    run: Run, filed: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filed.app.store.database.writing() as connection:
        connection.execute(text("UPDATE totals SET number = 7 WHERE grp = ''"))
    assert run("backup", str(tmp_path / "a.tar")).code == 0
    monkeypatch.setenv("TONGHOP_HOME", str(tmp_path / "moi"))
    said = run("restore", str(tmp_path / "a.tar"))
    assert said.code == 1
    assert "Cần xem: Quý III/2024, T.01: " in said.err


def test_another_province_s_backup_says_which_setting_it_needs(
    run: Run, filed: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("backup", str(tmp_path / "a.tar")).code == 0
    monkeypatch.setenv("TONGHOP_HOME", str(tmp_path / "moi"))
    monkeypatch.setenv("TONGHOP_PROVINCE", "binh-phuoc")
    said = run("restore", str(tmp_path / "a.tar"))
    assert (said.code, "TONGHOP_PROVINCE=tinh-thu" in said.out) == (1, True)


@pytest.mark.parametrize("words", [("--verify", "khong-co.tar"), ("khong-co/a.tar",)])
def test_a_place_that_is_not_there_is_a_sentence(run: Run, clerks: Office, words: tuple[str, ...]) -> None:
    said = run("backup", *words)
    assert said.code in {1, 2}
    assert "Không có" in said.err
    assert "→" in said.err


def test_settings_that_lead_elsewhere_back_nothing_up(run: Run, environment: Path, tmp_path: Path) -> None:
    said = run("backup", str(tmp_path / "a.tar"))
    assert (said.code, "không có gì để sao lưu" in said.err, "TONGHOP_HOME" in said.err) == (2, True, True)
    assert not (tmp_path / "a.tar").exists()


def test_one_of_several_provinces_moves_to_a_place_of_its_own(
    run: Run, environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"sqlite:///{tmp_path}/{{province}}.db"
    monkeypatch.setenv("TONGHOP_PROVINCE", "tinh-thu,tinh-khac")
    said = run("store", "move", target)
    assert (said.code, "--province" in said.err) == (2, True)
    assert run("open", "20243", "--province", "tinh-thu").code == 0
    assert run("store", "move", target, "--province", "tinh-thu").code == 0
    assert (tmp_path / "tinh-thu.db").is_file()
    assert run("backup", str(tmp_path / "a.tar"), "--province", "tinh-thu").code == 0
    assert run("restore", str(tmp_path / "a.tar"), "--province", "tinh-khac").code == 1


@pytest.mark.postgres
def test_move_to_postgresql_and_go_on_there(
    run: Run, filed: Office, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run("status", "20243", "--json").out
    said = run("store", "move", postgres_url)
    assert said.code == 0, said
    assert "so từng dòng: khớp" in said.out
    assert "TONGHOP_DB" in said.out
    monkeypatch.setenv("TONGHOP_DB", postgres_url)
    assert run("status", "20243", "--json").out == before
    assert run("store", "check").code == 0
    filed.send("W0101", rows={"Đơn khiếu nại": (0, 12, 8, 4)}, name="dinh-chinh.xlsx")
    assert "Đã xử lý 1 tệp (đã chấp nhận: 1)" in run("collect").out
    assert (run("store", "move", postgres_url).code, run("store", "move", "not a url").code) == (2, 1)


def test_move_without_a_store_is_a_sentence(run: Run, environment: Path, tmp_path: Path) -> None:
    said = run("store", "move", f"sqlite:///{tmp_path / 'b.db'}")
    assert (said.code, "Chưa có cơ sở dữ liệu" in said.err) == (1, True)
    assert not (tmp_path / "b.db").exists()


def test_downgrade_only_without_loss(run: Run, clerks: Office, environment: Path) -> None:
    assert run("store", "downgrade", "base").code == 2
    said = run("store", "downgrade", "r9999")
    assert (said.code, "r9999" in said.err) == (1, True)
    said = run("store", "downgrade", migrating.revisions()[-2])
    assert said.code == 0, said
    with Store.open(f"sqlite:///{environment / 'tonghop.db'}") as store:
        assert migrating.current(store.database) == migrating.revisions()[-2]
    assert run("status", "20243").code == 0
