"""Đôn đốc: every morning letters to units that still owe; at once, what was opened or published is announced."""

from __future__ import annotations

from airflow import sdk
from airflow.sdk.exceptions import AirflowNotFoundException

from tonghop import runs
from tonghop.branches import Branch, every_province

HOW = {
    "type": ["null", "string"],
    "title": "Cách chạy",
    "enum": [None, "send", "rehearse"],
    "values_display": {"null": "Gửi nếu đã cấu hình", "send": "Gửi", "rehearse": "Chỉ liệt kê"},
}


def about(branch: Branch) -> dict:
    """The DAG of one province."""
    words = ("5. Đôn đốc, thông báo", "Nhắc đơn vị còn phải gửi báo cáo", "thường xuyên")
    morning = branch.timetable(sdk, branch.schedule.remind_cron)
    news = sdk.Asset(branch.asset("opened")) | sdk.Asset(branch.asset("published"))
    return branch.dag_options(__file__, *words) | {
        "schedule": morning and sdk.AssetOrTimeSchedule(timetable=morning, assets=news),
        "default_args": runs.task_defaults(sdk),
        "params": {runs.SENDING: sdk.Param(None, **HOW)},
    }


@every_province(sdk, about)
def remind(branch: Branch) -> None:
    """One task: a run again on the same day writes only what did not arrive."""

    @sdk.task(task_display_name="Gửi thư đôn đốc và thông báo")
    def write_letters(params=None, dag_run=None) -> dict:
        def stored(name: str) -> str | None:
            try:
                return sdk.Connection.get(name).as_json()
            except AirflowNotFoundException:
                return None

        with branch.app(dag_run.conf) as app:
            return runs.reminded(app.remind(runs.wish(params, dag_run.run_type), stored))

    write_letters()
