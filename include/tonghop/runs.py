"""A DAG run as the steps see it: its questions and answers, its run ids. What the DAG files share, without Airflow.

Belongs here: decisions of a run that can be tested without Airflow. Does not belong here: work on data (steps), and
what tells one province's DAGs from another's (`branches`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tonghop import airflow_stats
from tonghop.branches import PERIOD, VIA, Branch, Run
from tonghop.domain.errors import (
    ApprovalError,
    ExchangeError,
    SettingError,
    SpecError,
    StoreError,
    TonghopError,
    UsageError,
)
from tonghop.domain.exchange import CENTRE, SETTLED
from tonghop.domain.period import Period
from tonghop.domain.province import ApprovalStep
from tonghop.journal import note, where

if TYPE_CHECKING:
    from tonghop.app import App
    from tonghop.steps.collect import CollectReport
    from tonghop.steps.remind import RemindReport, Wish

# Faults of our own side (a busy database, a full disk) are tried three more times, ever later.
_TASK_DEFAULTS: dict[str, Any] = {
    "owner": "van-phong-ubnd",
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "execution_timeout": timedelta(minutes=30),
    "show_return_value_in_logs": False,  # it may hold what a clerk called a file; the run keeps it
}
# How `collect` starts `consolidate`: a run id that exists already starts nothing.
TRIGGER_ONCE: dict[str, Any] = {"logical_date": None, "skip_when_already_exists": True}


class SettledError(TonghopError):
    """What refused now would refuse again: another system, a folder that cannot be written."""


# Trying again cannot mend these: a person must change a setting, a figure, the data or the request.
NO_USE_RETRYING: tuple[type[Exception], ...] = (UsageError, SettingError, ApprovalError, SpecError, SettledError)
_HOW_TO_ANSWER = (
    "\n\n---\nChọn **Approve** để đồng ý; **Reject** để không đồng ý, khi đó phải ghi lý do vào ô ý kiến "
    "(không ghi lý do thì hệ thống hỏi lại)."
)
_REMARK = {"type": ["null", "string"], "title": "Ý kiến (bắt buộc khi không phê duyệt)"}
APPROVE, REJECT = "Approve", "Reject"  # the pair for which Airflow's pages show two buttons
NOTE, SENDING = "y_kien", "send"  # what an approver writes; a parameter of `remind`
READING = "reading"  # queue of what reads workbooks: on a server, workers of their own (docker-compose.yaml)
_MAX_ATTEMPTS = 5


def task_defaults(sdk: Any) -> dict[str, Any]:
    """Default arguments of every task; `sdk` is Airflow's."""
    at_once = sdk.RetryRule(list(NO_USE_RETRYING), sdk.RetryAction.FAIL)
    return _TASK_DEFAULTS | {"retry_policy": sdk.ExceptionRetryPolicy([at_once])}


def batch_name(units: Sequence[str]) -> str:
    """How a batch is called in the grid: `25217 … 25246 (50 đơn vị)`."""
    span = units[0] if len(units) == 1 else f"{units[0]} … {units[-1]}"
    return f"{span} ({len(units)} đơn vị)"


def outcome(report: CollectReport) -> dict[str, Any]:
    """What a batch came to, for the record of a run: files by state, files still being written, what needs a look."""
    states = Counter(str(answer.state) for answer in report.answers)
    told = {"states": dict(states), "signed": len(report.signed)}
    return {**told, "waiting": report.waiting, "troubles": report.troubles, "missed": report.missed}


def missed(outcomes: Iterable[Mapping[str, Any]]) -> list[str]:
    """What kept a pass from seeing every file: lateness cannot be judged by it."""
    return [trouble for batch in outcomes for trouble in batch["missed"]]


def look(outcomes: Iterable[Mapping[str, Any]], *, again: bool = False) -> None:
    """Fail for all to see when a person must see to something; `again`: trying again may do what is left."""
    if told := [trouble for one in outcomes for trouble in one["troubles"]]:
        raise (StoreError if again else SettledError)(" ".join(told))


def by_arrival(run: Run) -> bool:
    """Whether news started the run (for `collect`: something dropped), not the clock or a person."""
    return run.run_type == "asset_triggered"


