"""Who may log in when the installation is new: TONGHOP_USERS, `login:role:password` separated by spaces."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from tonghop.domain.errors import SettingError
from tonghop.rights.roles import APPROVER as PROVINCIAL_APPROVER
from tonghop.rights.roles import PARTS, role

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

    @property
    def approves(self) -> bool:
        """Whether the role lets this login answer the questions of a release."""
        return self.role == "approver" or self.role.endswith(f".{PROVINCIAL_APPROVER}")

    @property
    def airflow_roles(self) -> tuple[str, ...]:
        """Roles of Airflow's FAB auth manager."""
        return ROLES.get(self.role, (self.role,))


def people(text: str, provinces: Collection[str] = ()) -> tuple[Person, ...]:
    """The people of TONGHOP_USERS; SettingError tells the first mistake without showing a password.

    Among several `provinces` their roles (`dong-nai.xem`) may be given too, and approvers are those of a province.
    """
    known = _roles(provinces)
    found: dict[str, Person] = {}
    for number, entry in enumerate(text.split(), start=1):
        login, _, rest = entry.partition(":")
        named, _, password = rest.partition(":")
        if not _LOGIN.fullmatch(login):
            raise _wrong(f"mục thứ {number} có tài khoản không hợp lệ (chữ thường không dấu, số, dấu . - _)")
        if named not in known:
            raise _wrong(f"tài khoản {login} có vai trò “{named}”; các vai trò: {', '.join(known)}")
        if not password:
            raise _wrong(f"tài khoản {login} chưa có mật khẩu")
        if login in found:
            raise _wrong(f"tài khoản {login} ghi hai lần")
        found[login] = Person(login, named, password)
    return tuple(found.values())


def _roles(provinces: Collection[str]) -> list[str]:
    if len(provinces) < 2:
        return list(ROLES)
    whole = [name for name in ROLES if name != "approver"]
    return [*whole, *(role(slug, part) for slug in provinces for part in PARTS)]


def _wrong(what: str) -> SettingError:
    return SettingError(
        f"{USERS}: {what}.", "Ghi mỗi người một mục tài_khoản:vai_trò:mật_khẩu, các mục cách nhau bằng dấu cách."
    )
