"""The services of docker-compose.yaml as processes of this machine, and a quarter of the whole province through them.

Celery workers of both queues, scheduler, dag-processor, triggerer and api-server against PostgreSQL and Redis, people
logged in through the FAB auth manager; see `production.installation` for what differs from containers.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import requests
from filed_sums import ADDED, filed, published
from production.installation import Installation

from tonghop.app import App
from tonghop.demo.airflow_client import APPROVE, AirflowClient
from tonghop.demo.airflow_server import AirflowError
from tonghop.demo.synthetic import Quarter, plan_quarter
from tonghop.domain.period import Period

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.timeout(1200)]
Q1 = Period(2024, 1)
DAGS = {"open_period", "collect", "consolidate", "publish", "remind"}
REFUSED = r"Forbidden|403|not a respondent"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("installation")) as installation:
        installation.up()
        installation.client("quantri").wait_for_dags(DAGS)
        yield installation


def application(running: Installation, now: str) -> App:
    return App.from_env(environ=running.seen_by_worker() | {"TONGHOP_NOW": now})


def run(client: AirflowClient, dag_id: str, run_id: str, now: str, **conf: str) -> None:
    client.trigger(dag_id, run_id, {"now": now, **conf})
    client.wait_for_run(dag_id, run_id)


@pytest.fixture(scope="module")
def quarter(running: Installation) -> Quarter:
    """Quarter I from opening to the questions of the release: every unit files, and everything is in order."""
    operator = running.client("vanhanh")
    run(operator, "open_period", "mo-ky", "2024-03-01T07:00:00", period=Q1.code)
    with application(running, "2024-03-15T08:00:00") as app:
        planned = plan_quarter(app, Q1)
        planned.drop(app)
    run(operator, "collect", "thu-nhan", "2024-03-15T09:00:00")
    for run_id in operator.runs("consolidate"):
        operator.wait_for_run("consolidate", run_id)
    operator.trigger("publish", "cong-bo", {"period": Q1.code, "now": "2024-03-20T10:00:00"})
    return planned


def test_workbooks_are_read_in_their_own_queue(running: Installation, quarter: Quarter) -> None:
    tasks = running.client("xem")._ask("GET", "/api/v2/dags/collect/dagRuns/thu-nhan/taskInstances")["task_instances"]
    queues = {task["task_id"]: task["queue"] for task in tasks}
    assert queues.pop("collect_batch") == "reading"
    assert set(queues.values()) == {"default"}
    assert sum(task["task_id"] == "collect_batch" for task in tasks) == 3


def test_only_the_approver_who_is_asked_may_answer(running: Installation, quarter: Quarter) -> None:
    """Step by step; everyone else is refused, the administrator too."""
    for step, login in (("tham_dinh", "thamdinh"), ("phe_duyet", "lanhdao")):
        asked = running.client("xem").await_question("publish", "cong-bo", f"ask_{step}")
        body = {"chosen_options": [APPROVE], "params_input": {}}
        for other in {"quantri", "vanhanh", "thamdinh", "lanhdao", "xem"} - {login}:
            with pytest.raises(AirflowError, match=REFUSED):
                running.client(other)._ask("PATCH", f"{asked}/-1/hitlDetails", json=body)
        running.client(login).answer("publish", "cong-bo", f"ask_{step}", APPROVE)


def test_the_published_totals_are_the_sums_of_what_was_filed(running: Installation, quarter: Quarter) -> None:
    running.client("xem").wait_for_run("publish", "cong-bo")
    folder = running.home / "published" / Q1.code / "v1"
    with application(running, "2024-03-20T11:00:00") as app:
        states = {one.unit.code: one.state for one in app.status(Q1).units}
    assert states == quarter.expected
    for form in ADDED:
        assert published(folder, form) == filed(quarter, form, set(quarter.expected)), form
    assert (folder / "tong-hop.xlsx").stat().st_size > 10_000


def test_roles_go_no_further_than_their_names(running: Installation) -> None:
    for login in ("xem", "thamdinh"):
        with pytest.raises(AirflowError, match=REFUSED):
            running.client(login).trigger("collect", f"by-{login}", {})
    for login in ("xem", "thamdinh", "vanhanh"):
        with pytest.raises(AirflowError, match=REFUSED):
            running.client(login)._ask("GET", "/auth/fab/v1/users")
    assert len(running.client("quantri")._ask("GET", "/auth/fab/v1/users")["users"]) == 5


def test_the_report_desk_is_for_people_who_logged_in(running: Installation) -> None:
    address = f"http://127.0.0.1:{running.port}/bao-cao-quy/"
    assert requests.get(address, timeout=30, allow_redirects=False).status_code in {302, 303, 307, 401}
    token = running.client("xem")._web.headers["Authorization"]
    page = requests.get(address, headers={"Authorization": str(token)}, timeout=30)
    assert page.status_code == 200
    assert "Quý I/2024" in page.text


def test_each_database_is_closed_to_the_others_role(running: Installation) -> None:
    place = f"127.0.0.1:{running.postgres_port}"
    for role, secret, other in (
        ("airflow", "AIRFLOW_DB_PASSWORD", "tonghop"),
        ("tonghop", "TONGHOP_DB_PASSWORD", "airflow"),
    ):
        at = f"postgresql://{role}:{running.env[secret]}@{place}"
        psycopg.connect(f"{at}/{role}").close()
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(f"{at}/{other}")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(f"postgresql://{role}:guess@{place}/{role}")


def test_a_second_start_changes_nothing_that_people_changed(running: Installation) -> None:
    """A password of .env counts for new people only; an edited connection stays."""
    users = running.env["TONGHOP_USERS"] + " moi:viewer:mat-khau-cua-nguoi-moi"
    first = running.once("init", TONGHOP_USERS=users, TONGHOP_SMTP="smtp://127.0.0.1:1025/?disable_tls=true")
    assert first.returncode == 0, first.stderr
    assert "Tài khoản: thêm moi." in first.stdout
    assert "Kết nối: thêm smtp_default." in first.stdout
    changed = users.replace("mat-khau-cua-nguoi-moi", "mat-khau-khac-han-roi")
    again = running.once("init", TONGHOP_USERS=changed, TONGHOP_SMTP="smtp://other.example:25")
    assert (again.returncode, "Tài khoản: đã đủ." in again.stdout, "Kết nối: đã đủ." in again.stdout) == (0, True, True)
    assert "[Đạt]   Cơ sở dữ liệu: PostgreSQL" in again.stdout, "init tells how everything stands"
    admin = running.client("quantri")
    assert admin._ask("GET", "/api/v2/connections/smtp_default")["host"] == "127.0.0.1"
    AirflowClient(admin.address, "moi", "mat-khau-cua-nguoi-moi")
    with pytest.raises(AirflowError):
        AirflowClient(admin.address, "moi", "mat-khau-khac-han-roi")
