"""Tổng hợp: totals of one period, started once per change by the DAG that collects, or by hand."""

from __future__ import annotations

from airflow.sdk import Asset, ExceptionRetryPolicy, Param, RetryAction, RetryRule, dag, task

from tonghop import runs

CONSOLIDATED = Asset("tonghop/consolidated")
FAIL_AT_ONCE = ExceptionRetryPolicy([RetryRule(list(runs.NO_USE_RETRYING), RetryAction.FAIL)])
REVISION = {
    "type": ["null", "integer"],
    "title": "Lần thay đổi số liệu",
    "description": "Do bước thu nhận ghi vào; chạy tay thì để trống.",
}


@dag(
    **runs.dag_options(__file__, "3. Tổng hợp số liệu", "Cộng số liệu theo biểu, huyện và toàn tỉnh", "thường xuyên"),
    schedule=None,
    default_args=runs.TASK_DEFAULTS | {"retry_policy": FAIL_AT_ONCE},
    params={"period": Param(**runs.period_choice()), "revision": Param(None, **REVISION)},
)
def consolidate() -> None:
    """One task: bring the totals of the period up to what stands accepted."""

    @task(task_display_name="Tổng hợp và trả bảng của từng huyện", outlets=[CONSOLIDATED])
    def add_up(params=None, dag_run=None, outlet_events=None) -> dict:
        period = runs.period_of(params, dag_run)
        with runs.app(dag_run.conf) as app:
            report = app.consolidate(period)
        done = {"period": period.code, "revision": report.revision, "digest": report.digest}
        outlet_events[CONSOLIDATED].extra = done
        return done | {"recomputed": list(report.recomputed), "districts": report.districts}

    add_up()


consolidate()
