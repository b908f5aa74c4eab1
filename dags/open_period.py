"""Mở kỳ báo cáo: every unit finds its workbook in its folder on the opening day of the regime."""

from __future__ import annotations

from airflow import sdk

from tonghop import runs
from tonghop.branches import Branch, every_province


def about(branch: Branch) -> dict:
    """The DAG of one province."""
    words = ("1. Mở kỳ báo cáo", "Phát biểu mẫu vào thư mục của từng đơn vị", "đầu kỳ")
    return branch.dag_options(__file__, *words) | {
        "schedule": branch.timetable(sdk, branch.schedule.open_cron),
        "default_args": runs.task_defaults(sdk),
        "params": {"period": sdk.Param(**branch.period_choice())},
    }


@every_province(sdk, about)
def open_period(branch: Branch) -> None:
    """One task: open the chosen or the current period."""

    @sdk.task(task_display_name="Phát biểu mẫu cho các đơn vị", outlets=[sdk.Asset(branch.asset("opened"))])
    def hand_out(params=None, dag_run=None) -> dict:
        period = branch.period_of(params, dag_run)
        with branch.app(dag_run.conf) as app:
            report = app.open(period)
            runs.look([{"troubles": report.troubles}], again=True)
            return {"period": period.code, "units": report.units, "written": report.written, "now": str(app.now())}

    hand_out()