def measure(bound: App, gauge: Callable[..., None] = airflow_stats.gauge) -> None:
    """Send the measures of the province where Airflow's settings say; whatever goes wrong with that stops nothing.

    Each goes twice: with tags, and under a name that holds them, for a sink that knows no tags.
    """
    from tonghop.steps.gauges import gauges

    try:
        for one in gauges(bound.context, bound.settings.province):
            gauge(one.name, one.value, tags=one.tags)
            gauge(one.dotted, one.value)
    except Exception as problem:  # noqa: BLE001  a sink that is down is not a fault of the run
        note("gauges_not_sent", level="warning", error=type(problem).__name__, at=where(problem))


def fetched(bound: App, run: Run, connection: Callable[[str], Any], absent: type[Exception]) -> dict[str, Any]:
    """Take the figures of units that have a system instead of a clerk (`sources.csv`); a dead one stops nothing else.

    A run started by a drop asks nobody: other systems are not asked more often because clerks are at work.
    `connection` gives an Airflow Connection by its id, or raises `absent`.
    """
    if by_arrival(run):
        return {"asked": 0, "answered": 0, "troubles": []}

    report = bound.fetch(named=lambda name: _stored(connection, absent, name))
    return {"asked": report.asked, "answered": len(report.answers), "troubles": list(report.troubles)}


def _stored(connection: Callable[[str], Any], absent: type[Exception], name: str) -> str | None:
    """A Connection of Airflow as URI, None when there is none called `name`."""
    try:
        return str(connection(name).get_uri())
    except absent:
        return None


def consolidations(
    dag_id: str, pending: Mapping[str, int], count_runs: Callable[..., int], now: datetime | None = None
) -> list[dict[str, Any]]:
    """Id and conf of the run of `dag_id` to start for each pending period.

    A change runs once: the revision in the id only grows. `count_runs(dag_id, run_ids=…, states=…)` tells which ids
    failed: the next attempt gets a suffix (`…__r7__a2`). After five failures a person must look: the last id is
    repeated, which starts nothing.
    """

    def failed(run_id: str) -> bool:
        return count_runs(dag_id, run_ids=[run_id], states=["failed"]) > 0

    carried = {"now": now.isoformat()} if now else {}
    return [
        {
            "trigger_run_id": _run_id(period, revision, failed),
            "conf": {PERIOD: period, "revision": revision, **carried},
        }
        for period, revision in sorted(pending.items())
    ]


def presented(branch: Branch, params: Mapping[str, Any], run: Run, skip: type[Exception]) -> dict[str, str]:
    """Freeze the figures, make the draft and lay it before the approvers: what the questions show.

    A scheduled run waits for the regime's day and makes one draft, else it raises `skip`; a run started by a person
    always makes one.
    """
    period = branch.period_of(params, run)
    with branch.app(run.conf) as bound:
        if run.run_type == "scheduled":
            due = bound.province_for(period).regime.publish_day(period)
            if bound.now().date() < due:
                raise skip(f"Chưa đến ngày lập dự thảo {period.label} ({due:%d/%m/%Y}).")
            if bound.presented(period):
                raise skip(f"Dự thảo {period.label} đã được trình.")
        made = bound.present(period)
    return {"period": period.code, "label": period.label, "digest": made.digest, "summary": made.summary}


def approval_options(branch: Branch, step: ApprovalStep, param: Callable[..., Any]) -> dict[str, Any]:
    """What an approval task shows (the draft made before it), whom it lets answer and for how long it waits.

    For HITLOperator: an ApprovalOperator keeps no answer after a refusal, and refusals are recorded too. The ids are
    those of the auth manager that runs: the logins, or what TONGHOP_APPROVER_IDS says they are. `param` is Airflow's.
    """
    shown = "{{ ti.xcom_pull(task_ids='draft')['%s'] }}"
    ids = branch.settings.approver_ids
    return {
        "task_id": f"ask_{step.name}",
        "options": [APPROVE, REJECT],
        "task_display_name": f"{step.title}: chờ quyết định",
        "subject": f"{step.title} báo cáo {shown % 'label'}",
        "body": shown % "summary" + _HOW_TO_ANSWER,
        "assigned_users": [{"id": ids.get(login, login), "name": login} for login in step.logins],
        "params": {NOTE: param(None, **_REMARK)},
        "response_timeout": timedelta(days=3),
        "retries": 0,
    }


