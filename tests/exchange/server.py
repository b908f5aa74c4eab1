"""A system to exchange with, in a process of its own, that can be told to misbehave.

Usage: `python server.py [CERTIFICATE KEY]`. Prints two ports as JSON: `port` (the system; TLS when given a certificate)
and `control` (plain HTTP: POST /plan sets what happens to the next requests, GET /seen tells what happened so far).

A plan is `{"ask": [...], "post": [...], "figures": [...], "hook": [...]}`; each list is used up one word per request,
then everything works. Words: `ok`, `slow:S`, `busy:RETRY_AFTER`, `status:N`, `cut` (takes the content, then cuts the
line), `lost` (takes it, answers 500), `hang` (takes it and never answers), `malformed`, `half`, `foreign` (a receipt
for another key), `redirect:URL`, `drip`, `huge`, `body:TEXT`.
"""

from __future__ import annotations

import email.parser
import email.policy
import hashlib
import json
import ssl
import sys
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

LOCK = threading.Lock()
PLAN: dict[str, list[str]] = defaultdict(list)
SEEN: list[dict[str, object]] = []
STORED: dict[str, dict[str, object]] = {}
TAKEN: dict[str, int] = defaultdict(int)
FIGURES: dict[str, str] = {}


def receipt(key: str) -> dict[str, object]:
    return {"key": key, "receipt": f"GN-{list(STORED).index(key) + 1:04}", "received_at": "2024-09-22T09:00:00+07:00"}


def parts(content_type: str, body: bytes) -> list[dict[str, str]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    found = []
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        found.append(
            {
                "part": str(part.get_param("name", header="content-disposition")),
                "name": part.get_filename() or "",
                "sha256": hashlib.sha256(content).hexdigest(),
                "text": content.decode() if part.get_param("name", header="content-disposition") == "report" else "",
            }
        )
    return found


class System(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if "/reports/" in url.path:
            key = url.path.rsplit("/", 1)[1]
            self._play("ask", key, b"")
        else:
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            self._play("figures", query.get("unit", ""), b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        key = self.headers.get("Idempotency-Key", "")
        self._play("post" if self.path.endswith("/reports") else "hook", key, body)

    def _play(self, kind: str, key: str, body: bytes) -> None:
        with LOCK:
            word = PLAN[kind].pop(0) if PLAN[kind] else "ok"
            seen = {"kind": kind, "path": self.path, "key": key, "auth": self.headers.get("Authorization", "")}
            SEEN.append(
                seen | {"at": time.monotonic(), "word": word, "body": body.decode("utf-8", "replace")[:100_000]}
            )
        name, _, rest = word.partition(":")
        if name == "slow":
            time.sleep(float(rest))
            name = "ok"
        getattr(self, f"_{name}")(kind, key, body, rest)

    def _take(self, kind: str, key: str, body: bytes) -> None:
        if kind in {"post", "hook"}:
            with LOCK:
                TAKEN[key] += 1
                form = self.headers.get("Content-Type", "")
                STORED.setdefault(key, {"parts": parts(form, body) if form.startswith("multipart") else []})

    def _ok(self, kind: str, key: str, body: bytes, _rest: str) -> None:
        self._take(kind, key, body)
        if kind == "figures":
            text = FIGURES.get(key)
            self._answer(404 if text is None else 200, (text or "{}").encode())
        elif kind == "ask" and key not in STORED:
            self._answer(404, b"{}")
        else:
            self._answer(200, json.dumps(receipt(key)).encode())

    def _busy(self, _kind: str, _key: str, _body: bytes, rest: str) -> None:
        self._answer(429, b"", {"Retry-After": rest})

    def _status(self, _kind: str, _key: str, _body: bytes, rest: str) -> None:
        self._answer(int(rest), f"Authorization: {self.headers.get('Authorization')}".encode())

    def _cut(self, kind: str, key: str, body: bytes, _rest: str) -> None:
        self._take(kind, key, body)
        self.close_connection = True
        self.connection.close()

    def _lost(self, kind: str, key: str, body: bytes, _rest: str) -> None:
        self._take(kind, key, body)
        self._answer(500, b"")

    def _hang(self, kind: str, key: str, body: bytes, _rest: str) -> None:
        self._take(kind, key, body)
        time.sleep(120)

    def _malformed(self, kind: str, key: str, body: bytes, _rest: str) -> None:
        self._take(kind, key, body)
        self._answer(200, b'{"receipt": "GN-')

    def _foreign(self, kind: str, key: str, body: bytes, _rest: str) -> None:
        self._take(kind, key, body)
        self._answer(200, json.dumps(receipt(key) | {"key": "another"}).encode())

    def _half(self, kind: str, key: str, body: bytes, _rest: str) -> None:
        self._take(kind, key, body)
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"receipt"')
        self.wfile.flush()
        self.close_connection = True

    def _drip(self, _kind: str, _key: str, _body: bytes, _rest: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(40):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)
        self.close_connection = True

    def _huge(self, _kind: str, _key: str, _body: bytes, _rest: str) -> None:
        self._answer(200, b" " * (20 << 20))

    def _body(self, _kind: str, _key: str, _body: bytes, rest: str) -> None:
        self._answer(200, rest.encode())

    def _redirect(self, _kind: str, _key: str, _body: bytes, rest: str) -> None:
        self._answer(307, b"", {"Location": rest})

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Control(BaseHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        with LOCK:
            body = json.dumps({"seen": SEEN, "stored": STORED, "taken": TAKEN}).encode()
        self._answer(body)

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with LOCK:
            if told.get("reset"):
                for kept in (PLAN, SEEN, STORED, TAKEN, FIGURES):
                    kept.clear()
            PLAN.update(told.get("plan", {}))
            FIGURES.update(told.get("figures", {}))
        self._answer(b"{}")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that goes away in the middle is what some tests are about."""


class SecureServer(Server):
    """TLS with the handshake in the thread of the request, so that one refused certificate blocks nobody."""

    secure: ssl.SSLContext

    def finish_request(self, request, client_address) -> None:  # type: ignore[no-untyped-def]
        with self.secure.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)


def main() -> None:
    system: Server
    if len(sys.argv) == 3:
        system = SecureServer(("127.0.0.1", 0), System)
        system.secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        system.secure.load_cert_chain(sys.argv[1], sys.argv[2])
    else:
        system = Server(("127.0.0.1", 0), System)
    control = Server(("127.0.0.1", 0), Control)
    threading.Thread(target=system.serve_forever, daemon=True).start()
    threading.Thread(target=control.serve_forever, daemon=True).start()
    print(json.dumps({"port": system.server_port, "control": control.server_port}), flush=True)  # noqa: T201
    sys.stdin.read()  # ends with whoever started it


if __name__ == "__main__":
    main()
