"""Mở kỳ báo cáo: every unit finds its workbook in its folder on the opening day of the regime."""

from __future__ import annotations

from airflow.sdk import Asset, CronTriggerTimetable, ExceptionRetryPolicy, Param, RetryAction, RetryRule, dag, task

from tonghop import runs

CRON = runs.cron(runs.schedule().open_cron)
FAIL_AT_ONCE = ExceptionRetryPolicy([RetryRule(list(runs.NO_USE_RETRYING), RetryAction.FAIL)])


@dag(
    **runs.dag_options(__file__, "1. Mở kỳ báo cáo", "Phát biểu mẫu vào thư mục của từng đơn vị", "đầu kỳ"),
    schedule=CRON and CronTriggerTimetable(CRON, timezone=runs.schedule().zone),
    default_args=runs.TASK_DEFAULTS | {"retry_policy": FAIL_AT_ONCE},
    params={"period": Param(**runs.period_choice())},
)
def open_period() -> None:
    """One task: open the chosen or the current period."""

    @task(task_display_name="Phát biểu mẫu cho các đơn vị", outlets=[Asset(runs.OPENED)])
    def hand_out(params=None, dag_run=None) -> dict:
        period = runs.period_of(params, dag_run)
        with runs.app(dag_run.conf) as app:
            report = app.open(period)
            return {"period": period.code, "units": report.units, "written": report.written, "now": str(app.now())}

    hand_out()


open_period()