def lacks_reason(answer: Mapping[str, Any]) -> bool:
    """Whether an answer refuses without saying why: then it is asked again."""
    return answer["chosen_options"] != [APPROVE] and not _note(answer)


def recorded(branch: Branch, run: Run, pull: Callable[[str], Any], step: str, skip: type[Exception]) -> None:
    """Record the answer to the question of `step`; raises `skip` when it was a refusal: nothing follows from it.

    `pull` gives what a task of the run returned.
    """
    with branch.app(run.conf) as bound:
        if not record_answer(bound, pull("draft"), pull(f"ask_{step}"), step):
            raise skip("Không được phê duyệt: đã ghi nhận, không công bố.")


def record_answer(bound: App, shown: Mapping[str, str], answer: Mapping[str, Any], step: str) -> bool:
    """Record the decision of `step` on exactly the draft that was `shown`; whether it is an approval.

    ApprovalError when the login that answered may not give this step. Every auth manager calls its users by login.
    """
    period, digest = Period.parse(shown["period"]), shown["digest"]
    login = str((answer.get("responded_by_user") or {}).get("name", ""))
    approved: bool = answer["chosen_options"] == [APPROVE]
    decide = bound.approve if approved else bound.reject
    decide(period, login, via=VIA, digest=digest, note=_note(answer), step=step)
    return approved


def _note(answer: Mapping[str, Any]) -> str:
    return str((answer.get("params_input") or {}).get(NOTE) or "").strip()


def released(branch: Branch, run: Run, shown: Mapping[str, str]) -> dict[str, Any]:
    """Release the draft that was shown; ApprovalError when the recorded approvals do not cover it."""
    with branch.app(run.conf) as bound:
        done = bound.publish(Period.parse(shown["period"]), shown["digest"])
    told = {"version": done.version, "folder": str(done.folder), "created": done.created}
    return {"period": shown["period"], **told}


def sent(
    branch: Branch, run: Run, done: Mapping[str, Any], connection: Callable[[str], Any], absent: type[Exception]
) -> dict[str, Any]:
    """Send what was released to the centre; `sent` False when no centre is configured.

    `connection` gives an Airflow Connection by its id, or raises `absent`. SettledError when the centre's answer stays
    the same however often it is asked.
    """
    stored = (_stored(connection, absent, name) for name in branch.settings.connection_ids(CENTRE))
    uri = next(filter(None, stored), "")
    with branch.app(run.conf) as bound:
        try:
            shipped = bound.send(Period.parse(done["period"]), uri)
        except ExchangeError as problem:
            if problem.outcome in SETTLED:
                raise SettledError(problem.problem, problem.remedy) from problem
            raise
    number = shipped.receipt.number if shipped.receipt else ""
    return {"sent": shipped.configured, "to": shipped.recipient, "version": shipped.version, "receipt": number}


def announced(branch: Branch, run: Run, done: Mapping[str, Any]) -> None:
    """Write down that the version is made known; the letters follow from the news (`remind`)."""
    with branch.app(run.conf) as bound:
        bound.announce(Period.parse(done["period"]), done["version"])


def wish(params: Mapping[str, Any], run_type: str) -> Wish:
    """What a run of `remind` is to do: what was chosen in the trigger form; one that news started only announces."""
    from tonghop.steps.remind import Wish

    return Wish({"send": True, "rehearse": False}.get(str(params.get(SENDING))), run_type == "asset_triggered")


def reminded(report: RemindReport) -> dict[str, Any]:
    """What a run of `remind` came to. ExchangeError when the mail server was out of reach: what failed goes again."""
    for way, problem in report.dead.items():
        if way == "email":
            raise problem
    outcomes = Counter(line.outcome.value if line.outcome else "rehearsed" for line in report.lines)
    return {
        "day": report.day.isoformat(),
        "working": report.working,
        "letters": dict(outcomes),
        "unwatched": [day.isoformat() for day in report.unwatched],
        "troubles": [f"{line.letter.unit.name} ({line.address.shown}): {line.words}" for line in report.troubles],
    }


def _run_id(period: str, revision: int, failed: Callable[[str], bool]) -> str:
    first = f"consolidate__{period}__r{revision}"
    ids = [first, *(f"{first}__a{attempt}" for attempt in range(2, _MAX_ATTEMPTS + 1))]
    return next((run_id for run_id in ids if not failed(run_id)), ids[-1])
