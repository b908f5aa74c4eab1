"""The drop folders as Samba shares: one login per unit code, who reaches the unit's own folder only.

No share is listed: a clerk opens the address the office handed out with the password.

Belongs here: what smb.conf and the list of passwords say. Does not belong here: running Samba (`samba`).
"""

from __future__ import annotations

import csv
import io
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from tonghop.domain.errors import SettingError
from tonghop.domain.text import slug
from tonghop.domain.units import Level, Unit

_PASSWORD_BYTES = 6
_HEADER = ("tai_khoan", "ma_don_vi", "ten_don_vi", "mat_khau")
_GLOBAL = """\
[global]
   server role = standalone server
   server string = Tổng hợp
   server min protocol = SMB2_10
   server signing = mandatory
   map to guest = never
   passdb backend = tdbsam:{home}/passdb.tdb
   private dir = {home}
   state directory = {home}
   cache directory = {home}
   lock directory = {run}
   pid directory = {run}
   ncalrpc dir = {run}/ncalrpc
   disable netbios = yes
   smb ports = {port}
   load printers = no
   printcap name = /dev/null
   disable spoolss = yes
   browseable = no
   read only = no
   force user = {owner}
   force group = root
   create mask = 0664
   directory mask = 0775
   veto files = /.*/Thumbs.db/desktop.ini/
   delete veto files = yes
"""
_SHARE = """
[{name}]
   comment = {title}
   path = {path}
   valid users = {login}
"""


def login_of(code: str) -> str:
    """Login of the unit with `code`: `dv-25217`, `dv-stnmt`. Stays with the code when a merger reuses it."""
    return f"dv-{slug(code)}"


def filing(units: Iterable[Unit]) -> list[Unit]:
    """Every unit that ever files; SettingError when two codes would share a login."""
    found = [unit for unit in units if unit.level is not Level.PROVINCE]
    codes: dict[str, str] = {}
    for unit in found:
        if codes.setdefault(login_of(unit.code), unit.code) != unit.code:
            raise SettingError(
                f"Mã đơn vị {unit.code} và {codes[login_of(unit.code)]} cho cùng một tài khoản {login_of(unit.code)}.",
                "Đổi mã của một trong hai đơn vị trong units.csv.",
            )
    return found


def configuration(  # noqa: PLR0913 - where everything lies
    units: Iterable[Unit], drop: Path, home: Path, run: Path, *, owner: str, port: int = 445
) -> str:
    """Text of smb.conf; files belong to `owner`, `home` keeps Samba's state, `run` what a restart may lose."""
    shares = (
        _SHARE.format(
            name=unit.folder,
            title=unit.name.replace("\n", " "),
            path=drop / unit.folder,
            login=login_of(unit.code),
        )
        for unit in units
    )
    return _GLOBAL.format(home=home, run=run, owner=owner, port=port) + "".join(shares)


def passwords(units: Iterable[Unit], file: Path) -> Mapping[str, str]:
    """Login → password, kept in `file` (CSV, readable by its owner only), with a new one for every unit without.

    The office hands them out from there; a changed line holds from the next start on.
    """
    known = _read(file)
    named = {login_of(unit.code): unit for unit in units}
    table = {login: known.get(login) or secrets.token_hex(_PASSWORD_BYTES) for login in named}
    text = io.StringIO()
    rows = [[login, named[login].code, named[login].name, password] for login, password in table.items()]
    csv.writer(text, lineterminator="\n").writerows([_HEADER, *rows])
    fresh = file.with_name(f".{file.name}.moi")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig") as stream:
        stream.write(text.getvalue())
    fresh.replace(file)
    return table


def _read(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if rows and not set(_HEADER) <= rows[0].keys():
        raise SettingError(f"Tệp {file} thiếu cột.", f"Tệp phải có các cột {', '.join(_HEADER)}.")
    return {row["tai_khoan"]: row["mat_khau"].strip() for row in rows}
