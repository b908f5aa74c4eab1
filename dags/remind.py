"""Đôn đốc: every morning letters to units that still owe; at once, what was opened or published is announced."""

from __future__ import annotations

from airflow.sdk import (
    Asset,
    AssetOrTimeSchedule,
    Connection,
    CronTriggerTimetable,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    dag,
    task,
)
from airflow.sdk.exceptions import AirflowNotFoundException

from tonghop import runs

CRON = runs.cron(runs.schedule().remind_cron)
FAIL_AT_ONCE = ExceptionRetryPolicy([RetryRule(list(runs.NO_USE_RETRYING), RetryAction.FAIL)])
NEWS = Asset(runs.OPENED) | Asset(runs.PUBLISHED)
HOW = {
    "type": ["null", "string"],
    "title": "Cách chạy",
    "enum": [None, "send", "rehearse"],
    "values_display": {"null": "Gửi nếu đã cấu hình", "send": "Gửi", "rehearse": "Chỉ liệt kê"},
}


@dag(
    **runs.dag_options(__file__, "5. Đôn đốc, thông báo", "Nhắc đơn vị còn phải gửi báo cáo", "thường xuyên"),
    schedule=CRON
    and AssetOrTimeSchedule(timetable=CronTriggerTimetable(CRON, timezone=runs.schedule().zone), assets=NEWS),
    default_args=runs.TASK_DEFAULTS | {"retry_policy": FAIL_AT_ONCE},
    params={runs.SENDING: Param(None, **HOW)},
)
def remind() -> None:
    """One task: a run again on the same day writes only what did not arrive."""

    @task(task_display_name="Gửi thư đôn đốc và thông báo")
    def write_letters(params=None, dag_run=None) -> dict:
        def stored(name: str) -> str | None:
            try:
                return Connection.get(name).as_json()
            except AirflowNotFoundException:
                return None

        with runs.app(dag_run.conf) as app:
            return runs.reminded(app.remind(runs.wish(params, dag_run.run_type), stored))

    write_letters()


remind()
