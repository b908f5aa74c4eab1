"""Writes the provinces' roles into Airflow's database, where its FabAuthManager reads them."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator

from tonghop.branches import Branch
from tonghop.domain.errors import SettingError
from tonghop.rights.roles import roles


def grant(served: Iterable[Branch]) -> Iterator[str]:
    """Make every role of every province hold exactly its rights; the names of the roles, one by one.

    The DAGs themselves name no role (`access_control`): Airflow takes a whole DAG file, and with it every province, out
    of service when one of its DAGs names a role that does not exist yet. SettingError without FabAuthManager.
    """
    _check_manager()
    logging.getLogger("airflow.providers.fab").setLevel(logging.WARNING)  # it tells every single right
    with warnings.catch_warnings():  # of Airflow's own libraries
        warnings.simplefilter("ignore")
        from airflow.providers.fab.www.security_appless import ApplessAirflowSecurityManager
        from airflow.utils.session import create_session

    for branch in served:
        for name, rights in roles(branch).items():
            with create_session() as session:
                security = ApplessAirflowSecurityManager(session=session)
                permissions = [security.create_permission(*right) for right in sorted(rights)]
                role = security.add_role(name)
                role.permissions = permissions
                session.merge(role)
            yield name


def _check_manager() -> None:
    from airflow.configuration import conf

    name = str(conf.get("core", "auth_manager"))
    if not name.endswith("FabAuthManager"):
        raise SettingError(
            f"Airflow đang dùng {name.rpartition('.')[2]}, không phân quyền được theo tỉnh.",
            "Đặt AIRFLOW__CORE__AUTH_MANAGER=airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager.",
        )
