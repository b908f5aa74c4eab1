"""Reasons not to start: a secret that stands in .env.example, that is short, that another one repeats."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterator, Mapping

from tonghop.domain.errors import SettingError
from tonghop.server.people import USERS, Person, people

PLACEHOLDER = "DOI-GIA-TRI-NAY"
FERNET = "FERNET_KEY"
# They become parts of addresses and command lines, so that nothing in them may need quoting.
SECRETS = (
    "POSTGRES_PASSWORD",
    "AIRFLOW_DB_PASSWORD",
    "TONGHOP_DB_PASSWORD",
    "REDIS_PASSWORD",
    "API_SECRET_KEY",
    "JWT_SECRET",
)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_LEAST, _LEAST_PERSONAL = 16, 12
_FERNET_BYTES = 32


def check(environ: Mapping[str, str], approvers: Collection[str], provinces: Collection[str] = ()) -> None:
    """SettingError that lists every reason not to start; `approvers` are the logins the only province asks.

    Those of several `provinces` need not stand in .env: one without its people keeps no other from starting.
    """
    found = [*_secrets(environ), *_fernet(environ.get(FERNET, "")), *_repeated(environ)]
    try:
        listed = people(environ.get(USERS, ""), provinces)
    except SettingError as problem:
        found.append(problem.problem)
    else:
        found += [*_personal(listed), *_approvers(listed, approvers if len(provinces) < 2 else ())]
    if found:
        lines = "\n".join(f"  - {reason}" for reason in found)
        raise SettingError(
            f"Chưa khởi động: tệp .env có {len(found)} điểm phải sửa.\n{lines}",
            "Sửa tệp .env rồi chạy lại; tạo .env với mật khẩu ngẫu nhiên bằng lệnh: tonghop server env >.env",
        )


def _secrets(environ: Mapping[str, str]) -> Iterator[str]:
    for name in SECRETS:
        value = environ.get(name, "")
        if not value:
            yield f"{name}: chưa đặt"
        elif PLACEHOLDER in value:
            yield f"{name}: còn giá trị của tệp mẫu"
        elif len(value) < _LEAST:
            yield f"{name}: ngắn hơn {_LEAST} ký tự"
        elif not _PLAIN.fullmatch(value):
            yield f"{name}: chỉ dùng chữ không dấu, số, dấu - và _ (không bắt đầu bằng dấu)"


def _fernet(value: str) -> Iterator[str]:
    if PLACEHOLDER in value:
        yield f"{FERNET}: còn giá trị của tệp mẫu"
        return
    try:
        size = len(base64.b64decode(value, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if size != _FERNET_BYTES:
        yield f"{FERNET}: không phải khóa Fernet ({_FERNET_BYTES} byte ở dạng base64)"


def _repeated(environ: Mapping[str, str]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name in (*SECRETS, FERNET):
        value = environ.get(name, "")
        if value and PLACEHOLDER not in value:
            if value in seen:
                yield f"{name}: trùng với {seen[value]}"
            seen.setdefault(value, name)


def _personal(listed: Collection[Person]) -> Iterator[str]:
    if not any(person.role == "admin" for person in listed):
        yield f"{USERS}: chưa có tài khoản nào có vai trò admin"
    for person in listed:
        if PLACEHOLDER in person.password:
            yield f"{USERS}: tài khoản {person.login} còn mật khẩu của tệp mẫu"
        elif len(person.password) < _LEAST_PERSONAL:
            yield f"{USERS}: mật khẩu của {person.login} ngắn hơn {_LEAST_PERSONAL} ký tự"


def _approvers(listed: Collection[Person], wanted: Collection[str]) -> Iterator[str]:
    able = {person.login for person in listed if person.approves}
    for login in sorted(set(wanted) - able):
        yield f"{USERS}: thiếu tài khoản {login} với vai trò approver (người phê duyệt ghi trong province.yaml)"
