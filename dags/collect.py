"""Thu nhận hồ sơ: every five minutes, take what units have filed, in batches, and start what follows from it."""

from __future__ import annotations

from datetime import datetime

from airflow import sdk
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import task
from airflow.sdk.exceptions import AirflowNotFoundException

from tonghop import runs

CRON = runs.cron(runs.schedule().collect_cron)
FAIL_AT_ONCE = sdk.ExceptionRetryPolicy([sdk.RetryRule(list(runs.NO_USE_RETRYING), sdk.RetryAction.FAIL)])


@sdk.dag(
    **runs.dag_options(__file__, "2. Thu nhận hồ sơ", "Nhận, kiểm tra hồ sơ và trả lời từng đơn vị", "thường xuyên"),
    schedule=CRON and sdk.CronTriggerTimetable(CRON, timezone=runs.schedule().zone),
    default_args=runs.TASK_DEFAULTS | {"retry_policy": FAIL_AT_ONCE},
)
def collect() -> None:
    """Batches of units with something new → their verdicts → one consolidation per changed period."""

    @task(task_display_name="Tìm đơn vị có hồ sơ mới")
    def batches(dag_run=None, ti=None) -> list[list[str]]:
        with runs.app(dag_run.conf) as app:
            ti.xcom_push(key="seen_at", value=app.now().isoformat())
            return app.batches(50)

    @task(task_display_name="Thu nhận một nhóm đơn vị", map_index_template="{{ batch }}", queue=runs.READING)
    def collect_batch(units: list[str], dag_run=None) -> dict:
        sdk.get_current_context()["batch"] = runs.batch_name(units)
        with runs.app(dag_run.conf) as app:
            return runs.outcome(app.collect(units, scan=False))

    @task(task_display_name="Lấy số liệu từ phần mềm của đơn vị")
    def fetch(dag_run=None) -> dict:
        with runs.app(dag_run.conf) as app:
            return runs.fetched(app, sdk.Connection.get, AirflowNotFoundException)

    @task(task_display_name="Ghi nhận lượt quét, tìm kỳ có thay đổi", trigger_rule="none_failed")
    def changed(outcomes, _fetched, dag_run=None, ti=None) -> list[dict]:
        seen_at = datetime.fromisoformat(ti.xcom_pull(task_ids="batches", key="seen_at"))
        with runs.app(dag_run.conf, seen_at) as app:
            if not runs.troubles(outcomes):
                app.collect([])  # the pass, as of when the inboxes were looked at
            app.remind_approvers()  # of drafts that nobody has answered for hours
            return runs.consolidations(app.pending(), ti.get_dr_count, runs.moment(dag_run.conf))

    TriggerDagRunOperator.partial(
        task_id="consolidate", task_display_name="Cho tổng hợp kỳ có thay đổi", **runs.TRIGGER_ONCE
    ).expand_kwargs(changed(collect_batch.expand(units=batches()), fetch()))


collect()
