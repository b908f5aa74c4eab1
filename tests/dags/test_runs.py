"""Decisions of a DAG run, without Airflow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from tonghop import runs
from tonghop.app import App
from tonghop.branches import Branch, branches
from tonghop.domain.errors import ExchangeError, SettingError, StoreError, UsageError
from tonghop.domain.period import Period
from tonghop.domain.province import ApprovalStep
from tonghop.settings import Settings
from tonghop.specs import load_province
from tonghop.steps.fetching import FetchReport


@dataclass
class Run:
    conf: dict[str, Any] | None = field(default_factory=dict)
    logical_date: datetime | None = None
    run_after: datetime = datetime(2024, 9, 1, tzinfo=UTC)
    run_type: str = "manual"


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGHOP_DEMO", "1")


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TONGHOP_DEMO", raising=False)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2024, 8, 31), "20242"),
        (date(2024, 9, 1), "20243"),
        (date(2024, 9, 20), "20243"),
        (date(2024, 11, 30), "20243"),
        (date(2024, 12, 1), "2024"),
        (date(2025, 2, 28), "2024"),
        (date(2025, 3, 1), "20251"),
    ],
)
def test_current_period_lasts_until_the_next_opens(day: date, code: str) -> None:
    assert branches()[0].schedule.current(day).code == code


def test_period_is_the_chosen_one() -> None:
    assert branches()[0].period_of({"period": "20241"}, Run()) == Period(2024, 1)


def test_period_by_logical_date_in_vietnam(real: None) -> None:
    """18:00 UTC on 31 August is 1 September in Vietnam: the third quarter opens."""
    assert branches()[0].period_of({}, Run(logical_date=datetime(2024, 8, 31, 18, tzinfo=UTC))) == Period(2024, 3)


def test_period_without_logical_date_is_by_run_after(real: None) -> None:
    assert branches()[0].period_of({"period": None}, Run()) == Period(2024, 3)


def test_now_is_refused_outside_a_demonstration(real: None) -> None:
    with pytest.raises(SettingError, match="chỉ được dùng khi trình diễn"):
        branches()[0].moment({"now": "2024-09-16T10:00:00"})


def test_now_is_read_in_the_regimes_zone(demo: None) -> None:
    when = branches()[0].moment({"now": "2024-09-16T10:00:00"})
    assert when is not None
    assert when.isoformat() == "2024-09-16T10:00:00+07:00"


def test_now_that_is_no_moment_is_refused(demo: None) -> None:
    with pytest.raises(UsageError, match="hôm qua"):
        branches()[0].moment({"now": "hôm qua"})


def test_no_now_is_no_clock(real: None) -> None:
    assert branches()[0].moment({}) is None
    assert branches()[0].moment(None) is None


@pytest.mark.parametrize(
    ("run_type", "asked"), [("scheduled", 1), ("manual", 1), ("backfill", 1), ("asset_triggered", 0)]
)
def test_a_run_started_by_a_drop_asks_no_other_system(run_type: str, asked: int) -> None:
    """Clerks at work start runs every few seconds; the systems of other units are asked by the clock or by a person."""
    bound = Mock(spec=App)
    bound.fetch.return_value = FetchReport(asked=1)
    told = runs.fetched(bound, Run(run_type=run_type), Mock(), LookupError)
    assert (told, bound.fetch.call_count) == ({"asked": asked, "answered": 0, "troubles": []}, asked)


def test_a_run_started_by_a_drop_has_no_date_and_no_conf_of_its_own(real: None) -> None:
    """Airflow gives it neither; it stands for the moment of what was dropped."""
    after = datetime(2024, 8, 31, 18, tzinfo=UTC)
    for conf in ({}, None):
        run = Run(conf, logical_date=None, run_after=after, run_type="asset_triggered")
        assert branches()[0].moment(run.conf) is None
        assert branches()[0].period_of({"period": None}, run) == Period(2024, 3)


def test_a_demonstration_has_no_schedule(demo: None) -> None:
    assert branches()[0].timetable(SimpleNamespace(), "*/5 * * * *") is None


def _count(*failed: str) -> Any:
    def count(dag_id: str, *, run_ids: list[str], states: list[str]) -> int:
        assert (dag_id, states) == ("consolidate", ["failed"])
        return sum(run_id in failed for run_id in run_ids)

    return count


def test_one_run_per_pending_period_and_revision() -> None:
    assert runs.consolidations("consolidate", {"20243": 12, "20242": 7}, _count()) == [
        {"trigger_run_id": "consolidate__20242__r7", "conf": {"period": "20242", "revision": 7}},
        {"trigger_run_id": "consolidate__20243__r12", "conf": {"period": "20243", "revision": 12}},
    ]


def test_after_a_failure_the_next_attempt_has_a_suffix() -> None:
    failed = _count("consolidate__20243__r12", "consolidate__20243__r12__a2")
    assert (
        runs.consolidations("consolidate", {"20243": 12}, failed)[0]["trigger_run_id"] == "consolidate__20243__r12__a3"
    )


def test_after_five_failures_nothing_new_is_started() -> None:
    first = "consolidate__20243__r12"
    failed = [first, *(f"{first}__a{number}" for number in range(2, 6))]
    assert runs.consolidations("consolidate", {"20243": 12}, _count(*failed))[0]["trigger_run_id"] == failed[-1]


def test_the_clock_of_a_demonstration_goes_on_to_the_consolidation() -> None:
    now = datetime(2024, 9, 16, 3, tzinfo=UTC)
    assert runs.consolidations("consolidate", {"20243": 1}, _count(), now)[0]["conf"]["now"] == now.isoformat()


def test_batch_names() -> None:
    assert runs.batch_name(["25217"]) == "25217 (1 đơn vị)"
    assert runs.batch_name(["25217", "25220", "25246"]) == "25217 … 25246 (3 đơn vị)"


def test_what_all_batches_missed() -> None:
    assert runs.missed([{"missed": []}, {"missed": ["không có quyền đọc"]}]) == ["không có quyền đọc"]


@pytest.mark.parametrize(("again", "kind"), [(False, runs.SettledError), (True, StoreError)])
def test_what_a_person_must_see_to_fails_the_task(again: bool, kind: type[Exception]) -> None:
    runs.look([{"troubles": []}], again=again)
    with pytest.raises(kind, match=r"hết chỗ trống\. chỉ cho đọc\."):
        runs.look([{"troubles": ["hết chỗ trống."]}, {"troubles": ["chỉ cho đọc."]}], again=again)


class Recorder:
    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def approve(self, period: Period, login: str, **how: str) -> None:
        self.calls.append(("approve", period.code, login, how))

    def reject(self, period: Period, login: str, **how: str) -> None:
        self.calls.append(("reject", period.code, login, how))


SHOWN = {"period": "20243", "digest": "abc"}


def _answer(option: str, note: str = "", user: str = "lanhdao") -> dict[str, Any]:
    """As Airflow gives it; `user` is the id the auth manager knows the login lanhdao by."""
    params = {"y_kien": note} if note else {}
    return {"chosen_options": [option], "responded_by_user": {"id": user, "name": "lanhdao"}, "params_input": params}


@pytest.mark.parametrize("user", ["lanhdao", "3"])
def test_an_approval_covers_the_step_and_the_draft_that_was_shown(user: str) -> None:
    """FabAuthManager knows its users by number; the login is their name under every auth manager."""
    app = Recorder()
    assert runs.record_answer(app, SHOWN, _answer("Approve", " Đồng ý ", user), "phe_duyet")  # type: ignore[arg-type]
    how = {"via": "airflow", "digest": "abc", "note": "Đồng ý", "step": "phe_duyet"}
    assert app.calls == [("approve", "20243", "lanhdao", how)]


def test_a_refusal_is_recorded_with_its_reason() -> None:
    app = Recorder()
    assert not runs.record_answer(app, SHOWN, _answer("Reject", "Thiếu 6 xã"), "tham_dinh")  # type: ignore[arg-type]
    how = {"via": "airflow", "digest": "abc", "note": "Thiếu 6 xã", "step": "tham_dinh"}
    assert app.calls == [("reject", "20243", "lanhdao", how)]


@pytest.mark.parametrize(
    ("option", "note", "asked_again"),
    [("Reject", "", True), ("Reject", "   ", True), ("Reject", "Sai", False), ("Approve", "", False)],
)
def test_a_refusal_without_a_reason_is_asked_again(option: str, note: str, asked_again: bool) -> None:
    assert runs.lacks_reason(_answer(option, note)) is asked_again


def test_approvers_are_assigned_by_the_ids_of_the_auth_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    step = ApprovalStep("phe_duyet", "Phê duyệt", ("lanhdao", "pho"))
    assert [user["id"] for user in runs.approval_options(branches()[0], step, _param)["assigned_users"]] == [
        "lanhdao",
        "pho",
    ]
    monkeypatch.setenv("TONGHOP_APPROVER_IDS", "lanhdao=3, thamdinh=2")
    users = [{"id": "3", "name": "lanhdao"}, {"id": "pho", "name": "pho"}]
    assert runs.approval_options(branches()[0], step, _param)["assigned_users"] == users


def _param(*_value: object, **_schema: object) -> None:
    """Stands for Airflow's."""


