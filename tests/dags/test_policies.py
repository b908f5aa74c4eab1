"""What every DAG of ours keeps to. A failure names the DAG, the task and the remedy."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tonghop.branches import branches

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "dags").glob("*.py"))
EXPECTED = {"open_period", "collect", "consolidate", "publish"}
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
QUESTION = "ask_"  # asked once: a second question after three silent days is a person's decision


def test_every_dag_is_there_and_none_is_broken(bag: Any) -> None:
    assert not bag.import_errors, f"DAG files that do not load: {bag.import_errors}"
    assert set(bag.dag_ids) >= EXPECTED
    assert not bag.captured_warnings, f"DAG files that warn when parsed: {bag.captured_warnings}"


def test_parsing_leaves_no_trace(bag: Any, airflow_home: Path) -> None:
    assert bag.dag_ids
    assert not (airflow_home / "never").exists(), "parsing a DAG file opened the application: build it inside a task"


def test_names_are_vietnamese(bag: Any) -> None:
    for dag in bag.dags.values():
        assert VIETNAMESE.search(dag.dag_display_name), f"{dag.dag_id}: give it a Vietnamese dag_display_name"
        assert dag.description, f"{dag.dag_id}: give it a Vietnamese description"
        assert VIETNAMESE.search(dag.description), f"{dag.dag_id}: say in Vietnamese what it does (description)"
        for task in dag.tasks:
            shown = task.task_display_name
            assert VIETNAMESE.search(shown), f"{dag.dag_id}.{task.task_id}: give it a Vietnamese task_display_name"


def test_doc_is_the_runbook(bag: Any) -> None:
    for dag in bag.dags.values():
        doc = dag.doc_md or ""
        for heading in ("Làm gì", "Khi nào chạy", "Chạy tay", "Khi có lỗi"):
            assert heading in doc, f"{dag.dag_id}: docs/runbooks/{dag.dag_id}.md lacks “{heading}”"


def test_tags_runs_and_catchup(bag: Any) -> None:
    for dag in bag.dags.values():
        assert dag.tags, f"{dag.dag_id}: give it tags"
        assert dag.max_active_runs == 1, f"{dag.dag_id}: max_active_runs must be 1, two runs would race"
        assert dag.catchup is False, f"{dag.dag_id}: catchup must be off, a past run cannot be made up for"


def test_our_faults_are_retried_with_backoff(bag: Any) -> None:
    for dag in bag.dags.values():
        for task in dag.tasks:
            place = f"{dag.dag_id}.{task.task_id}"
            if task.task_id.startswith(QUESTION):
                assert task.retries == 0, f"{place}: a question is asked once"
                assert task.response_timeout == timedelta(days=3), f"{place}: let it wait three days"
                continue
            assert task.retries == 3, f"{place}: use runs.task_defaults (retries=3)"
            assert task.retry_exponential_backoff >= 2, f"{place}: back off between retries"
            assert task.execution_timeout, f"{place}: give it an execution_timeout"
            assert task.retry_policy, f"{place}: give it the retry_policy that fails at once on a person's mistake"


def test_schedules_follow_the_regime(bag: Any) -> None:
    clocks = {dag_id: getattr(dag.timetable, "timetable", dag.timetable) for dag_id, dag in bag.dags.items()}
    crons = {dag_id: getattr(clock, "expression", None) for dag_id, clock in clocks.items()}
    assert crons["open_period"] == "0 7 1 3,6,9,12 *"
    assert crons["collect"] == "*/5 * * * *"
    assert crons["consolidate"] is None
    assert crons["publish"] == branches()[0].schedule.publish_cron
    assert re.fullmatch(r"0 8 [-\d]+ 3,6,9,12 \*", crons["publish"])
    zones = {str(clocks[dag_id].timezone) for dag_id in crons if crons[dag_id]}
    assert zones == {"Asia/Ho_Chi_Minh"}


def test_the_period_can_be_picked(bag: Any) -> None:
    for dag_id in EXPECTED - {"collect"}:
        schema = bag.dags[dag_id].params.get_param("period").schema
        assert schema["title"] == "Kỳ báo cáo", f"{dag_id}: title of the period parameter"
        assert {None, "20243", "2024", "20273"} <= set(schema["enum"])
        assert "20244" not in schema["enum"], f"{dag_id}: quarter IV is not filed"
        assert schema["values_display"]["20243"] == "Quý III/2024"


def test_only_the_approvers_may_answer(bag: Any) -> None:
    """Every step of the province in its order: asked after what comes before it, and recorded before what follows."""
    dag, before = bag.dags["publish"], "draft"
    for step in branches()[0].schedule.approvals:
        ask, record = dag.get_task(f"ask_{step.name}"), dag.get_task(f"record_{step.name}")
        assert ask.assigned_users == [{"id": login, "name": login} for login in step.logins]
        assert ask.options == ["Approve", "Reject"], f"{ask.task_id}: Airflow's pages know this pair as an approval"
        assert VIETNAMESE.search(ask.subject)
        assert ask.upstream_task_ids == {before}
        assert record.upstream_task_ids == {ask.task_id}
        assert record.trigger_rule == "all_success"
        before = record.task_id
    release = dag.get_task("release")
    assert release.upstream_task_ids == {before}, "publish.release: only after the last recorded approval"
    assert release.trigger_rule == "all_success"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_dag_files_are_thin(file: Path) -> None:
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert lines <= 60, f"{file.name} has {lines} lines: move logic into tonghop.runs or the steps, 60 is the most"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_clock_database_or_environment_at_parse_time(file: Path) -> None:
    """Calls outside functions: none that reads a clock, the environment or a database."""
    forbidden = {"now", "today", "utcnow", "getenv", "connect", "from_env", "Variable", "Connection"}
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in _outside_tasks(tree):
        called = getattr(node, "attr", None) or getattr(node, "id", None)
        assert called not in forbidden, f"{file.name}:{node.lineno}: {called} at parse time; move it into a task"
        assert called != "environ", f"{file.name}:{node.lineno}: environment at parse time; use tonghop.settings"


def _outside_tasks(tree: ast.AST) -> list[Any]:
    """Names and attributes read when the file is parsed: everything but the bodies of decorated tasks."""
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef) and any("task" in ast.unparse(d) for d in node.decorator_list):
            continue
        if isinstance(node, (ast.Attribute, ast.Name)):
            found.append(node)
        found.extend(_outside_tasks(node))
    return found
