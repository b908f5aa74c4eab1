"""Runs Samba for the drop folders: accounts of the units, their passwords, then the server in the foreground."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tonghop.domain.errors import SettingError
from tonghop.server.share import configuration, filing, passwords
from tonghop.settings import Settings
from tonghop.specs import load_province

OWNER = "airflow"  # the account the other services write with
_RUN = Path("/run/samba")


def serve(settings: Settings, home: Path) -> None:
    """Set Samba up in `home` (root only) and become smbd; SettingError when a step is refused."""
    units = filing(load_province(settings.include, settings.province).units)
    for folder in (home, _RUN, _RUN / "ncalrpc"):
        folder.mkdir(parents=True, exist_ok=True)
    conf = home / "smb.conf"
    text = configuration(units, settings.folder("drop"), home, _RUN, owner=OWNER)
    conf.write_text(text, encoding="utf-8")
    set_passwords(passwords(units, home / "mat-khau.csv"), conf)
    command = ["smbd", "--foreground", "--no-process-group", "--debug-stdout", f"--configfile={conf}"]
    os.execvp(command[0], command)  # noqa: S606 - Debian's, as root of the container


def set_passwords(table: Mapping[str, str], conf: Path) -> None:
    """Give every login a system account without a shell, and its password in Samba's own list."""
    for login, password in table.items():
        if not _known(login):
            _run(["useradd", "--no-create-home", "--no-user-group", "--shell", "/usr/sbin/nologin", login])
        _run(["smbpasswd", "-c", str(conf), "-L", "-s", "-a", login], f"{password}\n{password}\n")


def _known(login: str) -> bool:
    try:
        pwd.getpwnam(login)
    except KeyError:
        return False
    return True


def _run(command: Sequence[str], text: str = "") -> None:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    if done.returncode:
        raise SettingError(
            f"Không thiết lập được thư mục dùng chung ({command[0]}).", (done.stderr or done.stdout).strip()[-500:]
        )
