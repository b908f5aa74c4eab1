"""Who may log in when the installation is new: TONGHOP_USERS, `login:role:password` separated by spaces."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tonghop.domain.errors import SettingError

USERS = "TONGHOP_USERS"
APPROVER = "Approver"
# Role in .env → roles of Airflow's FAB auth manager.
ROLES = {
    "viewer": ("Viewer",),
    "operator": ("Op",),
    "approver": ("Viewer", APPROVER),
    "admin": ("Admin",),
}
# What an approver may do beyond reading: answer questions, and only those of the DAG that releases.
APPROVER_RIGHTS = (
    ("can_edit", "HITL Detail"),
    ("menu_access", "HITL Detail"),
    ("can_edit", "DAG:publish"),
)
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,31}")


@dataclass(frozen=True, slots=True)
class Person:
    """A login, its role as .env names it, and the password it starts with."""

    login: str
    role: str
    password: str = field(repr=False)


def people(text: str) -> tuple[Person, ...]:
    """The people of TONGHOP_USERS; SettingError tells the first mistake without showing a password."""
    found: dict[str, Person] = {}
    for number, entry in enumerate(text.split(), start=1):
        login, _, rest = entry.partition(":")
        role, _, password = rest.partition(":")
        if not _LOGIN.fullmatch(login):
            raise _wrong(f"mục thứ {number} có tài khoản không hợp lệ (chữ thường không dấu, số, dấu . - _)")
        if role not in ROLES:
            raise _wrong(f"tài khoản {login} có vai trò “{role}”; các vai trò: {', '.join(ROLES)}")
        if not password:
            raise _wrong(f"tài khoản {login} chưa có mật khẩu")
        if login in found:
            raise _wrong(f"tài khoản {login} ghi hai lần")
        found[login] = Person(login, role, password)
    return tuple(found.values())


def _wrong(what: str) -> SettingError:
    return SettingError(
        f"{USERS}: {what}.", "Ghi mỗi người một mục tài_khoản:vai_trò:mật_khẩu, các mục cách nhau bằng dấu cách."
    )
