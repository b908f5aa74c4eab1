"""The roles of a province, as a table and in a real FabAuthManager on a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from several_provinces import FIRST, SECOND

from tonghop.branches import DAGS, Branch, branches
from tonghop.domain.errors import SettingError
from tonghop.rights.roles import roles
from tonghop.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
# What people with one role each may do, asked as Airflow's API and the desk ask it.
ASK = """
import json, sys
from pathlib import Path
from airflow.api_fastapi.app import create_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity as Below, DagDetails
from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager
from airflow.providers.fab.www.security_appless import ApplessAirflowSecurityManager
from airflow.serialization.serialized_objects import LazyDeserializedDAG
from airflow.dag_processing.dagbag import DagBag
from airflow.utils.session import create_session
from tonghop.branches import branches
manager = create_auth_manager()
from report_desk.airflow_gate import _visitor

def may(user, slug):
    def dag(method, name, below=None):
        details = DagDetails(id=f"{name}__{slug}")
        return manager.is_authorized_dag(method=method, access_entity=below, details=details, user=user)
    return {
        "read": dag("GET", "collect") and dag("GET", "publish", Below.RUN) and dag("GET", "collect", Below.TASK_LOGS),
        "run": dag("POST", "collect", Below.RUN),
        "release": dag("POST", "publish", Below.RUN),
        "answer": dag("PUT", "publish", Below.HITL_DETAIL),
    }

found = {}
with create_session() as session:
    for dag in DagBag(sys.argv[1]).dags.values():  # as the DAG processor does with every DAG it has read
        FabAuthManager.sync_dag_perms(dag, session=session)
    security = ApplessAirflowSecurityManager(session=session)
    security.bulk_sync_roles(security.ROLE_CONFIGS)  # as the API server does when it starts
    for login, names in json.loads(sys.argv[2]).items():
        known = {"first_name": "A", "last_name": "B", "email": f"{login}@x.example", "password": "x"}
        user = security.user_model(username=login, **known)
        user.roles = [security.find_role(name) for name in names]
        session.add(user)
        session.commit()
        seen = {branch.slug: _visitor(user, branch) for branch in branches()}
        found[login] = {
            "may": {slug: sorted(k for k, v in may(user, slug.replace("-", "_")).items() if v) for slug in seen},
            "desk": {slug: [one.reads, one.acts, one.others] for slug, one in seen.items()},
            "all": manager.is_authorized_dag(method="GET", details=DagDetails(id="collect"), user=user),
        }
print(json.dumps(found))
"""


@pytest.fixture
def served(environment: dict[str, str]) -> tuple[Branch, ...]:
    return branches(Settings.from_env(environment))


def test_no_role_reaches_beyond_its_province(served: tuple[Branch, ...]) -> None:
    every = {branch.slug: roles(branch) for branch in served}
    names = [name for table in every.values() for name in table]
    assert names == [f"{slug}.{part}" for slug in (FIRST, SECOND) for part in ("xem", "dieu-hanh", "phe-duyet")]
    for slug, table in every.items():
        for rights in table.values():
            assert {"can_read", "menu_access"} >= {action for action, name in rights if name == "DAGs"} - {"can_edit"}
            assert ("can_read", "DAGs") not in rights, "a role that sees all DAGs sees all provinces"
            mark = slug.replace("-", "_")
            own = {name for _action, name in rights if name.startswith("DAG:")}
            assert own == {f"DAG:{one}__{mark}" for one in DAGS}


def test_only_the_approver_answers_and_only_the_operator_runs(served: tuple[Branch, ...]) -> None:
    look, run, answer = roles(served[0]).values()
    assert run - look == {
        *(("can_edit", f"DAG:{name}__tinh_thu") for name in DAGS),
        *(("can_create", "DAG Runs"), ("can_edit", "DAG Runs"), ("can_edit", "Task Instances")),
    }
    assert answer - look == {("can_edit", "DAG:publish__tinh_thu"), ("can_edit", "HITL Detail")}


@pytest.fixture
def fab(tmp_path: Path, environment: dict[str, str]) -> dict[str, str]:
    """The environment of a fresh Airflow with FabAuthManager, its database made, the roles granted twice."""
    pytest.importorskip("airflow.providers.fab")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "TONGHOP"))}
    given = (
        kept
        | environment
        | {
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
            "AIRFLOW__CORE__AUTH_MANAGER": FAB,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path / 'airflow.db'}",
            "AIRFLOW__API__SECRET_KEY": "of the tests",
            "PYTHONPATH": os.pathsep.join((str(ROOT / "include"), str(ROOT / "plugins"))),
        }
    )
    _run(given, "-m", "airflow", "db", "migrate")
    for _again in range(2):
        said = _run(given, "-m", "tonghop.cli.main", "provinces", "--grant")
        assert f"Đã đặt quyền cho vai trò {SECOND}.phe-duyet." in said
        assert "Created" not in said
    return given


def _run(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.airflow
def test_fab_keeps_the_provinces_apart(fab: dict[str, str]) -> None:
    people = {
        "xem": [f"{FIRST}.xem"],
        "canbo": [f"{FIRST}.dieu-hanh"],
        "truongphong": [f"{FIRST}.phe-duyet"],
        "ca-hai": [f"{FIRST}.xem", f"{SECOND}.dieu-hanh"],
        "khong": [],
        "quantri": ["Admin"],
        f"lanhdao.{SECOND}": ["User"],  # who may answer anywhere by Airflow's own role does not handle filings anywhere
    }
    found = json.loads(_run(fab, "-c", ASK, str(ROOT / "dags"), json.dumps(people)).splitlines()[-1])
    everything = ["answer", "read", "release", "run"]
    assert {login: one["may"] for login, one in found.items()} == {
        "xem": {FIRST: ["read"], SECOND: []},
        "canbo": {FIRST: ["read", "release", "run"], SECOND: []},
        "truongphong": {FIRST: ["answer", "read"], SECOND: []},
        "ca-hai": {FIRST: ["read"], SECOND: ["read", "release", "run"]},
        "khong": {FIRST: [], SECOND: []},
        "quantri": {FIRST: everything, SECOND: everything},
        f"lanhdao.{SECOND}": {FIRST: everything, SECOND: everything},
    }
    assert {login: one["desk"] for login, one in found.items()} == {
        "xem": {FIRST: [True, False, False], SECOND: [False, False, True]},
        "canbo": {FIRST: [True, True, False], SECOND: [False, False, True]},
        "truongphong": {FIRST: [True, False, False], SECOND: [False, False, True]},
        "ca-hai": {FIRST: [True, False, True], SECOND: [True, True, True]},
        "khong": {FIRST: [False, False, False], SECOND: [False, False, False]},
        "quantri": {FIRST: [True, True, True], SECOND: [True, True, True]},
        f"lanhdao.{SECOND}": {FIRST: [True, False, True], SECOND: [True, False, True]},
    }
    assert [login for login, one in found.items() if one["all"]] == ["quantri", f"lanhdao.{SECOND}"]


def test_roles_need_the_auth_manager_that_has_them(served: tuple[Branch, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.configuration import conf

    from tonghop.rights.fab import grant

    monkeypatch.setattr(conf, "get", lambda *_names: "airflow.api_fastapi.auth.managers.simple.SimpleAuthManager")
    with pytest.raises(SettingError, match="SimpleAuthManager"):
        list(grant(served))
