"""The DAG that reminds: when it runs, and what a run that news started does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tonghop import runs
from tonghop.domain.errors import ExchangeError
from tonghop.steps.remind import RemindReport, Wish


def test_every_morning_and_at_once_when_there_is_news(bag: Any) -> None:
    timetable = bag.dags["remind"].timetable
    assert (timetable.timetable.expression, str(timetable.timetable.timezone)) == ("30 7 * * *", "Asia/Ho_Chi_Minh")
    news = {asset.uri for asset in timetable.asset_condition.objects}
    assert news == {"tonghop/opened", "tonghop/published"}


@pytest.mark.parametrize(("dag_id", "asset"), [("open_period", "tonghop/opened"), ("publish", "tonghop/published")])
def test_what_is_news_says_so(bag: Any, dag_id: str, asset: str) -> None:
    assert [outlet.uri for task in bag.dags[dag_id].tasks for outlet in task.outlets] == [asset]


def test_the_way_to_run_can_be_picked(bag: Any) -> None:
    assert bag.dags["remind"].params.get_param("send").schema["enum"] == [None, "send", "rehearse"]


@pytest.mark.parametrize(
    ("chosen", "run_type", "wish"),
    [
        (None, "scheduled", Wish(None)),
        ("send", "manual", Wish(send=True)),
        ("rehearse", "manual", Wish(send=False)),
        (None, "asset_triggered", Wish(None, only_news=True)),
    ],
)
def test_what_a_run_is_to_do(chosen: str | None, run_type: str, wish: Wish) -> None:
    assert runs.wish({"send": chosen}, run_type) == wish


def test_a_dead_mail_server_fails_the_task_so_that_it_is_tried_again() -> None:
    report = RemindReport(date(2024, 9, 16), working=True, rehearsed=False, configured=True)
    assert runs.reminded(report)["troubles"] == []
    report.dead["phan_mem"] = ExchangeError("hỏng", "")
    assert runs.reminded(report)["day"] == "2024-09-16", "one unit's system stops nobody"
    report.dead["email"] = ExchangeError("Không gửi được thư", "")
    with pytest.raises(ExchangeError, match="Không gửi được thư"):
        runs.reminded(report)