class SkippedError(Exception):
    """Stands for Airflow's."""


@dataclass
class Bound:
    """An application that knows its day and whether a draft was laid before the approvers."""

    day: date
    was_presented: bool = False

    def __enter__(self) -> Bound:
        return self

    def __exit__(self, *_problem: object) -> None:
        """Nothing to close."""

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 8, tzinfo=UTC)

    def province_for(self, _period: Period) -> Any:
        return load_province(Settings.from_env({}).include, "binh-phuoc")

    def presented(self, _period: Period) -> bool:
        return self.was_presented

    def present(self, _period: Period) -> Any:
        return SimpleNamespace(digest="abc", summary="Tóm tắt")


@pytest.mark.parametrize(
    ("day", "was_presented", "run_type", "why"),
    [
        (date(2024, 9, 18), False, "scheduled", "Chưa đến ngày lập dự thảo"),  # the deadline, 22 September, is a Sunday
        (date(2024, 9, 19), False, "scheduled", ""),
        (date(2024, 9, 20), False, "scheduled", ""),  # nobody was there on the 19th: made up for
        (date(2024, 9, 20), True, "scheduled", "đã được trình"),
        (date(2024, 9, 1), False, "manual", ""),
        (date(2024, 9, 21), True, "manual", ""),
    ],
)
def test_a_scheduled_draft_waits_for_its_day_and_is_made_once(
    day: date,
    was_presented: bool,
    run_type: str,
    why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Branch, "app", lambda _branch, _conf: Bound(day, was_presented))
    run = Run(run_type=run_type)
    if why:
        with pytest.raises(SkippedError, match=why):
            runs.presented(branches()[0], {"period": "20243"}, run, SkippedError)
    else:
        assert runs.presented(branches()[0], {"period": "20243"}, run, SkippedError)["digest"] == "abc"


