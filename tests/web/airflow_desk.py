"""A demonstration that stays up, and people who look at it in a real browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tonghop.demo.airflow_client import AirflowClient

ROOT = Path(__file__).resolve().parents[2]
STAYS = "Nhấn Ctrl-C để dừng"
SHOWN = "20243"
OFFICE = {"width": 1366, "height": 768}
TELEPHONE = {"width": 390, "height": 844}
_WAIT_S = 1200


@dataclass(frozen=True)
class Demo:
    """A running demonstration: its address, its logins, its folder, and a browser."""

    address: str
    home: Path
    passwords: dict[str, str]
    browser: Browser

    @property
    def desk(self) -> str:
        return f"{self.address}/bao-cao-quy"

    def client(self, login: str) -> AirflowClient:
        return AirflowClient(self.address, login, self.passwords[login])

    @contextmanager
    def person(self, login: str = "", size: dict[str, int] | None = None, **options: Any) -> Iterator[Page]:
        """A page of a browser of their own, logged in through Airflow's form; complaints of the browser fail."""
        context = self.browser.new_context(viewport=size or OFFICE, accept_downloads=True, **options)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        try:
            if login:
                page.goto(f"{self.address}/auth/login?next={self.desk}/")
                page.fill("input[name=username]", login)
                page.fill("input[name=password]", self.passwords[login])
                page.click("button[type=submit]")
                page.wait_for_url(f"{self.desk}/")
            yield page
        finally:
            context.close()
        ours = [said for said in complaints if "Content Security Policy" in said or "bao-cao-quy" in said]
        assert ours == []


@contextmanager
def demonstration(home: Path) -> Iterator[Demo]:
    """`tonghop demo` until it says that it stays, ended like a person ends it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        message = "no Chromium: run .ci/browser"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    port = _free_port()
    log = home / "demo.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "tonghop.cli.main", "demo", "--port", str(port)],
            env=_environment(home / "demo"),
            cwd=home,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        _until_it_stays(process, log)
        passwords = json.loads((home / "demo" / "airflow" / "passwords.json").read_text(encoding="utf-8"))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            yield Demo(f"http://localhost:{port}", home / "demo", passwords, browser)
            browser.close()
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_it_stays(process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + _WAIT_S
    while STAYS not in log.read_text(encoding="utf-8"):
        assert process.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        assert time.monotonic() < give_up, log.read_text(encoding="utf-8")[-3000:]
        time.sleep(1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "TONGHOP"))}
    ours = {"TONGHOP_HOME": str(home), "PYTHONPATH": str(ROOT / "include"), "PYTHONUNBUFFERED": "1"}
    return kept | ours | {"NO_PROXY": "localhost,127.0.0.1", "no_proxy": "localhost,127.0.0.1"}
