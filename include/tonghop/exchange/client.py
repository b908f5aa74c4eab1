"""One request to the configured host: TLS verified, no redirect followed, bounded in time and size, never raising.

Whatever happens becomes a `Reply`. Nothing of the request (its token above all) appears in a reply.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from tonghop import __version__
from tonghop.domain.exchange import Attached, Outcome
from tonghop.exchange.connection import Connection
from tonghop.exchange.patience import Patience, asked_wait
from tonghop.exchange.secret import Secret

KEY_HEADER = "Idempotency-Key"
_CHUNK = 1 << 16
_QUOTED = 200
_LATER = frozenset({408, 425, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request came to; `words` (Vietnamese) says what went wrong.

    `status` is None when no answer came; `asked` are the seconds the other side wants us to wait.
    """

    outcome: Outcome
    words: str = ""
    status: int | None = None
    body: bytes = field(default=b"", repr=False)
    asked: float | None = None


class _Bearer(AuthBase):
    """Puts the token into the header at the last moment, so that no other object holds it."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return request


class Client:
    """Speaks to one configured system and no other."""

    def __init__(self, connection: Connection, patience: Patience) -> None:
        self.connection = connection
        self.patience = patience

    def get(self, path: str, *, limit: int, query: Mapping[str, str] | None = None) -> Reply:
        """The resource at `path`; an answer of more than `limit` bytes is malformed."""
        return self._call("GET", path, limit, params=dict(query or {}))

    def post(self, path: str, key: str, document: bytes, files: Sequence[Attached] = (), *, limit: int) -> Reply:
        """Send `document` (JSON) under the idempotency key `key`, with `files` as further parts of a form."""
        headers = {KEY_HEADER: key}
        if not files:
            return self._call(
                "POST", path, limit, data=document, headers=headers | {"Content-Type": "application/json"}
            )
        parts = [("report", ("report.json", document, "application/json"))]
        parts += [("file", (file.name, file.content, file.kind)) for file in files]
        return self._call("POST", path, limit, files=parts, headers=headers)

    def _call(self, method: str, path: str, limit: int, **content: Any) -> Reply:
        try:
            reply = self._ask(method, path, limit, content)
        except (requests.RequestException, HTTPError) as problem:
            reply = _failed(problem, self.connection.host)
        except OSError as problem:  # the file of certificates
            words = f"không đọc được tệp chứng thư {self.connection.ca}: {problem.strerror or 'không mở được'}"
            reply = Reply(Outcome.UNTRUSTED, words)
        return replace(reply, words=self.connection.token.hide(reply.words))

    def _ask(self, method: str, path: str, limit: int, content: dict[str, Any]) -> Reply:
        own = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": f"tonghop/{__version__}"}
        content["headers"] = own | content.get("headers", {})
        until = time.monotonic() + self.patience.whole_s
        with requests.Session() as session:
            session.trust_env = False  # a .netrc would replace our token, a proxy variable our host
            with session.request(
                method,
                self.connection.at(path),
                auth=_Bearer(self.connection.token),
                timeout=(self.patience.connect_s, self.patience.read_s),
                verify=self.connection.ca or True,
                allow_redirects=False,
                stream=True,
                **content,
            ) as response:
                return self._read(response, limit, until)

    def _read(self, response: requests.Response, limit: int, until: float) -> Reply:
        body = bytearray()
        while chunk := response.raw.read1(_CHUNK, decode_content=True):  # what has come; never waits for a full chunk
            body += chunk
            if len(body) > limit:
                words = f"câu trả lời lớn hơn {limit // 1024} KB"
                return Reply(Outcome.MALFORMED, words, response.status_code)
            if time.monotonic() > until:
                return Reply(Outcome.CUT, "máy chủ trả lời quá chậm", response.status_code)
        return _judged(response, bytes(body))


def _judged(response: requests.Response, body: bytes) -> Reply:
    status = response.status_code
    asked = asked_wait(response.headers.get("Retry-After"))
    if 200 <= status < 300:
        return Reply(Outcome.RECEIVED, "", status, body)
    if 300 <= status < 400:
        elsewhere = urlsplit(response.headers.get("Location", "")).netloc or "địa chỉ khác"
        words = f"máy chủ chuyển hướng sang {elsewhere[:_QUOTED]}; hệ thống chỉ trao đổi với máy chủ đã cấu hình"
        return Reply(Outcome.REDIRECTED, words, status)
    if status == 404:
        return Reply(Outcome.UNKNOWN, "máy chủ không có dữ liệu tại địa chỉ này", status)
    if status == 429:
        return Reply(Outcome.BUSY, "máy chủ đề nghị gửi lại sau", status, asked=asked)
    if status in _LATER:
        return Reply(Outcome.FAULT, f"máy chủ báo lỗi {status}", status, asked=asked)
    return Reply(Outcome.REFUSED, _refusal(status, body), status)


def _refusal(status: int, body: bytes) -> str:
    words = {
        401: "mã truy cập không được chấp nhận",
        403: "mã truy cập không có quyền thực hiện",
        409: "mã gửi này đã dùng cho nội dung khác",
        413: "nội dung quá lớn",
        422: "nội dung không được chấp nhận",
    }
    said = " ".join(body.decode("utf-8", "replace").split())[:_QUOTED]
    told = f": {said}" if said and said.isprintable() else ""
    return f"máy chủ từ chối ({status}): {words.get(status, 'yêu cầu không được chấp nhận')}{told}"


def _failed(problem: requests.RequestException | HTTPError, host: str) -> Reply:
    """The order matters: some of these are kinds of others. The problem's own text is never shown."""
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(problem)):
        return Reply(Outcome.UNTRUSTED, f"chứng thư của máy chủ {host} không hợp lệ, không gửi gì cho máy chủ này")
    if isinstance(problem, requests.ConnectTimeout):
        return Reply(Outcome.UNREACHABLE, f"máy chủ {host} không trả lời khi kết nối")
    if isinstance(problem, requests.Timeout):
        return Reply(Outcome.CUT, "máy chủ không trả lời trong thời gian cho phép")
    if any(isinstance(cause, ConnectionRefusedError) or _is_name(cause) for cause in _causes(problem)):
        return Reply(Outcome.UNREACHABLE, f"không kết nối được máy chủ {host}")
    if isinstance(problem, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return Reply(Outcome.REFUSED, "địa chỉ trong cấu hình kết nối không đúng")
    return Reply(Outcome.CUT, "kết nối bị ngắt giữa chừng")


def _is_name(cause: BaseException) -> bool:
    return type(cause).__name__ in {"NameResolutionError", "gaierror"}


def _causes(problem: BaseException) -> Iterator[BaseException]:
    """`problem` and everything behind it, also what requests and urllib3 keep in their arguments."""
    waiting: list[object] = [problem]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