def _publish_day(period: Period) -> date:
    return load_province(Settings.from_env({}).include, "binh-phuoc").regime.publish_day(period)


@pytest.mark.parametrize(
    ("period", "day"),
    [
        (Period(2024, 1), date(2024, 3, 20)),  # Friday 22
        (Period(2024, 3), date(2024, 9, 19)),  # Sunday 22
        (Period(2025, 3), date(2025, 9, 18)),  # Monday 22
        (Period(2025), date(2025, 12, 18)),  # Monday 22
    ],
)
def test_the_draft_is_due_two_working_days_before_the_provinces_deadline(period: Period, day: date) -> None:
    assert _publish_day(period) == day
    first, last = branches()[0].schedule.publish_days
    assert first <= day.day <= last, "the schedule has a run on that morning"


class AbsentError(Exception):
    """Stands for Airflow's AirflowNotFoundException."""


@pytest.mark.parametrize(
    ("outcome", "raised"),
    [
        ("refused", runs.SettledError),
        ("redirected", runs.SettledError),
        ("cut", ExchangeError),
        ("busy", ExchangeError),
    ],
)
def test_sending_again_is_given_up_when_the_answer_stays_the_same(
    outcome: str, raised: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(_period: Period, _uri: str) -> None:
        raise ExchangeError("Không gửi được.", "", outcome)

    class Sending(Bound):
        def send(self, period: Period, uri: str) -> None:
            send(period, uri)

    monkeypatch.setattr(Branch, "app", lambda _branch, _conf: Sending(date(2024, 9, 20)))
    with pytest.raises(raised) as caught:
        runs.sent(
            branches()[0],
            Run(),
            {"period": "20243"},
            lambda _name: SimpleNamespace(get_uri=lambda: "https://x"),
            AbsentError,
        )
    assert isinstance(caught.value, runs.NO_USE_RETRYING) is (raised is runs.SettledError)


def test_without_a_connection_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []

    class Sending(Bound):
        def send(self, _period: Period, uri: str) -> Any:
            given.append(uri)
            return SimpleNamespace(configured=False, recipient="", version=0, receipt=None)

    def connection(_name: str) -> Any:
        raise AbsentError

    monkeypatch.setattr(Branch, "app", lambda _branch, _conf: Sending(date(2024, 9, 20)))
    assert runs.sent(branches()[0], Run(), {"period": "20243"}, connection, AbsentError)["sent"] is False
    assert given == [""]
