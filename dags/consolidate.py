"""Tổng hợp: totals of one period, started once per change by the DAG that collects, or by hand."""

from __future__ import annotations

from airflow import sdk

from tonghop import runs
from tonghop.branches import Branch, every_province

REVISION = {
    "type": ["null", "integer"],
    "title": "Lần thay đổi số liệu",
    "description": "Do bước thu nhận ghi vào; chạy tay thì để trống.",
}


def about(branch: Branch) -> dict:
    """The DAG of one province."""
    words = ("3. Tổng hợp số liệu", "Cộng số liệu theo biểu, huyện và toàn tỉnh", "thường xuyên")
    return branch.dag_options(__file__, *words) | {
        "schedule": None,
        "default_args": runs.task_defaults(sdk),
        "params": {"period": sdk.Param(**branch.period_choice()), "revision": sdk.Param(None, **REVISION)},
    }


@every_province(sdk, about)
def consolidate(branch: Branch) -> None:
    """One task: bring the totals of the period up to what stands accepted."""

    consolidated = sdk.Asset(branch.asset("consolidated"))

    @sdk.task(task_display_name="Tổng hợp và trả bảng của từng huyện", outlets=[consolidated])
    def add_up(params=None, dag_run=None, outlet_events=None) -> dict:
        period = branch.period_of(params, dag_run)
        with branch.app(dag_run.conf) as app:
            report = app.consolidate(period)
        done = {"period": period.code, "revision": report.revision, "digest": report.digest}
        outlet_events[consolidated].extra = done
        runs.look([{"troubles": report.troubles}], again=True)
        return done | {"recomputed": list(report.recomputed), "districts": report.districts}

    add_up()
