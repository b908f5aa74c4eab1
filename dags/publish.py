"""Phê duyệt và công bố: a frozen draft, the province's signatures on exactly that draft, the release."""

from __future__ import annotations

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import CronTriggerTimetable, ExceptionRetryPolicy, Param, RetryAction, RetryRule, dag, task

from tonghop import runs
from tonghop.domain.period import Period

CRON = runs.cron(runs.schedule().publish_cron)
FAIL_AT_ONCE = ExceptionRetryPolicy([RetryRule(list(runs.NO_USE_RETRYING), RetryAction.FAIL)])
STEPS = {step.name: step for step in runs.schedule().approvals}


@dag(
    **runs.dag_options(__file__, "4. Phê duyệt và công bố", "Trình dự thảo, lấy phê duyệt rồi công bố", "cuối kỳ"),
    schedule=CRON and CronTriggerTimetable(CRON, timezone=runs.schedule().zone),
    default_args=runs.TASK_DEFAULTS | {"retry_policy": FAIL_AT_ONCE},
    params={"period": Param(**runs.period_choice())},
)
def publish() -> None:
    """Draft → ask and record, per signature → release; a refusal is recorded and nothing is released."""

    @task(task_display_name="Lập dự thảo báo cáo")
    def draft(params=None, dag_run=None) -> dict[str, str]:
        period = runs.period_of(params, dag_run)
        with runs.app(dag_run.conf) as app:
            made = app.draft(period)
        return {"period": period.code, "label": period.label, "digest": made.digest, "summary": made.summary}

    @task
    def record(step: str, dag_run=None, ti=None) -> str:
        with runs.app(dag_run.conf) as app:
            return runs.sign(app, ti.xcom_pull(task_ids="draft"), ti.xcom_pull(task_ids=f"ask_{step}"))

    @task(task_display_name="Ghi nhận việc không phê duyệt", trigger_rule="all_skipped")
    def refuse(dag_run=None, ti=None) -> str:
        with runs.app(dag_run.conf) as app:
            answers = [ti.xcom_pull(task_ids=f"ask_{step}") for step in STEPS]
            return runs.refuse(app, ti.xcom_pull(task_ids="draft"), answers)

    @task(task_display_name="Công bố báo cáo")
    def release(dag_run=None, ti=None) -> dict:
        shown = ti.xcom_pull(task_ids="draft")
        with runs.app(dag_run.conf) as app:
            done = app.publish(Period.parse(shown["period"]), shown["digest"])
        return {"version": done.version, "folder": str(done.folder), "created": done.created}

    last = draft()
    for name, step in STEPS.items():
        remark = {runs.NOTE: Param(None, type=["null", "string"], title="Ý kiến (nếu có)")}
        ask = ApprovalOperator(task_id=f"ask_{name}", params=remark, **runs.approval_options(step))
        signed = record.override(task_id=f"record_{name}", task_display_name=f"{step.title}: ghi nhận")(name)
        last >> ask >> signed
        last = signed
    last >> [release(), refuse()]


publish()
