"""The house keeps its layers: an import points down only, and every library has one home.

The checker reads the source (ast) of the package, the DAG files and the plugins; it imports none of it. Each failure
names the module, the line and what to do instead.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Which rooms of the package a room may import, itself included. Above: the thin edges; below: plain values.
MAY_IMPORT = {
    "domain": {"domain"},
    "specs": {"specs", "domain"},
    "files": {"files", "domain"},
    "store": {"store", "domain"},
    "suite": {"suite", "domain"},
    "exchange": {"exchange", "domain"},
    "settings": {"settings", "domain"},
    "journal": {"journal"},
    "steps": {"steps", "journal", "files", "store", "suite", "exchange", "specs", "domain"},
    "app": {"app", "steps", "files", "store", "suite", "exchange", "specs", "settings", "domain"},
    "airflow_storage": {"airflow_storage", "files", "exchange", "domain"},
    "airflow_inboxes": {"airflow_inboxes", "steps", "settings", "domain"},
    "airflow_worker": {"airflow_worker"},
    "branches": {"branches", "airflow_storage", "airflow_inboxes", "app", "specs", "settings", "domain"},
    "health": {"health", "app", "steps", "files", "store", "exchange", "specs", "settings", "domain"},
    "runs": {"runs", "branches", "app", "steps", "specs", "settings", "domain", "airflow_stats", "journal"},
    "airflow_stats": {"airflow_stats"},
    "rights": {"rights", "branches", "settings", "domain"},
    "server": {
        "server",
        "rights",
        "health",
        "app",
        "branches",
        "runs",
        "steps",
        "store",
        "specs",
        "settings",
        "domain",
    },
    "cli": {
        "cli",
        "demo",
        "server",
        "rights",
        "health",
        "journal",
        "runs",
        "branches",
        "app",
        "steps",
        "suite",
        "specs",
        "settings",
        "domain",
    },
    "demo": {"demo", "runs", "branches", "app", "steps", "files", "specs", "settings", "domain"},
    "dags": {"runs", "branches", "app", "settings", "domain"},
    "plugins": {"plugins", "airflow_storage", "health", "runs", "branches", "app", "steps", "settings", "domain"},
}
# Where a library may be imported at all.
HOMES = {
    "airflow": {
        "dags",
        "plugins",
        "demo",
        "rights",
        "server",
        "airflow_storage",
        "airflow_inboxes",
        "airflow_worker",
        "airflow_stats",
    },
    "great_expectations": {"suite"},
    "openpyxl": {"files", "demo"},
    "python_calamine": {"files", "demo"},
    "xlsxwriter": {"files", "demo"},
    "docx": {"files"},
    "asyncssh": {"files", "exchange"},
    "fsspec": {"files", "exchange"},
    "sshfs": {"exchange"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "psycopg": {"store"},
    "yaml": {"specs"},
    "holidays": {"specs"},
}
ONLY_IN_FUNCTIONS = {"great_expectations"}  # importing it costs five seconds
STANDARD_ONLY = {"domain"}
JUNK_DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}
MOST_LINES = 350
MOST_DAG_LINES = 60


@dataclass(frozen=True)
class Import:
    """One import of a module: the full dotted name, its line, and whether it runs only when a function is called."""

    name: str
    line: int
    lazy: bool

    @property
    def top(self) -> str:
        return self.name.split(".")[0]


def imports(path: Path, package: str = "") -> Iterator[Import]:
    """Imports of the file; relative ones as names inside `package`. Those for type checkers only count as lazy."""
    yield from _imports(ast.parse(path.read_text(encoding="utf-8"), str(path)), package, lazy=False)


def _imports(node: ast.AST, package: str, *, lazy: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, node.lineno, lazy) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        for name in _from(node, package):
            yield Import(name, node.lineno, lazy)
    inner = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _for_types_only(node)
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, package, lazy=inner)


def _from(node: ast.ImportFrom, package: str) -> Iterator[str]:
    """Modules that `from a import b` may mean: a.b tells which room of the package is meant."""
    parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    base = ".".join([*parts, *([node.module] if node.module else [])])
    yield from (f"{base}.{alias.name}" for alias in node.names)


def _for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


@dataclass(frozen=True)
class Source:
    """A file of the project and the room it belongs to (`store`, `app`, `dags` …)."""

    root: Path
    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(self.root).as_posix()

    @property
    def parts(self) -> tuple[str, ...]:
        """Module path inside tonghop (`store`, `schema`), or from dags/plugins on."""
        relative = self.path.relative_to(self.root).with_suffix("").parts
        return relative[2:] if relative[:2] == ("include", "tonghop") else relative

    @property
    def room(self) -> str:
        return self.parts[0]

    @property
    def package(self) -> str:
        return ".".join(("tonghop", *self.parts[:-1]))


def sources(root: Path) -> list[Source]:
    """Every Python file of the package, the DAGs and the plugins."""
    folders = ("include/tonghop", "dags", "plugins")
    return [Source(root, path) for folder in folders for path in sorted((root / folder).rglob("*.py"))]


def violations(root: Path) -> list[str]:
    """Everything that breaks the architecture under `root`, one sentence each."""
    found: list[str] = []
    for source in sources(root):
        found += _shape(source)
        try:
            read = list(imports(source.path, source.package))
        except SyntaxError as error:
            found.append(f"{source.name}:{error.lineno}: is not Python 3.11: {error.msg}")
            continue
        found += (f"{source.name}:{item.line}: {problem}" for item in read for problem in _problems(source, item))
    return found


def _shape(source: Source) -> Iterator[str]:
    lines = len(source.path.read_text(encoding="utf-8").splitlines())
    most = MOST_DAG_LINES if source.room == "dags" else MOST_LINES
    if lines > most:
        yield f"{source.name}: {lines} lines, at most {most}: split it by concern"
    if JUNK_DRAWERS.intersection(source.parts):
        yield f"{source.name}: a junk drawer; name the module by the one concern it owns"


def _problems(source: Source, item: Import) -> Iterator[str]:
    if source.room == "__init__":
        return
    if item.top == "tonghop":
        yield from _inside(source, item)
        return
    if item.top == "__future__":
        return
    if source.room in STANDARD_ONLY and item.top not in sys.stdlib_module_names:
        yield f"imports {item.top}: {source.room} uses the standard library only; move the work to an adapter"
    homes = HOMES.get(item.top)
    if homes is not None and source.room not in homes:
        yield f"imports {item.top}, which belongs to {_listed(homes)} only; ask that layer for what you need"
    if item.top in ONLY_IN_FUNCTIONS and not item.lazy:
        yield f"imports {item.top} when it is loaded; import it inside the function that needs it"


def _inside(source: Source, item: Import) -> Iterator[str]:
    room = item.name.split(".")[1] if "." in item.name else ""
    if room not in MAY_IMPORT:  # `from tonghop import __version__`
        return
    allowed = MAY_IMPORT.get(source.room)
    if allowed is None:
        yield f"tonghop.{source.room} is in no layer; add it to MAY_IMPORT in tests/test_layers.py on purpose"
    elif room not in allowed:
        yield f"imports tonghop.{room}, but {source.room} may only import {_listed(allowed)}; pass it in from above"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def test_the_house_keeps_its_layers() -> None:
    found = violations(ROOT)
    assert not found, "\n".join(["the architecture is broken:", *found])


def test_the_checker_really_reads_the_house() -> None:
    rooms = {source.room for source in sources(ROOT)}
    assert {"domain", "specs", "files", "store", "suite", "steps"} <= rooms
    known = [source for source in sources(ROOT) if source.room in {"domain", "suite"}]
    read = [item for source in known for item in imports(source.path, source.package)]
    assert sum(item.name.startswith("tonghop.domain.") for item in read) > 30
    assert any(item.top == "great_expectations" and item.lazy for item in read)


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("domain/period.py", "import requests", "domain uses the standard library only"),
        ("domain/period.py", "from tonghop.store import database", "domain may only import domain"),
        ("domain/period.py", "from ..specs import load_province", "domain may only import domain"),
        ("domain/period.py", "from tonghop import files", "imports tonghop.files"),
        ("domain/period.py", "def f():\n    import pandas", "domain uses the standard library only"),
        ("store/rows.py", "import tonghop.files.vault", "store may only import domain, store"),
        ("files/book.py", "from tonghop.steps.collect import collect", "files may only import domain, files"),
        ("specs/source.py", "from tonghop.store import open_store", "specs may only import domain, specs"),
        ("steps/open.py", "from tonghop.app import App", "imports tonghop.app"),
        ("steps/open.py", "import openpyxl", "belongs to demo, files only"),
        ("steps/open.py", "from sqlalchemy import select", "belongs to store only"),
        (
            "cli/main.py",
            "from airflow.sdk import dag",
            (
                "belongs to airflow_inboxes, airflow_stats, airflow_storage, airflow_worker, dags, demo, plugins, "
                "rights, server only"
            ),
        ),
        ("suite/run.py", "import great_expectations as gx", "import it inside the function"),
        ("suite/run.py", "class A:\n    from great_expectations import core", "import it inside the function"),
        ("store/run.py", "def f():\n    import great_expectations", "belongs to suite only"),
        ("files/book.py", "def f[T](x: T) -> T: ...", "is not Python 3.11"),
        ("files/utils.py", "", "a junk drawer"),
        ("files/common/book.py", "", "a junk drawer"),
        ("files/book.py", "x = 1\n" * 351, "351 lines, at most 350"),
        ("newroom/book.py", "from tonghop.domain import period", "is in no layer"),
        ("../../dags/collect.py", "x = 1\n" * 61, "61 lines, at most 60"),
        ("../../dags/collect.py", "from tonghop.store import database", "dags may only import"),
    ],
)
def test_the_checker_catches(tmp_path: Path, file: str, text: str, problem: str) -> None:
    path = tmp_path / "include" / "tonghop" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.resolve().parent.mkdir(parents=True, exist_ok=True)
    path.resolve().write_text(text, encoding="utf-8")
    [found] = violations(tmp_path)
    assert found.startswith(path.resolve().relative_to(tmp_path).as_posix())
    assert problem in found


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("domain/period.py", "import re\nfrom tonghop.domain.errors import UsageError"),
        ("suite/run.py", "def f():\n    import great_expectations"),
        ("suite/run.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import great_expectations"),
        ("files/book.py", "import openpyxl\nfrom tonghop import __version__\nfrom . import vault"),
        ("store/rows.py", "import sqlalchemy\nfrom .schema import cells"),
        ("demo/server.py", "import airflow\nfrom tonghop.app import App"),
        ("files/commonly.py", "x = 1\n" * 350),
    ],
)
def test_the_checker_leaves_good_code_alone(tmp_path: Path, file: str, text: str) -> None:
    path = tmp_path / "include" / "tonghop" / file
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert violations(tmp_path) == []
