"""The toy province with addresses, a real SMTP server on loopback, and a system that takes posts."""

from __future__ import annotations

import email
import email.policy
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from toy_office import Q3, TOY, Office, settings

from tonghop.app import App
from tonghop.steps.remind import Line, RemindReport, Wish

CONTACTS = """unit_code,email,connection,webhook,valid_from,valid_to
W0101,xa@tinh-thu.example,,,2024-01-01,
W0101,xa-cu@tinh-thu.example,,,2024-01-01,2024-06-30
W01,huyen@tinh-thu.example,,,2024-01-01,
"""


@dataclass
class Box:
    """What the SMTP server took, and how it treats addresses: `says` gives the answer to a recipient."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        answer = self.says.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if self.cut:
            server.transport.abort()
        return "250 OK"

    @property
    def connection(self) -> str:
        return f"smtp://127.0.0.1:{self.port}/?disable_ssl=true&disable_tls=true&from_email=vp%40tinh-thu.example"

    @property
    def headers(self) -> list[tuple[str, str]]:
        """(to, subject) of every letter, in the order they came."""
        return [(str(mail["To"]), str(mail["Subject"])) for mail in self.mails]

    def text(self, to: str) -> str:
        (mail,) = [mail for mail in self.mails if to in str(mail["To"])]
        body = mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content())


class StartedController(Controller):
    """Tells the port the system gave before asking whether the server answers."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def box() -> Iterator[Box]:
    taken = Box()
    controller = StartedController(taken, hostname="127.0.0.1", port=0)
    controller.start()
    taken.port = controller.port
    yield taken
    controller.stop()


@dataclass
class Hook:
    """A unit's system: what was posted (headers lower case), and the status it answers with."""

    port: int = 0
    status: int = 200
    posts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def connection(self) -> str:
        return f"http://:ma-truy-cap@127.0.0.1:{self.port}/api"


@pytest.fixture
def hook() -> Iterator[Hook]:
    taken = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            taken.posts.append({"path": self.path, "headers": headers, "letter": json.loads(body)})
            self.send_response(taken.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    taken.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield taken
    server.shutdown()
    server.server_close()
    thread.join()


class Morning:
    """An office that writes letters: `connections` by name as Airflow would give them."""

    def __init__(self, office: Office) -> None:
        self.office = office
        office.app.context.clock_checked = True  # days that were watched are written down before filings of days before
        self.connections: dict[str, str] = {}

    def remind(self, at: str = "", **wish: Any) -> RemindReport:
        if at:
            self.office.at(at)
        return self.office.app.remind(Wish(**wish), self.connections.get)

    def reach_by_system(self, code: str) -> None:
        """Let `code` be reached by the connection `phan_mem`."""
        path = self.office.app.settings.include / "provinces" / "tinh-thu" / "contacts.csv"
        path.write_text(
            path.read_text(encoding="utf-8") + f"{code},,phan_mem,/nhac-viec,2024-01-01,\n", encoding="utf-8"
        )

    def watch(self, *days: int) -> None:
        """A pass over the inboxes at one o'clock on these days of September."""
        scans = self.office.app.store.scans
        for day in days:
            at = datetime(2024, 9, day, 1, tzinfo=self.office.app.regime.zone)
            scans.finish(scans.start(at), at)

    def to_whom(self, at: str = "", **wish: Any) -> list[str]:
        """`unit kind` of every letter to a unit's or the office's folder, sent or rehearsed."""
        return [shown(line) for line in self.remind(at, **wish).lines if line.address.channel == "folder"]

    def page(self, code: str, name: str = "Don-doc.html") -> str:
        return (self.office.folder(code, "nhan-ve") / name).read_text(encoding="utf-8")

    def overview(self, day: str) -> str:
        return (self.office.app.settings.home / "don-doc" / f"Don-doc-{day}.html").read_text(encoding="utf-8")

    def subject(self, code: str) -> str:
        return self.page(code).partition("<h1>")[2].partition("</h1>")[0]


def shown(line: Line) -> str:
    return f"{line.letter.unit.code} {line.letter.kind}"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """The include folder of the toy province with contacts, to be changed by a test."""
    include = tmp_path / "include"
    shutil.copytree(TOY, include)
    (include / "provinces" / "tinh-thu" / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
    return include


@pytest.fixture
def new_morning(tmp_path: Path, province: Path, toy_expectations: Path) -> Iterator[Callable[..., Morning]]:
    built: list[App] = []

    def build(now: str = "2024-09-05T08:00:00") -> Morning:
        chosen = replace(settings(tmp_path / "home", toy_expectations, now=now), include=province)
        built.append(App(chosen, "thử nghiệm"))
        return Morning(Office(built[-1]))

    yield build
    for app in built:
        app.close()


@pytest.fixture
def morning(new_morning: Callable[..., Morning]) -> Morning:
    """Quarter III/2024 opened on Thursday 5 September, a pass over the inboxes each night until the 18th.

    Deadlines: communes 18, district 20, department 21 September.
    """
    made = new_morning()
    made.office.app.open(Q3)
    made.watch(*range(6, 19))
    return made
