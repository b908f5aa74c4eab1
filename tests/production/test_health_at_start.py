"""`tonghop server init` tells how everything stands at its end, and stops for none of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_office import TOY

from tonghop.server import installing
from tonghop.server.stored_connections import beside_airflow


@pytest.fixture
def environ(tmp_path: Path, toy_expectations: Path) -> dict[str, str]:
    given = {"HOME": tmp_path / "chua-gan", "INCLUDE": TOY, "EXPECTATIONS": toy_expectations, "PROVINCE": "tinh-thu"}
    return {f"TONGHOP_{name}": str(value) for name, value in given.items()}


def said(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, kept: dict[str, str]) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(installing, "stored", lambda: kept)
    installing._tell_health(environ, lines.append)
    return lines


def test_faults_are_told_with_their_mending_and_nothing_is_raised(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = said(environ, monkeypatch, {"smtp_default": "smtp://u:matkhau@127.0.0.1:1/?disable_ssl=true"})
    assert lines[0] == "Kiểm tra hệ thống:"
    assert any(line.startswith("[Lỗi]   Thư mục: Chưa có thư mục dữ liệu") and "→" in line for line in lines)
    assert any(line.startswith("[Lỗi]   Thư điện tử: Không gửi được thư qua máy chủ 127.0.0.1:1") for line in lines)
    assert lines[-1].startswith("Có 3 mục bị lỗi")
    assert "matkhau" not in "".join(lines)
    assert not Path(environ["TONGHOP_HOME"]).exists()


def test_lines_of_several_provinces_name_theirs(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = said(environ | {"TONGHOP_PROVINCE": "tinh-thu,khong-co"}, monkeypatch, {})
    assert any(line.startswith("khong-co: [Lỗi]   Dữ liệu của tỉnh:") for line in lines)
    assert any(line.startswith("tinh-thu: [Đạt]   Dữ liệu của tỉnh:") for line in lines)
    assert any(line.startswith("[Đạt]   Cài đặt:") for line in lines)


def test_an_installation_with_airflow_is_known_by_its_database() -> None:
    assert beside_airflow({"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql+psycopg://airflow@postgres/airflow"})
    assert not beside_airflow({})
