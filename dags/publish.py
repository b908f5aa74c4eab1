"""Phê duyệt và công bố: a frozen draft, the province's signatures on exactly that draft, release, sending, news."""

from __future__ import annotations

from airflow import sdk
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowSkipException

from tonghop import runs
from tonghop.branches import Branch, every_province


class Question(HITLOperator):
    """Asks an approver, and again when a refusal gives no reason."""

    def execute_complete(self, context, event):
        answer = super().execute_complete(context, event)
        return self.execute(context) if runs.lacks_reason(answer) else answer


def about(branch: Branch) -> dict:
    """The DAG of one province."""
    words = ("4. Phê duyệt và công bố", "Trình dự thảo, lấy phê duyệt rồi công bố", "cuối kỳ")
    return branch.dag_options(__file__, *words) | {
        "schedule": branch.timetable(sdk, branch.schedule.publish_cron),
        "default_args": runs.task_defaults(sdk),
        "params": {"period": sdk.Param(**branch.period_choice())},
    }


@every_province(sdk, about)
def publish(branch: Branch) -> None:
    """Frozen draft → ask and record, per signature → release → send, announce; a refusal releases nothing."""

    @sdk.task(task_display_name="Chốt số liệu, lập dự thảo báo cáo")
    def draft(params=None, dag_run=None) -> dict:
        return runs.presented(branch, params, dag_run, AirflowSkipException)

    @sdk.task
    def record(step: str, dag_run=None, ti=None) -> None:
        runs.recorded(branch, dag_run, ti.xcom_pull, step, AirflowSkipException)

    @sdk.task(task_display_name="Công bố báo cáo")
    def release(dag_run=None, ti=None) -> dict:
        return runs.released(branch, dag_run, ti.xcom_pull("draft"))

    @sdk.task(task_display_name="Gửi báo cáo về trung ương")
    def send(done: dict, dag_run=None) -> dict:
        return runs.sent(branch, dag_run, done, sdk.Connection.get, AirflowNotFoundException)

    @sdk.task(task_display_name="Thông báo đã công bố", outlets=[sdk.Asset(branch.asset("published"))])
    def announce(done: dict, dag_run=None) -> None:
        runs.announced(branch, dag_run, done)

    last = draft()
    for step in branch.schedule.approvals:
        signed = record.override(task_id=f"record_{step.name}", task_display_name=f"{step.title}: ghi nhận")
        last = last >> Question(**runs.approval_options(branch, step, sdk.Param)) >> signed(step.name)
    done = last >> release()
    send(done), announce(done)  # a centre out of reach keeps nobody else from hearing of it
