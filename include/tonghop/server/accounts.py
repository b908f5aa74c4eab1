"""People and connections in Airflow's metadata database (FAB auth manager). What an administrator changed stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from airflow.models import Connection
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.utils.session import create_session

from tonghop.domain.errors import SettingError
from tonghop.server.people import APPROVER, APPROVER_RIGHTS, Person


def add_people(listed: Iterable[Person]) -> list[str]:
    """Add the roles and the people who are not there yet; the logins that were added. Passwords are never reset."""
    with get_application_builder() as builder:
        manager = builder.sm
        manager.sync_roles()
        manager.bulk_sync_roles([{"role": APPROVER, "perms": APPROVER_RIGHTS}])
        added = [person for person in listed if manager.find_user(person.login) is None]
        for person in added:
            roles = [manager.find_role(name) for name in person.airflow_roles]
            address = f"{person.login}@tonghop.invalid"  # FAB wants one; nothing is ever sent there
            manager.add_user(person.login, person.login, "", address, roles, person.password)
    return [person.login for person in added]


def write_ids(logins: Iterable[str], path: Path) -> list[str]:
    """Write the numbers FAB knows `logins` by into TONGHOP_APPROVER_IDS_FILE; the logins it does not know."""
    with get_application_builder() as builder:
        users = {login: builder.sm.find_user(login) for login in logins}
    text = ",".join(f"{login}={user.get_id()}" for login, user in users.items() if user)
    fresh = path.with_name(f".{path.name}.moi")
    fresh.write_text(text + "\n", encoding="utf-8")
    fresh.replace(path)
    return [login for login, user in users.items() if user is None]


def add_connections(wanted: Mapping[str, str]) -> list[str]:
    """Add the connections (id → URI) that are not there yet; the ids that were added."""
    added = []
    with create_session() as session:
        for name, uri in wanted.items():
            if session.query(Connection).filter(Connection.conn_id == name).first() is None:
                if not urlsplit(uri).hostname:
                    raise SettingError(f"Kết nối {name} không có tên máy chủ.", "Ghi dạng smtp://… hoặc https://….")
                session.add(Connection(conn_id=name, uri=uri))
                added.append(name)
    return added
