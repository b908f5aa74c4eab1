"""What the demonstration asks of Airflow over its REST interface: start a run, wait for it, answer an approval."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests

from tonghop.demo.airflow_server import AirflowError, direct

APPROVE, REJECT = "Approve", "Reject"
_POLL_S = 0.5
_SETTLE_S = 6.0  # an answer within about a second of a task's parking fails the task
_ENDED = {"success", "failed"}


@dataclass
class AirflowClient:
    """One login at one Airflow. Every wait is bounded by `limit_s` and raises AirflowError with what went wrong."""

    address: str
    login: str
    password: str = field(repr=False)
    _web: requests.Session = field(default_factory=direct, repr=False)

    def __post_init__(self) -> None:
        body = {"username": self.login, "password": self.password}
        token = self._ask("POST", "/auth/token", json=body)["access_token"]
        self._web.headers["Authorization"] = f"Bearer {token}"

    def trigger(self, dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
        self._ask("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body)

    def runs(self, dag_id: str) -> dict[str, str]:
        """Run id → state of every run of a DAG, in the order they started."""
        answer = self._ask("GET", f"/api/v2/dags/{dag_id}/dagRuns?limit=100&order_by=id")
        return {run["dag_run_id"]: run["state"] for run in answer["dag_runs"]}

    def wait_for_dags(self, dag_ids: set[str], limit_s: float = 120) -> None:
        """Until the DAG processor has taken up every one of `dag_ids`; a broken DAG file is told at once."""

        def present() -> bool:
            errors = self._ask("GET", "/api/v2/importErrors")["import_errors"]
            if errors:
                raise AirflowError(f"Không nạp được {errors[0]['filename']}.", errors[0]["stack_trace"][-800:])
            return dag_ids <= {dag["dag_id"] for dag in self._ask("GET", "/api/v2/dags")["dags"]}

        self._until(present, limit_s, f"Airflow chưa nạp đủ các quy trình {', '.join(sorted(dag_ids))}.")

    def wait_for_run(self, dag_id: str, run_id: str, limit_s: float = 600) -> None:
        """Until the run has ended well; AirflowError names the failed tasks and shows the end of the first log."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{quote(run_id)}"
        self._until(
            lambda: self._ask("GET", path)["state"] in _ENDED, limit_s, f"Lượt chạy {run_id} của {dag_id} chưa xong."
        )
        if self._ask("GET", path)["state"] != "success":
            raise AirflowError(f"Lượt chạy {run_id} của {dag_id} không thành công.", self._failures(path))

    def answer(self, dag_id: str, run_id: str, task_id: str, option: str, limit_s: float = 300) -> None:
        """Answer an approval task as this login, once the task really waits."""
        task = self.await_question(dag_id, run_id, task_id, limit_s)
        self._ask("PATCH", f"{task}/-1/hitlDetails", json={"chosen_options": [option], "params_input": {}})

    def await_question(self, dag_id: str, run_id: str, task_id: str, limit_s: float = 300) -> str:
        """Until an approval task waits and its worker has let go of it; the task's path."""
        task = f"/api/v2/dags/{dag_id}/dagRuns/{quote(run_id)}/taskInstances/{task_id}"

        def waiting() -> bool:
            state = self._ask("GET", task)["state"]
            if state in {"failed", "upstream_failed", "skipped"}:
                raise AirflowError(f"Bước {task_id} của {dag_id} không chờ quyết định ({state}).", "Xem nhật ký.")
            return bool(state == "awaiting_input")

        self._until(waiting, limit_s, f"Bước {task_id} của {dag_id} chưa chờ quyết định.")
        time.sleep(_SETTLE_S)
        return task

    def _failures(self, path: str) -> str:
        tasks = self._ask("GET", f"{path}/taskInstances")["task_instances"]
        failed = [task for task in tasks if task["state"] == "failed"]
        return "\n".join(f"Bước {task['task_display_name']}:\n{self._log(path, task)}" for task in failed[:2])

    def _log(self, path: str, task: dict[str, Any]) -> str:
        place = f"{path}/taskInstances/{task['task_id']}/logs/{task['try_number']}?map_index={task['map_index']}"
        lines = self._ask("GET", place)["content"]
        faults = [fault for line in lines for fault in line.get("error_detail") or ()]
        told = [f"{fault['exc_type']}: {fault['exc_value']}" for fault in faults]
        return "\n".join(told or [str(line.get("event", "")) for line in lines[-8:]])

    def _until(self, done: Callable[[], bool], limit_s: float, problem: str) -> None:
        for _ in range(int(limit_s / _POLL_S)):
            if done():
                return
            time.sleep(_POLL_S)
        raise AirflowError(problem, "Xem nhật ký trong thư mục của bản trình diễn.")

    def _ask(self, method: str, path: str, json: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            response = self._web.request(method, self.address + path, json=json, timeout=30)
            response.raise_for_status()
        except requests.RequestException as problem:
            told = problem.response.text[:500] if problem.response is not None else str(problem)
            raise AirflowError(f"Airflow không thực hiện được yêu cầu {method} {path}.", told) from problem
        answer: dict[str, Any] = response.json()
        return answer
