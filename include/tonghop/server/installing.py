"""What must be true before the services run: databases, migrations of both, people, connections. Run at every start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping

from tonghop.app import App
from tonghop.branches import branches
from tonghop.domain.errors import SettingError, StoreError, TonghopError
from tonghop.health import examine
from tonghop.rights.fab import grant
from tonghop.server.people import USERS, people
from tonghop.server.stored_connections import stored
from tonghop.settings import Settings
from tonghop.steps.doctor.telling import summary, told
from tonghop.store.provisioning import provisioned

_METADATA, _SERVER = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "TONGHOP_DB_SERVER"
# Connection of Airflow → setting in .env that gives it when it is not there yet.
_CONNECTIONS = {"smtp_default": "TONGHOP_SMTP", "tonghop_trung_uong": "TONGHOP_CENTRE"}
_MIGRATE_LIMIT_S = 900


def approvers(settings: Settings) -> tuple[str, ...]:
    """Logins the provinces ask, in the order of their steps; of several, those whose data can be read."""
    found: dict[str, None] = {}
    for branch in branches(settings):
        try:
            found |= dict.fromkeys(login for step in branch.schedule.approvals for login in step.logins)
        except TonghopError:  # its own DAGs tell it
            if not settings.several:
                raise
    return tuple(found)


def install(environ: Mapping[str, str], tell: Callable[[str], None]) -> None:
    """Bring the installation up to date; a second run changes nothing. SettingError or StoreError in plain words."""
    settings = Settings.from_env(environ)
    listed = people(environ.get(USERS, ""), settings.provinces)
    with provisioned(_needed(environ, _SERVER), (_needed(environ, _METADATA), settings.database)):
        tell("Cơ sở dữ liệu và tài khoản: sẵn sàng.")
        _migrate_airflow(environ)
        tell("Cơ sở dữ liệu của Airflow: đã cập nhật.")
        for branch in branches(settings):
            App(branch.settings).close()
        tell("Cơ sở dữ liệu báo cáo: đã cập nhật.")
        # Importing Airflow connects it to the migrated database.
        from tonghop.server import accounts

        if settings.several:
            tell(f"Vai trò của các tỉnh: {len(list(grant(branches(settings))))}.")
        _tell_added(tell, "Tài khoản", accounts.add_people(listed))
        if settings.approver_ids_file:
            _check_approvers(settings, accounts.write_ids(approvers(settings), settings.approver_ids_file), tell)
        wanted = {name: environ[setting] for name, setting in _CONNECTIONS.items() if environ.get(setting)}
        _tell_added(tell, "Kết nối", accounts.add_connections(wanted))
    _tell_health(environ, tell)


def _tell_health(environ: Mapping[str, str], tell: Callable[[str], None]) -> None:
    """How everything stands now. It stops nothing: whoever is to mend it needs the pages, and no filing is lost."""
    tell("Kiểm tra hệ thống:")
    lines = examine(environ, stored)
    several = len({line.province for line in lines}) > 1
    for line in lines:
        tell(f"{line.province}: {told(line)}" if several and line.province else told(line))
    tell(f"{summary(lines)} Cách khắc phục từng mục: docs/runbooks/kiem-tra-he-thong.md")


def _check_approvers(settings: Settings, missing: list[str], tell: Callable[[str], None]) -> None:
    """Approvers without an account: nothing starts in the only province; of several, the others go on."""
    if not missing:
        return
    problem = f"Airflow chưa có tài khoản {', '.join(missing)} của người phê duyệt."
    remedy = "Thêm tài khoản này vào TONGHOP_USERS."
    if not settings.several:
        raise SettingError(problem, remedy)
    tell(f"{problem} Thêm tài khoản trong Airflow hoặc vào TONGHOP_USERS rồi chạy lại.")


def _needed(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingError(f"Chưa đặt {name}.", "Chạy lệnh này bằng dịch vụ init của docker-compose.yaml.")
    return value


def _migrate_airflow(environ: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "airflow", "db", "migrate"]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command, env=dict(environ), capture_output=True, text=True, check=False, timeout=_MIGRATE_LIMIT_S
    )
    if done.returncode:
        raise StoreError("Không cập nhật được cơ sở dữ liệu của Airflow.", (done.stdout + done.stderr)[-1500:])


def _tell_added(tell: Callable[[str], None], what: str, added: list[str]) -> None:
    tell(f"{what}: thêm {', '.join(added)}." if added else f"{what}: đã đủ.")
