"""Phê duyệt và công bố: a frozen draft, the province's signatures on exactly that draft, release, sending, news."""

from __future__ import annotations

from airflow import sdk
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowSkipException

from tonghop import runs

CRON = runs.cron(runs.schedule().publish_cron)
FAIL_AT_ONCE = sdk.ExceptionRetryPolicy([sdk.RetryRule(list(runs.NO_USE_RETRYING), sdk.RetryAction.FAIL)])


class Question(HITLOperator):
    """Asks an approver, and again when a refusal gives no reason."""

    def execute_complete(self, context, event):
        answer = super().execute_complete(context, event)
        return self.execute(context) if runs.lacks_reason(answer) else answer


@sdk.dag(
    **runs.dag_options(__file__, "4. Phê duyệt và công bố", "Trình dự thảo, lấy phê duyệt rồi công bố", "cuối kỳ"),
    schedule=CRON and sdk.CronTriggerTimetable(CRON, timezone=runs.schedule().zone),
    default_args=runs.TASK_DEFAULTS | {"retry_policy": FAIL_AT_ONCE},
    params={"period": sdk.Param(**runs.period_choice())},
)
def publish() -> None:
    """Frozen draft → ask and record, per signature → release → send, announce; a refusal releases nothing."""

    @sdk.task(task_display_name="Chốt số liệu, lập dự thảo báo cáo")
    def draft(params=None, dag_run=None) -> dict:
        return runs.presented(params, dag_run, AirflowSkipException)

    @sdk.task
    def record(step: str, dag_run=None, ti=None) -> None:
        runs.recorded(dag_run, ti.xcom_pull("draft"), ti.xcom_pull(f"ask_{step}"), step, AirflowSkipException)

    @sdk.task(task_display_name="Công bố báo cáo")
    def release(dag_run=None, ti=None) -> dict:
        return runs.released(dag_run, ti.xcom_pull("draft"))

    @sdk.task(task_display_name="Gửi báo cáo về trung ương")
    def send(done: dict, dag_run=None) -> dict:
        return runs.sent(dag_run, done, sdk.Connection.get, AirflowNotFoundException)

    @sdk.task(task_display_name="Thông báo đã công bố", outlets=[sdk.Asset(runs.PUBLISHED)])
    def announce(done: dict, dag_run=None) -> None:
        runs.announced(dag_run, done)

    last = draft()
    for step in runs.schedule().approvals:
        signed = record.override(task_id=f"record_{step.name}", task_display_name=f"{step.title}: ghi nhận")
        last = last >> Question(**runs.approval_options(step, sdk.Param)) >> signed(step.name)
    done = last >> release()
    send(done), announce(done)  # a centre out of reach keeps nobody else from hearing of it


publish()
