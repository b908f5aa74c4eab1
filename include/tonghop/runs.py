"""A DAG run as the steps see it: its clock, its period, its run ids. What the DAG files share, without Airflow.

Belongs here: decisions of a run that can be tested without Airflow. Does not belong here: work on data (steps).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from tonghop.domain.errors import ApprovalError, SettingError, SpecError, UsageError
from tonghop.domain.period import Period
from tonghop.domain.province import ApprovalStep
from tonghop.settings import Settings
from tonghop.specs.schedule import Schedule, load_schedule

if TYPE_CHECKING:
    from tonghop.app import App
    from tonghop.steps.collect import CollectReport

# Faults of our own side (a busy database, a full disk) are tried three more times, ever later.
TASK_DEFAULTS: dict[str, Any] = {
    "owner": "van-phong-ubnd",
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "execution_timeout": timedelta(minutes=30),
}
# How `collect` starts `consolidate`: a run id that exists already starts nothing.
TRIGGER_ONCE: dict[str, Any] = {
    "trigger_dag_id": "consolidate",
    "logical_date": None,
    "skip_when_already_exists": True,
}
# Trying again cannot mend these: a person must change a setting, a figure, the data or the request.
NO_USE_RETRYING: tuple[type[Exception], ...] = (UsageError, SettingError, ApprovalError, SpecError)
_HOW_TO_ANSWER = "\n\n---\nChọn **Approve** để phê duyệt, **Reject** để không phê duyệt; có thể ghi ý kiến bên dưới."
PERIOD, NOTE, VIA = "period", "y_kien", "airflow"
_MAX_ATTEMPTS = 5


class Run(Protocol):
    """What is asked of a DAG run. `logical_date` is None for a run started without one."""

    @property
    def conf(self) -> Mapping[str, Any] | None: ...
    @property
    def logical_date(self) -> datetime | None: ...
    @property
    def run_after(self) -> datetime: ...


@cache
def schedule() -> Schedule:
    """The calendar of the province these settings serve; reads two YAML files, once per process."""
    settings = Settings.from_env()
    return load_schedule(settings.include, settings.province)


def cron(expression: str) -> str | None:
    """`expression`, or nothing in a demonstration, whose runs carry clocks of their own and are started one by one."""
    return None if Settings.from_env().demo else expression


def dag_options(file: str, title: str, description: str, tag: str) -> dict[str, Any]:
    """What every DAG is declared with; `doc_md` is docs/runbooks/<name of the DAG file>.md."""
    dag_file = Path(file)
    runbook = dag_file.parent.parent / "docs" / "runbooks" / f"{dag_file.stem}.md"
    return {
        "dag_id": dag_file.stem,
        "dag_display_name": title,
        "description": description,
        "start_date": datetime.combine(schedule().first, time(), ZoneInfo(schedule().zone)),
        "catchup": False,
        "max_active_runs": 1,
        "tags": ["kiểm soát TTHC", tag],
        "doc_md": runbook.read_text(encoding="utf-8"),
    }


def period_choice() -> dict[str, Any]:
    """Arguments of the `period` parameter in the trigger form: the periods of the regime, or the current one."""
    periods = schedule().periods()
    return {
        "default": None,
        "type": ["null", "string"],
        "title": "Kỳ báo cáo",
        "description": "Để trống: kỳ đang mở vào ngày chạy.",
        "enum": [None, *(period.code for period in periods)],
        "values_display": {"null": "Kỳ hiện hành", **{period.code: period.label for period in periods}},
    }


def moment(conf: Mapping[str, Any] | None) -> datetime | None:
    """The clock a demonstration run carries in its conf (`now`), else None; SettingError outside a demonstration."""
    text = (conf or {}).get("now")
    if not text:
        return None
    if not Settings.from_env().demo:
        raise SettingError(
            "Lượt chạy này mang thời điểm giả định (“now”), chỉ được dùng khi trình diễn.",
            "Chạy lại không kèm “now”, hoặc đặt TONGHOP_DEMO=1 trên máy trình diễn.",
        )
    try:
        when = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise UsageError(f"Không hiểu thời điểm “{text}”.", "Ghi dạng 2024-09-16T10:00:00+07:00.") from None
    return when if when.tzinfo else when.replace(tzinfo=ZoneInfo(schedule().zone))


def app(conf: Mapping[str, Any] | None, otherwise: datetime | None = None) -> App:
    """The application with the run's clock: the demonstration's, else `otherwise`, else the real one."""
    from tonghop.app import App

    return App.from_env(moment(conf) or otherwise, VIA)


def period_of(params: Mapping[str, Any], run: Run) -> Period:
    """The period chosen in the trigger form, else the one current at the moment the run stands for."""
    chosen = params.get(PERIOD)
    if chosen:
        return Period.parse(str(chosen))
    when = moment(run.conf) or run.logical_date or run.run_after
    return schedule().current(when.astimezone(ZoneInfo(schedule().zone)).date())


def batch_name(units: Sequence[str]) -> str:
    """How a batch is called in the grid: `25217 … 25246 (50 đơn vị)`."""
    span = units[0] if len(units) == 1 else f"{units[0]} … {units[-1]}"
    return f"{span} ({len(units)} đơn vị)"


def outcome(report: CollectReport) -> dict[str, Any]:
    """What a batch came to, for the record of a run: files by state, files still being written, what needs a look."""
    states = Counter(str(answer.state) for answer in report.answers)
    return {"states": dict(states), "waiting": report.waiting, "troubles": report.troubles}


def troubles(outcomes: Iterable[Mapping[str, Any]]) -> list[str]:
    """What a person must look at in a pass. A pass with troubles missed files: lateness cannot be judged by it."""
    return [trouble for batch in outcomes for trouble in batch["troubles"]]


def consolidations(
    pending: Mapping[str, int], count_runs: Callable[..., int], now: datetime | None = None
) -> list[dict[str, Any]]:
    """Id and conf of the run to start for each pending period. A change runs once: the revision in the id only grows.

    `count_runs(dag_id, run_ids=…, states=…)` tells which ids failed: the next attempt gets a suffix (`…__r7__a2`).
    After five failures a person must look: the last id is repeated, which starts nothing.
    """

    def failed(run_id: str) -> bool:
        return count_runs(TRIGGER_ONCE["trigger_dag_id"], run_ids=[run_id], states=["failed"]) > 0

    carried = {"now": now.isoformat()} if now else {}
    return [
        {
            "trigger_run_id": _run_id(period, revision, failed),
            "conf": {PERIOD: period, "revision": revision, **carried},
        }
        for period, revision in sorted(pending.items())
    ]


def approval_options(step: ApprovalStep) -> dict[str, Any]:
    """What an approval task shows, whom it lets answer and for how long it waits. Shows the draft made before it."""
    shown = "{{ ti.xcom_pull(task_ids='draft')['%s'] }}"
    return {
        "task_display_name": f"{step.title}: chờ quyết định",
        "subject": f"{step.title} báo cáo {shown % 'label'}",
        "body": shown % "summary" + _HOW_TO_ANSWER,
        "assigned_users": [{"id": login, "name": login} for login in step.logins],
        "response_timeout": timedelta(days=3),
        "retries": 0,
    }


def sign(app: App, shown: Mapping[str, str], answer: Mapping[str, Any]) -> str:
    """Record an approval of exactly the draft that was `shown`; the login that gave it. ApprovalError if it may not."""
    login, note = _said(answer)
    app.approve(Period.parse(shown["period"]), login, via=VIA, digest=shown["digest"], note=note)
    return login


def refuse(app: App, shown: Mapping[str, str], answers: Iterable[Mapping[str, Any] | None]) -> str:
    """Record that the last one who answered does not approve the draft `shown`; the login. `answers` in their order."""
    login, note = _said([answer for answer in answers if answer][-1])
    app.reject(Period.parse(shown["period"]), login, via=VIA, digest=shown["digest"], note=note)
    return login


def _said(answer: Mapping[str, Any]) -> tuple[str, str]:
    """Login and remark ("" without one) of an answer to an approval task."""
    login = (answer.get("responded_by_user") or {}).get("id", "")
    return str(login), str((answer.get("params_input") or {}).get(NOTE) or "").strip()


def _run_id(period: str, revision: int, failed: Callable[[str], bool]) -> str:
    first = f"consolidate__{period}__r{revision}"
    ids = [first, *(f"{first}__a{attempt}" for attempt in range(2, _MAX_ATTEMPTS + 1))]
    return next((run_id for run_id in ids if not failed(run_id)), ids[-1])
