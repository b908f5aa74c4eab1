"""Servers in processes of their own, certificates made for the occasion, a province whose units have systems."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import trustme
from toy_office import Q3, TOY, Office, settings

from tonghop.app import App
from tonghop.exchange.connection import Connection
from tonghop.exchange.patience import Patience

SERVER = Path(__file__).with_name("server.py")
TOKEN = "bi-mat-khong-ai-duoc-thay-7f3a"


@dataclass
class Remote:
    """A running server; `trusts` the file of the authority that signed its certificate ("" without TLS)."""

    port: int
    control: int
    trusts: str = ""

    @property
    def base(self) -> str:
        return f"{'https' if self.trusts else 'http'}://localhost:{self.port}/api/v1"

    def uri(self, trusts: str = "", **extra: str) -> str:
        scheme = "https" if self.trusts else "http"
        query = "&".join(f"{name}={value}" for name, value in {"ca": trusts or self.trusts, **extra}.items() if value)
        return f"{scheme}://:{TOKEN}@localhost:{self.port}/api%2Fv1?{query}"

    def connection(self, trusts: str = "", **extra: str) -> Connection:
        return Connection.parse(self.uri(trusts, **extra))

    def tell(self, **told: Any) -> None:
        request = Request(f"http://127.0.0.1:{self.control}/plan", data=json.dumps(told).encode(), method="POST")
        urlopen(request, timeout=10).close()

    def plan(self, **kinds: list[str]) -> None:
        self.tell(plan=kinds)

    @property
    def state(self) -> dict[str, Any]:
        with urlopen(f"http://127.0.0.1:{self.control}/seen", timeout=10) as answer:
            return dict(json.load(answer))

    @property
    def seen(self) -> list[dict[str, Any]]:
        return list(self.state["seen"])

    def kinds(self) -> list[str]:
        return [one["kind"] for one in self.seen]


@dataclass
class Waits:
    """A patience that waits for nothing real and keeps the waits asked of it."""

    waits: list[float] = field(default_factory=list)

    def patience(self, **bounds: Any) -> Patience:
        return Patience(sleep=self.waits.append, chance=lambda _low, high: high, **({"read_s": 5.0} | bounds))


def _start(*arguments: str) -> tuple[subprocess.Popen[str], dict[str, int]]:
    process = subprocess.Popen(
        [sys.executable, str(SERVER), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def _stop(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def certificates(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`ca.pem` to trust, `other.pem` nobody signed with, `good.pem`, `wrong.pem` (another host's name), with keys."""
    folder = tmp_path_factory.mktemp("certificates")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    trustme.CA().cert_pem.write_to_path(str(folder / "other.pem"))
    for name, host in (("good", "localhost"), ("wrong", "trung-uong.example")):
        issued = authority.issue_cert(host)
        issued.private_key_pem.write_to_path(str(folder / f"{name}.key"))
        for blob in issued.cert_chain_pems:
            blob.write_to_path(str(folder / f"{name}.pem"), append=True)
    return folder


@pytest.fixture(scope="session")
def _servers(certificates: Path) -> Iterator[Callable[[str], Remote]]:
    running: dict[str, tuple[subprocess.Popen[str], Remote]] = {}

    def get(name: str) -> Remote:
        if name not in running:
            kind = name.split("-", maxsplit=1)[0]
            pair = [] if kind == "plain" else [str(certificates / f"{kind}.pem"), str(certificates / f"{kind}.key")]
            process, ports = _start(*pair)
            running[name] = (
                process,
                Remote(ports["port"], ports["control"], str(certificates / "ca.pem") if pair else ""),
            )
        return running[name][1]

    yield get
    for process, _ in running.values():
        _stop(process)


@pytest.fixture
def server_named(_servers: Callable[[str], Remote]) -> Callable[[str], Remote]:
    """Servers by name: `good` (TLS), `wrong` (TLS, another host's certificate), `plain`; forgetting what was before."""

    def get(name: str) -> Remote:
        remote = _servers(name)
        remote.tell(reset=True)
        return remote

    return get


@pytest.fixture
def centre(server_named: Callable[[str], Remote]) -> Remote:
    return server_named("good")


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def published(office: Office) -> Office:
    """The toy province with quarter III published as v1."""
    office.send_all()
    office.collect()
    office.publish()
    return office


SOURCES = """unit_code,endpoint,connection,valid_from,valid_to
W0101,/so-lieu,mot_cua,2024-01-01,
W0102,/so-lieu,mot_cua,2024-01-01,2024-12-31
"""


@pytest.fixture
def connected(tmp_path: Path, toy_expectations: Path) -> Iterator[Office]:
    """The toy province with quarter III open, where both communes have a system of their own."""
    include = tmp_path / "include"
    shutil.copytree(TOY, include)
    (include / "provinces" / "tinh-thu" / "sources.csv").write_text(SOURCES, encoding="utf-8")
    chosen = settings(tmp_path / "home", toy_expectations)
    with App(replace(chosen, include=include), "thử nghiệm") as app:
        app.open(Q3)
        yield Office(app)
