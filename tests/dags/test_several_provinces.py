"""The DAGs of several provinces: each of its own, one fault stops nobody else, and 34 provinces parse quickly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from several_provinces import FIRST, NAMES, SECOND, regulation, rewrite

from tonghop.branches import DAGS, Branch, branches, every_province
from tonghop.domain.errors import SpecError
from tonghop.settings import Settings

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

ROOT = Path(__file__).resolve().parents[2]
PARSE = """
import json, runpy, sys, time
import airflow.sdk, airflow.providers.standard.operators.hitl, airflow.providers.standard.operators.trigger_dagrun
seconds = {}
for file in sys.argv[1:]:
    start = time.process_time()
    runpy.run_path(file)
    seconds[file] = time.process_time() - start
print(json.dumps({"seconds": seconds, "app": "tonghop.app" in sys.modules}))
"""


@pytest.fixture
def bag_of(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., DagBag]:
    """The DAGs of the repository for the provinces in `include`."""

    def parse(include: Path, **more: str) -> DagBag:
        for name in [name for name in os.environ if name.startswith(("AIRFLOW", "TONGHOP"))]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("AIRFLOW_HOME", str(airflow_home))
        monkeypatch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
        monkeypatch.setenv("TONGHOP_HOME", str(airflow_home / "never"))
        monkeypatch.setenv("TONGHOP_INCLUDE", str(include))
        monkeypatch.setenv("TONGHOP_PROVINCE", f"{FIRST},{SECOND}")
        for name, value in more.items():
            monkeypatch.setenv(name, value)
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            from airflow.dag_processing.dagbag import DagBag

            return DagBag(ROOT / "dags")

    return parse


@pytest.fixture
def include(tmp_path: Path) -> Path:
    return regulation(tmp_path / "include", FIRST, SECOND)


def test_the_names_of_the_dags_are_those_of_the_files() -> None:
    assert set(DAGS) == {path.stem for path in (ROOT / "dags").glob("*.py")}


def test_every_province_has_its_own_dags(bag_of: Callable[..., DagBag], include: Path, airflow_home: Path) -> None:
    bag = bag_of(include)
    assert not bag.import_errors
    assert not bag.captured_warnings
    assert set(bag.dag_ids) == {f"{name}__{slug}" for name in DAGS for slug in ("tinh_thu", "tinh_hai")}
    for slug, name in NAMES.items():
        mark = slug.replace("-", "_")
        for dag in (bag.dags[f"{one}__{mark}"] for one in DAGS):
            assert dag.dag_display_name.endswith(f" – {name}")
            assert name in dag.tags
            outlets = {outlet.uri for task in dag.tasks for outlet in task.outlets}
            assert all(uri.startswith(f"tonghop/{slug}/") for uri in outlets)
        news = bag.dags[f"remind__{mark}"].timetable.asset_condition.objects
        assert {asset.uri for asset in news} == {f"tonghop/{slug}/opened", f"tonghop/{slug}/published"}
        inboxes = bag.dags[f"collect__{mark}"].timetable.asset_condition
        assert inboxes.uri == f"tonghop/{slug}/inboxes"
        assert [watcher.trigger.serialize()[1]["province"] for watcher in inboxes.watchers] == [slug]
        started = bag.dags[f"collect__{mark}"].get_task("consolidate").partial_kwargs["trigger_dag_id"]
        assert started == f"consolidate__{mark}"
    asked = [bag.dags[f"publish__{mark}"].get_task("ask_phe_duyet").assigned_users for mark in ("tinh_thu", "tinh_hai")]
    assert asked == [[{"id": login, "name": login}] for login in ("lanhdao", f"lanhdao.{SECOND}")]
    assert not (airflow_home / "never").exists(), "parsing opened a store"


def test_faulty_data_of_one_province_is_told_by_its_own_dags(bag_of: Callable[..., DagBag], include: Path) -> None:
    rewrite(include, SECOND, "regime: thu", "regime: thu\nlạ: 1")
    bag = bag_of(include)
    assert not bag.import_errors, "Airflow takes every DAG of a file with an import error out of service"
    assert bag.dags["publish__tinh_thu"].get_task("release")
    stands_in = bag.dags["publish__tinh_hai"]
    assert stands_in.timetable.can_be_scheduled is False
    assert type(bag.dags["collect__tinh_hai"].timetable) is type(stands_in.timetable), "nothing to watch for"
    assert bag.dags["collect__tinh_thu"].timetable.asset_condition.watchers
    assert "provinces/tinh-hai/province.yaml: lạ" in (stands_in.doc_md or "")
    [task] = stands_in.tasks
    with pytest.raises(SpecError, match="lạ"):
        task.python_callable()


def test_a_province_alone_with_faulty_data_is_an_import_error(bag_of: Callable[..., DagBag], include: Path) -> None:
    rewrite(include, SECOND, "regime: thu", "regime: thu\nlạ: 1")
    bag = bag_of(include, TONGHOP_PROVINCE=SECOND)
    assert len(bag.import_errors) == len(DAGS)
    assert not bag.dags


class Sdk:
    """Of Airflow what declaring needs; `wanted` is the DAG whose task a process is to run."""

    def __init__(self, wanted: str | None) -> None:
        self.wanted, self.declared = wanted, list[str]()

    def get_parsing_context(self) -> Any:
        return SimpleNamespace(dag_id=self.wanted)

    def DAG(self, dag_id: str) -> Any:  # noqa: N802 - Airflow's name
        self.declared.append(dag_id)
        return warnings.catch_warnings()


def test_a_process_that_runs_a_task_reads_its_own_province_only(monkeypatch: pytest.MonkeyPatch, include: Path) -> None:
    monkeypatch.setenv("TONGHOP_INCLUDE", str(include))
    monkeypatch.setenv("TONGHOP_PROVINCE", f"{FIRST},{SECOND}")
    asked: list[str] = []

    def about(branch: Branch) -> Mapping[str, Any]:
        asked.append(branch.slug)
        return {"dag_id": branch.dag_id("collect")}

    def collect(_branch: Branch) -> None:
        """Has no tasks."""

    for wanted, expected in ((None, [FIRST, SECOND]), ("collect__tinh_hai", [SECOND]), ("publish__tinh_hai", [])):
        asked.clear()
        sdk = Sdk(wanted)
        every_province(sdk, about)(collect)
        assert asked == expected
        assert sdk.declared == [f"collect__{slug.replace('-', '_')}" for slug in expected]


def test_the_application_of_a_run_is_that_of_its_province(tmp_path: Path, include: Path) -> None:
    environment = {
        "TONGHOP_HOME": str(tmp_path / "home"),
        "TONGHOP_INCLUDE": str(include),
        "TONGHOP_PROVINCE": f"{FIRST},{SECOND}",
    }
    served = branches(Settings.from_env(environment))
    assert [branch.slug for branch in served] == [FIRST, SECOND]
    with served[1].app(None) as app:
        assert (app.province.slug, app.settings.home) == (SECOND, tmp_path / "home" / SECOND)
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == [SECOND]


def test_34_provinces_parse_quickly(tmp_path: Path) -> None:
    """Airflow's limit for a file is 30 s; beside its own import ours takes two of a processor, and opens nothing."""
    slugs = [f"tinh-{number}" for number in range(1, 35)]
    include = regulation(tmp_path / "include", *slugs)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "TONGHOP"))}
    ours = {"TONGHOP_INCLUDE": str(include), "TONGHOP_PROVINCE": ",".join(slugs), "TONGHOP_HOME": str(tmp_path / "no")}
    longest_first = sorted(DAGS, key=lambda name: name != "publish")  # what is read once is charged to the first
    done = subprocess.run(
        [sys.executable, "-c", PARSE, *(str(ROOT / "dags" / f"{name}.py") for name in longest_first)],
        env=kept | ours | {"AIRFLOW_HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "include")},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    measured = json.loads(done.stdout.splitlines()[-1])
    assert max(measured["seconds"].values()) < 2, f"parsing for 34 provinces took {measured['seconds']}"
    assert not measured["app"]
    assert not (tmp_path / "no").exists()
