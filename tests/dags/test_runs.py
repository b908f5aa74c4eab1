"""Decisions of a DAG run, without Airflow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tonghop import runs
from tonghop.domain.errors import SettingError, UsageError
from tonghop.domain.period import Period


@dataclass
class Run:
    conf: dict[str, Any] = field(default_factory=dict)
    logical_date: datetime | None = None
    run_after: datetime = datetime(2024, 9, 1, tzinfo=UTC)


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
    assert runs.schedule().current(day).code == code


def test_period_is_the_chosen_one() -> None:
    assert runs.period_of({"period": "20241"}, Run()) == Period(2024, 1)


def test_period_by_logical_date_in_vietnam(real: None) -> None:
    """18:00 UTC on 31 August is 1 September in Vietnam: the third quarter opens."""
    assert runs.period_of({}, Run(logical_date=datetime(2024, 8, 31, 18, tzinfo=UTC))) == Period(2024, 3)


def test_period_without_logical_date_is_by_run_after(real: None) -> None:
    assert runs.period_of({"period": None}, Run()) == Period(2024, 3)


def test_now_is_refused_outside_a_demonstration(real: None) -> None:
    with pytest.raises(SettingError, match="chỉ được dùng khi trình diễn"):
        runs.moment({"now": "2024-09-16T10:00:00"})


def test_now_is_read_in_the_regimes_zone(demo: None) -> None:
    when = runs.moment({"now": "2024-09-16T10:00:00"})
    assert when is not None
    assert when.isoformat() == "2024-09-16T10:00:00+07:00"


def test_now_that_is_no_moment_is_refused(demo: None) -> None:
    with pytest.raises(UsageError, match="hôm qua"):
        runs.moment({"now": "hôm qua"})


def test_no_now_is_no_clock(real: None) -> None:
    assert runs.moment({}) is None
    assert runs.moment(None) is None


def test_a_demonstration_has_no_schedule(demo: None) -> None:
    assert runs.cron("*/5 * * * *") is None


def _count(*failed: str) -> Any:
    def count(dag_id: str, *, run_ids: list[str], states: list[str]) -> int:
        assert (dag_id, states) == ("consolidate", ["failed"])
        return sum(run_id in failed for run_id in run_ids)

    return count


def test_one_run_per_pending_period_and_revision() -> None:
    assert runs.consolidations({"20243": 12, "20242": 7}, _count()) == [
        {"trigger_run_id": "consolidate__20242__r7", "conf": {"period": "20242", "revision": 7}},
        {"trigger_run_id": "consolidate__20243__r12", "conf": {"period": "20243", "revision": 12}},
    ]


def test_after_a_failure_the_next_attempt_has_a_suffix() -> None:
    failed = _count("consolidate__20243__r12", "consolidate__20243__r12__a2")
    assert runs.consolidations({"20243": 12}, failed)[0]["trigger_run_id"] == "consolidate__20243__r12__a3"


def test_after_five_failures_nothing_new_is_started() -> None:
    first = "consolidate__20243__r12"
    failed = [first, *(f"{first}__a{number}" for number in range(2, 6))]
    assert runs.consolidations({"20243": 12}, _count(*failed))[0]["trigger_run_id"] == failed[-1]


def test_the_clock_of_a_demonstration_goes_on_to_the_consolidation() -> None:
    now = datetime(2024, 9, 16, 3, tzinfo=UTC)
    assert runs.consolidations({"20243": 1}, _count(), now)[0]["conf"]["now"] == now.isoformat()


def test_batch_names() -> None:
    assert runs.batch_name(["25217"]) == "25217 (1 đơn vị)"
    assert runs.batch_name(["25217", "25220", "25246"]) == "25217 … 25246 (3 đơn vị)"


def test_troubles_of_all_batches() -> None:
    assert runs.troubles([{"troubles": []}, {"troubles": ["không có quyền đọc"]}]) == ["không có quyền đọc"]


class Recorder:
    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def approve(self, period: Period, login: str, *, via: str, digest: str, note: str) -> None:
        self.calls.append(("approve", period.code, login, via, digest, note))

    def reject(self, period: Period, login: str, *, via: str, digest: str, note: str) -> None:
        self.calls.append(("reject", period.code, login, via, digest, note))


SHOWN = {"period": "20243", "digest": "abc"}


def test_an_approval_covers_the_draft_that_was_shown() -> None:
    app = Recorder()
    answer = {"responded_by_user": {"id": "lanhdao", "name": "L"}, "params_input": {"y_kien": " Đồng ý "}}
    assert runs.sign(app, SHOWN, answer) == "lanhdao"  # type: ignore[arg-type]
    assert app.calls == [("approve", "20243", "lanhdao", "airflow", "abc", "Đồng ý")]


def test_a_refusal_is_that_of_the_last_who_answered() -> None:
    app = Recorder()
    first, second = ({"responded_by_user": {"id": login}, "params_input": {}} for login in ("truongphong", "lanhdao"))
    assert runs.refuse(app, SHOWN, [first, second, None]) == "lanhdao"  # type: ignore[arg-type]
    assert app.calls == [("reject", "20243", "lanhdao", "airflow", "abc", "")]
