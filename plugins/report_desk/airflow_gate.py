"""The page inside Airflow's API server: its logins, its roles, its approval tasks, its secret."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.configuration import conf
from airflow.models.dagrun import DagRun
from airflow.models.hitl import HITLDetail
from airflow.utils.session import create_session
from fastapi import FastAPI

from report_desk.gate import RELEASES, Gate, Visitor, Waiting
from report_desk.web import create_app
from tonghop.app import App


async def visitor(user: GetUserDep) -> Visitor:
    """Whoever holds a valid login of Airflow.

    Readers may see the DAG that collects. Operators hold Airflow's operator rights (they may change its variables), so
    that an approver, whom Airflow must let answer tasks, does not handle filings.
    """
    manager = get_auth_manager()
    reads = manager.is_authorized_dag(method="GET", details=DagDetails(id="collect"), user=user)
    acts = reads and manager.is_authorized_variable(method="PUT", user=user)
    return Visitor(str(user.get_name()), reads=reads, acts=acts)


def waiting() -> Sequence[Waiting]:
    """Approval tasks of releases that nobody has answered yet."""
    with create_session() as session:
        asked = session.query(HITLDetail).filter(HITLDetail.responded_at.is_(None)).all()
        return [
            _waiting(one)
            for one in asked
            if one.task_instance.dag_id == RELEASES and str(one.task_instance.state) == "awaiting_input"
        ]


def _waiting(asked: HITLDetail) -> Waiting:
    task = asked.task_instance
    place = f"dags/{quote(task.dag_id)}/runs/{quote(task.run_id)}/tasks/{quote(task.task_id)}/required_actions"
    return Waiting(asked.subject, f"{_airflow()}{place}", tuple(user["name"] for user in asked.assigned_users))


def period_of_run(dag_id: str, run_id: str) -> str:
    """Code of the period a run was started for, "" when it was started without one."""
    with create_session() as session:
        run = session.query(DagRun).filter(DagRun.dag_id == dag_id, DagRun.run_id == run_id).one_or_none()
        return str((run.conf or {}).get("period") or "") if run else ""


def build() -> FastAPI:
    """The page for this Airflow. Needs the settings of the application (TONGHOP_*)."""
    secret = hashlib.sha256(b"report_desk|" + conf.get_mandatory_value("api", "secret_key").encode()).digest()
    gate = Gate(visitor, _login_url, secret, waiting, period_of_run, _airflow())
    return create_app(gate, _application())


def _application() -> App:
    """The application; in a demonstration its clock stands where the demonstration got to."""
    app = App.from_env(actor="báo cáo quý")
    if app.settings.demo:

        def shown() -> datetime:
            return app.store.events.last_at() or app.now()

        app.context.clock = shown
    return app


def _login_url(after: str) -> str:
    return str(get_auth_manager().get_url_login(next_url=after))


def _airflow() -> str:
    return f"{conf.get('api', 'base_url', fallback='').rstrip('/')}/"
