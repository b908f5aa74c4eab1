"""The page inside Airflow's API server: its logins, its roles, its approval tasks, its secret."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import quote

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.configuration import conf
from airflow.models.dagrun import DagRun
from airflow.models.hitl import HITLDetail
from airflow.utils.session import create_session
from fastapi import FastAPI

from report_desk.gate import RELEASES, Gate, Visitor, Waiting
from report_desk.provinces import Door, create_hall
from report_desk.web import create_app
from tonghop.airflow_storage import connect
from tonghop.app import App
from tonghop.branches import DAGS, Branch, branches
from tonghop.domain.errors import TonghopError


def _visitor(user: Any, branch: Branch) -> Visitor:
    """Whoever holds a valid login of Airflow, in one province.

    Readers may see the province's DAG that collects. Operators hold Airflow's operator rights (they may change its
    variables); among several provinces also those who may start that DAG and approve nowhere, so that an approver, whom
    Airflow must let answer tasks, does not handle filings.
    """
    login, reads, several = str(user.get_name()), _reads(user, branch), branch.settings.several
    acts = get_auth_manager().is_authorized_variable(method="PUT", user=user)
    if several and not acts:
        acts = _starts(user, branch) and login not in _approvers()
    others = several and any(_reads(user, other) for other in branches() if other != branch)
    return Visitor(login, reads=reads, acts=reads and acts, others=others)


def _reads(user: Any, branch: Branch) -> bool:
    return bool(get_auth_manager().is_authorized_dag(method="GET", details=_collects(branch), user=user))


def _starts(user: Any, branch: Branch) -> bool:
    manager, run = get_auth_manager(), DagAccessEntity.RUN
    return bool(manager.is_authorized_dag(method="POST", access_entity=run, details=_collects(branch), user=user))


def _collects(branch: Branch) -> DagDetails:
    return DagDetails(id=branch.dag_id("collect"))


def _approvers() -> frozenset[str]:
    """Logins that approve in any province whose data can be read."""
    found: set[str] = set()
    for branch in branches():
        with suppress(TonghopError):
            found.update(login for step in branch.schedule.approvals for login in step.logins)
    return frozenset(found)


def _waiting_in(branch: Branch) -> Sequence[Waiting]:
    """Approval tasks of the province's releases that nobody has answered yet."""
    releases = branch.dag_id(RELEASES)
    with create_session() as session:
        asked = session.query(HITLDetail).filter(HITLDetail.responded_at.is_(None)).all()
        return [
            _waiting(one)
            for one in asked
            if one.task_instance.dag_id == releases and str(one.task_instance.state) == "awaiting_input"
        ]


def _waiting(asked: HITLDetail) -> Waiting:
    task = asked.task_instance
    place = f"dags/{quote(task.dag_id)}/runs/{quote(task.run_id)}/tasks/{quote(task.task_id)}/required_actions"
    return Waiting(asked.subject, f"{_airflow()}{place}", tuple(user["name"] for user in asked.assigned_users))


def _period_of_run(dag_id: str, run_id: str) -> str:
    """Code of the period a run was started for, "" when it was started without one."""
    with create_session() as session:
        run = session.query(DagRun).filter(DagRun.dag_id == dag_id, DagRun.run_id == run_id).one_or_none()
        return str((run.conf or {}).get("period") or "") if run else ""


def build() -> FastAPI:
    """The page for this Airflow, of one province or of several. Needs the settings of the application (TONGHOP_*)."""
    served = branches()
    if not served[0].settings.several:
        return create_app(_gate(served[0]), _application(served[0]))

    async def seen(user: GetUserDep) -> frozenset[str]:
        return frozenset(branch.slug for branch in served if _reads(user, branch))

    async def anybody(user: GetUserDep) -> Visitor:
        reads = any(_reads(user, branch) for branch in served)
        return Visitor(str(user.get_name()), reads=reads, acts=False)

    hall = Gate(anybody, _login_url, _secret(""), lambda: (), airflow=_airflow())
    return create_hall(hall, [_door(branch) for branch in served], seen)


def _door(branch: Branch) -> Door:
    try:
        name = branch.schedule.name
    except TonghopError:  # told on the province's own page
        name = branch.slug
    return Door(branch.slug, name, _gate(branch), lambda: _application(branch), _dags(branch))


def _dags(branch: Branch) -> frozenset[str]:
    return frozenset(branch.dag_id(name) for name in DAGS)


def _gate(branch: Branch) -> Gate:
    """The page of one province inside Airflow."""

    async def visitor(user: GetUserDep) -> Visitor:
        return _visitor(user, branch)

    def period_of_run(dag_id: str, run_id: str) -> str:
        return _period_of_run(dag_id, run_id) if dag_id in _dags(branch) else ""

    return Gate(
        visitor=visitor,
        login_url=_login_url,
        secret=_secret(branch.settings.mark),
        waiting=lambda: _waiting_in(branch),
        period_of_run=period_of_run,
        airflow=_airflow(),
        releases=branch.dag_id(RELEASES),
    )


def _secret(mark: str) -> bytes:
    """Signs the forms of one province; Airflow's own secret is not told from it."""
    return hashlib.sha256(f"report_desk{mark}|{conf.get_mandatory_value('api', 'secret_key')}".encode()).digest()


def _application(branch: Branch) -> App:
    """The province's application; in a demonstration its clock stands where the demonstration got to."""
    app = App(branch.settings, "báo cáo quý", connect)
    if app.settings.demo:

        def shown() -> datetime:
            return app.store.events.last_at() or app.now()

        app.context.clock = shown
    return app


def _login_url(after: str) -> str:
    return str(get_auth_manager().get_url_login(next_url=after))


def _airflow() -> str:
    return f"{conf.get('api', 'base_url', fallback='').rstrip('/')}/"
