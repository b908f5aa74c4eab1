"""Thu nhận hồ sơ: soon after a drop and every five minutes, take what was filed, and start what follows from it."""

from __future__ import annotations

from datetime import datetime

from airflow import sdk
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import task
from airflow.sdk.exceptions import AirflowNotFoundException

from tonghop import runs
from tonghop.branches import Branch, every_province


def about(branch: Branch) -> dict:
    """The DAG of one province."""
    words = ("2. Thu nhận hồ sơ", "Nhận, kiểm tra hồ sơ và trả lời từng đơn vị", "thường xuyên")
    return branch.dag_options(__file__, *words) | {
        "schedule": branch.passes(sdk),
        "default_args": runs.task_defaults(sdk),
    }


@every_province(sdk, about)
def collect(branch: Branch) -> None:
    """Batches of units with something new → their verdicts → one consolidation per changed period."""

    @task(task_display_name="Tìm đơn vị có hồ sơ mới")
    def batches(dag_run=None, ti=None) -> list[list[str]]:
        with branch.app(dag_run.conf) as app:
            ti.xcom_push(key="seen_at", value=app.now().isoformat())
            return app.batches(50)

    @task(task_display_name="Thu nhận một nhóm đơn vị", map_index_template="{{ batch }}", queue=runs.READING)
    def collect_batch(units: list[str], dag_run=None) -> dict:
        sdk.get_current_context()["batch"] = runs.batch_name(units)
        with branch.app(dag_run.conf) as app:
            return runs.outcome(app.collect(units, scan=False))

    @task(task_display_name="Lấy số liệu từ phần mềm của đơn vị")
    def fetch(dag_run=None) -> dict:
        with branch.app(dag_run.conf) as app:
            return runs.fetched(app, dag_run, sdk.Connection.get, AirflowNotFoundException)

    @task(task_display_name="Ghi nhận lượt quét, tìm kỳ có thay đổi", trigger_rule="none_failed")
    def changed(outcomes, _fetched, dag_run=None, ti=None) -> list[dict]:
        seen_at = datetime.fromisoformat(ti.xcom_pull(task_ids="batches", key="seen_at"))
        with branch.app(dag_run.conf, seen_at) as app:
            if not runs.missed(outcomes):
                app.collect([])  # the pass, as of when the inboxes were looked at
            app.remind_approvers()  # of drafts that nobody has answered for hours
            runs.measure(app)
            return runs.consolidations(total, app.pending(), ti.get_dr_count, branch.moment(dag_run.conf))

    start = {"task_id": "consolidate", "task_display_name": "Cho tổng hợp kỳ có thay đổi", **runs.TRIGGER_ONCE}
    total = branch.dag_id("consolidate")
    collected = collect_batch.expand(units=batches())
    task(task_display_name="Báo việc người quản trị phải xem")(runs.look)(collected)
    TriggerDagRunOperator.partial(trigger_dag_id=total, **start).expand_kwargs(changed(collected, fetch()))
