"""The quarter that is shown: two quarters before it in this process, the third as DAG runs of a real Airflow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tonghop.app import App
from tonghop.branches import branches
from tonghop.demo.airflow_client import APPROVE, AirflowClient
from tonghop.demo.screen import Screen
from tonghop.demo.synthetic import Quarter, plan_quarter
from tonghop.domain.period import Period

SHOWN = Period(2024, 3)
BEFORE = (Period(2024, 1), Period(2024, 2))
DAGS = {"open_period", "collect", "consolidate", "publish"}


@dataclass(frozen=True)
class Scenario:
    """A whole quarter; `screen` is told every step. Clocks are those of 2024, in the regime's zone."""

    screen: Screen

    def earlier_quarters(self) -> None:
        """Quarters I and II, filed and consolidated in their time, so that carry-overs and derived periods are real."""
        for period in BEFORE:
            with self.screen.step(f"{period.label}: mở kỳ, nhận và tổng hợp hồ sơ (số liệu giả định)"):
                with App.from_env(_at(period, 1, 7)) as app:
                    app.open(period)
                    plan_quarter(app, period).drop(app, "all")
                with App.from_env(_at(period, 15, 9)) as app:
                    app.collect()
                    app.consolidate(period)

    def shown_quarter(self, admin: AirflowClient, approvers: dict[str, AirflowClient]) -> Quarter:
        """Quarter III from opening to release, every step a DAG run; what was filed."""
        with self.screen.step("Airflow nạp các quy trình"):
            admin.wait_for_dags(DAGS)
        self._run(admin, "open_period", "mo-ky", _at(SHOWN, 1, 7), f"{SHOWN.label}: mở kỳ, phát biểu mẫu")
        with App.from_env(_at(SHOWN, 15, 8)) as app, self.screen.step("Các đơn vị gửi hồ sơ (số liệu giả định)"):
            quarter = plan_quarter(app, SHOWN)
            quarter.drop(app, "on_time")
        self._collect(admin, "dung-han", _at(SHOWN, 16, 10), "Thu nhận, kiểm tra, trả lời từng đơn vị")
        self._collect(admin, "het-han", _at(SHOWN, 20, 0, 5), "Quét sau khi hết hạn: không có hồ sơ mới")
        with App.from_env(_at(SHOWN, 20, 8)) as app, self.screen.step("Một số đơn vị gửi muộn"):
            quarter.drop(app, "late")
        self._collect(admin, "muon", _at(SHOWN, 20, 9), "Thu nhận hồ sơ gửi muộn, tổng hợp lại")
        self._publish(admin, approvers)
        return quarter

    def _collect(self, admin: AirflowClient, name: str, now: datetime, told: str) -> None:
        """A collecting run, and the consolidations it started."""
        self._run(admin, "collect", f"thu-nhan-{name}", now, told)
        started = [run_id for run_id, state in admin.runs("consolidate").items() if state != "success"]
        if not started:
            self.screen.say("  không có thay đổi, không tổng hợp lại")
        for run_id in started:
            with self.screen.step(f"Tổng hợp phần có thay đổi ({run_id})"):
                admin.wait_for_run("consolidate", run_id)

    def _publish(self, admin: AirflowClient, approvers: dict[str, AirflowClient]) -> None:
        run_id = "cong-bo"
        admin.trigger("publish", run_id, {"period": SHOWN.code, "now": _at(SHOWN, 20, 10).isoformat()})
        for step in branches()[0].schedule.approvals:
            approver = approvers[step.logins[0]]
            with self.screen.step(f"Lập dự thảo, trình {approver.login}: {step.title.lower()} trong Airflow"):
                approver.answer("publish", run_id, f"ask_{step.name}", APPROVE)
        with self.screen.step("Công bố báo cáo"):
            admin.wait_for_run("publish", run_id)

    def _run(self, admin: AirflowClient, dag_id: str, run_id: str, now: datetime, told: str) -> None:
        conf = {"now": now.isoformat()} | ({} if dag_id == "collect" else {"period": SHOWN.code})
        with self.screen.step(told):
            admin.trigger(dag_id, run_id, conf)
            admin.wait_for_run(dag_id, run_id)


def _at(period: Period, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the period's last month, without zone: the application reads it in the regime's."""
    last = period.day(day)
    return datetime(last.year, last.month, last.day, hour, minute)  # noqa: DTZ001 - see above
