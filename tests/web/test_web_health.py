"""The panel “Tình trạng hệ thống”: for those who act, only what is not in order, looked at once a minute."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from toy_office import IN_TIME, XA
from web.conftest import Desk

from report_desk import watching
from report_desk.watching import KEPT_S, Watch
from tonghop.domain.errors import StoreError


def panel(page: str) -> str:
    """The words of the panel."""
    found = re.search(r'<section aria-labelledby="h-he-thong">(.*?)</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""


@pytest.fixture
def running(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk in the middle of things: the inboxes were just looked at, and no setting is out of the ordinary."""
    for name in [name for name in os.environ if name.startswith("TONGHOP_")]:
        monkeypatch.delenv(name)
    desk.office.at(IN_TIME)
    object.__setattr__(desk.office.app.settings, "now", None)
    desk.office.collect()
    return desk


def test_a_system_that_is_well_has_one_line(running: Desk) -> None:
    said = panel(running.page("/", "canbo"))
    assert said == "Tình trạng hệ thống Các mục xem nhanh đều đạt; xem đủ các mục bằng lệnh tonghop doctor."


@pytest.mark.parametrize("login", ["xem", "lanhdao"])
def test_readers_do_not_see_it(running: Desk, login: str) -> None:
    assert panel(running.page("/", login)) == ""


def test_what_is_not_in_order_says_how_it_is_mended(running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGHOP_HOEM", "/x")
    folder = running.office.folder(XA, "gui-len")
    shutil.rmtree(folder)
    said = panel(running.page("/", "canbo"))
    assert said.index("Lỗi Thư mục của đơn vị: Không có hoặc không đọc, ghi được thư mục gui-len của") > 0
    assert "→ Cho tài khoản chạy hệ thống quyền đọc, ghi các thư mục này" in said
    assert said.index("Lỗi ") < said.index(
        "Lưu ý Cài đặt: Không có cài đặt tên TONGHOP_HOEM. → Có phải là TONGHOP_HOME?"
    )
    assert panel(running.page("/", "canbo", lang="en")).startswith("State of the system Fault")


def test_many_visitors_make_one_look(running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(watching, "glance", lambda _app, _environ: looks.append(1) or [])
    for _ in range(3):
        running.page("/", "canbo")
    assert looks == [1]


def test_it_is_looked_at_again_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(watching, "glance", lambda _app, _environ: looks.append(1) or [])
    times = iter([0.0, KEPT_S - 1, KEPT_S, KEPT_S, KEPT_S + 1])
    watch = Watch(None, lambda: next(times))  # type: ignore[arg-type]
    for _ in range(4):
        watch.wrong()
    assert len(looks) == 2


def test_a_check_that_fails_leaves_the_page(running: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise StoreError("Không kết nối được.", "Kiểm tra máy chủ.")

    monkeypatch.setattr(running.office.app.store.scans, "newest", fails)
    said = panel(running.page("/", "canbo"))
    assert "Lỗi Đồng hồ: Không kết nối được. → Kiểm tra máy chủ." in said


def test_the_panel_makes_no_file(running: Desk, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    running.page("/", "canbo")
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and ".db-" not in path.name] == []
